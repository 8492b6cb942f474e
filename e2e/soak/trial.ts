import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, Page } from '@playwright/test'
import { startCommand } from '../../server/command.ts'
import { type Sandbox, startSandbox } from '../../server/sandbox/index.ts'
import { scriptOf } from './faults.ts'
import { bytesOf, type Plan, planOf } from './files.ts'
import type { Mutation, Setup, Soak, State } from './page.ts'

export interface TrialOptions {
  browser: Browser
  pageDir: string
  seed: number
  files: number
  /** Ms after which what is not done counts as failed. */
  limit: number
  mutation: Mutation | undefined
}

export interface Trial {
  files: number
  parts: number
  faults: number
  reloads: number
  offline: number
  resumed: number
  uploaded: number
  equal: number
  neverStored: number
  wrong: number
  open: number
  addsUp: boolean
  seconds: number
  /** What must not be; empty: passed. */
  problems: string[]
}

/** Shares of the files on the branch at which the page is loaded anew, and at which the network goes. */
const RELOADS = [0.2, 0.45, 0.7]
const OFFLINE = [0.3, 0.6]
const OFFLINE_MS = 3000
/** How often failed files are tried again, as a person would. */
const RETRIES = 5

/** An abort that was refused waits up to this long before it is tried again. */
const TAKING_BACK_MS = 35_000

const PREFIX = 'soak/'

declare const soak: Soak

export async function runTrial(options: TrialOptions): Promise<Trial> {
  const { browser, pageDir, seed, files, limit, mutation } = options
  const began = Date.now()
  const dir = mkdtempSync(join(tmpdir(), 'soak-store-'))
  // Each address once, as older servers take it: an upload that is linked twice then fails.
  const sandbox = await startSandbox({ dir, settings: { linkTwice: false } })
  const command = await startCommand({ lakefs: sandbox.apiUrl, pageDir })
  const context = await browser.newContext()
  const output: string[] = []
  try {
    const origin = command.url.replace(/\/$/, '')
    await context.request.post(`${origin}/api/v1/auth/login`, {
      headers: { Origin: origin },
      data: { access_key_id: sandbox.keys.accessKeyId, secret_access_key: sandbox.keys.secretAccessKey },
    })
    sandbox.faults.add(...scriptOf(seed, files))
    const page = await context.newPage()
    page.on('pageerror', (error) => output.push(`page: ${error.message}`))
    const setup: Setup = { seed, files, repository: 'demo', branch: 'main', prefix: PREFIX, mutation }
    const end = await drive(page, setup, origin, began + limit)
    const faults = sandbox.faults.list().reduce((sum, { struck }) => sum + struck, 0)
    sandbox.faults.clear()
    const trial = await judge(sandbox, planOf(seed, files), end, { faults, seconds: (Date.now() - began) / 1000 })
    return { ...trial, problems: [...trial.problems, ...output] }
  } finally {
    await context.close()
    await command.close(0)
    await sandbox.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

interface End {
  reloads: number
  offline: number
  resumed: number
  counts: State['counts']
  codes: string[]
  late: boolean
}

/** Opens the page, takes it through its reloads and offline spells, and waits for the end. */
async function drive(page: Page, setup: Setup, url: string, until: number): Promise<End> {
  const reloads = setup.mutation ? [] : RELOADS.map((share) => share * setup.files)
  const spells = setup.mutation ? [] : OFFLINE.map((share) => share * setup.files)
  const end: End = { reloads: 0, offline: 0, resumed: 0, counts: {}, codes: [], late: false }
  const look = async () => {
    const { counts, codes, earlier } = await page.evaluate(() => soak.state())
    Object.assign(end, { counts, codes })
    return earlier
  }
  const begin = () => page.evaluate((given) => soak.start(given), setup)
  await page.goto(`${url}/`)
  await begin()
  for (let retries = 0; Date.now() < until; ) {
    const earlier = await look()
    const there = sumOf(end.counts, ['uploaded', 'skipped'])
    const [reload, spell] = [reloads[0] ?? Infinity, spells[0] ?? Infinity]
    if (there >= reload) {
      reloads.shift()
      end.resumed += earlier
      await page.reload()
      end.reloads += 1
      await begin()
      continue
    }
    if (there >= spell) {
      spells.shift()
      await page.context().setOffline(true)
      await wait(OFFLINE_MS)
      await page.context().setOffline(false)
      end.offline += 1
    }
    if (openOf(end.counts) === 0) {
      if (!end.counts.failed || retries === RETRIES) {
        end.resumed += earlier
        return end
      }
      retries += 1
      await page.evaluate(() => soak.retry())
    }
    await wait(100)
  }
  return { ...end, late: true }
}

const ENDED = ['uploaded', 'skipped', 'failed', 'cancelled']
const sumOf = (counts: State['counts'], names: readonly string[]) =>
  names.reduce((sum, name) => sum + (counts[name] ?? 0), 0)
const openOf = (counts: State['counts']) => sumOf(counts, Object.keys(counts)) - sumOf(counts, ENDED)

/** What lakeFS and the store have against what was to be sent. */
async function judge(
  sandbox: Sandbox,
  plans: readonly Plan[],
  end: End,
  figures: { faults: number; seconds: number },
): Promise<Trial> {
  const problems: string[] = []
  const entries = await listing(sandbox)
  const stored = new Map((await sandbox.objects()).map(({ key, md5 }) => [key, md5]))
  let [equal, neverStored, wrong] = [0, 0, 0]
  for (const plan of plans) {
    const entry = entries.get(plan.path)
    if (!entry) {
      problems.push(`${plan.path} is not there`)
      continue
    }
    const there = stored.get(entry.physical_address.replace(/^s3:\/\//, ''))
    const sum = md5(bytesOf(plan))
    if (there === undefined) neverStored += 1
    else if (there !== sum || entry.size_bytes !== plan.size) wrong += 1
    else equal += 1
  }
  const open = await leftOpen(sandbox)
  const addsUp = sumOf(end.counts, Object.keys(end.counts)) === plans.length && openOf(end.counts) === 0
  const uploaded = sumOf(end.counts, ['uploaded', 'skipped'])
  if (end.late) problems.push(`not done in time: ${JSON.stringify(end.counts)}`)
  if (uploaded !== plans.length) problems.push(`${uploaded} ended well, ${[...new Set(end.codes)].join(', ')}`)
  if (!addsUp) problems.push(`counts do not add up: ${JSON.stringify(end.counts)}`)
  if (neverStored > 0) problems.push(`${neverStored} were never stored`)
  if (wrong > 0) problems.push(`${wrong} differ`)
  if (entries.size !== plans.length) problems.push(`${entries.size} objects for ${plans.length} files`)
  if (open > 0) problems.push(`${open} multipart uploads are open`)
  const parts = plans.filter(({ size }) => size > 10 * 2 ** 20).length
  const { reloads, offline, resumed } = end
  return {
    ...{ files: plans.length, parts, ...figures, reloads, offline, resumed, uploaded },
    ...{ equal, neverStored, wrong, open, addsUp, problems },
  }
}

/**
 * Uploads that a page had heard of and left open. The others are nobody's fault: the page was gone before the answer to
 * its create was, and who has not heard an id cannot take the upload back. What is taken back is taken back behind the
 * files, which may all have ended before: waits for it, but not for ever.
 */
async function leftOpen(sandbox: Sandbox): Promise<number> {
  const open = () => sandbox.multiparts().filter(({ heard }) => heard).length
  for (const until = Date.now() + TAKING_BACK_MS; open() > 0 && Date.now() < until; ) await wait(100)
  return open()
}

interface Entry {
  path: string
  physical_address: string
  size_bytes: number
}

/** What the branch has, as lakeFS tells it. */
async function listing({ apiUrl, keys }: Sandbox): Promise<Map<string, Entry>> {
  const headers = { Authorization: `Basic ${btoa(`${keys.accessKeyId}:${keys.secretAccessKey}`)}` }
  const entries = new Map<string, Entry>()
  for (let after = ''; ; ) {
    const query = new URLSearchParams({ amount: '1000', after, prefix: PREFIX })
    const answer = await fetch(`${apiUrl}/api/v1/repositories/demo/refs/main/objects/ls?${query}`, { headers })
    if (!answer.ok) throw new Error(`listing: ${answer.status} ${await answer.text()}`)
    const { results, pagination } = (await answer.json()) as {
      results: Entry[]
      pagination: { has_more: boolean; next_offset: string }
    }
    for (const entry of results) entries.set(entry.path.slice(PREFIX.length), entry)
    if (!pagination.has_more) return entries
    after = pagination.next_offset
  }
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex')
}
