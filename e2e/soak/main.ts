import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Browser, chromium } from '@playwright/test'
import { build } from 'vite'
import { findChromium } from '../../.ci/chromium.mjs'
import type { Mutation } from './page.ts'
import { runTrial, type Trial } from './trial.ts'

const HELP = `npm run soak -- [options]
  --seed N       the same trial again (default 1)
  --files N      files of the trial (default 2000)
  --minutes N    give up after so long (default 2.5)
  --only NAME    main, status, checksum or link (default: all of them)`

/** Files of a trial with a part of the engine missing: enough for what is missing to be missed. */
const FEW = 200

/** @returns the exit code. */
export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string', default: '1' },
      files: { type: 'string', default: '2000' },
      minutes: { type: 'string', default: '2.5' },
      only: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const [seed, files] = [Number(values.seed), Number(values.files)]
  const limit = Number(values.minutes) * 60_000
  const pageDir = mkdtempSync(join(tmpdir(), 'soak-page-'))
  let browser: Browser | undefined
  try {
    await buildPage(pageDir)
    const executablePath = findChromium()
    browser = await chromium.launch({ args: ['--no-sandbox'], ...(executablePath ? { executablePath } : {}) })
    let failed = false
    const wanted = (name: string) => values.only === undefined || values.only === name
    if (wanted('main')) {
      const trial = await runTrial({ browser, pageDir, seed, files, limit, mutation: undefined })
      console.log(lineOf(trial, seed))
      failed = trial.problems.length > 0
      for (const problem of trial.problems.slice(0, 20)) console.log(`  ${problem}`)
    }
    for (const mutation of ['status', 'checksum', 'link'] as const satisfies readonly Mutation[]) {
      if (!wanted(mutation)) continue
      const trial = await runTrial({ browser, pageDir, seed, files: FEW, limit: 60_000, mutation })
      const symptom = trial.problems.find((problem) => SYMPTOMS[mutation].test(problem))
      const other = trial.problems.length > 0 ? `fails for another reason (${trial.problems[0]})` : 'passes'
      console.log(`soak without the ${NAMES[mutation]}: ${symptom ? `fails as it must (${symptom})` : other}`)
      failed ||= symptom === undefined
    }
    return failed ? 1 : 0
  } finally {
    await browser?.close()
    rmSync(pageDir, { recursive: true, force: true })
  }
}

const NAMES: Record<Mutation, string> = {
  status: 'status check',
  checksum: 'ETag compare',
  link: 'single-link guard',
}

/** How each of them shows: a trial that fails for another reason, slowness say, proves nothing. */
const SYMPTOMS: Record<Mutation, RegExp> = {
  status: /were never stored/,
  checksum: /differ$/,
  // lakeFS refuses the second link of an address.
  link: /ended well, .*protocol/,
}

function lineOf(trial: Trial, seed: number): string {
  const { files, parts, faults, reloads, offline, resumed, uploaded, equal, neverStored, wrong, open, seconds } = trial
  return [
    `soak: ${files} files (${parts} by parts)`,
    `${faults} faults, ${reloads} reloads, ${offline} offline spells`,
    `${uploaded} uploaded, ${equal} byte-equal, ${resumed} resumed`,
    `${neverStored} never stored, ${wrong} wrong links, ${open} multiparts open`,
    `counts ${trial.addsUp ? 'add up' : 'do not add up'}`,
    `${seconds.toFixed(0)} s`,
    `seed ${seed}: ${trial.problems.length === 0 ? 'passed' : 'FAILED'}`,
  ].join(' · ')
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
