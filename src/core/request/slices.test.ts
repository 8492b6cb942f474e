import { describe, expect, it } from 'vitest'
import { collect } from '../intake/collect.ts'
import { filterFiles } from '../intake/filter.ts'
import { TestClock } from '../testing/clock.ts'
import { file, rig } from '../testing/rig.ts'
import { Slices } from './slices.ts'

/** Slices of a clock that goes on by a ms whenever somebody looks at it. */
function counted() {
  let now = 0
  const turns: number[] = []
  const clock = Object.assign(new TestClock(), { now: () => ++now })
  const slices = new Slices(clock, async () => void turns.push(now))
  return { slices, turns }
}

const many = Array.from({ length: 100 }, (_, index) => file(`${index}.csv`))
const names = many.map(({ name }) => name)

/** None of the slices was longer than this many looks at the clock. */
function longest(turns: number[]): number {
  return Math.max(...turns.map((at, index) => at - (turns[index - 1] ?? 0)))
}

describe('a long list', () => {
  it('is read in slices, in its order', async () => {
    const { slices, turns } = counted()
    const { files } = await collect(many, slices)
    expect(files.map(({ path }) => path)).toEqual(names)
    expect(turns.length).toBeGreaterThan(8)
    expect(longest(turns)).toBeLessThan(12)
  })

  it('may be emptied by its owner at once', async () => {
    const { slices } = counted()
    const list = [...many]
    const collected = collect(list, slices)
    list.length = 0
    expect((await collected).files).toHaveLength(100)
  })

  it('is sifted in slices, and the count of files holds over all of them', async () => {
    const { slices, turns } = counted()
    const collected = await collect(many)
    const { files, rejections } = await filterFiles(collected, { maxFiles: 60 }, 10, slices)
    expect(files.map(({ path }) => path)).toEqual(names.slice(0, 50))
    expect(rejections.map(({ path }) => path)).toEqual(names.slice(50))
    expect(longest(turns)).toBeLessThan(12)
  })
})

it('files start a few at a time, with a turn for the page in between', async () => {
  const turns: (() => void)[] = []
  const { engine, clock, lake } = rig({}, { breathe: () => new Promise((resolve) => turns.push(resolve)) })
  lake.twist = ({ route }) => (route === 'address' ? 'hang' : undefined)
  const started = () => engine.getSnapshot().totals.files - engine.getSnapshot().totals.counts.queued
  await clock.run(engine.add(many.slice(0, 20)))
  expect(started()).toBe(8)
  turns.shift()?.()
  await clock.advance(0)
  expect(started()).toBe(16)
  engine.stop()
  turns.shift()?.()
  await clock.advance(0)
  expect(started()).toBe(20)
  expect(engine.getSnapshot().totals.counts.paused).toBe(20)
})
