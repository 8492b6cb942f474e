import { describe, expect, it } from 'vitest'
import type { PathFault } from '../error-codes.ts'
import { checkLength, freeName, givenPath, landingPath, landingPrefix, landingUnder } from './paths.ts'

describe('a path as it lands', () => {
  it.each([
    ['a/b.txt', 'a/b.txt'],
    ['/a/b.txt', 'a/b.txt'],
    ['a\\b\\c.txt', 'a\\b\\c.txt'],
    ['a/b\\c.txt', 'a/b\\c.txt'],
    ['..\\a', '..\\a'],
    ['a\\', 'a\\'],
    ['\\', '\\'],
    ['e\u0301te\u0301.csv', '\u00e9t\u00e9.csv'],
    ['a b+c%2F?#&=.txt', 'a b+c%2F?#&=.txt'],
    ['..a/b..', '..a/b..'],
    ['...', '...'],
    ['.../a', '.../a'],
    ['.hidden', '.hidden'],
    ['a./b', 'a./b'],
    ['//a', 'a'],
    // Names of spaces, and of control characters but NUL: files have them, and lakeFS takes them.
    [' ', ' '],
    ['   /  ', '   /  '],
    ['a\tb\nc', 'a\tb\nc'],
    ['🗻/山.png', '🗻/山.png'],
  ])('%j becomes %j', (raw, path) => expect(landingPath(raw)).toBe(path))

  const faults: [string, PathFault][] = [
    ['', 'empty'],
    ['/', 'empty'],
    ['//', 'empty'],
    ['\0', 'nul'],
    ['\u0000', 'nul'],
    ['a\0b', 'nul'],
    ['a/\0/b.txt', 'nul'],
    ['a.txt\0', 'nul'],
    ['\ud800.txt', 'half-character'],
    ['\udc00.txt', 'half-character'],
    ['folder \ud83d/x.txt', 'half-character'],
    ['folder \udf0a/x.txt', 'half-character'],
    ['\udf0a\ud83c', 'half-character'],
    ['e\u0301/\ud83d', 'half-character'],
    ['.', 'dots'],
    ['..', 'dots'],
    ['./a', 'dots'],
    ['../a', 'dots'],
    ['a/.', 'dots'],
    ['a/..', 'dots'],
    ['a/./b', 'dots'],
    ['a/../b', 'dots'],
    ['./', 'dots'],
    ['a/', 'trailing-slash'],
    ['a//', 'trailing-slash'],
    ['a/b/', 'trailing-slash'],
    [' /', 'trailing-slash'],
    ['a//b.txt', 'empty-segment'],
    ['a///b.txt', 'empty-segment'],
    ['/a//b.txt', 'empty-segment'],
    // Several at once: what is worst comes first, the others when it is mended.
    ['a//\0', 'nul'],
    ['\ud800/..', 'half-character'],
    ['../../', 'dots'],
  ]
  it.each(faults)('%j cannot land: %s', (raw, reason) => {
    const error = expect.objectContaining({ code: 'path-invalid', facts: { path: raw, reason } })
    expect(() => landingPath(raw)).toThrow(error)
    expect(() => landingUnder('raw/', raw)).toThrow(error)
  })

  it.each([
    ['a//b', 'empty-segment'],
    ['a\\\\b', 'empty-segment'],
    ['a/../b', 'dots'],
    ['./b', 'dots'],
    ['a\0', 'nul'],
    ['a\ud83d', 'half-character'],
  ])('a good path cannot land under a folder like %j: %s', (folder, reason) => {
    const prefix = landingPrefix(folder)
    expect(() => landingUnder(prefix, 'good.txt')).toThrow(
      expect.objectContaining({ code: 'path-invalid', facts: { path: `${prefix}good.txt`, reason } }),
    )
  })

  it('is measured with its folder', () => {
    expect(landingUnder('a/b/', '/c.txt')).toBe('c.txt')
    expect(() => landingUnder(`${'é'.repeat(511)}/`, 'xy')).toThrow(expect.objectContaining({ code: 'path-too-long' }))
  })

  it('is measured in bytes of UTF-8', () => {
    expect(() => checkLength('é'.repeat(512))).not.toThrow()
    expect(() => checkLength(`${'é'.repeat(512)}x`)).toThrow(
      expect.objectContaining({ code: 'path-too-long', facts: expect.objectContaining({ bytes: 1025, limit: 1024 }) }),
    )
  })

  it.each([
    [undefined, ''],
    ['/', ''],
    ['raw', 'raw/'],
    ['/raw/images//', 'raw/images/'],
    ['raw\\images', 'raw/images/'],
    ['raw\\images\\', 'raw/images/'],
    // A folder of the branch, as a listing names it.
    ['a\\b/', 'a\\b/'],
    ['raw/a\\b', 'raw/a\\b/'],
  ])('has a folder %j as %j', (raw, prefix) => expect(landingPrefix(raw)).toBe(prefix))
})

describe('a path that a caller gives', () => {
  const named = (name: string, webkitRelativePath = '') => ({ name, webkitRelativePath }) as File
  it.each([
    ['day\\a.txt', named('a.txt'), 'day/a.txt'],
    ['\\\\server\\share\\a', named('a'), '//server/share/a'],
    ['C:\\scans\\a.txt', named('x.txt'), 'C:/scans/a.txt'],
    // The name of the file has it.
    ['a\\b.txt', named('a\\b.txt'), 'a\\b.txt'],
    ['A\\B.TXT', named('a\\b.txt'), 'A\\B.TXT'],
    // Its folder has it.
    ['x\\y', named('c.txt', 'x\\y/c.txt'), 'x\\y'],
    // A path with slashes is none of Windows.
    ['day/a\\b.txt', named('b.txt'), 'day/a\\b.txt'],
  ])('%j of %j is %j', (path, file, given) => expect(givenPath(path, file)).toBe(given))
})

describe('keeping both', () => {
  it.each([
    ['a/classes.json', 'a/classes-3.json'],
    ['.env', '.env-3'],
    ['x.d/README', 'x.d/README-3'],
    ['a.tar.gz', 'a.tar-3.gz'],
  ])('%j lands as %j', async (path, free) => {
    const asked: string[] = []
    expect(await freeName(path, (name) => asked.push(name) === 1)).toBe(free)
    expect(asked).toHaveLength(2)
  })
})

it('keeping both cuts a name that its number would make too long', async () => {
  const path = `a/${'é'.repeat(508)}x.csv`
  expect(() => checkLength(path)).not.toThrow()
  const free = await freeName(path, () => false)
  expect(free).toBe(`a/${'é'.repeat(508)}-2.csv`)
  expect(() => checkLength(free)).not.toThrow()
})
