// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { untilAnswered } from './retry-until-answered.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Work that fails so often before it has an answer. */
function work(failures: number) {
  let tries = 0
  let askNow: () => void = () => {}
  const answer = untilAnswered(
    async () => {
      tries += 1
      if (tries <= failures) throw new TypeError('Failed to fetch')
      return 'settings'
    },
    (thrown) => thrown instanceof TypeError,
    (ask) => {
      askNow = ask
    },
  )
  return { answer, tries: () => tries, askNow: () => askNow() }
}

test('is done again after growing distances until it succeeds', async () => {
  const { answer, tries } = work(3)
  await vi.advanceTimersByTimeAsync(0)
  expect(tries()).toBe(1)
  await vi.advanceTimersByTimeAsync(1000)
  expect(tries()).toBe(2)
  await vi.advanceTimersByTimeAsync(1999)
  expect(tries()).toBe(2)
  await vi.advanceTimersByTimeAsync(1 + 4000)
  expect(await answer).toBe('settings')
})

test('at once when the network is back, the page is shown, or somebody asks', async () => {
  const { answer, tries, askNow } = work(3)
  await vi.advanceTimersByTimeAsync(0)
  dispatchEvent(new Event('online'))
  await vi.advanceTimersByTimeAsync(0)
  expect(tries()).toBe(2)
  document.dispatchEvent(new Event('visibilitychange'))
  await vi.advanceTimersByTimeAsync(0)
  expect(tries()).toBe(3)
  askNow()
  expect(await answer).toBe('settings')
  // Nothing of it is left behind.
  expect(vi.getTimerCount()).toBe(0)
})

test('fails at once with what does not pass', async () => {
  const failed = untilAnswered(
    () => Promise.reject(new RangeError('a mistake')),
    (thrown) => thrown instanceof TypeError,
    () => expect.unreachable(),
  )
  await expect(failed).rejects.toThrow('a mistake')
})
