import { expect, test } from 'vitest'
import { type Client, MAIN, ON_MAIN, started } from '../testing.ts'

const REPO = '/repositories/demo'

async function put({ call }: Client, branch: string, path: string, text: string): Promise<void> {
  const { status } = await call('POST', `${REPO}/branches/${branch}/objects?path=${path}`, text, {
    'Content-Type': 'text/plain',
  })
  expect(status).toBe(201)
}

const commit = ({ ok }: Client, branch: string) =>
  ok<{ id: string }>('POST', `${REPO}/branches/${branch}/commits`, { message: 'm' })
const read = async ({ call }: Client, path: string) => (await call('GET', `${ON_MAIN}/objects?path=${path}`)).body

test('a hidden branch is merged and taken away; its changes are on main', async () => {
  const lake = await started()
  await lake.ok('POST', `${REPO}/branches`, { name: 'up', source: 'main', hidden: true })
  await put(lake, 'up', 'new.txt', 'new')
  await commit(lake, 'up')
  expect(await lake.ok('GET', `${REPO}/branches`)).toMatchObject({ results: [{ id: 'main' }, { id: 'production' }] })
  expect(await lake.ok('GET', `${REPO}/refs/main/diff/up`)).toMatchObject({
    results: [{ path: 'new.txt', type: 'added' }],
  })
  await lake.ok('POST', `${REPO}/refs/up/merge/main`, { message: 'Merge' })
  await lake.ok('DELETE', `${REPO}/branches/up`)
  expect(await read(lake, 'new.txt')).toBe('new')
})

test('a conflict is 409, leaves the target as it was, and the diff names the path', async () => {
  const lake = await started()
  await lake.ok('POST', `${REPO}/branches`, { name: 'up', source: 'main' })
  await put(lake, 'up', 'README.md', 'theirs')
  await commit(lake, 'up')
  await put(lake, 'main', 'README.md', 'ours')
  const { id } = await commit(lake, 'main')
  expect(await lake.call('POST', `${REPO}/refs/up/merge/main`, {})).toEqual({ status: 409, body: { reference: '' } })
  expect(await lake.ok('GET', MAIN)).toMatchObject({ commit_id: id })
  expect(await lake.ok('GET', `${REPO}/refs/main/diff/up`)).toMatchObject({
    results: [{ path: 'README.md', type: 'conflict' }],
  })
  await lake.ok('POST', `${REPO}/refs/up/merge/main`, { strategy: 'source-wins' })
  expect(await read(lake, 'README.md')).toBe('theirs')
})

test.each([
  ['is refused', false, 409, 'SAME'],
  ['is written over where the sandbox merges as wrongly as lakeFS 1.84 does', true, 200, 'mine'],
])("the target's new object with the content of the base's next key %s", async (_, wrong, status, there) => {
  const lake = await started()
  for (const [path, text] of [
    ['n/a', 'a'],
    ['n/m', 'SAME'],
    ['n/z', 'z'],
  ] as const) {
    await put(lake, 'main', path, text)
  }
  await commit(lake, 'main')
  await lake.ok('POST', `${REPO}/branches`, { name: 'up', source: 'main' })
  await put(lake, 'up', 'n/k', 'mine')
  await commit(lake, 'up')
  await put(lake, 'main', 'n/k', 'SAME')
  await commit(lake, 'main')
  lake.sandbox.settings.mergeEqualNeighbours = wrong
  // The diff is right all the same.
  expect(await lake.ok('GET', `${REPO}/refs/main/diff/up?type=three_dot`)).toMatchObject({
    results: [{ path: 'n/k', type: 'conflict' }],
  })
  expect((await lake.call('POST', `${REPO}/refs/up/merge/main`, {})).status).toBe(status)
  expect(await read(lake, 'n/k')).toBe(there)
})

test('a commit is picked onto a branch from before it, without its history', async () => {
  const lake = await started()
  const { commit_id } = await lake.ok<{ commit_id: string }>('GET', MAIN)
  await lake.ok('POST', `${REPO}/branches`, { name: 'up', source: 'main' })
  await put(lake, 'up', 'new.txt', 'new')
  const { id } = await commit(lake, 'up')
  await lake.ok('POST', `${REPO}/branches`, { name: 'again', source: commit_id })
  const picked = await lake.ok<{ id: string }>('POST', `${REPO}/branches/again/cherry-pick`, { ref: id })
  expect(picked).toMatchObject({ parents: [commit_id], message: 'm', metadata: { 'cherry-pick-origin': id } })
  expect(picked.id).not.toBe(id)
  expect(await lake.ok('GET', `${REPO}/refs/up/diff/again?type=two_dot`)).toMatchObject({ results: [] })
})

test('a branch with uncommitted changes is not merged into', async () => {
  const lake = await started()
  await lake.ok('POST', `${REPO}/branches`, { name: 'up', source: 'main' })
  await put(lake, 'up', 'new.txt', 'new')
  await commit(lake, 'up')
  await put(lake, 'main', 'other.txt', 'x')
  expect(await lake.call('POST', `${REPO}/refs/up/merge/main`, {})).toMatchObject({ status: 400 })
})

test('revert takes a commit back and keeps what came after', async () => {
  const lake = await started()
  await put(lake, 'main', 'README.md', 'changed')
  await put(lake, 'main', 'a.txt', 'a')
  const { id } = await commit(lake, 'main')
  await put(lake, 'main', 'b.txt', 'b')
  await commit(lake, 'main')
  expect((await lake.call('POST', `${MAIN}/revert`, { ref: id, parent_number: 0 })).status).toBe(204)
  expect(await read(lake, 'README.md')).toContain('# demo')
  expect((await lake.call('GET', `${ON_MAIN}/objects/stat?path=a.txt`)).status).toBe(404)
  expect(await read(lake, 'b.txt')).toBe('b')
  const log = await lake.ok<{ results: { message: string }[] }>('GET', `${ON_MAIN}/commits?amount=1`)
  expect(log).toMatchObject({ pagination: { has_more: true }, results: [{ message: `Revert ${id}` }] })
})

test('one object is reset to what is committed', async () => {
  const lake = await started()
  await put(lake, 'main', 'README.md', 'changed')
  await put(lake, 'main', 'other.txt', 'x')
  expect((await lake.call('PUT', MAIN, { type: 'object', path: 'README.md' })).status).toBe(204)
  expect(await read(lake, 'README.md')).toContain('# demo')
  expect(await lake.ok('GET', `${MAIN}/diff`)).toMatchObject({ results: [{ path: 'other.txt', type: 'added' }] })
})

test('a pull request is opened and merged', async () => {
  const lake = await started()
  await lake.ok('POST', `${REPO}/branches`, { name: 'up', source: 'main' })
  await put(lake, 'up', 'new.txt', 'new')
  await commit(lake, 'up')
  const { id } = await lake.ok<{ id: string }>('POST', `${REPO}/pulls`, {
    title: 't',
    source_branch: 'up',
    destination_branch: 'main',
  })
  expect(await lake.ok('GET', `${REPO}/pulls?status=open`)).toMatchObject({ results: [{ id, status: 'open' }] })
  await lake.ok('PUT', `${REPO}/pulls/${id}/merge`)
  expect(await lake.ok('GET', `${REPO}/pulls/${id}`)).toMatchObject({ status: 'merged' })
  expect(await read(lake, 'new.txt')).toBe('new')
})
