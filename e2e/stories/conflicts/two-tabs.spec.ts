import { expect, test } from '../../support/fixtures.ts'
import { THROUGH } from '../../support/store-route.ts'
import { UploadPage } from '../../support/upload-page.ts'

test.beforeEach(({ window }) => {
  test.skip(window !== undefined, 'a WebKitGTK window has no tabs')
})

test('one file in two tabs is sent once: the second one waits, and finds it there', async ({
  page,
  uploadPage,
  pick,
  disk,
  sandbox,
  storeRoute,
}) => {
  test.skip(!storeRoute.direct, THROUGH)
  await uploadPage.open()
  const second = await inAnotherTab(uploadPage)

  sandbox.faults.add({ route: storeRoute.body, fault: { kind: 'hold', at: 'request' } })
  const [file, other] = [disk('a.txt'), disk('b.txt')]
  await page.bringToFront()
  await pick(uploadPage.button('Choose files'), [file])
  await expect.poll(() => storeRoute.count(storeRoute.body)).toBe(1)
  await second.page.bringToFront()
  await pick(second.button('Choose files'), [file, other])
  await second.expectStatus('a.txt', 'another tab is uploading this file')
  // What is behind it does not wait for it.
  await second.expectUploaded('b.txt')

  sandbox.faults.clear()
  await second.expectStatus('a.txt', /Skipped.*identical on/)
  await page.bringToFront()
  await uploadPage.expectUploaded('a.txt')
  const sent = sandbox.requests().filter(({ route }) => route === storeRoute.body)
  expect(sent.map(({ status }) => status)).toEqual([storeRoute.taken, storeRoute.taken])
  expect(storeRoute.landed()).toBe(2)
})

test('a tab that is closed leaves its path to the one that waits for it', async ({
  page,
  uploadPage,
  pick,
  disk,
  sandbox,
  storeRoute,
}) => {
  test.skip(!storeRoute.direct, THROUGH)
  await uploadPage.open()
  const second = await inAnotherTab(uploadPage)
  sandbox.faults.add({ route: storeRoute.body, fault: { kind: 'stall', at: 'request' } })
  const file = disk('a.txt')
  await page.bringToFront()
  await pick(uploadPage.button('Choose files'), [file])
  await expect.poll(() => storeRoute.count(storeRoute.body)).toBe(1)
  await second.page.bringToFront()
  await pick(second.button('Choose files'), [file])
  await second.expectStatus('a.txt', 'another tab is uploading this file')
  await page.close()
  await second.expectUploaded('a.txt')
  expect(storeRoute.landed()).toBe(1)
})

/** The same page in a second tab of the same browser: signed in, as its session is shared. */
async function inAnotherTab({ page, lakefs, folder }: UploadPage): Promise<UploadPage> {
  const tab = await page.context().newPage()
  const second = new UploadPage(tab, lakefs, folder)
  await tab.goto(page.url())
  await expect(second.button('Choose files')).toBeVisible()
  return second
}
