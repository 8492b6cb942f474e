import { randomBytes } from 'node:crypto'
import type { Sandbox } from '../server/sandbox/index.ts'
import { seenBars, watchBars } from './bars.ts'
import { expect, test } from './fixtures.ts'
import { enterHost } from './host-session.ts'

const MIB = 2 ** 20
const DENIED = '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'

test('an expired URL of a part is replaced, and only that part is sent again', async ({
  uploading,
  pick,
  disk,
  lake,
  sandbox,
}) => {
  const bytes = randomBytes(48 * MIB)
  sandbox.faults.add({ route: 'store-part', path: 'partNumber=2&', fault: { kind: 'expired' } })
  await uploading.open()
  await pick(uploading.button('Choose files'), [disk('large.bin', bytes)])
  await uploading.expectUploaded('large.bin')
  expect(asked(sandbox, 2)).toEqual([403, 200])
  expect(asked(sandbox, 1)).toEqual([200])
  expect(sandbox.counters()['create-multipart']).toBe(1)
  expect(bytes.equals(await lake.read(`${uploading.folder}large.bin`))).toBe(true)
})

test('a store that refuses is asked once more with a new signature, and then there is a sentence', async ({
  uploading,
  pick,
  disk,
  lake,
  sandbox,
}) => {
  sandbox.faults.add({ route: 'store-put', fault: { kind: 'status', status: 403, body: DENIED }, times: 0 })
  sandbox.faults.add({ route: 'store-part', fault: { kind: 'status', status: 403, body: DENIED }, times: 0 })
  await uploading.open()
  await pick(uploading.button('Choose files'), [disk('a.txt'), disk('large.bin', Buffer.alloc(20 * MIB))])
  for (const name of ['a.txt', 'large.bin']) await uploading.expectStatus(name, /Failed.*the store refused this file/)
  expect(sandbox.counters()['store-put']).toBe(2)
  for (const part of [1, 2, 3]) expect(asked(sandbox, part).length).toBeLessThanOrEqual(2)
  expect(sandbox.counters().link).toBeUndefined()
  expect(sandbox.counters()['complete-multipart']).toBeUndefined()
  expect(await lake.list(uploading.folder)).toEqual([])
  // What the store has of it goes with the row.
  await uploading.button('Remove large.bin').click()
  await expect.poll(() => sandbox.multiparts()).toEqual([])
})

test('a part that stalls is sent again, and nothing but that part', async ({
  page,
  uploading,
  pick,
  disk,
  lake,
  sandbox,
}) => {
  const bytes = randomBytes(48 * MIB)
  sandbox.faults.add({ route: 'store-part', path: 'partNumber=3&', fault: { kind: 'stall', at: 'request' } })
  await enterHost(page, lake, uploading.folder, { stallTimeout: 1000 })
  await pick(uploading.button('Choose files'), [disk('large.bin', bytes)])
  await uploading.expectUploaded('large.bin')
  expect(asked(sandbox, 3)).toEqual([0, 200])
  for (const part of [1, 2, 4]) expect(asked(sandbox, part)).toEqual([200])
  expect(bytes.equals(await lake.read(`${uploading.folder}large.bin`))).toBe(true)
})

test('an answer that never comes after the last byte is not waited for without end', async ({
  page,
  uploading,
  pick,
  disk,
  lake,
  sandbox,
}) => {
  sandbox.faults.add({ route: 'store-put', fault: { kind: 'stall', at: 'answer' } })
  await enterHost(page, lake, uploading.folder, { stallTimeout: 500 })
  await pick(uploading.button('Choose files'), [disk('a.txt')])
  await uploading.expectUploaded('a.txt')
  expect(sandbox.counters()).toMatchObject({ 'store-put': 2, link: 1 })
  expect(String(await lake.read(`${uploading.folder}a.txt`))).toBe('a.txt\n')
})

test('a connection cut in the middle of a PUT: progress never goes back', async ({
  page,
  uploading,
  pick,
  disk,
  lake,
  sandbox,
}) => {
  const bytes = randomBytes(7 * MIB)
  sandbox.settings.bytesPerSecond = 6 * MIB
  sandbox.faults.add({ route: 'store-put', fault: { kind: 'reset', bytes: 4 * MIB }, times: 3 })
  await uploading.open()
  await watchBars(page)
  await pick(uploading.button('Choose files'), [disk('a.bin', bytes)])
  await uploading.expectUploaded('a.bin')
  expect(sandbox.requests('store').filter(({ fault }) => fault === 'reset')).toHaveLength(3)
  const seen = await seenBars(page)
  // The row may show one value only: the system's buffers take so small a file at once. The total goes on to its end.
  for (const [name, least] of [['Total progress', 2] as const, ['a.bin', 1] as const]) {
    const values = seen[name] ?? []
    expect(values.length, name).toBeGreaterThanOrEqual(least)
    expect(values, name).toEqual([...values].sort((a, b) => a - b))
  }
  expect(sandbox.counters().link).toBe(1)
  expect(bytes.equals(await lake.read(`${uploading.folder}a.bin`))).toBe(true)
})

for (const [what, route] of [
  ['PUT', 'store-put'],
  ['link', 'link'],
] as const) {
  test(`the answer of a ${what} is lost: a second copy does no harm`, async ({
    uploading,
    pick,
    disk,
    lake,
    sandbox,
  }) => {
    sandbox.faults.add({ route, fault: { kind: 'lost' }, times: 2 })
    await uploading.open()
    await pick(uploading.button('Choose files'), [disk('a.txt')])
    await uploading.expectUploaded('a.txt')
    expect(await lake.list(uploading.folder)).toEqual([`${uploading.folder}a.txt`])
    expect(String(await lake.read(`${uploading.folder}a.txt`))).toBe('a.txt\n')
    const links = sandbox.requests('api').filter((request) => request.route === 'link' && request.status === 200)
    expect(links.length).toBeLessThanOrEqual(1)
    // One address, however many copies went there.
    const puts = sandbox
      .requests('store')
      // The look at the store, of no bytes, has an address of its own.
      .filter((request) => request.route === 'store-put' && request.headers['content-length'] !== '0')
    expect(new Set(puts.map(({ target }) => target.split('?')[0])).size).toBe(1)
  })
}

test('the answer of complete is lost: the object is there once, and no multipart stays', async ({
  uploading,
  pick,
  disk,
  lake,
  sandbox,
}) => {
  const bytes = randomBytes(20 * MIB)
  sandbox.faults.add({ route: 'complete-multipart', fault: { kind: 'lost' } })
  await uploading.open()
  await pick(uploading.button('Choose files'), [disk('large.bin', bytes)])
  await uploading.expectUploaded('large.bin')
  expect(sandbox.counters()['create-multipart']).toBe(1)
  expect(sandbox.multiparts()).toEqual([])
  expect(bytes.equals(await lake.read(`${uploading.folder}large.bin`))).toBe(true)
})

/** What the store answered each time a part was sent; 0: nothing. */
function asked(sandbox: Sandbox, part: number): number[] {
  return sandbox
    .requests('store')
    .filter(({ route, partNumber }) => route === 'store-part' && partNumber === part)
    .map(({ status }) => status)
}
