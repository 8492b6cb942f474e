import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Browser, chromium } from '@playwright/test'
import { build } from 'vite'
import { CHROMIUM_ARGS, findChromium } from '../../.ci/chromium.mjs'
import { runAdding } from './adding.ts'
import { runCrowd } from './crowd.ts'
import { runDrops } from './drops.ts'
import type { Mutation } from './mutations.ts'
import type { Trial } from './stage.ts'
import { runTrial } from './trial.ts'

const HELP = `npm run soak -- [options]
  --seed N       the same trial again (default 1)
  --seeds N      so many seeds, from that one on (default 1)
  --files N      files of the trial of faults (default 700)
  --people N     files of the trial among people (default 150)
  --minutes N    give up a trial after so long (default 10)
  --beside N     so many trials at a time (default 2)
  --only NAME    one of: main (faults, reloads, offline spells), people (a committer, a second uploader, cancels and
                 pauses, buffers before the store, a full store, hard deaths), adding (Cancel all and Pause all in the
                 midst of adding), atomic (drops that land by merge while others commit), or the trial without a part
                 of the engine: status, checksum, link, landing, merge, adding-rows, abort
  --trials       the four trials and nothing without a part of the engine`

/** Files of a trial with a part of the engine missing: enough for what is missing to be missed. */
const FEW = 200
const FEW_PEOPLE = 150

type Run = (mutation: Mutation | undefined, seed: number, few: boolean) => Promise<Trial>

/** @returns the exit code. */
export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string', default: '1' },
      seeds: { type: 'string', default: '1' },
      files: { type: 'string', default: '700' },
      people: { type: 'string', default: '150' },
      minutes: { type: 'string', default: '10' },
      beside: { type: 'string', default: '2' },
      only: { type: 'string' },
      trials: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const limit = Number(values.minutes) * 60_000
  const pageDir = mkdtempSync(join(tmpdir(), 'soak-page-'))
  let browser: Browser | undefined
  try {
    await buildPage(pageDir)
    const executablePath = findChromium()
    const opened = await chromium.launch({ args: CHROMIUM_ARGS, ...(executablePath ? { executablePath } : {}) })
    browser = opened
    const runs: Record<TrialName, Run> = {
      main: (mutation, seed, few) =>
        runTrial({ browser: opened, pageDir, seed, files: few ? FEW : Number(values.files), limit, mutation }),
      people: (mutation, seed, few) =>
        runCrowd({ pageDir, seed, files: few ? FEW_PEOPLE : Number(values.people), limit, mutation }),
      adding: (mutation, seed) => within(limit, runAdding({ browser: opened, pageDir, seed, mutation })),
      atomic: (mutation, seed) => within(limit, runDrops({ browser: opened, pageDir, seed, limit, mutation })),
    }
    const wanted = (name: string) => values.only === undefined || values.only === name
    const trials: (() => Promise<boolean>)[] = []
    for (let seed = Number(values.seed), last = seed + Number(values.seeds); seed < last; seed += 1) {
      for (const [name, run] of Object.entries(runs)) {
        if (wanted(name)) trials.push(async () => passes(name, await timed(() => run(undefined, seed, false)), seed))
      }
    }
    for (const [mutation, { name, trial, symptom }] of Object.entries(MUTATIONS)) {
      if (values.trials || !wanted(mutation === 'adding' ? 'adding-rows' : mutation)) continue
      const without = () => runs[trial](mutation as Mutation, Number(values.seed), true)
      trials.push(async () => fails(name, symptom, await timed(without)))
    }
    if (trials.length === 0) throw new Error('There is no such trial; --help lists them.')
    return (await allGood(trials, Number(values.beside))) ? 0 : 1
  } finally {
    await browser?.close()
    rmSync(pageDir, { recursive: true, force: true })
  }
}

type TrialName = 'main' | 'people' | 'adding' | 'atomic'

/**
 * Which trial misses each of them, and how that shows: a trial that fails for another reason, slowness say, proves
 * nothing.
 */
const MUTATIONS: Record<Mutation, { name: string; trial: TrialName; symptom: RegExp }> = {
  status: { name: 'status check', trial: 'main', symptom: /were never stored/ },
  checksum: { name: 'ETag compare', trial: 'main', symptom: /differ$/ },
  // lakeFS refuses the second link of an address.
  link: { name: 'single-link guard', trial: 'main', symptom: /ended well, .*protocol/ },
  landing: { name: 'second link and the last look', trial: 'people', symptom: /^told and not on the branch/ },
  merge: { name: 'look at conflicts before a merge', trial: 'atomic', symptom: /^of others, changed/ },
  adding: { name: 'end of adding at Cancel all', trial: 'adding', symptom: /after (cancel|pause) of all/ },
  abort: { name: 'repeated abort', trial: 'people', symptom: /multipart uploads are open/ },
}

/** The trial, or what became of it after so many ms. */
function within(ms: number, trial: Promise<Trial>): Promise<Trial> {
  const late = wait(ms, { figures: [], problems: ['not done in time'] }, { ref: false })
  return Promise.race([trial, late])
}

async function timed(work: () => Promise<Trial>): Promise<Trial> {
  const began = Date.now()
  const { figures, problems } = await work()
  return { figures: [...figures, `${((Date.now() - began) / 1000).toFixed(0)} s`], problems }
}

/** Runs trials in their order, so many at a time. False if one was not as it must be. */
async function allGood(trials: (() => Promise<boolean>)[], atOnce: number): Promise<boolean> {
  if (!(atOnce >= 1)) throw new Error('--beside takes a number from 1 on.')
  const left = [...trials]
  const ended: boolean[] = []
  const lane = async () => {
    for (let next = left.shift(); next; next = left.shift()) ended.push(await next())
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return ended.every((good) => good)
}

/** Says whether a trial without a part of the engine has failed as it must. */
function fails(name: string, symptom: RegExp, { figures, problems }: Trial): boolean {
  const found = problems.find((problem) => symptom.test(problem))
  const other = problems.length > 0 ? `fails for another reason (${problems[0]})` : 'passes'
  console.log(`soak without the ${name}: ${found ? `fails as it must (${found})` : other} · ${figures.at(-1)}`)
  return found !== undefined
}

/** Says how a trial ended. */
function passes(name: string, { figures, problems }: Trial, seed: number): boolean {
  const label = name === 'main' ? 'soak' : `soak, ${name}`
  const ended = `seed ${seed}: ${problems.length === 0 ? 'passed' : 'FAILED'}`
  console.log(`${label}: ${[...figures, ended].join(' · ')}`)
  for (const problem of problems.slice(0, 20)) console.log(`  ${problem}`)
  if (problems.length > 20) console.log(`  and ${problems.length - 20} more`)
  return problems.length === 0
}

async function buildPage(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: fileURLToPath(new URL('.', import.meta.url)),
    base: './',
    logLevel: 'error',
    define: { __VERSION__: JSON.stringify('soak') },
    build: { outDir, emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false } },
    worker: { format: 'es' },
  })
}
