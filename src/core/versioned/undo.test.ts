import { expect, test } from 'vitest'
import type { ObjectStats } from '../lakefs/wire.ts'
import { json, lakefsWith, page } from '../testing/answers.ts'
import { say } from '../testing/lake.ts'
import { isInHistory, previewRevert, previewUndo, revertCommit, undoUploads } from './undo.ts'

const at = { repository: 'lake', branch: 'main' }
const stats = (path: string, address: string): ObjectStats => ({
  path,
  physical_address: address,
  checksum: 'x',
  size_bytes: 1,
  mtime: 1,
})

test('takes back exactly what this upload left, and nothing that somebody changed since', async () => {
  const now = new Map([
    ['new', 's3://b/1'],
    ['replaced', 's3://b/2'],
    ['theirs', 's3://b/other'],
  ])
  const resets: unknown[] = []
  const { lakefs } = lakefsWith({
    'GET /diff': () =>
      page([
        { path: 'new', type: 'added' },
        { path: 'replaced', type: 'changed' },
        { path: 'theirs', type: 'added' },
        { path: 'stranger', type: 'added' },
      ]),
    // Branch and commit answer alike: what the upload replaced looks like what it put there.
    stat: ({ path }) => json(200, stats(path, now.get(path) ?? '')),
    reset: ({ body }) => {
      resets.push(body)
      return json(204)
    },
  })
  const objects = [
    stats('new', 's3://b/1'),
    stats('replaced', '2'),
    stats('theirs', 's3://b/3'),
    stats('done', 's3://b/4'),
  ]
  const preview = await previewUndo(lakefs, at, objects)
  expect(preview.steps.map(({ path, restores }) => [path, restores !== undefined])).toEqual([
    ['new', false],
    ['replaced', true],
  ])
  expect([...preview.left].sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
    { path: 'done', reason: 'committed' },
    { path: 'theirs', reason: 'changed-since' },
  ])
  const steps: number[] = []
  expect(await undoUploads(lakefs, preview, { onProgress: (done) => steps.push(done) })).toEqual({
    removed: 1,
    restored: 1,
    left: [],
  })
  expect(resets).toEqual([
    { type: 'object', path: 'new' },
    { type: 'object', path: 'replaced' },
  ])
  expect(steps).toEqual([1, 2])
})

test('what somebody changed or deleted after the preview stays, and a reset that was done counts as done', async () => {
  const now = new Map([
    ['mine', 's3://b/1'],
    ['theirs', 's3://b/2'],
    ['gone', 's3://b/3'],
    ['lost', 's3://b/4'],
  ])
  const resets: string[] = []
  const { lakefs, clock } = lakefsWith({
    'GET /diff': () => page([...now.keys()].map((path) => ({ path, type: 'added' }))),
    stat: ({ path }) => {
      const address = now.get(path)
      return address === undefined ? say(404, 'not found') : json(200, stats(path, address))
    },
    reset: ({ body }) => {
      const { path } = body as { path: string }
      resets.push(path)
      now.delete(path)
      return path === 'lost' ? say(502, 'bad gateway') : json(204)
    },
  })
  const preview = await previewUndo(
    lakefs,
    at,
    [...now].map(([path, address]) => stats(path, address)),
  )
  expect(preview.steps).toHaveLength(4)
  now.set('theirs', 's3://b/other')
  now.delete('gone')
  const { removed, restored, left } = await clock.run(undoUploads(lakefs, preview))
  expect({ removed, restored }).toEqual({ removed: 2, restored: 0 })
  expect(left.map(({ path }) => path).sort()).toEqual(['gone', 'theirs'])
  expect(resets.sort()).toEqual(['lost', 'mine'])
  expect(now.get('theirs')).toBe('s3://b/other')
})

test('a revert shows the changes of its commit, and a lost answer does not revert twice', async () => {
  let head = 'c2'
  const { lakefs, clock, counts } = lakefsWith({
    branch: () => json(200, { id: 'main', commit_id: head }),
    'GET /commits/c2': () => json(200, { id: 'c2', message: 'm', parents: ['c1'] }),
    'GET /commits/c3': () => json(200, { id: 'c3', message: 'Revert c2', parents: ['c2'] }),
    'GET /refs/c1/diff/c2': () => page([{ path: 'a', type: 'added' }]),
    'POST /revert': () => {
      head = 'c3'
      return say(502, 'bad gateway')
    },
  })
  expect((await previewRevert(lakefs, at, 'c2')).map(({ path }) => path)).toEqual(['a'])
  await clock.run(revertCommit(lakefs, at, 'c2'))
  expect(counts.get('POST /revert')).toBe(1)
})

test.each([
  ['is, where the branch has all of it', () => page([]), true],
  ['is not, where the branch was reset to before it', () => page([{ path: 'a', type: 'added' }]), false],
  ['is not, where it is gone', () => say(404, 'commit not found'), false],
])('a commit that %s in the history of its branch', async (_, answer, there) => {
  const { lakefs } = lakefsWith({ 'GET /refs/main/diff/c2': answer })
  expect(await isInHistory(lakefs, at, 'c2')).toBe(there)
})

test('who may not read the history hears so', async () => {
  const { lakefs } = lakefsWith({ 'GET /refs/main/diff/c2': () => say(403, 'no') })
  await expect(isInHistory(lakefs, at, 'c2')).rejects.toMatchObject({ status: 403 })
})

test.each([
  ['a commit has no choice of parents', ['c1'], 0],
  ['a merge is undone against the branch that it went into', ['c1', 'd1'], 1],
])('%s', async (_, parents, parent) => {
  const { lakefs, lake } = lakefsWith({
    'GET /commits/c2': () => json(200, { id: 'c2', message: 'm', parents }),
    'GET /refs/c1/diff/c2': () => page([{ path: 'a', type: 'added' }]),
    'POST /revert': () => json(204),
  })
  expect((await previewRevert(lakefs, at, 'c2')).map(({ path }) => path)).toEqual(['a'])
  await revertCommit(lakefs, at, 'c2')
  expect(lake.seen.at(-1)?.body).toEqual({ ref: 'c2', parent_number: parent })
})

test.each([
  ['a commit of its own', { message: 'Add more', parents: ['c2'] }],
  ['a revert of another commit', { message: 'Revert c1', parents: ['c2'] }],
  ['the same words, on another commit', { message: 'Revert c2', parents: ['c9'] }],
])("somebody else's commit meanwhile (%s) is not taken for the revert", async (_, foreign) => {
  let head = 'c2'
  const { lakefs, clock, counts } = lakefsWith({
    branch: () => json(200, { id: 'main', commit_id: head }),
    'GET /commits/c2': () => json(200, { id: 'c2', message: 'm', parents: ['c1'] }),
    'GET /commits/f1': () => json(200, { id: 'f1', ...foreign }),
    'POST /revert': (_, count) => {
      head = 'f1'
      return count === 1 ? say(502, 'bad gateway') : json(204)
    },
  })
  await clock.run(revertCommit(lakefs, at, 'c2'))
  expect(counts.get('POST /revert')).toBe(2)
})

test('a revert that is there already, under a later commit, is done; one with nothing to undo is refused', async () => {
  let head = 'c2'
  const lost = lakefsWith({
    branch: () => json(200, { id: 'main', commit_id: head }),
    'GET /commits/c2': () => json(200, { id: 'c2', message: 'm', parents: ['c1'] }),
    'GET /commits/f1': () => json(200, { id: 'f1', message: 'Add more', parents: ['c3'] }),
    'POST /revert': (_, count) => {
      head = 'f1'
      return count === 1 ? say(502, 'bad gateway') : say(400, 'update branch: no changes')
    },
  })
  await lost.clock.run(revertCommit(lost.lakefs, at, 'c2'))
  const nothing = lakefsWith({
    'GET /commits/c2': () => json(200, { id: 'c2', message: 'm', parents: ['c1'] }),
    'POST /revert': () => say(400, 'update branch: no changes'),
  })
  await expect(revertCommit(nothing.lakefs, at, 'c2')).rejects.toThrow('no changes')
})
