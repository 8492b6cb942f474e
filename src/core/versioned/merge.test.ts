import { expect, test } from 'vitest'
import { page } from '../testing/answers.ts'
import { type Asked, TestBranches } from '../testing/branches.ts'
import { say } from '../testing/lake.ts'
import { rememberedUploads } from '../testing/open-uploads.ts'
import { beginAtomic, landAtomic, MergeConflict, MergeNotTakenBack, MergeUnchecked } from './atomic-upload.ts'
import type { AtomicUpload } from './open-uploads.ts'

const BASE = { a: 'a', m: 'SAME', z: 'z' }

/** An upload with these files on its branch, made from a target with {@link BASE}. */
async function gathered(files: Readonly<Record<string, string>>) {
  const lake = new TestBranches(BASE)
  const records = rememberedUploads()
  const upload = await beginAtomic(lake.lakefs, { repository: 'lake', target: 'main', records })
  lake.change(upload.branch, files)
  const land = (one: AtomicUpload = upload) =>
    lake.clock.run(landAtomic(lake.lakefs, one, { message: 'Add' }, { records }))
  /** What lands not, and why. */
  const refused = async (one: AtomicUpload = upload) =>
    await land(one).then(
      () => expect.unreachable('has landed'),
      (thrown: unknown) => thrown,
    )
  const state = () => [...records.kept.values()].map((one) => one.state)
  return { lake, upload, land, refused, state }
}

const main = ({ lake }: { lake: TestBranches }) => Object.fromEntries(lake.tree('main'))
const isMerge = ({ method, path }: Asked) => method === 'POST' && path.endsWith('/merge/main')

/** Somebody commits to the target once it was read and before the upload is merged. */
function commitInBetween(lake: TestBranches, changes: Record<string, string>) {
  lake.twist = (asked) => {
    if (isMerge(asked) && asked.count === 1) lake.change('main', changes)
    return undefined
  }
}

test("a conflict that lakeFS's merge does not see is seen before it, and nothing is merged", async () => {
  const one = await gathered({ k: 'mine', other: 'mine' })
  one.lake.change('main', { k: 'SAME' })
  const conflict = await one.refused()
  expect(conflict).toBeInstanceOf(MergeConflict)
  expect(conflict).toMatchObject({ paths: ['k'], takenBack: undefined, upload: { state: 'conflict' } })
  expect(one.lake.count('POST /merge/main')).toBe(0)
  expect(main(one)).toEqual({ ...BASE, k: 'SAME' })
  expect(one.lake.tree(one.upload.branch).get('k')).toBe('mine')
  expect(one.state()).toEqual(['conflict'])
})

test('a commit between the look and the merge that the merge writes over is put back at once', async () => {
  const one = await gathered({ k: 'mine', other: 'mine' })
  commitInBetween(one.lake, { k: 'SAME', theirs: 'new' })
  const conflict = await one.refused()
  expect(conflict).toBeInstanceOf(MergeConflict)
  const merge = one.lake.head('main').parents[0]
  expect(conflict).toMatchObject({ paths: ['k'], takenBack: merge, upload: { state: 'conflict' } })
  expect(one.lake.commits.get(merge ?? '')?.message).toBe('Add')
  expect(main(one)).toEqual({ ...BASE, k: 'SAME', theirs: 'new' })
  expect(Object.fromEntries(one.lake.tree(one.upload.branch))).toEqual({ ...BASE, k: 'mine', other: 'mine' })
  expect(one.state()).toEqual(['conflict'])
})

test('a commit between the look and the merge that the merge leaves alone is no conflict', async () => {
  const one = await gathered({ k: 'mine' })
  commitInBetween(one.lake, { theirs: 'new' })
  expect(await one.land()).toMatchObject({ merged: true, reference: one.lake.head('main').id })
  expect(main(one)).toEqual({ ...BASE, k: 'mine', theirs: 'new' })
  expect(one.state()).toEqual([])
})

test('a merge that leaves an object of the upload out is put back: all or nothing', async () => {
  const one = await gathered({ k: 'mine', other: 'mine' })
  one.lake.twist = (asked) => {
    if (!isMerge(asked)) return undefined
    const { id, parents } = one.lake.head(one.upload.branch)
    const half = { id, parents, message: 'half', tree: new Map([...Object.entries(BASE), ['k', 'mine'] as const]) }
    one.lake.merge(half, 'main', 'Add')
    return Response.json({ reference: one.lake.head('main').id })
  }
  expect(await one.refused()).toMatchObject({ name: 'MergeConflict', paths: ['other'] })
  expect(main(one)).toEqual(BASE)
})

test('a branch that changes by merge only gets its objects back by a merge', async () => {
  const one = await gathered({ k: 'mine' })
  one.lake.guarded.add('main')
  commitInBetween(one.lake, { k: 'SAME' })
  expect(await one.refused()).toMatchObject({ name: 'MergeConflict', paths: ['k'] })
  expect(main(one)).toEqual({ ...BASE, k: 'SAME' })
  expect([...one.lake.heads.keys()]).toEqual(['main', one.upload.branch])
})

test('a merge that cannot be taken back is named with its paths, and taken back at the next try', async () => {
  const one = await gathered({ k: 'mine' })
  one.lake.twist = (asked) => {
    if (isMerge(asked)) one.lake.change('main', { k: 'SAME' })
    if (asked.path.endsWith('/revert')) return say(400, "main: can't apply meta-range on dirty branch")
    return undefined
  }
  const stuck = await one.refused()
  const merge = one.lake.head('main').id
  expect(stuck).toBeInstanceOf(MergeNotTakenBack)
  expect(stuck).toMatchObject({ paths: ['k'], merge, upload: { state: 'merged' }, cause: { status: 400 } })
  expect(one.state()).toEqual(['merged'])

  one.lake.twist = () => undefined
  expect(await one.refused((stuck as MergeNotTakenBack).upload)).toMatchObject({ paths: ['k'], takenBack: merge })
  expect(main(one)).toEqual({ ...BASE, k: 'SAME' })
  expect(one.state()).toEqual(['conflict'])
})

test('a revert that writes over later commits, as the merge did over earlier ones, is not told as taken back', async () => {
  const one = await gathered({ k: 'mine' })
  one.lake.twist = (asked) => {
    if (isMerge(asked)) one.lake.change('main', { k: 'SAME' })
    if (!asked.path.endsWith('/branches/main/revert')) return undefined
    const { id } = one.lake.head('main')
    one.lake.change('main', { late: 'theirs' })
    one.lake.change('main', { k: 'SAME', late: 'other' }, `Revert ${id}`)
    return new Response(null, { status: 204 })
  }
  const stuck = await one.refused()
  expect(stuck).toMatchObject({ name: 'MergeNotTakenBack', paths: ['late'], cause: { name: 'RevertIncomplete' } })
})

test('a revert that leaves a path as the merge had it is not told as taken back', async () => {
  const one = await gathered({ k: 'mine', other: 'mine' })
  one.lake.twist = (asked) => {
    if (isMerge(asked)) one.lake.change('main', { k: 'SAME' })
    if (!asked.path.endsWith('/branches/main/revert')) return undefined
    one.lake.change('main', { other: undefined }, `Revert ${one.lake.head('main').id}`)
    return new Response(null, { status: 204 })
  }
  expect(await one.refused()).toMatchObject({ name: 'MergeNotTakenBack', paths: ['k'] })
})

test.each([
  ['right', {}, 'landed'],
  ['wrong', { k: 'SAME' }, 'taken back'],
])('a merge whose answer was lost is compared too: %s', async (_, between, ended) => {
  const one = await gathered({ k: 'mine' })
  one.lake.twist = (asked) => {
    if (!isMerge(asked) || asked.count > 1) return undefined
    one.lake.change('main', between)
    return 'lost'
  }
  if (ended === 'landed') {
    expect(await one.land()).toMatchObject({ merged: true, reference: one.lake.head('main').id })
    expect(main(one)).toEqual({ ...BASE, k: 'mine' })
  } else {
    expect(await one.refused()).toMatchObject({ paths: ['k'], takenBack: one.lake.head('main').parents[0] })
    expect(main(one)).toEqual({ ...BASE, k: 'SAME' })
  }
  expect(one.lake.count('POST /merge/main')).toBe(1)
})

test('a visit that ended before its merge was compared is gone on with by the next one', async () => {
  const one = await gathered({ k: 'mine', other: 'mine' })
  const stop = new AbortController()
  one.lake.twist = (asked) => {
    if (isMerge(asked)) one.lake.change('main', { k: 'SAME' })
    if (asked.path.startsWith('/commits/')) stop.abort()
    return undefined
  }
  const first = landAtomic(one.lake.lakefs, one.upload, { message: 'Add' }, { signal: stop.signal })
  await expect(one.lake.clock.run(first)).rejects.toThrow()
  expect(main(one)).toMatchObject({ k: 'mine' })
  // Others go on meanwhile, also with what the upload has brought.
  one.lake.change('main', { later: 'x' })
  one.lake.twist = () => undefined
  expect(await one.refused()).toMatchObject({ name: 'MergeConflict', paths: ['k'] })
  expect(main(one)).toEqual({ ...BASE, k: 'SAME', later: 'x' })
})

test('what others change after a merge whose answer was lost is theirs, and the upload has landed', async () => {
  const one = await gathered({ k: 'mine', other: 'mine' })
  one.lake.merge(one.lake.head(one.upload.branch), 'main', 'Add')
  const { id } = one.lake.head('main')
  one.lake.change('main', { other: 'theirs' })
  expect(await one.land()).toMatchObject({ merged: true, reference: id })
  expect(main(one)).toEqual({ ...BASE, k: 'mine', other: 'theirs' })
})

test('after a merge was taken back the next try does not say landed: it names the conflict, or lands once that is settled', async () => {
  const one = await gathered({ k: 'mine', other: 'mine' })
  commitInBetween(one.lake, { k: 'SAME' })
  await one.refused()
  one.lake.twist = () => undefined
  expect(await one.refused()).toMatchObject({ name: 'MergeConflict', paths: ['k'], takenBack: undefined })
  expect(main(one)).toEqual({ ...BASE, k: 'SAME' })
  expect([...one.lake.heads.keys()]).toEqual(['main', one.upload.branch])

  one.lake.change('main', { k: undefined })
  expect(await one.land()).toMatchObject({ merged: true, reference: one.lake.head('main').id })
  expect(main(one)).toEqual({ ...BASE, k: 'mine', other: 'mine' })
  expect([...one.lake.heads.keys()]).toEqual(['main'])
  expect(one.state()).toEqual([])
})

test('files that join an upload after its merge was taken back land with the others', async () => {
  const one = await gathered({ k: 'mine', other: 'mine' })
  commitInBetween(one.lake, { k: 'SAME' })
  await one.refused()
  one.lake.twist = () => undefined
  one.lake.change('main', { k: undefined })
  one.lake.change(one.upload.branch, { late: 'mine' })
  await one.land()
  expect(main(one)).toEqual({ ...BASE, k: 'mine', other: 'mine', late: 'mine' })
})

test('a upload that somebody has reverted since is merged anew, though lakeFS says that nothing has changed', async () => {
  const one = await gathered({ k: 'mine' })
  one.lake.merge(one.lake.head(one.upload.branch), 'main', 'Add')
  one.lake.change('main', { k: undefined }, 'Undo that')
  expect(await one.land()).toMatchObject({ merged: true })
  expect(main(one)).toEqual({ ...BASE, k: 'mine' })
})

test('a upload of 20,000 files is compared in pages', async () => {
  const files = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`raw/${index}`, 'x']))
  const one = await gathered(files)
  one.lake.asked.length = 0
  expect(await one.land()).toMatchObject({ merged: true })
  expect(one.lake.count(`GET /refs/${one.upload.base}/diff/${one.lake.head('main').parents[1]}`)).toBe(20)
  expect(one.lake.asked.length).toBeLessThan(60)
})

test.each([
  ['403', 403, 'no'],
  ['401', 401, 'insufficient permissions: not allowed to fs:ListObjects'],
])('who may not compare (%s) hears so before the merge, and nothing is merged', async (_, status, said) => {
  const one = await gathered({ k: 'mine' })
  one.lake.twist = ({ path }) => (path.includes('/diff/') ? say(status, said) : undefined)
  const unread = await one.refused()
  expect(unread).toBeInstanceOf(MergeUnchecked)
  expect(unread).toMatchObject({ merge: undefined, cause: { status, detail: said }, upload: { state: 'committed' } })
  expect(one.lake.count('POST /merge/main')).toBe(0)
  expect(main(one)).toEqual(BASE)
})

test('a merge that cannot be compared is neither landed nor a conflict, and is compared at the next try', async () => {
  const one = await gathered({ k: 'mine' })
  one.lake.twist = ({ path }) => (path.startsWith('/commits/') ? say(400, 'no') : undefined)
  const unread = await one.refused()
  expect(unread).toMatchObject({ name: 'MergeUnchecked', merge: one.lake.head('main').id, upload: { state: 'merged' } })
  expect(one.state()).toEqual(['merged'])
  expect(one.lake.heads.has(one.upload.branch)).toBe(true)
  one.lake.twist = () => undefined
  expect(await one.land((unread as MergeUnchecked).upload)).toMatchObject({ merged: true })
})

test('a upload of which nobody knows where it began lands all the same', async () => {
  const one = await gathered({ k: 'mine' })
  const { base: _, ...upload } = one.upload
  expect(await one.land(upload)).toMatchObject({ merged: true })
  expect(main(one)).toEqual({ ...BASE, k: 'mine' })
})

test('an answer that is lost while an upload is merged anew picks no commit twice', async () => {
  const one = await gathered({ k: 'mine' })
  one.lake.change(one.upload.branch, { more: 'mine' }, 'more')
  one.lake.merge(one.lake.head(one.upload.branch), 'main', 'Add')
  one.lake.change('main', { k: undefined, more: undefined }, 'Undo that')
  one.lake.twist = ({ path, count }) => (path.endsWith('/cherry-pick') && count === 1 ? 'lost' : undefined)
  expect(await one.land()).toMatchObject({ merged: true })
  expect(main(one)).toEqual({ ...BASE, k: 'mine', more: 'mine' })
  expect(one.lake.asked.filter(({ path }) => path.endsWith('/cherry-pick'))).toHaveLength(2)
})

test('a 409 without a conflict on a target with uncommitted changes says so, and names no file', async () => {
  const one = await gathered({ k: 'mine' })
  one.lake.twist = (asked) => {
    if (isMerge(asked)) return say(409, 'Conflict')
    return asked.method === 'GET' && asked.path.endsWith('/branches/main/diff')
      ? page([{ path: 'theirs', path_type: 'object', type: 'added' }])
      : undefined
  }
  const refusal = await one.refused()
  expect(refusal).not.toBeInstanceOf(MergeConflict)
  expect(refusal).toMatchObject({ status: 409, detail: 'dirty branch: Conflict' })
})

test('a 409 that nothing explains is told in the words of lakeFS', async () => {
  const one = await gathered({ k: 'mine' })
  one.lake.twist = (asked) => {
    if (isMerge(asked)) return say(409, 'something else')
    return asked.path.endsWith('/branches/main/diff') ? page([]) : undefined
  }
  expect(await one.refused()).toMatchObject({ status: 409, detail: 'something else' })
})
