import { expect, test } from 'vitest'
import { count } from './count.mjs'

const vitest = (report: object) => count('vitest', () => JSON.stringify(report))
const playwright = (report: object) => count('playwright', () => JSON.stringify(report))

test('adds up what ran', () => {
  expect(vitest({ numPassedTests: 7, numFailedTests: 2, success: false })).toEqual({ passed: 7, failed: 2 })
  expect(playwright({ stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 4 }, errors: [] })).toEqual({
    passed: 5,
    failed: 2,
  })
})

test('a file that cannot be loaded counts as failed', () => {
  expect(vitest({ numPassedTests: 7, numFailedTests: 0, success: false })).toEqual({ passed: 7, failed: 1 })
  expect(playwright({ stats: { expected: 5, unexpected: 0, flaky: 0 }, errors: [{}] })).toEqual({
    passed: 5,
    failed: 1,
  })
})

test('nothing run and no report are failures', () => {
  const nothing = { passed: 0, failed: 1 }
  expect(vitest({ numPassedTests: 0, numFailedTests: 0, success: true })).toEqual(nothing)
  expect(playwright({ stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 9 }, errors: [] })).toEqual(nothing)
  expect(count('vitest', () => '')).toEqual(nothing)
  expect(
    count('playwright', () => {
      throw new Error('no file')
    }),
  ).toEqual(nothing)
})
