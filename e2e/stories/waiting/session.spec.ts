import { expect, test } from '../../support/fixtures.ts'
import { tokenOf } from '../../support/host-session.ts'

test('a session that ends in the middle: sign in in place, and the queue goes on', async ({
  page,
  uploading,
  choose,
  sandbox,
  way,
}) => {
  sandbox.faults.add({ route: way.body, fault: { kind: 'hold' } })
  await uploading.open()
  await choose({ 'a.bin': Buffer.alloc(400_000, 1) })
  await uploading.expectStatus('a.bin', 'Sending')
  await expect.poll(() => way.received(way.body)).toBe(400_000)
  sandbox.expireSessions()
  sandbox.faults.clear()
  // What comes in now waits; so does a link, of bytes that are at the store. Nothing is thrown away.
  await choose('b.txt')
  await uploading.expectStatus('b.txt', /Waiting.*goes on when you sign in/)
  // lakeFS looks at the session when a request begins, so bytes that go through it land all the same.
  await uploading.expectStatus('a.bin', way.direct ? /Waiting.*all bytes stored/ : 'Uploaded')
  expect(way.landed()).toBe(way.direct ? 0 : 1)
  expect(await uploading.stat('b.txt')).toBeUndefined()
  await uploading.signIn()
  await uploading.expectUploaded('a.bin', 'b.txt')
  await expect(page.getByLabel('Access key ID')).toHaveCount(0)
  expect(way.received(way.body)).toBeLessThan(800_000)
})

test('a session that lakeFS calls expired (403) is one that has ended', async ({ uploading, choose, sandbox, way }) => {
  await uploading.open()
  sandbox.faults.add({ route: way.last, fault: { kind: 'session-expired' } })
  await choose('a.txt')
  await expect.poll(() => sandbox.faults.list()).toMatchObject([{ struck: 1 }])
  // It has: a page that waits looks at its session now and then, and would find this one well.
  sandbox.expireSessions()
  await uploading.expectStatus('a.txt', 'Waiting')
  await uploading.signIn()
  await uploading.expectUploaded('a.txt')
})

test('a token that has run out: the host is asked for a new one, and the queue goes on', async ({
  page,
  uploading,
  choose,
  lake,
  sandbox,
  way,
}) => {
  const tokens = { first: await tokenOf(lake), second: '' }
  const { repository, branch } = lake
  await page.goto(`${lake.url}host/?${new URLSearchParams({ repository, branch, prefix: uploading.folder })}`)
  await page.evaluate((first) => Object.assign(globalThis, { token: first }), tokens.first)
  sandbox.faults.add({ route: way.body, fault: { kind: 'hold' } })
  await choose({ 'a.bin': Buffer.alloc(400_000, 1) })
  await uploading.expectStatus('a.bin', 'Sending')
  await expect.poll(() => way.received(way.body)).toBe(400_000)
  sandbox.expireSessions()
  sandbox.faults.clear()
  await choose('b.txt')
  for (const name of way.direct ? ['a.bin', 'b.txt'] : ['b.txt']) await uploading.expectStatus(name, 'Waiting')
  await expect.poll(() => page.evaluate(() => (globalThis as unknown as { asked: number }).asked)).toBe(1)
  // Tokens are good from the second in which they are given.
  await expect
    .poll(async () => {
      tokens.second = await tokenOf(lake)
      return (await lake.user(tokens.second)) !== undefined
    })
    .toBe(true)
  await page.evaluate((second) => Object.assign(globalThis, { fresh: second }), tokens.second)
  await uploading.button('Sign in').click()
  await uploading.expectUploaded('a.bin', 'b.txt')
  expect(way.received(way.body)).toBeLessThan(800_000)
  for (const { headers } of sandbox.requests('store')) expect(headers).not.toHaveProperty('authorization')
})

test('a reload keeps the session; signing out ends it', async ({ page, uploading }) => {
  await uploading.open()
  await page.reload()
  await expect(
    uploading.region(`${uploading.lake.repository}/${uploading.lake.branch}/${uploading.folder}`),
  ).toBeVisible()
  await uploading.button('Sign out').click()
  await expect(page.getByLabel('Access key ID')).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Access key ID')).toBeVisible()
})

test('wrong keys are named, and the right ones still work', async ({ page, uploading }) => {
  await page.goto(uploading.lake.url)
  await uploading.signIn({ accessKeyId: 'AKIAWRONG', secretAccessKey: 'wrong' })
  await expect(page.getByRole('alert')).toContainText('lakeFS does not know this key pair')
  await uploading.signIn()
  await expect(page.getByRole('combobox', { name: 'Repository' })).toBeVisible()
})
