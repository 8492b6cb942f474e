import { expect, test } from 'vitest'
import { beginAtomic, discardAtomic, keepAtomic, landAtomic, MergeConflict, openDrops, pullAddress } from './atomic.ts'
import type { DropRecord } from './records.ts'
import { type Answer, errandsWith, json, page } from './testing/answers.ts'
import { say } from './testing/lake.ts'

function memory() {
  const drops = new Map<string, DropRecord>()
  return {
    kept: drops,
    drops: async () => [...drops.values()],
    putDrop: async (drop: DropRecord) => void drops.set(drop.id, drop),
    deleteDrop: async (id: string) => void drops.delete(id),
  }
}
const commit = { id: 'c2', message: 'Add', parents: ['c1'], committer: 'me', creation_date: 1, metadata: {} }
const usual: Record<string, Answer> = {
  'POST /branches': () => json(201, 'c1'),
  branch: () => json(200, { id: 'drop', commit_id: 'c1' }),
  'POST /commits': () => json(201, commit),
}
const options = (records: ReturnType<typeof memory>) => ({ repository: 'lake', target: 'main', records })

test('makes a hidden branch under the first free name and remembers it', async () => {
  const records = memory()
  const { errands, lake } = errandsWith({
    ...usual,
    'POST /branches': (_, count) => (count < 3 ? say(409, 'branch already exists: not unique') : json(201, 'c1')),
  })
  const drop = await beginAtomic(errands, options(records))
  expect(drop).toMatchObject({ target: 'main', state: 'gathering', hidden: true })
  expect(drop.branch).toMatch(/^drop-\d{4}-3$/)
  expect(lake.seen.at(-1)?.body).toEqual({ name: drop.branch, source: 'main', hidden: true })
  expect([...records.kept.values()]).toMatchObject([{ branch: drop.branch, target: 'main', state: 'gathering' }])
})

test('servers that do not know hidden branches get a plain one', async () => {
  const { errands } = errandsWith({
    ...usual,
    'POST /branches': ({ body }) =>
      (body as { hidden?: boolean }).hidden ? say(400, 'unknown field hidden') : json(201, 'c1'),
  })
  expect((await beginAtomic(errands, options(memory()))).hidden).toBe(false)
})

test('lands by commit, merge and taking the branch away', async () => {
  const records = memory()
  const steps: string[] = []
  const note =
    (name: string, answer: () => Response): Answer =>
    () => {
      steps.push(name)
      return answer()
    }
  const { errands, lake } = errandsWith({
    ...usual,
    'POST /commits': note('commit', () => json(201, commit)),
    'POST /merge/main': note('merge', () => json(200, { reference: 'm1' })),
  })
  const drop = await beginAtomic(errands, options(records))
  const landed = await landAtomic(errands, drop, { message: 'Add' }, { records })
  expect(landed).toMatchObject({ reference: 'm1', commit: { id: 'c2' }, drop: { state: 'landed' } })
  expect(steps).toEqual(['commit', 'merge'])
  expect(lake.seen.at(-1)?.route).toBe(`DELETE /api/v1/repositories/lake/branches/${drop.branch}`)
  expect(records.kept.size).toBe(0)
})

test('a merge whose answer was lost has landed', async () => {
  const records = memory()
  let head = 'c1'
  const { errands, clock, lake, counts } = errandsWith({
    ...usual,
    branch: () => json(200, { id: 'main', commit_id: head }),
    'POST /merge/main': (_, count) => {
      head = 'm1'
      return count === 1 ? say(504, 'timeout') : say(400, 'update branch: no changes')
    },
  })
  const drop = await beginAtomic(errands, options(records))
  const landed = await clock.run(landAtomic(errands, drop, { message: 'Add' }, { records }))
  expect(landed).toMatchObject({ reference: 'm1', commit: { id: 'c2' }, drop: { state: 'landed' } })
  expect(counts.get('POST /merge/main')).toBe(2)
  expect(lake.seen.at(-1)?.route).toBe(`DELETE /api/v1/repositories/lake/branches/${drop.branch}`)
  expect(records.kept.size).toBe(0)
})

test('a drop that differs in nothing has landed too, without a commit', async () => {
  const { errands } = errandsWith({
    ...usual,
    'POST /commits': () => say(400, 'commit: no changes'),
    'POST /merge/main': () => say(400, 'update branch: no changes'),
  })
  const drop = await beginAtomic(errands, options(memory()))
  const landed = await landAtomic(errands, drop, { message: 'Add' })
  expect(landed).toMatchObject({ reference: 'c1', commit: undefined, drop: { state: 'landed' } })
})

test.each([403, 409, 412])('a branch that cannot be deleted (%i) leaves the drop landed', async (status) => {
  const records = memory()
  const { errands } = errandsWith({
    ...usual,
    'POST /merge/main': () => json(200, { reference: 'm1' }),
    'DELETE /branches/drop': () => say(status, 'not this one'),
  })
  const drop = { ...(await beginAtomic(errands, options(records))), branch: 'drop' }
  const landed = await landAtomic(errands, drop, { message: 'Add' }, { records })
  expect(landed).toMatchObject({ reference: 'm1', branchLeft: true, drop: { state: 'landed' } })
  expect(records.kept.size).toBe(0)
})

test('any other refusal of the merge is told', async () => {
  const { errands } = errandsWith({ ...usual, 'POST /merge/main': () => say(400, 'no common base') })
  const drop = await beginAtomic(errands, options(memory()))
  await expect(landAtomic(errands, drop, { message: 'Add' })).rejects.toThrow('no common base')
})

test('a conflict names the paths, merges nothing and can be tried again', async () => {
  const records = memory()
  const { errands, counts } = errandsWith({
    ...usual,
    'POST /merge/main': (_, count) => (count === 1 ? say(409, 'Conflict') : json(200, { reference: 'm1' })),
    'POST /commits': (_, count) => (count === 1 ? json(201, commit) : say(400, 'commit: no changes')),
  })
  const drop = await beginAtomic(errands, options(records))
  const conflict = await landAtomic(
    errandsWithDiffs(errands, drop.branch),
    drop,
    { message: 'Add' },
    { records },
  ).catch((thrown: unknown) => thrown)
  expect(conflict).toBeInstanceOf(MergeConflict)
  expect((conflict as MergeConflict).paths).toEqual(['both.txt'])
  expect([...records.kept.values()]).toMatchObject([{ state: 'conflict' }])
  const again = await landAtomic(errands, (conflict as MergeConflict).drop, { message: 'Add' }, { records })
  expect(again.reference).toBe('m1')
  expect(counts.get('POST /merge/main')).toBe(2)
})

/** Answers both diffs: ours has two paths, theirs one of them. */
function errandsWithDiffs(errands: ReturnType<typeof errandsWith>['errands'], branch: string) {
  const call = errands.lakefs.call
  const lakefs: typeof errands.lakefs = Object.create(errands.lakefs, {
    call: {
      value: async (request: Parameters<typeof call>[0]) => {
        if (!request.path.includes('/diff/')) return await call(request)
        const ours = request.path.endsWith(`/diff/${branch}`)
        const results = (ours ? ['both.txt', 'ours.txt'] : ['both.txt']).map((path) => ({ path, type: 'added' }))
        return await page(results).json()
      },
    },
  })
  return { ...errands, lakefs }
}

test('a review opens a pull request instead of merging', async () => {
  const records = memory()
  const { errands, counts, lake } = errandsWith({ ...usual, 'POST /pulls': () => json(201, { id: 'p1' }) })
  const drop = await beginAtomic(errands, options(records))
  const { pull } = await landAtomic(errands, drop, { message: 'Title\n\nMore' }, { review: true, records })
  expect(pull).toBe('p1')
  expect(lake.seen.at(-1)?.body).toMatchObject({
    title: 'Title',
    source_branch: drop.branch,
    destination_branch: 'main',
  })
  expect(counts.get('POST /merge/main')).toBeUndefined()
  expect(pullAddress('/api/v1', 'lake', 'p1')).toBe('/repositories/lake/pulls/p1')
})

test('a reload finds the drop again, and forgets one whose branch is gone', async () => {
  const records = memory()
  const { errands } = errandsWith({
    ...usual,
    branch: (_, count) => (count === 2 ? say(404, 'branch not found') : json(200, { id: 'd', commit_id: 'c' })),
  })
  const drop = await beginAtomic(errands, options(records))
  expect(await openDrops(errands, 'lake', records)).toMatchObject([{ branch: drop.branch, target: 'main' }])
  expect(await openDrops(errands, 'other', records)).toEqual([])
  expect(await openDrops(errands, 'lake', records)).toEqual([])
  expect(records.kept.size).toBe(0)
})

test('discarding takes the branch away, keeping leaves it to the person', async () => {
  const records = memory()
  const { errands, lake } = errandsWith(usual)
  const drop = await beginAtomic(errands, options(records))
  expect(await keepAtomic(drop, records)).toMatchObject({ state: 'kept' })
  expect(records.kept.size).toBe(0)
  await discardAtomic(errands, drop, records)
  expect(lake.seen.at(-1)?.route).toBe(`DELETE /api/v1/repositories/lake/branches/${drop.branch}`)
})
