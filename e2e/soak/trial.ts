import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, Page } from '@playwright/test'
import type { Sandbox } from '../../server/sandbox/index.ts'
import { historyOf, leftOpen, md5, readBranch, unwritten } from './branch.ts'
import { REPOSITORY } from './client.ts'
import { scriptOf } from './faults.ts'
import { bytesOf, PARTS_FROM, type Plan, planOf } from './files.ts'
import type { Mutation } from './mutations.ts'
import type { Setup, Soak, State } from './page.ts'
import { openStage, type Trial } from './stage.ts'

export interface TrialOptions {
  browser: Browser
  pageDir: string
  seed: number
  files: number
  /** Ms after which what is not done counts as failed. */
  limit: number
  mutation: Mutation | undefined
}

/** Shares of the files on the branch at which the page is loaded anew, and at which the network goes. */
const RELOADS = [0.2, 0.45, 0.7]
const OFFLINE = [0.3, 0.6]
const OFFLINE_MS = 3000
/** How often failed files are tried again, as a person would. */
const RETRIES = 5

const PREFIX = 'soak/'

declare const soak: Soak

/** Files through faults of lakeFS, the store and the network, and through reloads. */
export async function runTrial(options: TrialOptions): Promise<Trial> {
  const { browser, pageDir, seed, files, limit, mutation } = options
  const began = Date.now()
  // Each address once, as older servers take it: an upload that is linked twice then fails.
  const stage = await openStage(pageDir, { linkTwice: false })
  const { sandbox } = stage
  const context = await browser.newContext()
  const output: string[] = []
  try {
    await stage.signIn(context)
    sandbox.faults.add(...scriptOf(seed, files))
    const page = await context.newPage()
    page.on('pageerror', (error) => output.push(`page: ${error.message}`))
    const where = { repository: REPOSITORY, branch: 'main', prefix: PREFIX }
    const setup: Setup = { ...where, onConflict: 'overwrite', stallTimeout: 1500, mutation }
    const plans = planOf(seed, files)
    const end = await drive(page, sandbox, setup, plans, stage.origin, began + limit)
    const faults = sandbox.faults.list().reduce((sum, { struck }) => sum + struck, 0)
    sandbox.faults.clear()
    const trial = await judge(sandbox, plans, end, faults)
    return { ...trial, problems: [...trial.problems, ...output] }
  } finally {
    await context.close()
    await stage.close()
  }
}

interface End {
  /** When the page was loaded anew, in ms since 1970. */
  reloads: number[]
  /** Multipart uploads that a reload may have cut off before they were put down. */
  unwritten: Set<string>
  offline: number
  resumed: number
  counts: State['counts']
  codes: string[]
  late: boolean
}

/** Opens the page, takes it through its reloads and offline spells, and waits for the end. */
async function drive(
  page: Page,
  sandbox: Sandbox,
  setup: Setup,
  plans: Plan[],
  url: string,
  until: number,
): Promise<End> {
  const reloads = setup.mutation ? [] : RELOADS.map((share) => share * plans.length)
  const spells = setup.mutation ? [] : OFFLINE.map((share) => share * plans.length)
  const end: End = { reloads: [], unwritten: new Set(), offline: 0, resumed: 0, counts: {}, codes: [], late: false }
  const look = async () => {
    const { counts, codes, earlier } = await page.evaluate(() => soak.state())
    Object.assign(end, { counts, codes })
    return earlier
  }
  const begin = () => page.evaluate(([given, files]) => soak.start(given, files), [setup, plans] as const)
  await page.goto(`${url}/`)
  await begin()
  for (let retries = 0; Date.now() < until; ) {
    const earlier = await look()
    const there = sumOf(end.counts, ['uploaded', 'skipped'])
    const [reload, spell] = [reloads[0] ?? Infinity, spells[0] ?? Infinity]
    if (there >= reload) {
      reloads.shift()
      end.resumed += earlier
      const leaving = Date.now()
      await page.reload()
      end.reloads.push(leaving)
      for (const upload of unwritten(sandbox, leaving)) end.unwritten.add(upload)
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
async function judge(sandbox: Sandbox, plans: readonly Plan[], end: End, faults: number): Promise<Trial> {
  const problems: string[] = []
  const branch = await readBranch(sandbox, 'main', PREFIX)
  let [equal, neverStored, wrong] = [0, 0, 0]
  for (const plan of plans) {
    const there = branch.get(PREFIX + plan.path)
    if (!there) problems.push(`${plan.path} is not there`)
    else if (there.md5 === undefined) neverStored += 1
    else if (there.md5 !== md5(bytesOf(plan)) || there.size !== plan.size) wrong += 1
    else equal += 1
  }
  const left = await leftOpen(sandbox, (upload) => !end.unwritten.has(upload))
  const open = left.length
  const addsUp = sumOf(end.counts, Object.keys(end.counts)) === plans.length && openOf(end.counts) === 0
  const uploaded = sumOf(end.counts, ['uploaded', 'skipped'])
  if (end.late) problems.push(`not done in time: ${JSON.stringify(end.counts)}`)
  if (uploaded !== plans.length) problems.push(`${uploaded} ended well, ${[...new Set(end.codes)].join(', ')}`)
  if (!addsUp) problems.push(`counts do not add up: ${JSON.stringify(end.counts)}`)
  if (neverStored > 0) problems.push(`${neverStored} were never stored`)
  if (wrong > 0) problems.push(`${wrong} differ`)
  if (branch.size !== plans.length) problems.push(`${branch.size} objects for ${plans.length} files`)
  if (open > 0) {
    const histories = left.map((one) => historyOf(sandbox, one, end.reloads))
    problems.push(`${open} multipart uploads are open: ${histories.join('; ')}`)
  }
  const parts = plans.filter(({ size }) => size > PARTS_FROM).length
  const figures = [
    `${plans.length} files (${parts} by parts)`,
    `${faults} faults, ${end.reloads.length} reloads, ${end.offline} offline spells`,
    `${uploaded} uploaded, ${equal} byte-equal, ${end.resumed} resumed`,
    `${neverStored} never stored, ${wrong} wrong links, ${open} multiparts open`,
    `counts ${addsUp ? 'add up' : 'do not add up'}`,
  ]
  return { figures, problems }
}
