import { expect, test } from '../../support/fixtures.ts'
import { tokenOf } from '../../support/host-session.ts'

test('a session that ends in the middle: sign in in place, and the queue goes on', async ({
  page,
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  sandbox.faults.add({ route: storeRoute.body, fault: { kind: 'hold' } })
  await uploadPage.open()
  await choose({ 'a.bin': Buffer.alloc(400_000, 1) })
  await uploadPage.expectStatus('a.bin', 'Sending')
  await expect.poll(() => storeRoute.received(storeRoute.body)).toBe(400_000)
  sandbox.expireSessions()
  sandbox.faults.clear()
  // What comes in now waits; so does a link, of bytes that are at the store. Nothing is thrown away.
  await choose('b.txt')
  await uploadPage.expectStatus('b.txt', /Waiting.*goes on when you sign in/)
  // lakeFS looks at the session when a request begins, so bytes that go through it land all the same.
  await uploadPage.expectStatus('a.bin', storeRoute.direct ? /Waiting.*all bytes stored/ : 'Uploaded')
  expect(storeRoute.landed()).toBe(storeRoute.direct ? 0 : 1)
  expect(await uploadPage.stat('b.txt')).toBeUndefined()
  await uploadPage.signIn()
  await uploadPage.expectUploaded('a.bin', 'b.txt')
  await expect(page.getByLabel('Access key ID')).toHaveCount(0)
  expect(storeRoute.received(storeRoute.body)).toBeLessThan(800_000)
})

test('a session that lakeFS calls expired (403) is one that has ended', async ({
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  await uploadPage.open()
  sandbox.faults.add({ route: storeRoute.last, fault: { kind: 'session-expired' } })
  await choose('a.txt')
  await expect.poll(() => sandbox.faults.list()).toMatchObject([{ struck: 1 }])
  // It has: a page that waits looks at its session now and then, and would find this one well.
  sandbox.expireSessions()
  await uploadPage.expectStatus('a.txt', 'Waiting')
  await uploadPage.signIn()
  await uploadPage.expectUploaded('a.txt')
})

test('a token that has run out: the host is asked for a new one, and the queue goes on', async ({
  page,
  uploadPage,
  choose,
  lakefs,
  sandbox,
  storeRoute,
}) => {
  const tokens = { first: await tokenOf(lakefs), second: '' }
  const { repository, branch } = lakefs
  await page.goto(`${lakefs.url}host/?${new URLSearchParams({ repository, branch, prefix: uploadPage.folder })}`)
  await page.evaluate((first) => Object.assign(globalThis, { token: first }), tokens.first)
  sandbox.faults.add({ route: storeRoute.body, fault: { kind: 'hold' } })
  await choose({ 'a.bin': Buffer.alloc(400_000, 1) })
  await uploadPage.expectStatus('a.bin', 'Sending')
  await expect.poll(() => storeRoute.received(storeRoute.body)).toBe(400_000)
  sandbox.expireSessions()
  sandbox.faults.clear()
  await choose('b.txt')
  for (const name of storeRoute.direct ? ['a.bin', 'b.txt'] : ['b.txt']) await uploadPage.expectStatus(name, 'Waiting')
  await expect.poll(() => page.evaluate(() => (globalThis as unknown as { asked: number }).asked)).toBe(1)
  // Tokens are good from the second in which they are given.
  await expect
    .poll(async () => {
      tokens.second = await tokenOf(lakefs)
      return (await lakefs.user(tokens.second)) !== undefined
    })
    .toBe(true)
  await page.evaluate((second) => Object.assign(globalThis, { fresh: second }), tokens.second)
  await uploadPage.button('Sign in').click()
  await uploadPage.expectUploaded('a.bin', 'b.txt')
  expect(storeRoute.received(storeRoute.body)).toBeLessThan(800_000)
  for (const { headers } of sandbox.requests('store')) expect(headers).not.toHaveProperty('authorization')
})

test('a reload keeps the session; signing out ends it', async ({ page, uploadPage }) => {
  await uploadPage.openByKeys()
  await page.reload()
  await expect(
    uploadPage.region(`${uploadPage.lakefs.repository}/${uploadPage.lakefs.branch}/${uploadPage.folder}`),
  ).toBeVisible()
  await uploadPage.button('Sign out').click()
  await expect(page.getByLabel('Access key ID')).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Access key ID')).toBeVisible()
})

test('wrong keys are named, and the right ones still work', async ({ page, uploadPage }) => {
  await page.goto(uploadPage.lakefs.url)
  await uploadPage.signIn({ accessKeyId: 'AKIAWRONG', secretAccessKey: 'wrong' })
  await expect(page.getByRole('alert')).toContainText('lakeFS does not know this key pair')
  await uploadPage.signIn()
  await expect(page.getByRole('combobox', { name: 'Repository' })).toBeVisible()
})
