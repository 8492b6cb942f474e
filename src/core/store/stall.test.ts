import { expect, it } from 'vitest'
import { silenceLimit } from './stall.ts'

const MIB = 2 ** 20
const MINUTE = 60_000

it.each([
  ['a small body', 1000, 0, 3],
  ['one that a slow proxy passes on in that time', 5 * MIB, 0, 3],
  ['a larger one', 12 * MIB, 0, 6],
  ['a large one', 64 * MIB, 0, 32],
  ['one that was cut once', 12 * MIB, 1, 12],
  ['one that was cut twice', 12 * MIB, 2, 24],
  ['the largest', 2 ** 42, 0, 60],
])('the limit of silence grows with the body: %s', (_, size, cuts, timeouts) => {
  expect(silenceLimit(MINUTE, size, cuts)).toBe(timeouts * MINUTE)
})
