import { expect, test } from '../../support/fixtures.ts'
import { records } from '../../support/records.ts'
import { WHOLE } from '../../support/store-route.ts'

/** No other story has a file of this size. */
const SIZE = 47 * 2 ** 20 + 7
/** Bytes a second: no file here would get there in less than a minute and a half. */
const SLOW = 40_000
/** Ms after the first abort until the page asks for the next one, and until the one after that. */
const ABORTED_AGAIN = 5_000
const CONFIRMED = 15_000

test('cancel in the middle of a PUT: no object, and the store was let go', async ({
  uploading,
  choose,
  sandbox,
  way,
}) => {
  sandbox.settings.bytesPerSecond = SLOW
  await uploading.open()
  await choose({ 'a.bin': Buffer.alloc(4_000_000, 1) })
  await uploading.expectStatus('a.bin', 'Sending')
  await expect.poll(() => way.received(way.body)).toBeGreaterThan(0)
  await uploading.button('Cancel a.bin').click()
  await uploading.expectStatus('a.bin', 'Cancelled')
  sandbox.settings.bytesPerSecond = null
  expect(way.landed()).toBe(0)
  expect(await uploading.stat('a.bin')).toBeUndefined()
  expect(way.received(way.body)).toBeLessThan(4_000_000)
  // The row can be started again, and then it lands.
  await uploading.button('Retry a.bin').click()
  await uploading.expectUploaded('a.bin')
})

test('cancel in the middle of a large file: no object, and no part stays', async ({
  uploading,
  choose,
  sandbox,
  way,
}) => {
  sandbox.settings.bytesPerSecond = SLOW
  await uploading.open()
  await choose({ 'a.bin': Buffer.alloc(SIZE, 1) })
  await expect.poll(() => way.received(way.piece)).toBeGreaterThan(0)
  expect(way.open()).toHaveLength(way.count('create-multipart'))
  await uploading.button('Cancel a.bin').click()
  await uploading.expectStatus('a.bin', 'Cancelled')
  await expect.poll(() => way.open()).toEqual([])
  if (way.assemble) expect(way.count(way.assemble)).toBe(0)
  expect(way.landed()).toBe(0)
  expect(await uploading.stat('a.bin')).toBeUndefined()
  // What other stories have cancelled may still be on its way out of the system's buffers.
  expect((await sandbox.objects()).filter(({ size }) => size === SIZE)).toEqual([])
})

test('cancel of a large file whose parts are still held on their way: none stays when they arrive', async ({
  page,
  uploading,
  choose,
  sandbox,
  way,
  store,
}) => {
  test.skip(store !== 's3', 'no other store has uploads in parts that could stay open')
  const size = 20 * 2 ** 20
  sandbox.faults.add({ route: way.piece, fault: { kind: 'late' }, times: 0 })
  await page.clock.install()
  await uploading.open()
  await choose({ 'a.bin': Buffer.alloc(size, 1) })
  await expect.poll(() => way.received(way.piece)).toBe(size)
  await uploading.button('Cancel a.bin').click()
  await uploading.expectStatus('a.bin', 'Cancelled')
  await expect.poll(() => way.open()).toEqual([])
  expect(way.count('abort-multipart')).toBe(1)
  sandbox.faults.clear()
  const parts = () => way.open().flatMap((upload) => upload.parts)
  await expect.poll(() => parts().length).toBe(way.count(way.piece))
  // Time begins to run for each abort when the answer to the one before it has come.
  const after = async <T>(ms: number, look: () => T) => {
    await page.clock.fastForward(ms)
    return await look()
  }
  await expect.poll(() => after(ABORTED_AGAIN, () => way.open())).toEqual([])
  // Asked once more, the store says that there is none, and the page has nothing left to remember.
  await expect.poll(() => after(CONFIRMED, () => records(page, 'files'))).toEqual([])
  expect(way.count('abort-multipart')).toBe(3)
  expect(await uploading.stat('a.bin')).toBeUndefined()
})

test('cancel all ends everything, and counts add up', async ({ page, uploading, choose, sandbox, way }) => {
  sandbox.faults.add({ route: way.body, fault: { kind: 'stall', at: 'request' }, times: 0 })
  await uploading.open()
  const names = ['a.txt', 'b.txt', 'c.txt']
  await choose(...names)
  for (const name of names) await uploading.expectStatus(name, 'Sending')
  await uploading.button('Cancel all').click()
  for (const name of names) await uploading.expectStatus(name, 'Cancelled')
  await expect(page.getByText('3 cancelled', { exact: true })).toBeVisible()
})

test('pause in the middle of a file that travels whole: let go, and sent from its beginning', async ({
  uploading,
  choose,
  sandbox,
  way,
}) => {
  const bytes = Buffer.alloc(4_000_000, 1)
  sandbox.settings.bytesPerSecond = SLOW
  await uploading.open()
  await choose({ 'a.bin': bytes })
  await expect.poll(() => way.received(way.body)).toBeGreaterThan(0)
  await uploading.button('Pause a.bin').click()
  await uploading.expectStatus('a.bin', 'Paused')
  sandbox.settings.bytesPerSecond = null
  expect(way.received(way.body)).toBeLessThan(bytes.length)
  expect(way.landed()).toBe(0)
  await uploading.button('Resume a.bin').click()
  await uploading.expectUploaded('a.bin')
  expect([way.count(way.body), way.landed()]).toEqual([2, 1])
  expect(bytes.equals(await uploading.read('a.bin'))).toBe(true)
})

test('pause keeps what is there, resume goes on', async ({ uploading, choose, sandbox, way }) => {
  test.skip(!way.assemble, WHOLE)
  // Some parts arrive, and the others stay under way until it is paused.
  sandbox.faults.add({ route: way.piece, fault: { kind: 'stall', at: 'request' }, after: 6, times: 0 })
  await uploading.open()
  await choose({ 'a.bin': Buffer.alloc(96 * 2 ** 20, 1) })
  await expect.poll(() => [way.arrived().length, way.count(way.piece) > 6]).toEqual([6, true])
  // The page has compared their checksums too: one that it is still at when it is paused is sent again.
  await uploading.button('Details of a.bin').click()
  await uploading.expectStatus('a.bin', /6 of \d+/)
  await uploading.button('Pause a.bin').click()
  await uploading.expectStatus('a.bin', 'Paused')
  sandbox.faults.clear()
  await uploading.button('Resume a.bin').click()
  await uploading.expectUploaded('a.bin')
  // No part that had arrived was sent again.
  expect(new Set(way.arrived()).size).toBe(way.arrived().length)
  expect((await uploading.stat('a.bin'))?.size_bytes).toBe(96 * 2 ** 20)
})
