import { expect, test } from 'vitest'
import { type Answer, json, lakefsWith, mergesWell, page, storedAt } from '../testing/answers.ts'
import { say } from '../testing/lake.ts'
import { rememberedUploads } from '../testing/open-uploads.ts'
import {
  beginAtomic,
  discardAtomic,
  gatheredChanges,
  keepAtomic,
  landAtomic,
  MergeConflict,
  pullAddress,
} from './atomic-upload.ts'
import { receiptOf } from './receipt.ts'

const commit = { id: 'c2', message: 'Add', parents: ['c1'], committer: 'me', creation_date: 1, metadata: {} }
const usual: Record<string, Answer> = {
  ...mergesWell('a'),
  'POST /branches': () => json(201, 'c1'),
  branch: () => json(200, { id: 'drop', commit_id: 'c1' }),
  'POST /commits': () => json(201, commit),
}
const options = (records: ReturnType<typeof rememberedUploads>) => ({ repository: 'lake', target: 'main', records })

test('makes a hidden branch under the first free name and remembers it', async () => {
  const records = rememberedUploads()
  const { lakefs, lake } = lakefsWith({
    ...usual,
    'POST /branches': (_, count) => (count < 3 ? say(409, 'branch already exists: not unique') : json(201, 'c1')),
  })
  const upload = await beginAtomic(lakefs, options(records))
  expect(upload).toMatchObject({ target: 'main', state: 'gathering', hidden: true })
  expect(upload.branch).toMatch(/^drop-\d{4}-3$/)
  expect(lake.seen.at(-1)?.body).toEqual({ name: upload.branch, source: 'main', hidden: true })
  expect([...records.kept.values()]).toMatchObject([{ branch: upload.branch, target: 'main', state: 'gathering' }])
})

test('servers that do not know hidden branches get a plain one', async () => {
  const { lakefs } = lakefsWith({
    ...usual,
    'POST /branches': ({ body }) =>
      (body as { hidden?: boolean }).hidden ? say(400, 'unknown field hidden') : json(201, 'c1'),
  })
  expect((await beginAtomic(lakefs, options(rememberedUploads()))).hidden).toBe(false)
})

test('lands by commit, merge and taking the branch away', async () => {
  const records = rememberedUploads()
  const steps: string[] = []
  const note =
    (name: string, answer: () => Response): Answer =>
    () => {
      steps.push(name)
      return answer()
    }
  const { lakefs, lake } = lakefsWith({
    ...usual,
    'POST /commits': note('commit', () => json(201, commit)),
    'POST /merge/main': note('merge', () => json(200, { reference: 'm1' })),
  })
  const upload = await beginAtomic(lakefs, options(records))
  const landed = await landAtomic(lakefs, upload, { message: 'Add' }, { records })
  expect(landed).toMatchObject({ reference: 'm1', merged: true, commit: { id: 'c2' }, upload: { state: 'landed' } })
  expect(steps).toEqual(['commit', 'merge'])
  expect(lake.seen.at(-1)?.route).toBe(`DELETE /api/v1/repositories/lake/branches/${upload.branch}`)
  expect(records.kept.size).toBe(0)
})

test('a merge whose answer was lost has landed', async () => {
  const records = rememberedUploads()
  let head = 'c1'
  const { lakefs, clock, lake, counts } = lakefsWith({
    ...usual,
    branch: () => json(200, { id: 'main', commit_id: head }),
    'GET /refs/main/commits': () => page(head === 'm1' ? [{ id: 'm1', message: 'Add', parents: ['c1', 'c2'] }] : []),
    'GET /refs/c2/commits': () => page([{ id: 'c2', message: 'Add', parents: ['c1'] }]),
    'GET /refs/m1/diff/c2': () => page([]),
    'POST /merge/main': () => {
      head = 'm1'
      return say(504, 'timeout')
    },
  })
  const upload = await beginAtomic(lakefs, options(records))
  const landed = await clock.run(landAtomic(lakefs, upload, { message: 'Add' }, { records }))
  expect(landed).toMatchObject({ reference: 'm1', merged: true, commit: { id: 'c2' }, upload: { state: 'landed' } })
  expect(counts.get('POST /merge/main')).toBe(1)
  expect(lake.seen.at(-1)?.route).toBe(`DELETE /api/v1/repositories/lake/branches/${upload.branch}`)
  expect(records.kept.size).toBe(0)
})

test('a upload that differs in nothing has landed too, without a merge', async () => {
  const { lakefs, counts } = lakefsWith({ ...usual, 'POST /commits': () => say(400, 'commit: no changes') })
  const upload = await beginAtomic(lakefs, options(rememberedUploads()))
  const landed = await landAtomic(lakefs, upload, { message: 'Add' })
  expect(landed).toMatchObject({ reference: 'c1', merged: false, commit: undefined, upload: { state: 'landed' } })
  expect(counts.get('POST /merge/main')).toBeUndefined()
})

test("what somebody else has brought to the target has landed, and their commit is not the upload's own", async () => {
  const { lakefs } = lakefsWith({
    ...usual,
    branch: (_, count) => json(200, { id: 'main', commit_id: count === 1 ? 'c1' : 'x2' }),
    'GET /refs/main/commits': () => page([{ id: 'x2', message: 'Same', parents: ['c1', 'x1'] }]),
    'GET /refs/x2/diff/c2': () => page([]),
    'GET /refs/c2/diff/x2': () => page([]),
  })
  const upload = await beginAtomic(lakefs, options(rememberedUploads()))
  const landed = await landAtomic(lakefs, upload, { message: 'Add' })
  expect(landed).toMatchObject({ reference: 'x2', merged: false, upload: { state: 'landed' } })
})

test('a receipt is on the branch before its commit, and lands with it', async () => {
  const steps: string[] = []
  const { lakefs, lake } = lakefsWith({
    ...usual,
    'POST /objects': ({ path }) => {
      steps.push(`receipt ${path}`)
      return storedAt(path)
    },
    'POST /commits': () => {
      steps.push('commit')
      return json(201, commit)
    },
    'POST /merge/main': () => json(200, { reference: 'm1' }),
  })
  const upload = await beginAtomic(lakefs, options(rememberedUploads()))
  const receipt = receiptOf({ repository: 'lake', branch: 'main' }, [], { when: 0 })
  await landAtomic(lakefs, upload, { message: 'Add' }, { receipt: { path: 'raw/_receipts/1.json', receipt } })
  expect(steps).toEqual(['receipt raw/_receipts/1.json', 'commit'])
  const stored = lake.seen.find(({ path }) => path === 'raw/_receipts/1.json')
  expect(stored?.route).toContain(`/branches/${upload.branch}/objects`)
  expect(stored?.body).toEqual(receipt)
})

test('what an upload brings is counted over what is committed on its branch and what is not', async () => {
  const change = (path: string) => ({ path, path_type: 'object', type: 'added' })
  const { lakefs, lake } = lakefsWith({
    ...usual,
    'GET /diff': () => page([change('b'), change('c')]),
    'GET /refs/c1/diff/drop': (_, count) => (count === 1 ? page([change('a')], 'a') : page([change('b')])),
  })
  const upload = { ...(await beginAtomic(lakefs, options(rememberedUploads()))), branch: 'drop' }
  lake.branches.push('drop')
  expect((await gatheredChanges(lakefs, upload)).map(({ path }) => path)).toEqual(['a', 'b', 'c'])
})

test.each([403, 409, 412])('a branch that cannot be deleted (%i) leaves the upload landed', async (status) => {
  const records = rememberedUploads()
  const { lakefs } = lakefsWith({
    ...usual,
    'POST /merge/main': () => json(200, { reference: 'm1' }),
    'DELETE /branches/drop': () => say(status, 'not this one'),
  })
  const upload = { ...(await beginAtomic(lakefs, options(records))), branch: 'drop' }
  const landed = await landAtomic(lakefs, upload, { message: 'Add' }, { records })
  expect(landed).toMatchObject({ reference: 'm1', branchLeft: true, upload: { state: 'landed' } })
  expect(records.kept.size).toBe(0)
})

test('any other refusal of the merge is told', async () => {
  const { lakefs } = lakefsWith({ ...usual, 'POST /merge/main': () => say(400, 'no common base') })
  const upload = await beginAtomic(lakefs, options(rememberedUploads()))
  await expect(landAtomic(lakefs, upload, { message: 'Add' })).rejects.toThrow('no common base')
})

test('a conflict names the paths, merges nothing and can be tried again', async () => {
  const records = rememberedUploads()
  const { lakefs, counts } = lakefsWith({
    ...usual,
    'GET /refs/c1/diff/c2': () => change('both.txt', 'ours.txt'),
    'GET /refs/c1/diff/m1': () => change('both.txt', 'ours.txt'),
    'GET /refs/main/diff/drop': () => change('both.txt', 'ours.txt'),
    'GET /refs/drop/diff/main': () => change('both.txt'),
    'POST /merge/main': (_, count) => (count === 1 ? say(409, 'Conflict') : json(200, { reference: 'm1' })),
    'POST /commits': () => json(201, commit),
  })
  const upload = { ...(await beginAtomic(lakefs, options(records))), branch: 'drop' }
  const conflict = await landAtomic(lakefs, upload, { message: 'Add' }, { records }).catch((thrown: unknown) => thrown)
  expect(conflict).toBeInstanceOf(MergeConflict)
  expect((conflict as MergeConflict).paths).toEqual(['both.txt'])
  expect([...records.kept.values()]).toMatchObject([{ state: 'conflict' }])
  const again = await landAtomic(lakefs, (conflict as MergeConflict).upload, { message: 'Add' }, { records })
  expect(again.reference).toBe('m1')
  expect(counts.get('POST /merge/main')).toBe(2)
})

const change = (...paths: string[]) => page(paths.map((path) => ({ path, path_type: 'object', type: 'added' })))

test('a review opens a pull request instead of merging', async () => {
  const records = rememberedUploads()
  const { lakefs, counts, lake } = lakefsWith({ ...usual, 'POST /pulls': () => json(201, { id: 'p1' }) })
  const upload = await beginAtomic(lakefs, options(records))
  const landed = await landAtomic(lakefs, upload, { message: 'Title\n\nMore' }, { review: true, records })
  expect(landed).toMatchObject({ pull: 'p1', head: 'c2' })
  expect(lake.seen.at(-1)?.body).toMatchObject({
    title: 'Title',
    source_branch: upload.branch,
    destination_branch: 'main',
  })
  expect(counts.get('POST /merge/main')).toBeUndefined()
  expect(pullAddress('/api/v1', 'lake', 'p1')).toBe('/repositories/lake/pulls/p1')
})

test('a pull request whose answer was lost is not opened twice', async () => {
  const upload = { ...(await beginAtomic(lakefsWith(usual).lakefs, options(rememberedUploads()))), branch: 'drop' }
  const open = (id: string, source_branch: string) => ({ id, source_branch, destination_branch: 'main' })
  const { lakefs, clock, counts } = lakefsWith({
    ...usual,
    'GET /pulls': () => page([open('p0', 'other'), open('p1', 'drop')]),
    'POST /pulls': () => say(504, 'timeout'),
  })
  const { pull } = await clock.run(landAtomic(lakefs, upload, { message: 'Add' }, { review: true }))
  expect(pull).toBe('p1')
  expect(counts.get('POST /pulls')).toBe(1)
})

test('discarding takes the branch away, keeping leaves it to the person', async () => {
  const records = rememberedUploads()
  const { lakefs, lake } = lakefsWith(usual)
  const upload = await beginAtomic(lakefs, options(records))
  expect(await keepAtomic(upload, records)).toMatchObject({ state: 'kept' })
  expect(records.kept.size).toBe(0)
  await discardAtomic(lakefs, upload, records)
  expect(lake.seen.at(-1)?.route).toBe(`DELETE /api/v1/repositories/lake/branches/${upload.branch}`)
})
