import { describe, expect, it } from 'vitest'
import { checkReadable, checkUnchanged, collect } from './collect.ts'

const fileOf = (name: string, text = 'x') => new File([text], name, { lastModified: 1 })

function fileEntry(name: string, fails = false) {
  return {
    isDirectory: false,
    name,
    file: (resolve: (file: File) => void, reject: (error: Error) => void) =>
      fails ? reject(new DOMException('gone', 'NotFoundError')) : resolve(fileOf(name)),
  } as unknown as FileSystemEntry
}

/** A folder that gives its entries 100 at a time, as Chromium does. */
function folderEntry(name: string, children: FileSystemEntry[]) {
  return {
    isDirectory: true,
    name,
    createReader: () => {
      let from = 0
      return {
        readEntries: (resolve: (batch: FileSystemEntry[]) => void) => {
          resolve(children.slice(from, from + 100))
          from += 100
        },
      }
    },
  } as unknown as FileSystemEntry
}

const dropOf = (...entries: FileSystemEntry[]) =>
  ({
    types: ['Files'],
    files: [],
    items: entries.map((entry) => ({
      kind: 'file',
      type: '',
      webkitGetAsEntry: () => entry,
      getAsFile: () => (entry.isDirectory ? null : fileOf(entry.name)),
    })),
  }) as unknown as DataTransfer

const many = (count: number) => Array.from({ length: count }, (_, index) => fileEntry(`f${index}`))

describe('a dropped folder', () => {
  it.each([101, 1001, 20_000])('gives all of its %i entries', async (count) => {
    const { files } = await collect(dropOf(folderEntry('big', many(count))))
    expect(files).toHaveLength(count)
    expect(new Set(files.map(({ path }) => path)).size).toBe(count)
    expect(files[100]?.path).toBe('big/f100')
  })

  it('is walked on every level, and empty folders are named', async () => {
    const tree = folderEntry('a', [
      folderEntry('b', [folderEntry('c', [fileEntry('deep.txt')]), folderEntry('none', [])]),
      fileEntry('top.txt'),
    ])
    const collected = await collect(dropOf(tree))
    expect(collected.files.map(({ path }) => path).sort()).toEqual(['a/b/c/deep.txt', 'a/top.txt'])
    expect(collected.emptyFolders).toEqual(['a/b/none'])
  })

  it('loses nothing else by one entry that cannot be read', async () => {
    const children = [...many(150), fileEntry('locked', true), ...many(0)]
    const collected = await collect(dropOf(folderEntry('d', children), fileEntry('beside.txt')))
    expect(collected.files).toHaveLength(151)
    expect(collected.unreadable).toMatchObject([{ path: 'd/locked', error: { code: 'file-unreadable' } }])
  })

  it('loses nothing else by one folder that cannot be read', async () => {
    const broken = {
      isDirectory: true,
      name: 'broken',
      createReader: () => ({ readEntries: (_: unknown, reject: (error: Error) => void) => reject(new Error('no')) }),
    } as unknown as FileSystemEntry
    const collected = await collect(dropOf(folderEntry('d', [broken, fileEntry('ok')])))
    expect(collected.files.map(({ path }) => path)).toEqual(['d/ok'])
    expect(collected.unreadable.map(({ path }) => path)).toEqual(['d/broken'])
  })
})

describe('other ways in', () => {
  it('keeps the folder of a folder picker', async () => {
    const one = fileOf('a.txt')
    Object.defineProperty(one, 'webkitRelativePath', { value: 'folder/sub/a.txt' })
    expect((await collect([one])).files[0]?.path).toBe('folder/sub/a.txt')
  })

  it('keeps a backslash in a name, wherever the name comes from', async () => {
    const name = 'a\\b.txt'
    const picked = fileOf(name)
    Object.defineProperty(picked, 'webkitRelativePath', { value: `d/${name}` })
    const handle = { kind: 'file', name, getFile: async () => fileOf(name) } as unknown as FileSystemHandle
    const paths = async (input: Parameters<typeof collect>[0]) => (await collect(input)).files.map(({ path }) => path)
    expect(await paths(fileOf(name))).toEqual([name])
    expect(await paths([picked])).toEqual([`d/${name}`])
    expect(await paths([handle])).toEqual([name])
    expect(await paths(dropOf(fileEntry(name), folderEntry('x\\y', [fileEntry(name)])))).toEqual([name, `x\\y/${name}`])
    expect(await paths([{ file: fileOf(name), path: name }])).toEqual([name])
    expect(await paths([{ file: fileOf('b.txt'), path: 'day\\b.txt' }])).toEqual(['day/b.txt'])
  })

  it('takes files with a say, and single ones', async () => {
    const { files } = await collect([{ file: fileOf('a'), path: 'x/y', contentType: 'text/csv' }, fileOf('b')])
    expect(files).toMatchObject([{ path: 'x/y', contentType: 'text/csv' }, { path: 'b' }])
    expect((await collect(fileOf('c'))).files[0]?.path).toBe('c')
  })

  it('keeps handles and what they came from', async () => {
    const handle = { kind: 'file', name: 'h.txt', getFile: async () => fileOf('h.txt') }
    const folder = {
      kind: 'directory',
      name: 'dir',
      values: async function* () {
        yield handle
      },
    } as unknown as FileSystemDirectoryHandle
    const { files } = await collect(folder)
    expect(files).toMatchObject([{ path: 'dir/h.txt', handle }])
    expect(await files[0]?.root).toBe(folder)
  })
})

/** A file whose bytes can no longer be read, as browsers tell it. */
function failing(name: string, options: { error?: string; empty?: boolean; size?: number } = {}): File {
  const one = new File([new Uint8Array(options.size ?? 10)], name)
  const reading = (bytes: number) => async () => {
    if (options.error) throw new DOMException('no', options.error)
    return new ArrayBuffer(options.empty ? 0 : bytes)
  }
  one.arrayBuffer = one.size > 64 * 1024 ? () => Promise.reject(new Error('read whole')) : reading(one.size)
  one.slice = () => ({ arrayBuffer: reading(1) }) as Blob
  return one
}

const code = (work: Promise<void>) => work.then(() => 'fine').catch((error: { code: string }) => error.code)

describe('reading', () => {
  it.each([
    [failing('a.txt'), 'fine'],
    [failing('a.txt', { error: 'NotFoundError' }), 'file-unreadable'],
    [failing('a.txt', { error: 'NotReadableError' }), 'file-unreadable'],
    [failing('folder', { error: 'NotReadableError', size: 4096 }), 'is-folder'],
    [failing('a.txt', { empty: true }), 'file-changed'],
    [failing('large.bin', { size: 100_000 }), 'fine'],
    [failing('large.bin', { size: 100_000, error: 'NotFoundError' }), 'file-unreadable'],
    [failing('large.bin', { size: 100_000, empty: true }), 'file-changed'],
    [new File([], 'empty.txt'), 'fine'],
  ])('tells at the start (%#)', async (one, verdict) => expect(await code(checkReadable(one, 'p'))).toBe(verdict))

  const facts = { size: 10, lastModified: 1 }
  const handleOf = (now: { size: number; lastModified: number }) => ({
    ...facts,
    handle: { getFile: async () => now } as unknown as FileSystemFileHandle,
  })
  it.each([
    [failing('a'), facts, 'fine'],
    [failing('a', { error: 'NotReadableError' }), facts, 'file-unreadable'],
    [failing('a', { error: 'NotFoundError' }), facts, 'file-unreadable'],
    [failing('a', { empty: true }), facts, 'file-changed'],
    [failing('a'), handleOf(facts), 'fine'],
    [failing('a'), handleOf({ size: 11, lastModified: 1 }), 'file-changed'],
    [failing('a'), handleOf({ size: 10, lastModified: 2 }), 'file-changed'],
  ])('tells in between (%#)', async (body, file, verdict) => {
    expect(await code(checkUnchanged(body, 'p', file))).toBe(verdict)
  })
})

describe('files of another frame', () => {
  it('are files too, by themselves, in a list and with a path', async () => {
    // Of the same shape, and of another class.
    const foreign = Object.create(fileOf('far.txt'), { name: { value: 'far.txt' }, slice: { value: () => new Blob() } })
    expect(foreign instanceof File).toBe(true)
    Object.setPrototypeOf(foreign, {})
    Object.defineProperty(foreign, 'webkitRelativePath', { value: '' })
    expect(foreign instanceof File).toBe(false)
    const { files, unreadable } = await collect([foreign, { file: foreign, path: 'x/y.txt' }])
    expect(files.map(({ path }) => path)).toEqual(['far.txt', 'x/y.txt'])
    expect(unreadable).toEqual([])
  })

  it.each([[new Blob(['x'])], [{ file: new Blob(['x']), path: 'a' }], ['a.txt'], [undefined]])(
    'what is no file is a mistake of the caller: %j',
    async (given) => {
      await expect(collect([given] as never)).rejects.toThrow(TypeError)
    },
  )
})
