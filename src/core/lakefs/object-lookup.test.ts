import { describe, expect, it } from 'vitest'
import { before, byBytes, ObjectLookup } from './object-lookup.ts'
import type { ObjectStats } from './wire.ts'

function branchWith(...paths: string[]) {
  const all = [...paths].sort(byBytes)
  const calls: string[] = []
  const lookup = new ObjectLookup(async (after, amount) => {
    calls.push(after)
    const rest = all.filter((path) => byBytes(path, after) > 0)
    const objects = rest.slice(0, amount).map((path) => ({ path }) as ObjectStats)
    return { objects, more: rest.length > amount }
  })
  return { lookup, calls }
}

describe('what the branch has', () => {
  it('needs one listing for a thousand new files in an empty folder', async () => {
    const { lookup, calls } = branchWith()
    const paths = Array.from({ length: 1000 }, (_, index) => `a/${index}`)
    for (const path of paths) lookup.prefetch(path)
    const found = await Promise.all(paths.map((path) => lookup.get(path)))
    expect(found.every((stats) => stats === undefined)).toBe(true)
    expect(calls).toHaveLength(1)
  })

  it('finds exactly the objects that are there, over several pages', async () => {
    const there = Array.from({ length: 2500 }, (_, index) => `a/${String(index * 2).padStart(5, '0')}`)
    const { lookup, calls } = branchWith(...there)
    const asked = Array.from({ length: 5000 }, (_, index) => `a/${String(index).padStart(5, '0')}`)
    for (const path of asked) lookup.prefetch(path)
    const found: (string | undefined)[] = []
    for (const path of asked) found.push((await lookup.get(path))?.path)
    expect(found.filter(Boolean)).toEqual(there)
    expect(calls.length).toBeLessThanOrEqual(4)
  })

  it('asks for one entry where nobody else is near', async () => {
    const { lookup } = branchWith('a', 'b')
    expect((await lookup.get('b'))?.path).toBe('b')
    expect(await lookup.get('c')).toBeUndefined()
  })

  it('answers others when one listing fails', async () => {
    let fails = true
    const lookup = new ObjectLookup(async () => {
      if (fails) throw new Error('once')
      return { objects: [], more: false }
    })
    await expect(lookup.get('a')).rejects.toThrow('once')
    fails = false
    expect(await lookup.get('a')).toBeUndefined()
  })
})

describe('the order of listings', () => {
  it('is that of UTF-8 bytes', () => {
    const names = ['a', 'b', 'é', '\uffee', '🗻', 'a/b', 'a-b', '\u{10000}', '\ue000', 'ab']
    const bytes = (text: string) => Buffer.from(text, 'utf8')
    expect([...names].sort(byBytes)).toEqual([...names].sort((a, b) => Buffer.compare(bytes(a), bytes(b))))
  })

  it.each(['a', 'a/b', '🗻', '\ue000', 'x\u0001'])('has nothing real between before(%j) and it', (path) => {
    expect(byBytes(before(path), path)).toBeLessThan(0)
    expect(byBytes(before(path), path.slice(0, -1) || '')).toBeGreaterThanOrEqual(0)
  })
})
