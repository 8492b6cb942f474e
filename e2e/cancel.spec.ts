import type { Sandbox } from '../server/sandbox/index.ts'
import { expect, test } from './fixtures.ts'

test('cancel in the middle of a PUT: no object, and the store was let go', async ({
  uploading,
  pick,
  disk,
  lake,
  sandbox,
}) => {
  sandbox.settings.bytesPerSecond = 200_000
  await uploading.open()
  await pick(uploading.button('Choose files'), [disk('a.bin', Buffer.alloc(4_000_000, 1))])
  await uploading.expectStatus('a.bin', 'Sending')
  await expect.poll(() => receivedBy(sandbox, 'store-put')).toBeGreaterThan(0)
  await uploading.button('Cancel a.bin').click()
  await uploading.expectStatus('a.bin', 'Cancelled')
  sandbox.settings.bytesPerSecond = null
  expect(sandbox.counters().link).toBeUndefined()
  expect(await lake.stat(`${uploading.folder}a.bin`)).toBeUndefined()
  expect(receivedBy(sandbox, 'store-put')).toBeLessThan(4_000_000)
  // The row can be started again, and then it lands.
  await uploading.button('Retry a.bin').click()
  await uploading.expectUploaded('a.bin')
})

test('cancel in the middle of a multipart upload: no object, and no part stays', async ({
  uploading,
  pick,
  disk,
  lake,
  sandbox,
}) => {
  const before = await objects(sandbox)
  sandbox.settings.bytesPerSecond = 4_000_000
  await uploading.open()
  await pick(uploading.button('Choose files'), [disk('a.bin', Buffer.alloc(48 * 2 ** 20, 1))])
  await expect.poll(() => receivedBy(sandbox, 'store-part')).toBeGreaterThan(0)
  expect(sandbox.multiparts()).toHaveLength(1)
  await uploading.button('Cancel a.bin').click()
  await uploading.expectStatus('a.bin', 'Cancelled')
  await expect.poll(() => sandbox.multiparts()).toEqual([])
  expect(sandbox.counters()['complete-multipart']).toBeUndefined()
  expect(await lake.stat(`${uploading.folder}a.bin`)).toBeUndefined()
  expect(await objects(sandbox)).toBe(before)
})

test('cancel all ends everything, and counts add up', async ({ page, uploading, pick, disk, sandbox }) => {
  sandbox.faults.add({ route: 'store-put', fault: { kind: 'stall', at: 'request' }, times: 0 })
  await uploading.open()
  const names = ['a.txt', 'b.txt', 'c.txt']
  await pick(
    uploading.button('Choose files'),
    names.map((name) => disk(name)),
  )
  for (const name of names) await uploading.expectStatus(name, 'Sending')
  await uploading.button('Cancel all').click()
  for (const name of names) await uploading.expectStatus(name, 'Cancelled')
  await expect(page.getByText('3 cancelled', { exact: true })).toBeVisible()
})

test('pause keeps what is there, resume goes on', async ({ uploading, pick, disk, lake, sandbox }) => {
  sandbox.settings.bytesPerSecond = 3_000_000
  await uploading.open()
  await pick(uploading.button('Choose files'), [disk('a.bin', Buffer.alloc(96 * 2 ** 20, 1))])
  const whole = () => sandbox.requests('store').filter(({ route, status }) => route === 'store-part' && status === 200)
  await expect.poll(() => whole().length).toBeGreaterThan(0)
  await uploading.button('Pause a.bin').click()
  await uploading.expectStatus('a.bin', 'Paused')
  sandbox.settings.bytesPerSecond = null
  await uploading.button('Resume a.bin').click()
  await uploading.expectUploaded('a.bin')
  // No part that had arrived was sent again.
  const numbers = whole().map(({ partNumber }) => partNumber)
  expect(new Set(numbers).size).toBe(numbers.length)
  expect((await lake.stat(`${uploading.folder}a.bin`))?.size_bytes).toBe(96 * 2 ** 20)
})

function receivedBy(sandbox: Sandbox, route: string): number {
  return sandbox
    .requests('store')
    .filter((request) => request.route === route)
    .reduce((sum, { received }) => sum + received, 0)
}

async function objects(sandbox: Sandbox): Promise<number> {
  return (await sandbox.objects()).length
}
