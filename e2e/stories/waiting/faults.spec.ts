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
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  test.skip(storeRoute.store !== 's3', 'no piece has a URL of its own')
  const bytes = randomBytes(20 * MIB)
  sandbox.faults.add({ route: storeRoute.piece, path: storeRoute.at(2), fault: { kind: 'expired' } })
  await uploadPage.open()
  await choose({ 'large.bin': bytes })
  await uploadPage.expectUploaded('large.bin')
  expect(storeRoute.asked(2)).toEqual([403, 200])
  expect(storeRoute.asked(1)).toEqual([200])
  expect(sandbox.counters()['create-multipart']).toBe(1)
  expect(bytes.equals(await uploadPage.read('large.bin'))).toBe(true)
})

test('a store that refuses is asked once more with a new signature, and then there is a sentence', async ({
  uploadPage,
  choose,
  lakefs,
  sandbox,
  storeRoute,
}) => {
  test.skip(!storeRoute.direct, THROUGH)
  for (const route of new Set([storeRoute.body, storeRoute.piece]))
    sandbox.faults.add({ route, fault: { kind: 'status', status: 403, body: DENIED }, times: 0 })
  await uploadPage.open()
  await choose('a.txt', { 'large.bin': Buffer.alloc(20 * MIB) })
  for (const name of ['a.txt', 'large.bin']) await uploadPage.expectStatus(name, /Failed.*the store refused this file/)
  // Two files whole, or one and the parts of the other.
  expect(storeRoute.count(storeRoute.body)).toBe(storeRoute.assemble ? 2 : 4)
  // The first part that is refused twice ends the file; the others may have been on their way, and are not asked more often.
  const asked = [1, 2, 3].map((part) => storeRoute.asked(part).length)
  if (storeRoute.assemble) expect(Math.max(...asked)).toBe(2)
  expect(storeRoute.count(storeRoute.last)).toBe(0)
  if (storeRoute.assemble) expect(storeRoute.count(storeRoute.assemble)).toBe(0)
  expect(await lakefs.list(uploadPage.folder)).toEqual([])
  // What the store has of it goes with the row.
  await uploadPage.button('Remove large.bin').click()
  await expect.poll(() => storeRoute.open()).toEqual([])
})

test('a part that stalls is sent again, and nothing but that part', async ({
  page,
  uploadPage,
  choose,
  lakefs,
  sandbox,
  storeRoute,
}) => {
  test.skip(!storeRoute.assemble, WHOLE)
  const bytes = randomBytes(30 * MIB)
  sandbox.faults.add({ route: storeRoute.piece, path: storeRoute.at(3), fault: { kind: 'stall', at: 'request' } })
  await page.clock.install()
  await enterHost(page, lakefs, uploadPage.folder, { partSize: 5 * MIB })
  await choose({ 'large.bin': bytes })
  await uploadPage.button('Details of large.bin').click()
  await uploadPage.expectStatus('large.bin', '5 of 6')
  // By the page's clock: on a slow machine the other parts would seem to stall too.
  await page.clock.fastForward(STALLED)
  await uploadPage.expectUploaded('large.bin')
  expect(storeRoute.asked(3)).toEqual([0, storeRoute.taken])
  for (const part of [1, 2, 4, 5, 6]) expect(storeRoute.asked(part)).toEqual([storeRoute.taken])
  expect(bytes.equals(await uploadPage.read('large.bin'))).toBe(true)
})

test('an answer that never comes after the last byte is not waited for without end', async ({
  page,
  uploadPage,
  choose,
  lakefs,
  sandbox,
  storeRoute,
}) => {
  sandbox.faults.add({ route: storeRoute.body, fault: { kind: 'stall', at: 'answer' } })
  await page.clock.install()
  await enterHost(page, lakefs, uploadPage.folder)
  await choose('a.txt')
  await expect.poll(() => storeRoute.received(storeRoute.body)).toBe('a.txt\n'.length)
  await page.clock.fastForward(STALLED)
  await uploadPage.expectUploaded('a.txt')
  // Through lakeFS the first copy is on the branch already, so the second is refused and known as the file's own.
  expect([storeRoute.count(storeRoute.body), storeRoute.landed()]).toEqual([2, storeRoute.direct ? 1 : 0])
  expect(String(await uploadPage.read('a.txt'))).toBe('a.txt\n')
})

test('a connection cut in the middle of a PUT: progress never goes back', async ({
  page,
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  const bytes = randomBytes(7 * MIB)
  sandbox.settings.bytesPerSecond = 6 * MIB
  await uploadPage.open()
  await watchBars(page)
  await holdUntilSeen(sandbox, uploadPage.row('a.bin'), () => choose({ 'a.bin': bytes }))
  sandbox.faults.add({ route: storeRoute.body, fault: { kind: 'reset', bytes: 4 * MIB }, times: 3 })
  await uploadPage.expectUploaded('a.bin')
  expect(sandbox.requests().filter(({ fault }) => fault === 'reset')).toHaveLength(3)
  const seen = await seenBars(page)
  // The row may show one value only: the system's buffers take so small a file at once. The total goes on to its end.
  for (const [name, least] of [['Total progress', 2] as const, ['a.bin', 1] as const]) {
    const values = seen[name] ?? []
    expect(values.length, name).toBeGreaterThanOrEqual(least)
    expect(values, name).toEqual([...values].sort((a, b) => a - b))
  }
  expect(storeRoute.landed()).toBe(1)
  expect(bytes.equals(await uploadPage.read('a.bin'))).toBe(true)
})

for (const [what, call] of [
  ['PUT', 'body'],
  ['link', 'last'],
] as const) {
  test(`the answer of a ${what} is lost: a second copy does no harm`, async ({
    uploadPage,
    choose,
    lakefs,
    sandbox,
    storeRoute,
  }) => {
    test.skip(call === 'last' && !storeRoute.direct, THROUGH)
    sandbox.faults.add({ route: storeRoute[call], fault: { kind: 'lost' }, times: 2 })
    await uploadPage.open()
    await choose('a.txt')
    await uploadPage.expectUploaded('a.txt')
    expect(await lakefs.list(uploadPage.folder)).toEqual([`${uploadPage.folder}a.txt`])
    expect(String(await uploadPage.read('a.txt'))).toBe('a.txt\n')
    expect(storeRoute.landed()).toBeLessThanOrEqual(1)
    // One address, however many copies went there. The look at the store, of no bytes, has an address of its own.
    const puts = sandbox.requests().filter(({ route, received }) => route === storeRoute.body && received > 0)
    expect(new Set(puts.map(({ target }) => target.split('?')[0])).size).toBe(1)
  })
}

test('the answer that makes one of the parts is lost: the object is there once, and no multipart stays', async ({
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  if (!storeRoute.assemble) return test.skip(true, WHOLE)
  const bytes = randomBytes(20 * MIB)
  sandbox.faults.add({ route: storeRoute.assemble, fault: { kind: 'lost' } })
  await uploadPage.open()
  await choose({ 'large.bin': bytes })
  await uploadPage.expectUploaded('large.bin')
  expect(new Set(storeRoute.arrived()).size).toBe(storeRoute.arrived().length)
  expect(storeRoute.open()).toEqual([])
  expect(bytes.equals(await uploadPage.read('large.bin'))).toBe(true)
})
