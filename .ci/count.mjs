// @ts-check

/** @typedef {'vitest' | 'playwright'} Kind */
/** @typedef {{ passed: number, failed: number, failures: string[] }} Sum `failures`: each one's name and its error. */

/**
 * Adds up one report. A suite that ran nothing has failed, and so has one that left no report.
 * @param {Kind} kind
 * @param {() => string} read
 * @returns {Sum}
 */
export function count(kind, read) {
  let report
  try {
    report = JSON.parse(read())
  } catch {
    return { passed: 0, failed: 1, failures: ['The tests left no report.'] }
  }
  const sum = kind === 'vitest' ? vitest(report) : playwright(report)
  if (sum.passed + sum.failed === 0) return { passed: 0, failed: 1, failures: ['No test ran.'] }
  return sum
}

/**
 * @typedef {{ status: string, fullName: string, failureMessages: string[] }} Assertion
 * @typedef {{ name: string, status: string, message: string, assertionResults: Assertion[] }} TestFile
 */

/**
 * @param {{ numPassedTests: number, numFailedTests: number, success: boolean, testResults: TestFile[] }} report
 * @returns {Sum}
 */
function vitest({ numPassedTests, numFailedTests, success, testResults }) {
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed')
    // A test file that cannot be loaded has no failed test of its own.
    if (status === 'failed' && failed.length === 0) return [told(name, [message])]
    return failed.map(({ fullName, failureMessages }) => told(`${name} › ${fullName}`, failureMessages))
  })
  // Neither has an error that nobody caught.
  return { passed: numPassedTests, failed: success ? numFailedTests : Math.max(1, numFailedTests), failures }
}

/**
 * @typedef {{ message?: string, snippet?: string }} Fault
 * @typedef {{ projectName: string, status: string, results: { errors: Fault[] }[] }} Run
 * @typedef {{ title: string, file: string, line: number, tests: Run[] }} Spec
 * @typedef {{ suites?: Suite[], specs?: Spec[] }} Suite
 */

/**
 * @param {{ stats: { expected: number, unexpected: number, flaky: number }, errors: Fault[], suites: Suite[] }} report
 * @returns {Sum}
 */
function playwright({ stats, errors, suites }) {
  const failures = specsOf(suites).flatMap(({ title, file, line, tests }) =>
    tests
      .filter(({ status }) => status === 'unexpected' || status === 'flaky')
      .map(({ projectName, results }) => {
        const messages = results.flatMap((result) => result.errors).map(({ message = '' }) => message)
        return told(`[${projectName}] ${file}:${line} › ${title}`, messages)
      }),
  )
  for (const { message = '' } of errors) failures.push(told('outside a test', [message]))
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length, failures }
}

/**
 * @param {Suite[]} suites
 * @returns {Spec[]}
 */
function specsOf(suites) {
  return suites.flatMap((suite) => [...(suite.specs ?? []), ...specsOf(suite.suites ?? [])])
}

/**
 * @param {string} name
 * @param {string[]} messages
 */
function told(name, messages) {
  const lines = messages.flatMap((message) => message.split('\n')).filter((line) => line.trim() !== '')
  return [name, ...lines.slice(0, 20).map((line) => `    ${line}`)].join('\n')
}
