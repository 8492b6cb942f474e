// @ts-check
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ensureChromium, installEngines } from './chromium.mjs'
import { count } from './count.mjs'

/**
 * Everything that must hold, in the order in which a mistake shows soonest. A step is an npm script, or a function; one
 * with a report adds its tests to the sum. Names given on the command line run these steps alone.
 * @type {{ name: string, run: string[] | (() => void), report?: import('./count.mjs').Kind }[]}
 */
const STEPS = [
  { name: 'types', run: ['types'] },
  { name: 'lint', run: ['lint'] },
  { name: 'unit', run: ['unit', '--', '--reporter=default', '--reporter=json'], report: 'vitest' },
  { name: 'build', run: ['build'] },
  { name: 'size', run: ['size'] },
  { name: 'browsers', run: browsers },
  { name: 'bench', run: ['bench', '--', '--quick'] },
  { name: 'stories', run: ['e2e', '--', '--reporter=list,json'], report: 'playwright' },
  { name: 'soak', run: ['soak'] },
  { name: 'reference', run: ['reference', '--', '--check'] },
  { name: 'package', run: ['package', '--', '--reporter=list,json'], report: 'playwright' },
]

const REPORTS = fileURLToPath(new URL('../test-results/reports', import.meta.url))

/** What browser tests need. */
function browsers() {
  ensureChromium()
  if (process.env.CI) installEngines()
}

/**
 * @param {string[]} script
 * @param {string} report
 */
function npm(script, report) {
  const outcome = spawnSync('npm', ['run', '--silent', ...script, ...output(script, report)], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  })
  if (outcome.error) throw outcome.error
  if (outcome.status !== 0) throw new Error(`npm run ${script[0]} ended with ${outcome.status ?? outcome.signal}`)
}

/**
 * @param {string[]} script
 * @param {string} report
 */
function output(script, report) {
  return script[0] === 'unit' ? [`--outputFile.json=${report}`] : []
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name))
if (unknown.length > 0) {
  console.error(`No such step: ${unknown.join(', ')}. Steps: ${STEPS.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}

let passed = 0
let failed = 0
/** @type {string[]} */
const failures = []
mkdirSync(REPORTS, { recursive: true })
for (const { name, run, report } of STEPS) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  console.log(`\n== ${name}`)
  const file = `${REPORTS}/${name}.json`
  rmSync(file, { force: true })
  const began = performance.now()
  let broken = ''
  try {
    if (typeof run === 'function') run()
    else npm(run, file)
  } catch (error) {
    broken = /** @type {Error} */ (error).message
    console.log(broken)
  }
  const sum = report ? count(report, () => readFileSync(file, 'utf8')) : { passed: 0, failed: 0, failures: [] }
  // A step that broke without a failed test has failed as one.
  if (broken && sum.failed === 0) sum.failed = 1
  if (sum.failed > 0) failures.push(`== ${name}`, ...(sum.failures.length > 0 ? sum.failures : [broken]))
  passed += sum.passed
  failed += sum.failed
  const verdict = sum.failed > 0 ? `FAILED (${sum.failed})` : 'ok'
  console.log(`== ${name}: ${verdict}, ${Math.round((performance.now() - began) / 1000)} s`)
}
// What failed stands at the end too: a log is often kept by its last lines.
if (failures.length > 0) console.log(`\n${failures.join('\n')}`)
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
