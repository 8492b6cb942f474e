import { randomBytes } from 'node:crypto'
import { expect, test } from '../../support/fixtures.ts'
import { enterHost } from '../../support/host-session.ts'
import { holdUntilSeen, seenBars, watchBars } from '../../support/progress-bars.ts'
import { THROUGH, WHOLE } from '../../support/store-route.ts'

const MIB = 2 ** 20
/** Ms without a byte that nothing is waited for any longer: three times what stallTimeout is by default. */
const STALLED = 180_000
const DENIED = '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'

test('an expired URL of a part is replaced, and only that part is sent again', async ({
  uploading,
  choose,
  sandbox,
  way,
}) => {
  test.skip(way.store !== 's3', 'no piece has a URL of its own')
  const bytes = randomBytes(20 * MIB)
  sandbox.faults.add({ route: way.piece, path: way.at(2), fault: { kind: 'expired' } })
  await uploading.open()
  await choose({ 'large.bin': bytes })
  await uploading.expectUploaded('large.bin')
  expect(way.asked(2)).toEqual([403, 200])
  expect(way.asked(1)).toEqual([200])
  expect(sandbox.counters()['create-multipart']).toBe(1)
  expect(bytes.equals(await uploading.read('large.bin'))).toBe(true)
})

test('a store that refuses is asked once more with a new signature, and then there is a sentence', async ({
  uploading,
  choose,
  lake,
  sandbox,
  way,
}) => {
  test.skip(!way.direct, THROUGH)
  for (const route of new Set([way.body, way.piece]))
    sandbox.faults.add({ route, fault: { kind: 'status', status: 403, body: DENIED }, times: 0 })
  await uploading.open()
  await choose('a.txt', { 'large.bin': Buffer.alloc(20 * MIB) })
  for (const name of ['a.txt', 'large.bin']) await uploading.expectStatus(name, /Failed.*the store refused this file/)
  // Two files whole, or one and the parts of the other.
  expect(way.count(way.body)).toBe(way.assemble ? 2 : 4)
  // The first part that is refused twice ends the file; the others may have been on their way, and are not asked more often.
  const asked = [1, 2, 3].map((part) => way.asked(part).length)
  if (way.assemble) expect(Math.max(...asked)).toBe(2)
  expect(way.count(way.last)).toBe(0)
  if (way.assemble) expect(way.count(way.assemble)).toBe(0)
  expect(await lake.list(uploading.folder)).toEqual([])
  // What the store has of it goes with the row.
  await uploading.button('Remove large.bin').click()
  await expect.poll(() => way.open()).toEqual([])
})

test('a part that stalls is sent again, and nothing but that part', async ({
  page,
  uploading,
  choose,
  lake,
  sandbox,
  way,
}) => {
  test.skip(!way.assemble, WHOLE)
  const bytes = randomBytes(30 * MIB)
  sandbox.faults.add({ route: way.piece, path: way.at(3), fault: { kind: 'stall', at: 'request' } })
  await page.clock.install()
  await enterHost(page, lake, uploading.folder, { partSize: 5 * MIB })
  await choose({ 'large.bin': bytes })
  await uploading.button('Details of large.bin').click()
  await uploading.expectStatus('large.bin', '5 of 6')
  // By the page's clock: on a slow machine the other parts would seem to stall too.
  await page.clock.fastForward(STALLED)
  await uploading.expectUploaded('large.bin')
  expect(way.asked(3)).toEqual([0, way.taken])
  for (const part of [1, 2, 4, 5, 6]) expect(way.asked(part)).toEqual([way.taken])
  expect(bytes.equals(await uploading.read('large.bin'))).toBe(true)
})

test('an answer that never comes after the last byte is not waited for without end', async ({
  page,
  uploading,
  choose,
  lake,
  sandbox,
  way,
}) => {
  sandbox.faults.add({ route: way.body, fault: { kind: 'stall', at: 'answer' } })
  await page.clock.install()
  await enterHost(page, lake, uploading.folder)
  await choose('a.txt')
  await expect.poll(() => way.received(way.body)).toBe('a.txt\n'.length)
  await page.clock.fastForward(STALLED)
  await uploading.expectUploaded('a.txt')
  // Through lakeFS the first copy is on the branch already, so the second is refused and known as the file's own.
  expect([way.count(way.body), way.landed()]).toEqual([2, way.direct ? 1 : 0])
  expect(String(await uploading.read('a.txt'))).toBe('a.txt\n')
})

test('a connection cut in the middle of a PUT: progress never goes back', async ({
  page,
  uploading,
  choose,
  sandbox,
  way,
}) => {
  const bytes = randomBytes(7 * MIB)
  sandbox.settings.bytesPerSecond = 6 * MIB
  await uploading.open()
  await watchBars(page)
  await holdUntilSeen(sandbox, uploading.row('a.bin'), () => choose({ 'a.bin': bytes }))
  sandbox.faults.add({ route: way.body, fault: { kind: 'reset', bytes: 4 * MIB }, times: 3 })
  await uploading.expectUploaded('a.bin')
  expect(sandbox.requests().filter(({ fault }) => fault === 'reset')).toHaveLength(3)
  const seen = await seenBars(page)
  // The row may show one value only: the system's buffers take so small a file at once. The total goes on to its end.
  for (const [name, least] of [['Total progress', 2] as const, ['a.bin', 1] as const]) {
    const values = seen[name] ?? []
    expect(values.length, name).toBeGreaterThanOrEqual(least)
    expect(values, name).toEqual([...values].sort((a, b) => a - b))
  }
  expect(way.landed()).toBe(1)
  expect(bytes.equals(await uploading.read('a.bin'))).toBe(true)
})

for (const [what, call] of [
  ['PUT', 'body'],
  ['link', 'last'],
] as const) {
  test(`the answer of a ${what} is lost: a second copy does no harm`, async ({
    uploading,
    choose,
    lake,
    sandbox,
    way,
  }) => {
    test.skip(call === 'last' && !way.direct, THROUGH)
    sandbox.faults.add({ route: way[call], fault: { kind: 'lost' }, times: 2 })
    await uploading.open()
    await choose('a.txt')
    await uploading.expectUploaded('a.txt')
    expect(await lake.list(uploading.folder)).toEqual([`${uploading.folder}a.txt`])
    expect(String(await uploading.read('a.txt'))).toBe('a.txt\n')
    expect(way.landed()).toBeLessThanOrEqual(1)
    // One address, however many copies went there. The look at the store, of no bytes, has an address of its own.
    const puts = sandbox.requests().filter(({ route, received }) => route === way.body && received > 0)
    expect(new Set(puts.map(({ target }) => target.split('?')[0])).size).toBe(1)
  })
}

test('the answer that makes one of the parts is lost: the object is there once, and no multipart stays', async ({
  uploading,
  choose,
  sandbox,
  way,
}) => {
  if (!way.assemble) return test.skip(true, WHOLE)
  const bytes = randomBytes(20 * MIB)
  sandbox.faults.add({ route: way.assemble, fault: { kind: 'lost' } })
  await uploading.open()
  await choose({ 'large.bin': bytes })
  await uploading.expectUploaded('large.bin')
  expect(new Set(way.arrived()).size).toBe(way.arrived().length)
  expect(way.open()).toEqual([])
  expect(bytes.equals(await uploading.read('large.bin'))).toBe(true)
})
