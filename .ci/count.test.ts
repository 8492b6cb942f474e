import { expect, test } from 'vitest'
import { count } from './count.mjs'

const vitest = (report: object) => count('vitest', () => JSON.stringify({ testResults: [], ...report }))
const playwright = (report: object) => count('playwright', () => JSON.stringify({ suites: [], ...report }))

test('adds up what ran', () => {
  expect(vitest({ numPassedTests: 7, numFailedTests: 2, success: false })).toMatchObject({ passed: 7, failed: 2 })
  expect(playwright({ stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 4 }, errors: [] })).toMatchObject({
    passed: 5,
    failed: 2,
  })
})

test('a file that cannot be loaded counts as failed', () => {
  const testResults = [{ name: 'a.test.ts', status: 'failed', message: 'no such module', assertionResults: [] }]
  expect(vitest({ numPassedTests: 7, numFailedTests: 0, success: false, testResults })).toEqual({
    passed: 7,
    failed: 1,
    failures: ['a.test.ts\n    no such module'],
  })
  expect(
    playwright({ stats: { expected: 5, unexpected: 0, flaky: 0 }, errors: [{ message: 'no such module' }] }),
  ).toEqual({ passed: 5, failed: 1, failures: ['outside a test\n    no such module'] })
})

test('what failed is told with its place and its error', () => {
  const assertionResults = [
    { status: 'passed', fullName: 'holds', failureMessages: [] },
    { status: 'failed', fullName: 'does not', failureMessages: ['expected 1\n\nto be 2'] },
  ]
  const testResults = [{ name: 'a.test.ts', status: 'failed', message: '', assertionResults }]
  expect(vitest({ numPassedTests: 1, numFailedTests: 1, success: false, testResults }).failures).toEqual([
    'a.test.ts › does not\n    expected 1\n    to be 2',
  ])
  const run = (projectName: string, status: string, ...messages: string[]) => ({
    projectName,
    status,
    results: messages.map((message) => ({ errors: [{ message }] })),
  })
  const spec = {
    title: 'lands',
    file: 'a.spec.ts',
    line: 3,
    tests: [run('chromium', 'expected'), run('firefox', 'unexpected', 'too late')],
  }
  const report = {
    stats: { expected: 1, unexpected: 1, flaky: 0 },
    errors: [],
    suites: [{ suites: [{ specs: [spec] }] }],
  }
  expect(playwright(report).failures).toEqual(['[firefox] a.spec.ts:3 › lands\n    too late'])
})

test('nothing run and no report are failures', () => {
  const nothing = { passed: 0, failed: 1, failures: ['No test ran.'] }
  expect(vitest({ numPassedTests: 0, numFailedTests: 0, success: true })).toEqual(nothing)
  expect(playwright({ stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 9 }, errors: [] })).toEqual(nothing)
  const none = { ...nothing, failures: ['The tests left no report.'] }
  expect(count('vitest', () => '')).toEqual(none)
  expect(
    count('playwright', () => {
      throw new Error('no file')
    }),
  ).toEqual(none)
})
