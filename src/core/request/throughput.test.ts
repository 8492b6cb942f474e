import { expect, it } from 'vitest'
import { Throughput } from './throughput.ts'

const MIB = 2 ** 20

it('tells nothing before a large request has ended', () => {
  const pace = new Throughput()
  pace.note(4096, 100, 1)
  expect(pace.value).toBeUndefined()
  pace.note(MIB, 1000, 6)
  expect(pace.value).toBe(MIB)
})

it('follows the newest requests', () => {
  const pace = new Throughput()
  pace.note(10 * MIB, 1000, 6)
  for (let index = 0; index < 20; index += 1) pace.note(MIB, 1000, 6)
  expect(pace.value).toBeLessThan(1.1 * MIB)
})

it('sends as many at once as allowed on a long way, and few on a line so fast that the machine is the limit', () => {
  const far = new Throughput()
  expect(far.partsAtOnce(6, 50)).toBe(6)
  far.note(10 * MIB, 1000, 6)
  expect(far.partsAtOnce(6, 50)).toBe(6)
  const near = new Throughput()
  expect(near.partsAtOnce(6, 2)).toBe(2)
  near.note(28 * MIB, 100, 2)
  expect(near.partsAtOnce(6, 2)).toBe(2)
  expect(near.partsAtOnce(1, 2)).toBe(1)
  // Near, but each connection has a limit of its own.
  const capped = new Throughput()
  capped.note(28 * MIB, 1000, 2)
  expect(capped.partsAtOnce(6, 2)).toBe(6)
})
