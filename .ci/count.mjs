// @ts-check

/** @typedef {'vitest' | 'playwright'} Kind */

/**
 * Adds up one report. A suite that ran nothing has failed, and so has one that left no report.
 * @param {Kind} kind
 * @param {() => string} read
 * @returns {{ passed: number, failed: number }}
 */
export function count(kind, read) {
  let report
  try {
    report = JSON.parse(read())
  } catch {
    console.log('The tests left no report.')
    return { passed: 0, failed: 1 }
  }
  const sum = kind === 'vitest' ? vitest(report) : playwright(report)
  if (sum.passed + sum.failed === 0) {
    console.log('No test ran.')
    return { passed: 0, failed: 1 }
  }
  return sum
}

/** @param {{ numPassedTests: number, numFailedTests: number, success: boolean }} report */
function vitest({ numPassedTests, numFailedTests, success }) {
  // A test file that cannot be loaded has no failed test of its own.
  return { passed: numPassedTests, failed: success ? numFailedTests : Math.max(1, numFailedTests) }
}

/** @param {{ stats: { expected: number, unexpected: number, flaky: number }, errors: unknown[] }} report */
function playwright({ stats, errors }) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length }
}
