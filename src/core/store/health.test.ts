import { expect, test, vi } from 'vitest'
import { TestClock } from '../testing/clock.ts'
import { StoreHealth } from './health.ts'
import type { StoreTools } from './self-test.ts'

vi.mock('./self-test.ts', () => {
  throw new TypeError('Failed to fetch dynamically imported module')
})

test('where even the code of the self-test does not arrive, the network is lost, and the file waits', async () => {
  const send = () => Promise.reject(new Error('the store is not asked'))
  const tools = () => ({ clock: new TestClock() }) as unknown as StoreTools
  const health = new StoreHealth({ send }, tools, new AbortController().signal)
  const place = { at: { repository: 'lake', branch: 'main' }, path: 'a.txt' }
  expect(await health.examine(place, 2, 10)).toEqual({ check: 'network' })
})
