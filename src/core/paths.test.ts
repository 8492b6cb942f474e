import { describe, expect, it } from 'vitest'
import { checkLength, freeName, isJunk, landingPath, landingPrefix } from './paths.ts'

describe('a path as it lands', () => {
  it.each([
    ['a/b.txt', 'a/b.txt'],
    ['/a/b.txt', 'a/b.txt'],
    ['a\\b\\c.txt', 'a/b/c.txt'],
    ['e\u0301te\u0301.csv', '\u00e9t\u00e9.csv'],
    ['a b+c%2F?#&=.txt', 'a b+c%2F?#&=.txt'],
    ['a//b', 'a//b'],
    ['..a/b..', '..a/b..'],
    ['🗻/山.png', '🗻/山.png'],
  ])('%j becomes %j', (raw, path) => expect(landingPath(raw)).toBe(path))

  it.each(['', '/', 'a/', 'a/../b', './a', 'a/.', 'a\0b', '\ud800.txt', '..\\a'])('%j cannot land', (raw) => {
    expect(() => landingPath(raw)).toThrow(expect.objectContaining({ code: 'path-invalid' }))
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
  ])('has a folder %j as %j', (raw, prefix) => expect(landingPrefix(raw)).toBe(prefix))
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

it.each([
  ['a/.DS_Store', true],
  ['Thumbs.db', true],
  ['DESKTOP.INI', true],
  ['x/._photo.jpg', true],
  ['.gitignore', false],
  ['thumbs.db.csv', false],
])('junk: %j %j', (path, junk) => expect(isJunk(path)).toBe(junk))
