import { describe, expect, it } from 'vitest'
import type { AddInput } from '../../intake/input.ts'
import { hasMadeUpName, looksMadeUp } from '../../intake/made-up-names.ts'
import { ResponseError } from '../../request/response-error.ts'
import { md5, type TestLake } from '../../testing/lake.ts'
import { file, rig } from '../../testing/rig.ts'

/** What a paste or a drop has: an item for each file, with a handle if it is one of a disk. */
const transferOf = (...items: { file: File; handle?: boolean }[]) =>
  ({
    types: ['Files'],
    files: items.map((item) => item.file),
    items: items.map((item) => ({
      kind: 'file',
      type: item.file.type,
      webkitGetAsEntry: () => null,
      getAsFile: () => item.file,
      getAsFileSystemHandle: async () => (item.handle ? { kind: 'file', name: item.file.name } : null),
    })),
  }) as unknown as DataTransfer

const sum = (text: string) => md5(Buffer.from(text))
const sumAt = (lake: TestLake, path: string) => lake.objects.get(path)?.checksum
const pasted = (name: string, text: string) => transferOf({ file: file(name, text) })

describe('two files with a name that the browser made up', () => {
  it.each(['overwrite', 'skip', 'fail', 'ask', 'rename'] as const)(
    'both land, whatever holds (%s)',
    async (onConflict) => {
      const { upload, lake } = rig({ onConflict })
      await upload(pasted('image.png', 'one'))
      await upload(pasted('image.png', 'two'))
      expect(sumAt(lake, 'image.png')).toBe(sum('one'))
      expect(sumAt(lake, 'image-2.png')).toBe(sum('two'))
    },
  )

  it.each([
    ['of the clipboard', 'image.png', pasted],
    ['of the clipboard of a Firefox in another language', 'изображение.png', pasted],
    ['of the camera of iOS', 'image.jpg', (name: string, text: string) => [file(name, text)]],
    ['of the camera of iOS, a film', 'capturedvideo.MOV', (name: string, text: string) => [file(name, text)]],
    ['that are blobs', 'blob', (name: string, text: string) => file(name, text)],
  ] satisfies [string, string, (name: string, text: string) => AddInput][])(
    '%s both land while neither has ended',
    async (_, name, input) => {
      const { engine, clock, lake } = rig()
      await clock.run(Promise.all(['one', 'two'].map((text) => engine.add(input(name, text)))))
      expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 2, failed: 0 })
      expect([...lake.objects.values()].map(({ checksum }) => checksum).sort()).toEqual([sum('one'), sum('two')].sort())
    },
  )

  it('both land from one choice, as old versions of iOS give it', async () => {
    const { upload, lake } = rig()
    await upload([file('image.jpeg', 'one'), file('image.jpeg', 'two'), file('image.jpeg', 'six')])
    expect([...lake.objects.keys()].sort()).toEqual(['image-2.jpeg', 'image-3.jpeg', 'image.jpeg'])
  })

  it('both land after a retry, after one answer for all, and through a host that puts them in a folder', async () => {
    const { engine, clock, lake, upload } = rig({
      onConflict: 'overwrite',
      beforeUpload: async ({ files }) => ({ files: files.map((one) => ({ file: one.file, path: `day/${one.path}` })) }),
    })
    await upload(pasted('image.png', 'one'))
    lake.twist = ({ route }) => (route === 'put' ? new ResponseError({ side: 'storage', status: 403 }) : undefined)
    await upload(pasted('image.png', 'two'))
    lake.twist = () => undefined
    engine.retry()
    await clock.run(engine.finished())
    expect(sumAt(lake, 'day/image.png')).toBe(sum('one'))
    expect(sumAt(lake, 'day/image-2.png')).toBe(sum('two'))
  })
})

describe('a name that somebody gave', () => {
  it.each([
    ['a file of a disk', () => transferOf({ file: file('image.png', 'new'), handle: true })],
    ['another name', () => pasted('scan.png', 'new')],
    ['a path of the host', () => [{ file: file('image.png', 'new'), path: 'image.png' }]],
  ])('stays: %s', async (_, input) => {
    const { upload, lake } = rig({ onConflict: 'overwrite' })
    const given = input()
    const name = 'files' in given ? given.files[0]?.name : 'image.png'
    lake.put(name ?? '', 'before')
    await upload(given)
    expect([...lake.objects.keys()]).toEqual([name])
    expect(sumAt(lake, name ?? '')).toBe(sum('new'))
  })

  it('stays when the user has given it', async () => {
    const { engine, clock, lake } = rig({ onConflict: 'overwrite', concurrency: { files: 1 } })
    lake.put('mine.png', 'before')
    lake.twist = ({ path }) => (path === 'first' ? 'hang' : undefined)
    const [first = '', id = ''] = (await clock.run(engine.add([file('first'), file('image.png', 'new')]))).ids
    engine.rename(id, 'mine.png')
    engine.cancel(first)
    await clock.run(engine.finished())
    expect(sumAt(lake, 'mine.png')).toBe(sum('new'))
  })
})

it.each([
  ['image.PNG', true],
  ['image.heic', true],
  ['blob', true],
  ['file', true],
  ['image', false],
  ['image.csv', false],
  ['my image.png', false],
  ['image1.png', false],
  ['IMG_0001.jpg', false],
  ['grafik.png', false],
])('%j looks made up: %s', (name, made) => expect(looksMadeUp(file(name))).toBe(made))

it('is not made up in a folder that was chosen', async () => {
  const one = Object.defineProperty(file('image.png'), 'webkitRelativePath', { value: 'd/image.png' })
  const { upload } = rig()
  await upload([one])
  expect(hasMadeUpName({ file: one, path: 'd/image.png' })).toBe(false)
})
