import type { Page } from '@playwright/test'
import { EACH_ENGINE } from '../../engines/each-engine.ts'
import { expect, test } from '../../support/fixtures.ts'
import { ONE_STEP } from '../../support/store-route.ts'

test('leaving is asked about only while something would be lost', async ({
  page,
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  await uploadPage.open()
  expect(await asks(page)).toBe(false)
  sandbox.faults.add({ route: storeRoute.body, fault: { kind: 'stall', at: 'request' }, times: 0 })
  await choose('a.txt')
  await uploadPage.expectStatus('a.txt', 'Sending')
  await expect.poll(() => asks(page)).toBe(true)
  await uploadPage.button('Pause a.txt').click()
  await uploadPage.expectStatus('a.txt', 'Paused')
  await expect.poll(() => asks(page)).toBe(false)
})

test('leaving is asked about while something is stored and not on the branch', async ({
  page,
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  test.skip(!storeRoute.direct, ONE_STEP)
  sandbox.faults.add({ route: 'link', fault: { kind: 'stall', at: 'request' }, times: 0 })
  await uploadPage.open()
  await choose('a.txt')
  await uploadPage.expectStatus('a.txt', 'Finishing')
  await expect.poll(() => asks(page)).toBe(true)
})

test('nothing is asked once everything has ended', async ({ page, uploadPage, choose }) => {
  await uploadPage.open()
  await choose('a.txt')
  await uploadPage.expectUploaded('a.txt')
  await expect.poll(() => asks(page)).toBe(false)
})

test('the browser itself asks, and staying loses nothing', { tag: EACH_ENGINE }, async ({
  uploadPage,
  choose,
  leave,
  page,
  sandbox,
  storeRoute,
}) => {
  sandbox.faults.add({ route: storeRoute.body, fault: { kind: 'hold' } })
  await uploadPage.open()
  await choose({ 'a.bin': Buffer.alloc(1_500_000, 1) })
  await uploadPage.expectStatus('a.bin', 'Sending')
  expect(await leave()).toBe(true)
  sandbox.faults.clear()
  await uploadPage.expectUploaded('a.bin')
  expect((await uploadPage.stat('a.bin'))?.size_bytes).toBe(1_500_000)
  // The row is uploaded before the comparison at the end is, and until then there is something to lose.
  await expect.poll(() => asks(page)).toBe(false)
  expect(await leave()).toBe(false)
})

/** Whether the page would have the browser ask before it is left. */
function asks(page: Page): Promise<boolean> {
  return page.evaluate(() => !globalThis.dispatchEvent(new Event('beforeunload', { cancelable: true })))
}
