import { EACH_ENGINE } from '../../engines/each-engine.ts'
import { expect, test } from '../../support/fixtures.ts'
import { THROUGH } from '../../support/store-route.ts'

test('the policy of the page refuses the store: the row says which directive and origin', { tag: EACH_ENGINE }, async ({
  page,
  browserName,
  uploadPage,
  choose,
  storeRoute,
}) => {
  test.skip(!storeRoute.direct, THROUGH)
  test.skip(browserName === 'webkit', 'the inspector of WebKitGTK cannot change the page')
  await page.route(/\?repo=/, async (route) => {
    const response = await route.fetch()
    const headers = { ...response.headers(), 'content-security-policy': "connect-src 'self'" }
    await route.fulfill({ response, headers })
  })
  await uploadPage.open()
  await choose('a.txt')
  await uploadPage.expectStatus('a.txt', /Failed.*policy of this page does not allow https?:\/\/.*connect-src/)
  await uploadPage.button('Show the check: a.txt').click()
  await expect(uploadPage.row('a.txt').locator('pre')).toHaveText(/^connect-src 'self' https?:\/\/\S+$/)
  await expect(uploadPage.button('Retry a.txt')).toBeVisible()
})

test('an extension blocks a name and the listings: told by that name, and the other file lands', async ({
  page,
  uploadPage,
  choose,
}) => {
  await page.route(/spacer\.gif|objects\/ls/, (route) => route.abort('blockedbyclient'))
  await uploadPage.open()
  await choose('spacer.gif', 'a.txt')
  await uploadPage.expectUploaded('a.txt')
  await uploadPage.expectStatus('spacer.gif', /Failed.*something in this browser blocks this name/)
})

test('a store near the browser, and no permission for it: the row names it while the file waits', async ({
  context,
  page,
  browserName,
  uploadPage,
  choose,
  storeRoute,
}) => {
  test.skip(!storeRoute.direct, THROUGH)
  test.skip(browserName !== 'chromium', 'only Chromium asks for this permission')
  // Chromium takes a page that a test has answered for one from anywhere. What its policy only reports is not blamed.
  await page.route(/\?repo=/, async (route) => {
    const response = await route.fetch()
    const headers = { ...response.headers(), 'content-security-policy-report-only': "connect-src 'self'" }
    await route.fulfill({ response, headers })
  })
  await uploadPage.open()
  await choose('a.txt')
  await uploadPage.expectStatus('a.txt', /Waiting.*the store does not answer.*the permission loopback-network/)
  await context.grantPermissions(['local-network-access'])
  await uploadPage.expectUploaded('a.txt')
})

test('a server before the store limits bodies: small files land, and the row of a large one says so', async ({
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  test.skip(!storeRoute.direct, THROUGH)
  const limit = 2 ** 20
  sandbox.faults.add({ route: storeRoute.body, fault: { kind: 'body-limit', bytes: limit }, times: 0 })
  await uploadPage.open()
  await choose({ 'small.bin': Buffer.alloc(1000, 1), 'large.bin': Buffer.alloc(3 * limit, 1) })
  await uploadPage.expectUploaded('small.bin')
  await uploadPage.expectStatus('large.bin', /Failed.*small requests get through, large ones do not/)
})
