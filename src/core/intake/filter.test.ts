import { describe, expect, it } from 'vitest'
import { UploadError } from '../errors.ts'
import { file, rig } from '../testing/rig.ts'
import type { CollectedFiles } from './collect.ts'
import { filterFiles } from './filter.ts'

const collected = (...files: File[]): CollectedFiles => ({
  files: files.map((one) => ({ file: one, path: one.name })),
  emptyFolders: [],
  unreadable: [],
})

describe('what is taken of a drop', () => {
  it('names each refused file with its reason', async () => {
    const drop = collected(
      file('a.csv', 10),
      file('b.txt', 10),
      file('big.csv', 2000),
      file('c.csv', 10),
      file('d.csv', 10),
    )
    const { files, rejections } = await filterFiles(drop, { accept: '.csv', maxSize: 1000, maxFiles: 3 }, 1)
    expect(files.map(({ path }) => path)).toEqual(['a.csv', 'c.csv'])
    expect(rejections).toEqual([
      { path: 'b.txt', code: 'file-invalid-type', message: 'Only .csv can be added here.', size: 10 },
      {
        path: 'big.csv',
        code: 'file-too-large',
        message: 'This file has 2000 bytes, and 1000 is the limit here.',
        size: 2000,
      },
      { path: 'd.csv', code: 'too-many-files', message: 'Only 3 files can be added here.', size: 10 },
    ])
  })

  it('sets what nobody means to upload aside before it counts, and says by which name', async () => {
    const drop = collected(file('.DS_Store'), file('a/.git/config'), file('b.txt'))
    const { files, systemFiles, versionControl, rejections } = await filterFiles(
      {
        ...drop,
        files: drop.files.map((one, index) => ({ ...one, path: ['.DS_Store', 'a/.git/config', 'b.txt'][index] ?? '' })),
      },
      { maxFiles: 1 },
      0,
    )
    expect(files.map(({ path }) => path)).toEqual(['b.txt'])
    expect(systemFiles.map(({ path }) => path)).toEqual(['.DS_Store'])
    expect(versionControl.map(({ path }) => path)).toEqual(['a/.git/config'])
    expect(rejections).toMatchObject([
      { path: '.DS_Store', code: 'system-file', matched: '.DS_Store' },
      { path: 'a/.git/config', code: 'version-control', matched: '.git/' },
    ])
  })

  it('takes what the host accepts', async () => {
    const drop = collected(file('.DS_Store'), file('.git'))
    const all = await filterFiles(drop, { acceptSystemFiles: true, acceptVersionControl: true }, 0)
    expect(all.files).toHaveLength(2)
    const one = await filterFiles(drop, { acceptVersionControl: true }, 0)
    expect(one.rejections.map(({ path, code }) => [path, code])).toEqual([['.DS_Store', 'system-file']])
  })

  it('says nothing of empty folders and of locked files among them, but that they are left out', async () => {
    const error = new UploadError('file-unreadable')
    const unreadable = ['d/~$Report.docx', 'disk/System Volume Information', 'a/.git/index', 'a/secret'].map(
      (path) => ({
        path,
        error,
      }),
    )
    const drop = { files: [], unreadable, emptyFolders: ['a/.git/refs/tags', 'a/@eaDir', 'a/none'] }
    const { rejections } = await filterFiles(drop, {}, 0)
    expect(rejections.map(({ path, code }) => [path, code])).toEqual([
      ['d/~$Report.docx', 'system-file'],
      ['disk/System Volume Information', 'system-file'],
      ['a/.git/index', 'version-control'],
      ['a/secret', 'file-unreadable'],
      ['a/none', 'empty-folder'],
    ])
    const accepted = await filterFiles(drop, { acceptSystemFiles: true, acceptVersionControl: true }, 0)
    expect(new Set(accepted.rejections.map(({ code }) => code))).toEqual(new Set(['file-unreadable', 'empty-folder']))
  })

  it('takes a file by the name that the caller gives it', async () => {
    const drop = { ...collected(), files: [{ file: file('blob'), path: 'day/a.csv' }] }
    expect((await filterFiles(drop, { accept: '.csv' }, 0)).files).toHaveLength(1)
  })

  it('shows in the snapshot and in the answer of add', async () => {
    const { engine, clock } = rig({ accept: '.csv' })
    const added = await clock.run(engine.add([file('a.csv'), file('b.txt')]))
    expect(added.ids).toHaveLength(1)
    expect(added.rejections).toMatchObject([{ path: 'b.txt', code: 'file-invalid-type' }])
    expect(engine.getSnapshot().rejections).toEqual(added.rejections)
  })

  it('lands beside a file in a folder of the same name', async () => {
    const { upload, lake } = rig()
    await upload([file('a\\b.txt'), { file: file('b.txt'), path: 'a/b.txt' }])
    expect([...lake.objects.keys()].sort()).toEqual(['a/b.txt', 'a\\b.txt'])
  })

  it('holds limits that change for what is added from then on', async () => {
    const { engine, clock } = rig({ accept: '.csv', maxFiles: 2 })
    await clock.run(engine.add([file('a.csv'), file('b.csv'), file('c.csv')]))
    engine.setOptions({ accept: '.txt', maxFiles: 3, maxSize: 1 })
    expect(engine.getSnapshot().files.map(({ path }) => path)).toEqual(['a.csv', 'b.csv'])
    const { ids, rejections } = await clock.run(engine.add([file('c.csv'), file('d.txt', 2), file('e.txt', 1)]))
    expect(ids).toHaveLength(1)
    expect(rejections.map(({ path, code }) => [path, code])).toEqual([
      ['c.csv', 'file-invalid-type'],
      ['d.txt', 'file-too-large'],
    ])
  })
})

describe('renaming', () => {
  it('changes where a paused file lands and leaves it paused', async () => {
    const { engine, clock, lake } = rig({ concurrency: { files: 1 } })
    lake.twist = ({ route }) => (route === 'put' ? 'hang' : undefined)
    const [first, id = ''] = (await clock.run(engine.add([file('first.csv'), file('a.csv')]))).ids
    engine.pause(id)
    lake.twist = () => undefined
    engine.cancel(first)
    engine.rename(id, 'sub/b.csv')
    expect(engine.getFile(id)).toMatchObject({ path: 'sub/b.csv', status: 'paused' })
    engine.resume(id)
    await clock.run(engine.finished())
    expect([...lake.objects.keys()]).toEqual(['sub/b.csv'])
  })

  it('keeps a backslash of the name, and takes a path of Windows for one', async () => {
    const { engine, clock, lake } = rig({ concurrency: { files: 1 } })
    lake.twist = () => 'hang'
    const { ids } = await clock.run(engine.add([file('first'), file('a\\b.txt'), file('c.txt')]))
    engine.rename(ids[1] ?? '', 'a\\d.txt')
    engine.rename(ids[2] ?? '', 'sub\\c.txt')
    expect(engine.getSnapshot().files.map(({ path }) => path)).toEqual(['first', 'a\\d.txt', 'sub/c.txt'])
  })

  it('queues a failed file again under its new path', async () => {
    const { engine, clock, lake } = rig()
    const { ids } = await clock.run(engine.add([{ file: file('a.csv'), path: `${'x'.repeat(1100)}.csv` }]))
    const id = ids[0] ?? ''
    expect(engine.getFile(id)).toMatchObject({ status: 'failed', error: { code: 'path-too-long' } })
    engine.rename(id, 'short.csv')
    await clock.run(engine.finished())
    expect(lake.objects.has('short.csv')).toBe(true)
  })

  it.each([
    ['a/../b', 'dots'],
    ['./x', 'dots'],
    ['a\0b', 'nul'],
    ['\ud800', 'half-character'],
    ['a//b', 'empty-segment'],
  ])('sends nothing to a folder %j that cannot be: %s', async (prefix, reason) => {
    const { lake, upload } = rig({ prefix })
    const error = { code: 'path-invalid', facts: { reason } }
    expect(await upload([file('a')])).toMatchObject({ failed: 1, errors: [{ error }] })
    expect(lake.seen).toEqual([])
  })

  it('sends nothing of a path with two slashes in a row until it has another one', async () => {
    const { engine, clock, lake, upload } = rig()
    await upload([{ file: file('b.txt'), path: 'a//b.txt' }])
    const [failed] = engine.getSnapshot().files
    expect(failed).toMatchObject({
      path: 'a//b.txt',
      error: { code: 'path-invalid', facts: { reason: 'empty-segment' } },
    })
    expect(lake.seen).toEqual([])
    const bad = expect.objectContaining({ code: 'path-invalid', facts: { path: 'c//d.txt', reason: 'empty-segment' } })
    expect(() => engine.rename(failed?.id ?? '', 'c//d.txt')).toThrow(bad)
    engine.rename(failed?.id ?? '', 'a/b.txt')
    await clock.run(engine.finished())
    expect([...lake.objects.keys()]).toEqual(['a/b.txt'])
  })

  it('refuses a path that cannot land or that another file has, and changes nothing', async () => {
    const { engine, clock, lake } = rig()
    lake.twist = () => 'hang'
    const { ids } = await clock.run(engine.add([file('a.csv'), file('b.csv')]))
    engine.pause()
    await clock.advance(0)
    const id = ids[0] ?? ''
    expect(() => engine.rename(id, 'b.csv')).toThrow(expect.objectContaining({ code: 'path-twice' }))
    expect(() => engine.rename(id, '../b.csv')).toThrow(expect.objectContaining({ code: 'path-invalid' }))
    expect(() => engine.rename(id, 'x'.repeat(1100))).toThrow(expect.objectContaining({ code: 'path-too-long' }))
    expect(engine.getFile(id)).toMatchObject({ path: 'a.csv', status: 'paused' })
  })
})
