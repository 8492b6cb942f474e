// @ts-check

/**
 * What must hold, as programs. One with a report adds its tests to the sum. `quick`: part of the daily subset, with these
 * arguments more.
 * @typedef {{ name: string, program: string[], report?: import('./count.mjs').Kind, quick?: string[] }} Step
 */

/**
 * Lanes of a wave run side by side, the steps of a lane one after the other, and a wave begins when the one before it has
 * ended: what fills the machine by itself is alone, the rest shares it.
 * @typedef {Step[][]} Wave
 */

/** @type {(script: string, ...args: string[]) => string[]} */
const npm = (script, ...args) => ['npm', 'run', '--silent', script, ...(args.length > 0 ? ['--', ...args] : [])]

/** Stories of the daily subset: a file's way onto the branch, what stops it, and what a visit has of it later. */
const SMOKE = ['sending/upload', 'sending/cancel', 'conflicts/', 'waiting/session', 'versioned/commit']

/** @type {Wave[]} */
export const WAVES = [
  [
    [
      { name: 'types', program: npm('types'), quick: [] },
      { name: 'lint', program: npm('lint'), quick: [] },
      {
        name: 'unit',
        program: npm(
          'unit',
          '--reporter=default',
          '--reporter=json',
          '--outputFile.json=test-results/reports/unit.json',
        ),
        report: 'vitest',
        quick: [],
      },
    ],
    [
      { name: 'build', program: npm('build'), quick: [] },
      { name: 'size', program: npm('size'), quick: [] },
      { name: 'browsers', program: ['node', '.ci/browsers.mjs'], quick: [] },
      { name: 'reference', program: npm('reference', '--check') },
    ],
  ],
  [
    [
      {
        name: 'stories',
        program: npm('e2e', '--reporter=list,json'),
        report: 'playwright',
        quick: ['--project=chromium', ...SMOKE],
      },
    ],
  ],
  // That the trials find what is taken out of the engine is tried every night.
  [
    [{ name: 'soak', program: npm('soak', '--trials', '--files', '500') }],
    [{ name: 'package', program: npm('package', '--reporter=list,json'), report: 'playwright' }],
  ],
]

/**
 * The waves that a command line asks for: all, those steps that it names, or with `--quick` the daily subset.
 * @param {readonly Wave[]} waves
 * @param {readonly string[]} args
 * @returns {Wave[]}
 */
export function wavesFor(waves, args) {
  const quick = args.includes('--quick')
  const names = args.filter((arg) => arg !== '--quick')
  const steps = waves.flat(2)
  const unknown = names.filter((name) => !steps.some((step) => step.name === name))
  if (unknown.length > 0) {
    const known = steps.map(({ name }) => name).join(', ')
    throw new Error(
      `No such step: ${unknown.join(', ')}. Usage: node .ci/test.mjs [--quick] [step …]. Steps: ${known}.`,
    )
  }
  /** @param {Step} step */
  const wanted = ({ name, quick: daily }) => (names.length > 0 ? names.includes(name) : !quick || daily !== undefined)
  /** @param {Step} step */
  const formed = (step) => (quick ? { ...step, program: [...step.program, ...(step.quick ?? [])] } : step)
  return waves
    .map((lanes) => lanes.map((lane) => lane.filter(wanted).map(formed)).filter((lane) => lane.length > 0))
    .filter((lanes) => lanes.length > 0)
}

/**
 * Runs all steps, whatever becomes of those before them.
 * @template Outcome
 * @param {readonly Wave[]} waves
 * @param {(step: Step, alone: boolean) => Promise<Outcome>} run `alone`: nothing else runs meanwhile.
 * @returns {Promise<Outcome[]>} In the order of the steps.
 */
export async function runWaves(waves, run) {
  /** @type {Outcome[]} */
  const outcomes = []
  for (const lanes of waves) {
    const ended = await Promise.all(
      lanes.map(async (lane) => {
        /** @type {Outcome[]} */
        const own = []
        for (const step of lane) own.push(await run(step, lanes.length === 1))
        return own
      }),
    )
    outcomes.push(...ended.flat())
  }
  return outcomes
}

/**
 * @typedef {{ name: string, passed: number, failed: number, failures: string[], seconds: number }} Outcome
 */

/**
 * A step's part of the sum. A step that broke without a failed test has failed as one.
 * @param {string} name
 * @param {string} broken Why the program ended badly; empty if it did not.
 * @param {import('./count.mjs').Sum} sum
 * @param {number} seconds
 * @returns {Outcome}
 */
export function outcomeOf(name, broken, sum, seconds) {
  const failed = broken && sum.failed === 0 ? 1 : sum.failed
  const failures = failed > 0 && sum.failures.length === 0 ? [broken] : sum.failures
  return { name, passed: sum.passed, failed, failures, seconds }
}

/**
 * What is said at the end. What failed stands there too, as a log is often kept by its last lines; the sum is the last one.
 * @param {readonly Outcome[]} outcomes
 */
export function conclusion(outcomes) {
  const failed = outcomes.filter((one) => one.failed > 0)
  const failures = failed.flatMap(({ name, failures }) => [`== ${name}`, ...failures])
  const times = outcomes.map(({ name, seconds }) => `${name} ${seconds} s`).join(', ')
  /** @param {'passed' | 'failed'} key */
  const total = (key) => outcomes.reduce((sum, one) => sum + one[key], 0)
  return [...failures, times, '', `${total('passed')} passed, ${total('failed')} failed`].join('\n')
}
