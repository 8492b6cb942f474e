import { expect, test } from './fixtures.ts'
import { tokenOf } from './host-session.ts'

test('a session that ends in the middle: sign in in place, and the queue goes on', async ({
  page,
  uploading,
  pick,
  disk,
  lake,
  sandbox,
}) => {
  sandbox.settings.bytesPerSecond = 200_000
  await uploading.open()
  await pick(uploading.button('Choose files'), [disk('a.bin', Buffer.alloc(400_000, 1))])
  await uploading.expectStatus('a.bin', 'Sending')
  sandbox.expireSessions()
  sandbox.settings.bytesPerSecond = null
  await uploading.expectStatus('a.bin', /Waiting.*all bytes stored/)
  expect(await lake.stat(`${uploading.folder}a.bin`)).toBeUndefined()
  // Its bytes are at the store: what comes in now waits too, and nothing is thrown away.
  await uploading.signIn()
  await uploading.expectUploaded('a.bin')
  await expect(page.getByLabel('Access key ID')).toHaveCount(0)
  expect(sandbox.counters()['store-put']).toBe(1)
})

test('a session that lakeFS calls expired (403) is one that has ended', async ({ uploading, pick, disk, sandbox }) => {
  await uploading.open()
  sandbox.faults.add({ route: 'link', fault: { kind: 'session-expired' } })
  await pick(uploading.button('Choose files'), [disk('a.txt')])
  await uploading.expectStatus('a.txt', 'Waiting')
  await uploading.signIn()
  await uploading.expectUploaded('a.txt')
})

test('a token that has run out: the host is asked for a new one, and the queue goes on', async ({
  page,
  uploading,
  pick,
  disk,
  lake,
  sandbox,
}) => {
  const tokens = { first: await tokenOf(lake), second: '' }
  const { repository, branch } = lake
  await page.goto(`${lake.url}host/?${new URLSearchParams({ repository, branch, prefix: uploading.folder })}`)
  await page.evaluate((first) => Object.assign(globalThis, { token: first }), tokens.first)
  sandbox.settings.bytesPerSecond = 200_000
  await pick(uploading.button('Choose files'), [disk('a.bin', Buffer.alloc(400_000, 1))])
  await uploading.expectStatus('a.bin', 'Sending')
  sandbox.expireSessions()
  sandbox.settings.bytesPerSecond = null
  await uploading.expectStatus('a.bin', 'Waiting')
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
  await uploading.expectUploaded('a.bin')
  expect(sandbox.counters()['store-put']).toBe(1)
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
