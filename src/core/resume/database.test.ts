import 'fake-indexeddb/auto'
import { describe, expect, it } from 'vitest'
import { type FileRecord, openRecords } from './database.ts'

let databases = 0
const fresh = () => `records-${++databases}`

const record = (id: string, more: Partial<FileRecord> = {}): FileRecord => ({
  id,
  session: 's1',
  endpoint: 'http://lakefs.test/api/v1',
  repository: 'lake',
  branch: 'main',
  prefix: '',
  path: id,
  size: 10,
  lastModified: 1,
  contentType: 'text/plain',
  metadata: {},
  phase: 'sending',
  touched: 1000,
  ...more,
})
const nothing = { files: [], parts: [], handles: [], gone: [] }

describe('records', () => {
  it('are there for the next visit', async () => {
    const name = fresh()
    const first = await openRecords(name)
    const parts = [2, 1, 10].map((part) => ({ file: 'a', part, etag: `e${part}` }))
    await first.write({
      ...nothing,
      files: [record('a'), record('b')],
      parts: [...parts, { file: 'b', part: 1, etag: 'x' }],
    })
    first.close()
    const second = await openRecords(name)
    expect((await second.files()).map(({ id }) => id)).toEqual(['a', 'b'])
    expect((await second.parts('a')).map(({ part }) => part)).toEqual([1, 2, 10])
  })

  it('go with their parts', async () => {
    const records = await openRecords(fresh())
    await records.write({
      ...nothing,
      files: [record('a'), record('ab')],
      parts: [
        { file: 'a', part: 1, etag: 'x' },
        { file: 'ab', part: 1, etag: 'y' },
      ],
    })
    await records.write({ ...nothing, gone: ['a'] })
    expect(await records.parts('a')).toEqual([])
    expect(await records.parts('ab')).toHaveLength(1)
    expect((await records.files()).map(({ id }) => id)).toEqual(['ab'])
  })

  it('of known files are found by their keys, and the old and those that are too many go', async () => {
    const records = await openRecords(fresh())
    const known = (path: string, when: number) => ({
      ...{ endpoint: 'e', repository: 'lake', path, size: 1, lastModified: 1, checksum: 'c' },
      when,
    })
    await records.putKnownFiles([known('a', 1), known('b', 5), known('c', 4), known('d', 6)])
    const find = async () =>
      (await records.knownFiles(['a', 'b', 'c', 'd'].map((path) => ['e', 'lake', path]))).map((one) => one?.path)
    expect(await find()).toEqual(['a', 'b', 'c', 'd'])
    await records.sweepKnownFiles(2, 10)
    expect(await find()).toEqual([undefined, 'b', 'c', 'd'])
    await records.sweepKnownFiles(0, 2)
    expect(await find()).toEqual([undefined, 'b', undefined, 'd'])
  })

  it('of uploads have their objects in order, grow, and go with all of them', async () => {
    const name = fresh()
    const records = await openRecords(name)
    const upload = (id: string, touched: number) => ({
      ...{ id, endpoint: 'http://lakefs.test/api/v1', repository: 'lake', branch: 'main', prefix: 'raw/' },
      ...{ since: 1, files: 3, bytes: 30, touched },
    })
    const object = { path: 'raw/a', checksum: 'c', size_bytes: 1, mtime: 1, physical_address: 's3://b/a' }
    const arrival = (id: string, index: number) => ({ upload: id, index, object })
    await records.putUpload(upload('u', 1000), [arrival('u', 0), arrival('u', 1)], true)
    await records.putUpload(upload('u', 2000), [arrival('u', 10), arrival('u', 2)], false)
    await records.putUpload(upload('u 1', 1000), [arrival('u 1', 7)], true)
    await records.putUpload(upload('u 1', 1000), [arrival('u 1', 0)], true)
    expect((await records.arrivals('u 1')).map(({ index }) => index)).toEqual([0])
    records.close()
    const later = await openRecords(name)
    expect(await later.uploads()).toEqual([upload('u', 2000), upload('u 1', 1000)])
    expect((await later.arrivals('u')).map(({ index }) => index)).toEqual([0, 1, 2, 10])
    await later.sweep(0, 1500)
    expect([await later.uploads(), await later.arrivals('u 1')]).toEqual([[upload('u', 2000)], []])
    await later.deleteUpload('u')
    expect([await later.uploads(), await later.arrivals('u')]).toEqual([[], []])
  })

  it('belong to one tab, whoever comes first', async () => {
    const name = fresh()
    const [one, two] = [await openRecords(name), await openRecords(name)]
    await one.write({ ...nothing, files: [record('a'), record('b')] })
    const seen = await one.files()
    const [mine, theirs] = await Promise.all([one.take(seen, 's2'), two.take(seen, 's3')])
    expect([...mine, ...theirs].map(({ id }) => id).sort()).toEqual(['a', 'b'])
    expect(mine.length === 0 || theirs.length === 0).toBe(true)
  })

  it('are swept with the handles that only they needed', async () => {
    const records = await openRecords(fresh())
    const handle = (id: string) => ({ id, session: 's1', handle: { name: id } as FileSystemHandle })
    await records.write({
      ...nothing,
      files: [
        record('old', { touched: 10, source: { handle: 'h1', inside: [] } }),
        record('new', { touched: 100, source: { handle: 'h2', inside: [] } }),
      ],
      parts: [{ file: 'old', part: 1, etag: 'x' }],
      handles: [handle('h1'), handle('h2')],
    })
    await records.sweep(50, 50)
    expect((await records.files()).map(({ id }) => id)).toEqual(['new'])
    expect(await records.parts('old')).toEqual([])
    expect([await records.handle('h1'), await records.handle('h2')]).toEqual([undefined, { name: 'h2' }])
  })

  it('survive an upgrade, step by step, while another tab makes way', async () => {
    const name = fresh()
    const old = await openRecords(name, 1)
    const batch = { ...nothing, files: [record('a')] }
    await expect(old.write(batch)).rejects.toThrow()
    const upgraded = await openRecords(name)
    await upgraded.write(batch)
    await upgraded.putAtomicUpload({
      ...{ id: 'd', endpoint: '', repository: 'lake', branch: 'upload-1', target: 'main', state: 'open', touched: 1 },
    })
    expect(await upgraded.files()).toHaveLength(1)
    expect(await upgraded.atomicUploads()).toMatchObject([{ branch: 'upload-1' }])
    await upgraded.deleteAtomicUpload('d')
    expect(await upgraded.atomicUploads()).toEqual([])
    await expect(old.files()).rejects.toThrow()
  })

  it('of open drops stay when the page learns of landed ones', async () => {
    const name = fresh()
    const old = await openRecords(name, 2)
    await old.putAtomicUpload({
      ...{ id: 'd', endpoint: '', repository: 'lake', branch: 'upload-1', target: 'main', state: 'open', touched: 1 },
    })
    const upgraded = await openRecords(name)
    const landing = { endpoint: '', repository: 'lake', branch: 'main', commit: 'c2', merge: false, when: 1 }
    await upgraded.putLastCommit(landing)
    expect(await upgraded.lastCommit(landing)).toEqual(landing)
    expect(await upgraded.atomicUploads()).toMatchObject([{ branch: 'upload-1' }])
  })
})
