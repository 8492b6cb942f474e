import { expect, it } from 'vitest'
import { Pace } from './pace.ts'

const MIB = 2 ** 20

it('tells nothing before a large request has ended', () => {
  const pace = new Pace()
  pace.note(4096, 100, 1)
  expect(pace.value).toBeUndefined()
  pace.note(MIB, 1000, 6)
  expect(pace.value).toBe(MIB)
})

it('follows the newest requests', () => {
  const pace = new Pace()
  pace.note(10 * MIB, 1000, 6)
  for (let index = 0; index < 20; index += 1) pace.note(MIB, 1000, 6)
  expect(pace.value).toBeLessThan(1.1 * MIB)
})

it('takes all lanes on a long way, and few on a line so fast that the machine is the limit', () => {
  const far = new Pace()
  expect(far.lanes(6, 50)).toBe(6)
  far.note(10 * MIB, 1000, 6)
  expect(far.lanes(6, 50)).toBe(6)
  const near = new Pace()
  expect(near.lanes(6, 2)).toBe(2)
  near.note(28 * MIB, 100, 2)
  expect(near.lanes(6, 2)).toBe(2)
  expect(near.lanes(1, 2)).toBe(1)
  // Near, but each connection has a limit of its own.
  const capped = new Pace()
  capped.note(28 * MIB, 1000, 2)
  expect(capped.lanes(6, 2)).toBe(6)
})
