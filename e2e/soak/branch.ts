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

export function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex')
}
