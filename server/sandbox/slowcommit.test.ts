import { expect, test, vi } from 'vitest'
import { type Client, type Given, MAIN, PATIENCE, started } from './testing.ts'

/** Begins a commit that is under way until `end` is called. */
async function commit({ sandbox, ok }: Client): Promise<{ end(): Promise<{ id: string }> }> {
  sandbox.faults.add({ route: 'commit', fault: { kind: 'hold', at: 'middle' } })
  const answer = ok<{ id: string }>('POST', `${MAIN}/commits`, { message: 'beside', allow_empty: true })
  answer.catch(() => {})
  await vi.waitFor(() => expect(sandbox.commitsUnderWay()).toEqual(['demo/main']), PATIENCE)
  return {
    end: () => {
      sandbox.faults.clear()
      return answer
    },
  }
}

/** Address and PUT; the answer is what its link is asked with. */
async function stored({ ok }: Client, path: string) {
  const staging = await ok<Given>('GET', `${MAIN}/staging/backing?presign=true&path=${path}`)
  const put = await fetch(staging.presigned_url, { method: 'PUT', body: 'x' })
  return { staging, checksum: (put.headers.get('ETag') ?? '').replaceAll('"', ''), size_bytes: 1 }
}

const ABSENT = { 'If-None-Match': '*' }
const link = ({ call }: Client, path: string, body: unknown, headers = {}) =>
  call('PUT', `${MAIN}/staging/backing?path=${path}`, body, headers)
const upload = ({ call }: Client, path: string) =>
  call('POST', `${MAIN}/objects?path=${path}`, 'x', { 'Content-Type': 'text/plain' })
const statusesOf = async ({ call }: Client, ref: string, ...paths: string[]) => {
  const answers = paths.map((path) => call('GET', `/repositories/demo/refs/${ref}/objects/stat?path=${path}`))
  return (await Promise.all(answers)).map(({ status }) => status)
}

test('a conditional link beside a commit is refused by its own entry, which the commit may leave out', async () => {
  const lake = await started()
  const [a, b, c] = [await stored(lake, 'a'), await stored(lake, 'b'), await stored(lake, 'c')]
  const { end } = await commit(lake)
  expect((await link(lake, 'a', a, ABSENT)).status).toBe(412)
  expect((await link(lake, 'b', b, ABSENT)).status).toBe(412)
  expect((await link(lake, 'c', c)).status).toBe(200)
  expect(await statusesOf(lake, 'main', 'a', 'b', 'c')).toEqual([200, 200, 200])
  await end()
  expect(await statusesOf(lake, 'main', 'a', 'b', 'c')).toEqual([404, 200, 200])
})

test('an entry that was linked again without the condition stays', async () => {
  const lake = await started()
  const a = await stored(lake, 'a')
  const { end } = await commit(lake)
  expect((await link(lake, 'a', a, ABSENT)).status).toBe(412)
  expect((await link(lake, 'a', a)).status).toBe(200)
  await end()
  expect(await statusesOf(lake, 'main', 'a')).toEqual([200])
})

test('what is staged while a commit is under way is not in it, and not lost', async () => {
  const lake = await started()
  await upload(lake, 'before')
  const { end } = await commit(lake)
  await upload(lake, 'after')
  const { id } = await end()
  expect(await statusesOf(lake, id, 'before', 'after')).toEqual([200, 404])
  expect(await statusesOf(lake, 'main', 'before', 'after')).toEqual([200, 200])
})

test('a second commit of the branch meanwhile is refused', async () => {
  const lake = await started()
  const { end } = await commit(lake)
  const second = await lake.call('POST', `${MAIN}/commits`, { message: 'second', allow_empty: true })
  expect(second).toMatchObject({ status: 500, body: { message: 'predicate failed' } })
  await end()
})

test('the script writes an entry and refuses it, loses one, or says yes to none', async () => {
  const lake = await started()
  lake.sandbox.faults.add(
    { route: 'link', path: 'path=written', fault: { kind: 'precondition', entry: 'written' } },
    { route: 'link', path: 'path=gone', fault: { kind: 'precondition', entry: 'gone' } },
    { route: 'link', path: 'path=unwritten', fault: { kind: 'unwritten' } },
  )
  const outcome = async (path: string) => [
    (await link(lake, path, await stored(lake, path), ABSENT)).status,
    ...(await statusesOf(lake, 'main', path)),
  ]
  expect(await outcome('written')).toEqual([412, 200])
  expect(await outcome('gone')).toEqual([412, 404])
  expect(await outcome('unwritten')).toEqual([200, 404])
})

test('an object of the repository is put on a branch by its address, without its bytes', async () => {
  const lake = await started()
  const { staging, ...facts } = await stored(lake, 'first')
  const body = { physical_address: staging.physical_address, ...facts }
  expect(await lake.call('PUT', `${MAIN}/objects?path=second`, body)).toMatchObject({
    status: 201,
    body: { path: 'second', physical_address: staging.physical_address },
  })
  const foreign = { ...body, physical_address: 's3://elsewhere/x' }
  expect((await lake.call('PUT', `${MAIN}/objects?path=third`, foreign)).status).toBe(400)
})
