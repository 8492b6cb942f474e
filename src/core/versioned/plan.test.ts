import { describe, expect, test } from 'vitest'
import { compositeEtag } from '../checksum/etag.ts'
import { partSizesFor } from '../file/compare-bytes.ts'
import { collect } from '../intake/collect.ts'
import { type Answer, lakefsWith, page } from '../testing/answers.ts'
import { md5, say } from '../testing/lake.ts'
import { file } from '../testing/rig.ts'
import { byName, filesOf, listOfMissing, travelOf } from './decisions.ts'
import { type Plan, planUpload, sharedFolder } from './plan.ts'

const destination = { repository: 'lake', branch: 'main', prefix: 'raw/' }
const uncommitted =
  (...paths: string[]): Answer =>
  () =>
    page(paths.map((path) => ({ path, path_type: 'object', type: 'changed' })))
const drop = (names: Record<string, string>) =>
  Object.entries(names).map(([path, text]) => ({ path, file: file(path.split('/').at(-1) ?? '', text) }))
const kinds = ({ entries }: Plan) => entries.map(({ path, kind }) => `${path} ${kind}`)

test('tells new, changed and identical by checksum, in one walk of the folder they share', async () => {
  const { lakefs, lake } = lakefsWith({ 'GET /diff': uncommitted() })
  lake.put('raw/a/same.txt', 'same')
  lake.put('raw/a/size.txt', 'xxxx')
  lake.put('raw/a/other.txt', 'longer than before')
  lake.put('elsewhere.txt')
  const files = drop({ 'a/same.txt': 'same', 'a/size.txt': 'yyyy', 'a/other.txt': 'now', 'a/new.txt': 'new' })
  const plan = await planUpload(lakefs, files, destination)
  expect(kinds(plan)).toEqual(['a/same.txt identical', 'a/size.txt changed', 'a/other.txt changed', 'a/new.txt new'])
  expect(plan.looked).toBe(3)
  expect(lake.count('list')).toBe(1)
  expect(plan.shares.identical).toEqual({ files: 1, bytes: 4 })
  expect(travelOf(plan, {})).toEqual({ files: 3, bytes: 10 })
  expect(travelOf(plan, { changed: 'skip' })).toEqual({ files: 1, bytes: 3 })
})

test('identical files are skipped, changed ones take the one decision, the rest goes as it is', async () => {
  const { lakefs, lake } = lakefsWith({ 'GET /diff': uncommitted() })
  lake.put('raw/same', 'same')
  lake.put('raw/old', 'old')
  const plan = await planUpload(lakefs, drop({ same: 'same', old: 'newer', new: 'n' }), destination)
  const decided = filesOf(plan, { changed: 'rename' }).map(({ path, skip, answer }) => ({ path, skip, answer }))
  expect(decided).toEqual([
    { path: 'same', skip: 'identical', answer: undefined },
    { path: 'old', skip: undefined, answer: 'rename' },
    { path: 'new', skip: undefined, answer: undefined },
  ])
  const given = drop({ old: 'newer', new: 'n' }).map((one) => ({ ...one, answer: 'skip' as const }))
  const answered = await planUpload(lakefs, given, destination)
  // An answer that was given beforehand holds.
  expect(filesOf(answered, { changed: 'overwrite' })[0]).toMatchObject({ path: 'old', answer: 'skip' })
  expect(travelOf(answered, { changed: 'overwrite' })).toEqual({ files: 1, bytes: 1 })
  expect(filesOf(plan, { identical: true })[0]).toMatchObject({ path: 'same', answer: 'overwrite' })
  expect(listOfMissing(plan, { changed: 'skip' })).toBe('new\n')
})

test('pictures that were pasted get names of their own, and replace nothing', async () => {
  const { lakefs, lake } = lakefsWith({ 'GET /diff': uncommitted() })
  lake.put('raw/image.png', 'before')
  const { files } = await collect(['one', 'two'].map((text) => file('image.png', text)))
  const plan = await planUpload(lakefs, files, destination)
  expect(kinds(plan)).toEqual(['image-2.png new', 'image-3.png new'])
  expect(plan.clashes).toEqual([])
  expect(filesOf(plan, { changed: 'overwrite' }).map(({ path }) => path)).toEqual(['image-2.png', 'image-3.png'])
  expect(byName(plan, {})).toEqual({ paths: [], rest: 2 })
})

test('tools that go by names get neither what stays nor what lands under another name or after a question', async () => {
  const { lakefs, lake } = lakefsWith({ 'GET /diff': uncommitted() })
  lake.put('raw/d/same', 'same')
  lake.put('raw/d/old', 'old')
  const twins = { 'd/caf\u00e9': '1', 'd/cafe\u0301': '2' }
  const dropped = drop({ 'd/same': 'same', 'd/old': 'newer', 'd/new': 'n', '../up': 'u', ...twins })
  const plan = await planUpload(lakefs, dropped, destination)
  const [fresh, composed] = ['d/new', 'd/caf\u00e9']
  expect(byName(plan, { changed: 'skip' })).toEqual({ paths: [fresh, composed], rest: 1 })
  expect(byName(plan, { changed: 'rename' })).toEqual({ paths: [fresh, composed], rest: 2 })
  expect(byName(plan, {})).toEqual({ paths: [fresh, composed], rest: 2 })
  expect(byName(plan, { changed: 'overwrite' })).toEqual({ paths: ['d/old', fresh, composed], rest: 1 })
  expect(listOfMissing(plan, { changed: 'rename' })).toBe(`${fresh}\n${composed}\n`)
})

test('a file that is too large for this store from a browser is left to the tools, one too large for any is not', async () => {
  const { lakefs, lake } = lakefsWith({ 'GET /diff': uncommitted() })
  lake.multipart = false
  const dropped = drop({ small: 's', scan: 'x', monster: 'y' })
  const sizes = [1, 600e9, 6e12]
  for (const [index, { file: one }] of dropped.entries()) Object.defineProperty(one, 'size', { value: sizes[index] })
  const plan = await planUpload(lakefs, dropped, destination)
  expect(kinds(plan)).toEqual(['small new', 'scan refused', 'monster refused'])
  expect(travelOf(plan, {}).files).toBe(1)
  expect(byName(plan, {})).toEqual({ paths: ['small', 'scan'], rest: 0 })
})

const withoutRight: Answer = () => say(403, 'User does not have the required permissions')

test.each<[string, Answer | undefined, string | undefined]>([
  ['who may not write is told so before the first byte', withoutRight, 'forbidden'],
  ['a server that does not know the question says nothing against it', undefined, undefined],
  ['a yes is a yes', () => new Response(null, { status: 204 }), undefined],
])('%s', async (_, answer, code) => {
  const { lakefs, lake } = lakefsWith({
    'GET /diff': uncommitted(),
    ...(answer ? { 'GET /objects/stage_allowed': answer } : {}),
  })
  lake.put('raw/a', 'a')
  const plan = await planUpload(lakefs, drop({ a: 'a' }), destination)
  expect(plan.verdict?.code).toBe(code)
  expect(lake.seen.find(({ route }) => route.endsWith('/stage_allowed'))?.path).toBe('raw/a')
  expect(lake.count('list')).toBe(code ? 0 : 1)
})

test('a tag is compared with, for the branch that may be made from it', async () => {
  const { lakefs, lake } = lakefsWith({ 'GET /diff': () => say(404, 'branch not found') })
  lake.tags = ['v1']
  lake.put('raw/a', 'a')
  const plan = await planUpload(lakefs, drop({ a: 'a', b: 'b' }), { ...destination, branch: 'v1' })
  expect(plan.verdict?.code).toBe('not-a-branch')
  expect(kinds(plan)).toEqual(['a identical', 'b new'])
})

test('a changed file over an uncommitted change of somebody else is named, over an own one it is not', async () => {
  const { lakefs, lake } = lakefsWith({ 'GET /diff': uncommitted('raw/theirs', 'raw/mine') })
  lake.put('raw/theirs', 'theirs')
  lake.put('raw/mine', 'mine')
  const plan = await planUpload(lakefs, drop({ theirs: 'x', mine: 'y' }), destination, { own: new Set(['raw/mine']) })
  expect(plan.entries.map(({ overUncommitted }) => overUncommitted ?? false)).toEqual([true, false])
  expect(plan.shares.overUncommitted.files).toBe(1)
})

test('uncommitted changes that may not be read say nothing', async () => {
  const { lakefs } = lakefsWith({ 'GET /diff': () => new Response('{"message":"forbidden"}', { status: 403 }) })
  expect(kinds(await planUpload(lakefs, drop({ a: '1' }), destination))).toEqual(['a new'])
})

describe('clashes', () => {
  test('by case, in the drop and against the branch', async () => {
    const { lakefs, lake } = lakefsWith({ 'GET /diff': uncommitted() })
    lake.put('raw/Photo.jpg')
    const plan = await planUpload(lakefs, drop({ 'photo.jpg': '1', 'A.txt': '2', 'a.txt': '3' }), destination)
    expect(
      plan.clashes.map(({ first, second, reason, onBranch }) => ({ first, second: second.path, reason, onBranch })),
    ).toEqual([
      { first: 'A.txt', second: 'a.txt', reason: 'case', onBranch: false },
      { first: 'Photo.jpg', second: 'photo.jpg', reason: 'case', onBranch: true },
    ])
  })

  test('by accents: the second spelling gets a name of its own, or is left out', async () => {
    const { lakefs } = lakefsWith({ 'GET /diff': uncommitted() })
    const plan = await planUpload(lakefs, drop({ 'caf\u00e9.csv': '1', 'cafe\u0301.csv': '2' }), destination)
    expect(kinds(plan)).toEqual(['café.csv new', 'café-2.csv new'])
    const [clash] = plan.clashes
    expect(clash).toMatchObject({ reason: 'accents', first: 'caf\u00e9.csv' })
    expect(clash?.second.spelled).toBe('cafe\u0301.csv')
    const without = new Set(plan.clashes.map(({ second }) => second))
    expect(travelOf(plan, { without }).files).toBe(1)
    expect(filesOf(plan, { without })[1]?.skip).toBe('exists')
  })
})

test('a path that cannot land and a second file for one path are refused', async () => {
  const { lakefs } = lakefsWith({ 'GET /diff': uncommitted() })
  const files = [...drop({ 'a.txt': '1', '../b': '2' }), ...drop({ 'a.txt': '3' })]
  const plan = await planUpload(lakefs, files, destination)
  expect(plan.entries.map(({ kind, error }) => error?.code ?? kind)).toEqual(['new', 'path-invalid', 'path-twice'])
  expect(plan.shares.refused.files).toBe(2)
})

test.each([
  ['a//b/', 'empty-segment'],
  ['a/../b/', 'dots'],
  ['a\0/', 'nul'],
  ['\ud83d/', 'half-character'],
])('a folder %j that cannot be refuses every file with its reason: %s', async (prefix, reason) => {
  const { lakefs } = lakefsWith({ 'GET /diff': uncommitted() })
  const plan = await planUpload(lakefs, drop({ 'a.txt': '1', 'b//c.txt': '2' }), { ...destination, prefix })
  expect(plan.entries.map(({ kind, error }) => [kind, error?.facts.reason])).toEqual([
    ['refused', reason],
    ['refused', 'empty-segment'],
  ])
})

test.each([
  ['protected-branch', (lake: ReturnType<typeof lakefsWith>['lake']) => lake.protectedBranches.push('main')],
  ['read-only', (lake: ReturnType<typeof lakefsWith>['lake']) => Object.assign(lake, { readOnly: true })],
  ['branch-not-found', (lake: ReturnType<typeof lakefsWith>['lake']) => lake.branches.pop()],
  [
    'not-a-branch',
    (lake: ReturnType<typeof lakefsWith>['lake']) => {
      lake.branches.pop()
      lake.tags.push('main')
    },
  ],
])('the verdict is %s', async (code, arrange) => {
  const { lakefs, lake } = lakefsWith({ 'GET /diff': uncommitted() })
  arrange(lake)
  expect((await planUpload(lakefs, drop({ a: '1' }), destination)).verdict?.code).toBe(code)
})

describe('checksums of parts', () => {
  const MIB = 2 ** 20

  test('are recomputed with the part size that the number of parts implies', async () => {
    const { lakefs, lake } = lakefsWith({ 'GET /diff': uncommitted() })
    const bytes = new Uint8Array(12 * MIB).map((_, index) => index % 251)
    const parts = [bytes.slice(0, 8 * MIB), bytes.slice(8 * MIB)]
    const stats = lake.put('raw/big.bin')
    stats.size_bytes = bytes.length
    stats.checksum = await compositeEtag(parts.map((part) => md5(part)))
    const plan = await planUpload(lakefs, [{ path: 'big.bin', file: new File([bytes], 'big.bin') }], destination)
    expect(kinds(plan)).toEqual(['big.bin identical'])
  })

  test('of a kind that cannot be computed count as changed, and say so', async () => {
    const { lakefs, lake } = lakefsWith({ 'GET /diff': uncommitted() })
    lake.put('raw/a', 'aaaa').checksum = '0x8DC0FFEE'
    const plan = await planUpload(lakefs, drop({ a: 'aaaa' }), destination)
    expect(plan.entries[0]).toMatchObject({ kind: 'changed', notCompared: true })
  })

  test('only sizes that give this many parts are tried', () => {
    for (const [size, parts] of [
      [12 * MIB, 2],
      [1000 * MIB, 125],
      [5 * MIB + 1, 2],
    ] as const) {
      const sizes = partSizesFor(size, parts)
      expect(sizes.length).toBeGreaterThan(0)
      for (const part of sizes) expect(Math.ceil(size / part)).toBe(parts)
    }
  })
})

test('5,000 files that are all there send nothing, with a request for each thousand', async () => {
  const { lakefs, lake } = lakefsWith({ 'GET /diff': uncommitted() })
  const names = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`f/${index}.txt`, `text ${index}`]))
  for (const [path, text] of Object.entries(names)) lake.put(`raw/${path}`, text)
  const plan = await planUpload(lakefs, drop(names), destination)
  expect(travelOf(plan, {})).toEqual({ files: 0, bytes: 0 })
  expect(plan.shares.identical.files).toBe(5000)
  expect(lake.count('list')).toBe(5)
})

test('the folder that all paths share is where the walk begins', () => {
  expect(sharedFolder(['a/b/c.txt', 'a/b/d/e.txt'])).toBe('a/b/')
  expect(sharedFolder(['a/b.txt', 'ab/c.txt'])).toBe('')
  expect(sharedFolder([])).toBe('')
})
