import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { OpenMultipart, Sandbox } from '../../server/sandbox/index.ts'
import { Client } from './client.ts'

/** What a path of a branch has. */
export interface Found {
  /** MD5 of the bytes as they lie in the store; undefined: it has none. */
  md5: string | undefined
  /** Bytes, as lakeFS tells. */
  size: number
}

/** Every object under a prefix of a branch, by listing, with its bytes as the store has them. */
export async function readBranch(sandbox: Sandbox, branch: string, prefix: string): Promise<Map<string, Found>> {
  const stored = new Map((await sandbox.objects()).map(({ key, md5 }) => [key, md5]))
  const entries = await new Client(sandbox).list(branch, prefix)
  return new Map(
    [...entries].map(([path, { physical_address, size_bytes }]) => [
      path,
      { md5: stored.get(physical_address.replace(/^s3:\/\//, '')), size: size_bytes },
    ]),
  )
}

/** What is given up is given up behind the files, and again where the store has had no time to hear of it. */
const TAKING_BACK_MS = 60_000

/**
 * Waits for the multipart uploads that a page can know of to be gone, but not for ever.
 * @param known which of those count whose id got out to the page.
 * @returns those that are left.
 */
export async function leftOpen(
  sandbox: Sandbox,
  known: (upload: string) => boolean = () => true,
  ms = TAKING_BACK_MS,
): Promise<OpenMultipart[]> {
  const open = () => sandbox.multiparts().filter(({ heard, upload }) => heard && known(upload))
  for (const until = Date.now() + ms; open().length > 0 && Date.now() < until; ) await wait(100)
  return open()
}

/** Ms in which a page that ends may not have put down yet which upload it has begun. */
const UNWRITTEN_MS = 1000

/**
 * The multipart uploads that a page may have had no time to put down before it ended: no visit can know them.
 * @param endedAt in ms since 1970.
 */
export function unwritten(sandbox: Sandbox, endedAt: number): string[] {
  const from = endedAt - UNWRITTEN_MS
  const young = new Set(sandbox.requests('api').map(({ upload, at }) => (at > from ? upload : undefined)))
  return sandbox.multiparts().flatMap(({ upload, parts }) => (parts.length === 0 && young.has(upload) ? upload : []))
}

/**
 * What was asked of an upload that is open, in seconds from the first request.
 * @param endedAt when pages ended, in ms since 1970.
 */
export function historyOf(sandbox: Sandbox, { upload, parts }: OpenMultipart, endedAt: readonly number[]): string {
  const log = sandbox.requests()
  const first = log[0]?.at ?? 0
  const asked = log.filter((one) => one.upload === upload || one.target.includes(upload))
  const lines = asked.map(({ route, partNumber, status, at }) =>
    [((at - first) / 1000).toFixed(2), route, partNumber, status].filter((one) => one !== undefined).join(' '),
  )
  const ends = endedAt.map((at) => ((at - first) / 1000).toFixed(2))
  return `${upload} with parts ${parts.map(({ part }) => part)}: ${lines.join(', ')} (pages ended at ${ends})`
}

export function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex')
}
