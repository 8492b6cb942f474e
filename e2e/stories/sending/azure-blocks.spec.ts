import { randomBytes } from 'node:crypto'
import { expect, test } from '../../support/fixtures.ts'
import { enterHost } from '../../support/host-session.ts'
import type { StoreRoute } from '../../support/store-route.ts'

/** What is Azure's alone: one URL carries every block of a file, and it cannot be renewed. */

const KIB = 2 ** 10
const MIB = 2 ** 20
/** A URL with less than this many seconds left begins no block. */
const MARGIN = 15
/** Seconds that blocks are begun for on a short URL; and ms by which the page's clock is put on, so that they are over. */
const LEFT = 45
const ENDED = 50_000

test('a URL that ends in the middle of the blocks: foretold in the row, begun again on a new one, whole', async ({
  page,
  uploadPage,
  choose,
  lakefs,
  sandbox,
  storeRoute,
}) => {
  const bytes = randomBytes(16 * MIB)
  sandbox.settings.urlSeconds = MARGIN + LEFT
  // Two blocks at a time, and the file would take longer than its URL lasts.
  sandbox.settings.bytesPerSecond = 128 * KIB
  await page.clock.install()
  await enterHost(page, lakefs, uploadPage.folder, { partSize: 256 * KIB, concurrency: { parts: 2 } })
  await choose({ 'large.bin': bytes })
  await uploadPage.expectStatus('large.bin', /its address ends in \d+ s, the rest is sent again/)
  sandbox.settings.urlSeconds = 900
  await page.clock.fastForward(ENDED)
  await expect.poll(() => storeRoute.count('address')).toBe(2)
  sandbox.settings.bytesPerSecond = null
  await uploadPage.expectUploaded('large.bin')
  const [first = [], second = [], ...more] = blocks(storeRoute)
  expect(more).toEqual([])
  expect(first.length).toBeLessThan(64)
  // Fewer round trips for the same bytes; and not a block of the first address is in the object.
  expect([Math.max(...first), Math.max(...second)]).toEqual([256 * KIB, MIB])
  expect(second.reduce((sum, size) => sum + size, 0)).toBe(bytes.length)
  expect([storeRoute.count('address'), storeRoute.count('store-blocklist'), storeRoute.landed()]).toEqual([2, 1, 1])
  expect(bytes.equals(await uploadPage.read('large.bin'))).toBe(true)
})

test('three URLs too short for the file: an honest end, and Retry lands it once there is time', async ({
  page,
  uploadPage,
  choose,
  lakefs,
  sandbox,
  storeRoute,
}) => {
  const bytes = randomBytes(20 * MIB)
  sandbox.settings.urlSeconds = MARGIN + LEFT
  sandbox.settings.bytesPerSecond = MIB / 2
  await page.clock.install()
  await enterHost(page, lakefs, uploadPage.folder, { partSize: 256 * KIB, concurrency: { parts: 2 } })
  await choose({ 'large.bin': bytes })
  for (const address of [1, 2, 3]) {
    await expect.poll(() => blocks(storeRoute).length).toBe(address)
    await page.clock.fastForward(ENDED)
  }
  await uploadPage.expectStatus('large.bin', /Failed.*sending takes longer than the store’s link lasts/)
  expect(blocks(storeRoute).map((sizes) => Math.max(...sizes))).toEqual([256 * KIB, MIB, 4 * MIB])
  expect([storeRoute.count('address'), storeRoute.count('store-blocklist'), storeRoute.landed()]).toEqual([3, 0, 0])
  expect(await lakefs.list(uploadPage.folder)).toEqual([])
  sandbox.settings.urlSeconds = 900
  sandbox.settings.bytesPerSecond = null
  await uploadPage.button('Retry large.bin').click()
  await uploadPage.expectUploaded('large.bin')
  expect(bytes.equals(await uploadPage.read('large.bin'))).toBe(true)
})

test('a URL that the store refuses in the middle of the blocks is replaced once, for all of them', async ({
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  const bytes = randomBytes(20 * MIB)
  sandbox.faults.add({ route: storeRoute.piece, path: storeRoute.at(2), fault: { kind: 'expired' } })
  await uploadPage.open()
  await choose({ 'large.bin': bytes })
  await uploadPage.expectUploaded('large.bin')
  expect(storeRoute.asked(2)).toEqual([403, 201])
  expect([storeRoute.count('address'), storeRoute.count('store-blocklist'), storeRoute.landed()]).toEqual([2, 1, 1])
  expect(bytes.equals(await uploadPage.read('large.bin'))).toBe(true)
})

test('a block that arrives damaged is refused by its MD5: sent once more, and never linked when it is damaged again', async ({
  page,
  uploadPage,
  choose,
  lakefs,
  sandbox,
  storeRoute,
}) => {
  const bytes = randomBytes(20 * MIB)
  sandbox.faults.add({ route: storeRoute.piece, path: storeRoute.at(2), fault: { kind: 'corrupt' } })
  await uploadPage.open()
  await choose({ 'large.bin': bytes })
  await uploadPage.expectStatus('large.bin', /Uploaded.*checksum matches/)
  await uploadPage.button('Details of large.bin').click()
  await expect(page.getByText(/^\d, each with a checksum that matches$/)).toBeVisible()
  expect(storeRoute.asked(2)).toEqual([400, 201])
  expect(bytes.equals(await uploadPage.read('large.bin'))).toBe(true)

  // The second block again: two or three there are, as the lanes ask.
  sandbox.faults.add({ route: storeRoute.piece, path: storeRoute.at(2), fault: { kind: 'corrupt' }, times: 0 })
  await choose({ 'spoilt.bin': bytes })
  await uploadPage.expectStatus('spoilt.bin', /Failed.*the stored copy differs from your file, so it was left out/)
  expect(storeRoute.asked(2)).toEqual([400, 201, 400, 400])
  expect([storeRoute.count('store-blocklist'), storeRoute.landed()]).toEqual([1, 1])
  expect(await lakefs.list(uploadPage.folder)).toEqual([`${uploadPage.folder}large.bin`])
})

test('a CORS rule from before blocks were verified: they go without their MD5, and the row says so', async ({
  page,
  uploadPage,
  choose,
  sandbox,
}) => {
  const bytes = randomBytes(20 * MIB)
  sandbox.settings.allowContentMd5 = false
  await uploadPage.open()
  await choose({ 'large.bin': bytes })
  await uploadPage.expectStatus('large.bin', /Uploaded.*checksum not verified/)
  await uploadPage.button('Details of large.bin').click()
  await expect(page.getByText('Parts', { exact: true })).toBeVisible()
  await expect(page.getByText('each with a checksum')).toHaveCount(0)
  const blocks = sandbox.requests('store').filter(({ route }) => route === 'store-block')
  expect(blocks.map(({ headers }) => headers['content-md5'])).toEqual(blocks.map(() => undefined))
  expect(bytes.equals(await uploadPage.read('large.bin'))).toBe(true)
})

/** Sizes of the blocks that arrived at each address, in order of the addresses. */
function blocks(storeRoute: StoreRoute): number[][] {
  const found = new Map<string, number[]>()
  for (const { route, target, received, status } of storeRoute.sandbox.requests('store')) {
    if (route !== storeRoute.piece || status !== storeRoute.taken) continue
    const [path = ''] = target.split('?')
    found.set(path, [...(found.get(path) ?? []), received])
  }
  return [...found.values()]
}
