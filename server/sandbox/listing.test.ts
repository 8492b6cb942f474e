import { expect, test } from 'vitest'
import { listPage } from './listing.ts'
import { SortedMap } from './sorted.ts'

const page = { prefix: '', after: '', delimiter: '', amount: 1000 }

function mapOf<T>(entries: Record<string, T>): SortedMap<T> {
  const map = new SortedMap<T>()
  for (const [key, value] of Object.entries(entries)) map.set(key, value)
  return map
}

const committed = mapOf({ 'a.txt': 1, 'dir/x': 1, 'dir/y': 1, 'e.txt': 1, 'gone.txt': 1 })
const staged = mapOf<number | undefined>({ 'a.txt': 2, 'dir/z/1': 2, 'f.txt': 2, 'gone.txt': undefined })

test('what is staged lies over what is committed', () => {
  expect(listPage(committed, staged, page)).toEqual({
    results: [
      { path: 'a.txt', value: 2 },
      { path: 'dir/x', value: 1 },
      { path: 'dir/y', value: 1 },
      { path: 'dir/z/1', value: 2 },
      { path: 'e.txt', value: 1 },
      { path: 'f.txt', value: 2 },
    ],
    more: false,
  })
})

test('folders are folded, and pages go on after a folder', () => {
  const first = listPage(committed, staged, { ...page, delimiter: '/', amount: 2 })
  expect(first).toEqual({ results: [{ path: 'a.txt', value: 2 }, { prefix: 'dir/' }], more: true })
  const next = listPage(committed, staged, { ...page, delimiter: '/', after: 'dir/' })
  expect(next.results).toEqual([
    { path: 'e.txt', value: 1 },
    { path: 'f.txt', value: 2 },
  ])
  const inside = listPage(committed, staged, { ...page, delimiter: '/', prefix: 'dir/' })
  expect(inside.results).toEqual([{ path: 'dir/x', value: 1 }, { path: 'dir/y', value: 1 }, { prefix: 'dir/z/' }])
})

test('20,000 objects: a page costs what it shows', () => {
  const many = new SortedMap<number>()
  // Against the order, which is the dearest way to fill it.
  for (let index = 20_000; index > 0; index -= 1) many.set(`dir/${String(index).padStart(6, '0')}`, index)
  let looked = 0
  const counting = Object.assign(new SortedMap(many), {
    keyAt(index: number) {
      looked += 1
      return many.keyAt(index)
    },
  })
  const paths: string[] = []
  for (let after = ''; ; ) {
    const { results, more } = listPage(counting, undefined, { ...page, after })
    for (const one of results) if ('path' in one) paths.push(one.path)
    if (!more) break
    after = paths.at(-1) ?? ''
  }
  expect(paths).toHaveLength(20_000)
  expect(looked).toBeLessThan(21_000)
  looked = 0
  expect(listPage(counting, undefined, { ...page, delimiter: '/' }).results).toEqual([{ prefix: 'dir/' }])
  expect(looked).toBeLessThan(5)
})

test('paths come in the order of their UTF-8 bytes', () => {
  const paths = ['a\u{1f600}', 'a\ufffd', 'a', 'b', 'a\ue000z', 'a\u{1f600}b', 'aé']
  const inBytes = [...paths].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const { results } = listPage(mapOf(Object.fromEntries(paths.map((path) => [path, 1]))), undefined, page)
  expect(results.map((one) => 'path' in one && one.path)).toEqual(inBytes)
})
