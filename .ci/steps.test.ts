import { expect, test } from 'vitest'
import { conclusion, outcomeOf, runWaves, type Step, WAVES, type Wave, wavesFor } from './steps.mjs'

const step = (name: string, quick?: string[]): Step => ({ name, program: [name], ...(quick ? { quick } : {}) })
const waves: Wave[] = [[[step('a', []), step('b')], [step('c', ['--few'])]], [[step('d')]]]
const namesOf = (some: readonly Wave[]) => some.map((lanes) => lanes.map((lane) => lane.map(({ name }) => name)))

test('everything runs, or the named steps alone in the same order, or the daily subset', () => {
  expect(namesOf(wavesFor(waves, []))).toEqual([[['a', 'b'], ['c']], [['d']]])
  expect(namesOf(wavesFor(waves, ['d', 'b']))).toEqual([[['b']], [['d']]])
  expect(namesOf(wavesFor(waves, ['--quick']))).toEqual([[['a'], ['c']]])
})

test('the daily subset gives its steps their arguments, named or not', () => {
  const programs = (args: string[]) =>
    wavesFor(waves, args).flatMap((wave) => wave.flat().map(({ program }) => program))
  expect(programs(['--quick'])).toEqual([['a'], ['c', '--few']])
  expect(programs(['--quick', 'c', 'd'])).toEqual([['c', '--few'], ['d']])
  expect(programs(['c'])).toEqual([['c']])
})

test('a name that no step has is said, with those there are', () => {
  expect(() => wavesFor(waves, ['a', 'e', '--fast'])).toThrow('No such step: e, --fast.')
  expect(() => wavesFor(waves, ['e'])).toThrow('Steps: a, b, c, d.')
})

test('lanes run side by side, their steps in turn, and the next wave waits for both', async () => {
  const log: string[] = []
  const ends = new Map<string, () => void>()
  const running = runWaves(waves, async ({ name }, alone) => {
    log.push(`${name}${alone ? ' alone' : ''}`)
    await new Promise<void>((resolve) => ends.set(name, resolve))
    return name
  })
  const end = async (name: string) => {
    ends.get(name)?.()
    // Whatever follows from it begins before the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve))
    return log.splice(0)
  }
  expect(log.splice(0)).toEqual(['a', 'c'])
  expect(await end('c')).toEqual([])
  expect(await end('a')).toEqual(['b'])
  expect(await end('b')).toEqual(['d alone'])
  await end('d')
  expect(await running).toEqual(['a', 'b', 'c', 'd'])
})

test('a step that broke without a failed test has failed as one', () => {
  const none = { passed: 0, failed: 0, failures: [] }
  expect(outcomeOf('lint', 'ended with 1', none, 3)).toMatchObject({ failed: 1, failures: ['ended with 1'] })
  expect(outcomeOf('lint', '', none, 3)).toMatchObject({ failed: 0, failures: [] })
  const two = { passed: 5, failed: 2, failures: ['x', 'y'] }
  expect(outcomeOf('unit', 'ended with 1', two, 3)).toMatchObject({ passed: 5, failed: 2, failures: ['x', 'y'] })
})

test('the sum is the last line, after what failed', () => {
  const said = conclusion([
    { name: 'unit', passed: 7, failed: 1, failures: ['adds up'], seconds: 9 },
    { name: 'stories', passed: 4, failed: 0, failures: [], seconds: 60 },
  ])
  expect(said.split('\n')).toEqual(['== unit', 'adds up', 'unit 9 s, stories 60 s', '', '11 passed, 1 failed'])
})

test('each step has a name of its own, and no program of the daily subset is missing', () => {
  const steps = WAVES.flat(2)
  expect(new Set(steps.map(({ name }) => name)).size).toBe(steps.length)
  expect(
    wavesFor(WAVES, ['--quick'])
      .flat(2)
      .map(({ name }) => name),
  ).toEqual(expect.arrayContaining(['types', 'lint', 'unit', 'build', 'stories']))
})
