// @ts-check
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { count } from './count.mjs'
import { conclusion, outcomeOf, runWaves, WAVES, wavesFor } from './steps.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const REPORTS = join(ROOT, 'test-results/reports')

/**
 * Runs a program to its end.
 * @param {string[]} program
 * @param {string} report where Playwright puts its own.
 * @param {boolean} live whether what it says is shown at once.
 * @returns {Promise<{ broken: string, said: Buffer }>} Why it ended badly, if it did, and what has not been shown.
 */
async function run([name = '', ...args], report, live) {
  const child = spawn(name, args, {
    cwd: ROOT,
    stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  })
  /** @type {Buffer[]} */
  const said = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(chunk))
  const broken = await once(child, 'close').then(
    ([status, signal]) => (status === 0 ? '' : `${[name, ...args].join(' ')} ended with ${status ?? signal}`),
    (error) => /** @type {Error} */ (error).message,
  )
  return { broken, said: Buffer.concat(said) }
}

/**
 * A step's lines stand together: beside others it says them when it has ended.
 * @param {import('./steps.mjs').Step} step
 * @param {boolean} alone
 */
async function runStep({ name, program, report }, alone) {
  const file = join(REPORTS, `${name}.json`)
  rmSync(file, { force: true })
  if (alone) console.log(`\n== ${name}`)
  const began = performance.now()
  const { broken, said } = await run(program, file, alone)
  const seconds = Math.round((performance.now() - began) / 1000)
  const sum = report ? count(report, () => readFileSync(file, 'utf8')) : { passed: 0, failed: 0, failures: [] }
  const outcome = outcomeOf(name, broken, sum, seconds)
  if (!alone) process.stdout.write(`\n== ${name}\n${said}`)
  if (broken) console.log(broken)
  console.log(`== ${name}: ${outcome.failed > 0 ? `FAILED (${outcome.failed})` : 'ok'}, ${seconds} s`)
  return outcome
}

/** @param {string[]} args */
function asked(args) {
  try {
    return wavesFor(WAVES, args)
  } catch (error) {
    console.error(/** @type {Error} */ (error).message)
    return process.exit(2)
  }
}

const waves = asked(process.argv.slice(2))
mkdirSync(REPORTS, { recursive: true })
const outcomes = await runWaves(waves, runStep)
console.log(`\n${conclusion(outcomes)}`)
process.exitCode = outcomes.some(({ failed }) => failed > 0) ? 1 : 0
