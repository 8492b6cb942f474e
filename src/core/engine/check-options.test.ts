import { expect, it } from 'vitest'
import type { UploaderOptions } from '../options.ts'
import { file, rig } from '../testing/rig.ts'

const NONE = Number.NaN

it.each<[string, Partial<UploaderOptions>]>([
  ...([0, -1, 1.5, NONE] as const).flatMap((bad): [string, Partial<UploaderOptions>][] => [
    ['concurrency.files', { concurrency: { files: bad } }],
    ['concurrency.parts', { concurrency: { parts: bad } }],
    ['concurrency.api', { concurrency: { api: bad } }],
    ['partSize', { partSize: bad }],
  ]),
  ['stallTimeout', { stallTimeout: 0 }],
  ['viaApiBelow', { viaApiBelow: NONE }],
  ['retryTimeout', { retryTimeout: -1 }],
  ['retryTimeout', { retryTimeout: NONE }],
  ['maxFiles', { maxFiles: 2.5 }],
  ['maxSize', { maxSize: -1 }],
  // From a page without types.
  ['maxFiles', { maxFiles: '3' as unknown as number }],
])('%s in %j is refused by its name', async (option, options) => {
  const { engine, clock, lake } = rig(options)
  const adding = clock.run(engine.add([file('a')]))
  await expect(adding).rejects.toMatchObject({ code: 'option-invalid', retryable: false, facts: { option } })
  await expect(adding).rejects.toMatchObject({
    message: `The setting “${option}” of this page has a value that does not work. Tell the page’s owner.`,
    detail: expect.stringContaining(`${option} is `),
  })
  expect(engine.getSnapshot().ids).toEqual([])
  expect(lake.seen).toEqual([])
})

it.each<Partial<UploaderOptions>>([
  { concurrency: { files: 1, parts: 1, api: 1 }, viaApiBelow: 0, maxFiles: 1, maxSize: 1e6, partSize: 5e6 },
  { concurrency: { files: Number.POSITIVE_INFINITY }, retryTimeout: Number.POSITIVE_INFINITY, maxFiles: undefined },
])('%j is taken', async (options) => {
  const { upload } = rig(options)
  expect(await upload([file('a')])).toMatchObject({ uploaded: 1 })
})

it.each([0, NONE])('files that are there are not held by a limit of %d that comes later', async (limit) => {
  const { engine, clock, lake, statuses } = rig({ concurrency: { files: 1 } })
  lake.twist = ({ route }) => (route === 'put' ? 'hang' : undefined)
  await clock.run(engine.add([file('a'), file('b'), file('c')]))
  engine.pause()
  await clock.advance(0)
  expect(statuses()).toEqual(['a paused', 'b paused', 'c paused'])
  lake.twist = () => undefined
  engine.setOptions({ concurrency: { files: limit, parts: limit, api: limit } })
  engine.resume()
  expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 3 })
  await expect(clock.run(engine.add([file('d')]))).rejects.toMatchObject({ code: 'option-invalid' })
})
