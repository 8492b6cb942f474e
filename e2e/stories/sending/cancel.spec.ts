import { EACH_ENGINE } from '../../engines/each-engine.ts'
import { expect, test } from '../../support/fixtures.ts'
import { records } from '../../support/records.ts'
import { EACH_STORE, WHOLE } from '../../support/store-route.ts'

/** No other story has a file of this size. */
const SIZE = 47 * 2 ** 20 + 7
/** Bytes a second: no file here would get there in less than a minute and a half. */
const SLOW = 40_000
/** Ms after the first abort until the page asks for the next one, and until the one after that. */
const ABORTED_AGAIN = 5_000
const CONFIRMED = 15_000

test('cancel in the middle of a PUT: no object, and the store was let go', async ({
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  sandbox.settings.bytesPerSecond = SLOW
  await uploadPage.open()
  await choose({ 'a.bin': Buffer.alloc(4_000_000, 1) })
  await uploadPage.expectStatus('a.bin', 'Sending')
  await expect.poll(() => storeRoute.received(storeRoute.body)).toBeGreaterThan(0)
  await uploadPage.button('Cancel a.bin').click()
  await uploadPage.expectStatus('a.bin', 'Cancelled')
  sandbox.settings.bytesPerSecond = null
  expect(storeRoute.landed()).toBe(0)
  expect(await uploadPage.stat('a.bin')).toBeUndefined()
  expect(storeRoute.received(storeRoute.body)).toBeLessThan(4_000_000)
  // The row can be started again, and then it lands.
  await uploadPage.button('Retry a.bin').click()
  await uploadPage.expectUploaded('a.bin')
})

test('cancel in the middle of a large file: no object, and no part stays', { tag: [EACH_STORE, EACH_ENGINE] }, async ({
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  sandbox.settings.bytesPerSecond = SLOW
  await uploadPage.open()
  await choose({ 'a.bin': Buffer.alloc(SIZE, 1) })
  await expect.poll(() => storeRoute.received(storeRoute.piece)).toBeGreaterThan(0)
  expect(storeRoute.open()).toHaveLength(storeRoute.count('create-multipart'))
  await uploadPage.button('Cancel a.bin').click()
  await uploadPage.expectStatus('a.bin', 'Cancelled')
  await expect.poll(() => storeRoute.open()).toEqual([])
  if (storeRoute.assemble) expect(storeRoute.count(storeRoute.assemble)).toBe(0)
  expect(storeRoute.landed()).toBe(0)
  expect(await uploadPage.stat('a.bin')).toBeUndefined()
  // What other stories have cancelled may still be on its way out of the system's buffers.
  expect((await sandbox.objects()).filter(({ size }) => size === SIZE)).toEqual([])
})

test('cancel of a large file whose parts are still held on their way: none stays when they arrive', {
  tag: EACH_STORE,
}, async ({ page, uploadPage, choose, sandbox, storeRoute, store }) => {
  test.skip(store !== 's3', 'no other store has uploads in parts that could stay open')
  const size = 20 * 2 ** 20
  sandbox.faults.add({ route: storeRoute.piece, fault: { kind: 'late' }, times: 0 })
  await page.clock.install()
  await uploadPage.open()
  await choose({ 'a.bin': Buffer.alloc(size, 1) })
  await expect.poll(() => storeRoute.received(storeRoute.piece)).toBe(size)
  await uploadPage.button('Cancel a.bin').click()
  await uploadPage.expectStatus('a.bin', 'Cancelled')
  await expect.poll(() => storeRoute.open()).toEqual([])
  expect(storeRoute.count('abort-multipart')).toBe(1)
  sandbox.faults.clear()
  const parts = () => storeRoute.open().flatMap((upload) => upload.parts)
  await expect.poll(() => parts().length).toBe(storeRoute.count(storeRoute.piece))
  // Time begins to run for each abort when the answer to the one before it has come.
  const after = async <T>(ms: number, look: () => T) => {
    await page.clock.fastForward(ms)
    return await look()
  }
  await expect.poll(() => after(ABORTED_AGAIN, () => storeRoute.open())).toEqual([])
  // Asked once more, the store says that there is none, and the page has nothing left to remember.
  await expect.poll(() => after(CONFIRMED, () => records(page, 'files'))).toEqual([])
  expect(storeRoute.count('abort-multipart')).toBe(3)
  expect(await uploadPage.stat('a.bin')).toBeUndefined()
})

test('cancel all ends everything, and counts add up', async ({ page, uploadPage, choose, sandbox, storeRoute }) => {
  sandbox.faults.add({ route: storeRoute.body, fault: { kind: 'stall', at: 'request' }, times: 0 })
  await uploadPage.open()
  const names = ['a.txt', 'b.txt', 'c.txt']
  await choose(...names)
  for (const name of names) await uploadPage.expectStatus(name, 'Sending')
  await uploadPage.button('Cancel all').click()
  for (const name of names) await uploadPage.expectStatus(name, 'Cancelled')
  await expect(page.getByText('3 cancelled', { exact: true })).toBeVisible()
})

test('pause in the middle of a file that travels whole: let go, and sent from its beginning', async ({
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  const bytes = Buffer.alloc(4_000_000, 1)
  sandbox.settings.bytesPerSecond = SLOW
  await uploadPage.open()
  await choose({ 'a.bin': bytes })
  await expect.poll(() => storeRoute.received(storeRoute.body)).toBeGreaterThan(0)
  await uploadPage.button('Pause a.bin').click()
  await uploadPage.expectStatus('a.bin', 'Paused')
  sandbox.settings.bytesPerSecond = null
  expect(storeRoute.received(storeRoute.body)).toBeLessThan(bytes.length)
  expect(storeRoute.landed()).toBe(0)
  await uploadPage.button('Resume a.bin').click()
  await uploadPage.expectUploaded('a.bin')
  expect([storeRoute.count(storeRoute.body), storeRoute.landed()]).toEqual([2, 1])
  expect(bytes.equals(await uploadPage.read('a.bin'))).toBe(true)
})

test('pause keeps what is there, resume goes on', async ({ uploadPage, choose, sandbox, storeRoute }) => {
  test.skip(!storeRoute.assemble, WHOLE)
  // Some parts arrive, and the others stay under way until it is paused.
  sandbox.faults.add({ route: storeRoute.piece, fault: { kind: 'stall', at: 'request' }, after: 6, times: 0 })
  await uploadPage.open()
  await choose({ 'a.bin': Buffer.alloc(96 * 2 ** 20, 1) })
  await expect.poll(() => [storeRoute.arrived().length, storeRoute.count(storeRoute.piece) > 6]).toEqual([6, true])
  // The page has compared their checksums too: one that it is still at when it is paused is sent again.
  await uploadPage.button('Details of a.bin').click()
  await uploadPage.expectStatus('a.bin', /6 of \d+/)
  await uploadPage.button('Pause a.bin').click()
  await uploadPage.expectStatus('a.bin', 'Paused')
  sandbox.faults.clear()
  await uploadPage.button('Resume a.bin').click()
  await uploadPage.expectUploaded('a.bin')
  // No part that had arrived was sent again.
  expect(new Set(storeRoute.arrived()).size).toBe(storeRoute.arrived().length)
  expect((await uploadPage.stat('a.bin'))?.size_bytes).toBe(96 * 2 ** 20)
})
