import { expect, test } from '../../support/fixtures.ts'
import { THROUGH, WHOLE } from '../../support/store-route.ts'

const MIB = 2 ** 20

test('without a network files wait and say so, and go on by themselves', async ({
  context,
  browserName,
  uploadPage,
  choose,
}) => {
  test.skip(browserName === 'webkit', 'the window of WebKitGTK cannot be taken off the network')
  await uploadPage.open()
  // Once a file has gone, every piece of the page that this needs is there: what is cut here is the way to lakeFS.
  await choose('first.txt')
  await uploadPage.expectUploaded('first.txt')
  await context.setOffline(true)
  await choose('a.txt', 'b.txt')
  for (const name of ['a.txt', 'b.txt']) {
    await uploadPage.expectStatus(name, /Waiting.*no network, goes on by itself/)
    await expect(uploadPage.button(`Retry ${name}`)).toBeVisible()
  }
  await context.setOffline(false)
  await uploadPage.expectUploaded('a.txt', 'b.txt')
  expect(String(await uploadPage.read('b.txt'))).toBe('b.txt\n')
})

test('the network goes in the middle of a file in parts: what has arrived stays', async ({
  context,
  browserName,
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  test.skip(browserName !== 'chromium', 'only Chromium takes the network from a file that is under way')
  test.skip(!storeRoute.assemble, WHOLE)
  // Several waves of parts. None of the first one ends before the network goes; what Chromium has under way by then it ends.
  const bytes = Buffer.alloc(96 * MIB, 7)
  sandbox.faults.add({ route: storeRoute.piece, fault: { kind: 'hold' }, times: 0 })
  await uploadPage.open()
  await choose({ 'large.bin': bytes })
  // How many go at once follows the speed of lakeFS; all that have begun are held.
  const held = () =>
    storeRoute.count(storeRoute.piece) > 0 &&
    storeRoute.received(storeRoute.piece) === storeRoute.count(storeRoute.piece) * 8 * MIB
  await expect.poll(held).toBe(true)
  await context.setOffline(true)
  sandbox.faults.clear()
  await uploadPage.expectStatus('large.bin', /Waiting.*no network/)
  await expect.poll(() => storeRoute.arrived().length).toBeGreaterThan(0)
  await context.setOffline(false)
  await uploadPage.expectUploaded('large.bin')
  expect(new Set(storeRoute.arrived()).size).toBe(storeRoute.arrived().length)
  expect(bytes.equals(await uploadPage.read('large.bin'))).toBe(true)
})

test('a store that freezes: the page says how long nothing has moved, and goes on when it thaws', async ({
  page,
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  // More than the buffers between here and a store that reads nothing can take.
  const bytes = Buffer.alloc(96 * MIB, 5)
  sandbox.faults.add({ route: storeRoute.piece, fault: { kind: 'hold', at: 'request' }, times: 0 })
  await page.clock.install()
  await uploadPage.open()
  await choose({ 'large.bin': bytes })
  await expect.poll(() => storeRoute.count(storeRoute.piece)).toBeGreaterThan(0)
  const still = uploadPage.row('large.bin').getByText(/^nothing has moved for \d+ s$/)
  const seconds = async () => Number(/\d+/.exec((await still.textContent()) ?? '')?.[0])
  // On a busy machine the buffers may still be filling; a minute of it would count as a request that is lost.
  await expect(async () => {
    await page.clock.fastForward(11_000)
    await expect(still).toBeVisible({ timeout: 2000 })
  }).toPass({ timeout: 20_000 })
  await expect(uploadPage.row('large.bin')).toContainText(/Sending · nothing has moved for \d+ s/)
  await expect(page.getByText(/^Nothing has moved for \d+ s$/)).toBeVisible()
  const before = await seconds()
  await page.clock.fastForward(5000)
  await expect.poll(seconds).toBeGreaterThanOrEqual(before + 5)
  sandbox.faults.clear()
  await expect(still).toHaveCount(0)
  await uploadPage.expectUploaded('large.bin')
  expect(bytes.equals(await uploadPage.read('large.bin'))).toBe(true)
})

test('a session that ends between two parts: signed in in place, and no part is sent twice', async ({
  page,
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  test.skip(storeRoute.store !== 's3', 'lakeFS is not asked for each piece')
  const bytes = Buffer.alloc(96 * MIB, 3)
  const parts = () => sandbox.requests('store').filter(({ route }) => route === storeRoute.piece)
  // No part ends, and so none but the first ones is signed, before the session is over.
  sandbox.faults.add({ route: storeRoute.piece, fault: { kind: 'hold' }, times: 0 })
  await uploadPage.open()
  await choose({ 'large.bin': bytes })
  await expect.poll(() => parts().length).toBeGreaterThan(0)
  sandbox.expireSessions()
  sandbox.faults.clear()
  await expect(page.getByRole('heading', { name: 'Your session has ended' })).toBeVisible()
  await uploadPage.expectStatus('large.bin', /Waiting.*goes on when you sign in/)
  // What was under way comes to its end, which may be after the row has begun to wait.
  await expect.poll(() => parts().filter(({ status }) => status !== 200)).toEqual([])
  expect(await uploadPage.stat('large.bin')).toBeUndefined()
  await uploadPage.signIn()
  await uploadPage.expectUploaded('large.bin')
  const numbers = parts().map(({ partNumber }) => partNumber)
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(sandbox.counters()['create-multipart']).toBe(1)
  expect(bytes.equals(await uploadPage.read('large.bin'))).toBe(true)
})

for (const status of [429, 503]) {
  test(`lakeFS is busy (${status}) and names a time: not asked again before it`, { tag: '@lakefs' }, async ({
    uploadPage,
    choose,
    sandbox,
    storeRoute,
  }) => {
    sandbox.faults.add({
      route: storeRoute.last,
      fault: { kind: 'status', status, message: 'Too many attempts, try again later', headers: { 'Retry-After': '4' } },
    })
    await uploadPage.open()
    // Said for four seconds.
    const said = await uploadPage.hear('[aria-label="Files"] > li')
    await choose('a.txt')
    await uploadPage.expectUploaded('a.txt')
    expect(await said()).toContainEqual(
      expect.stringMatching(/a\.txt.*Waiting.*lakeFS asks to slow down, next try in \d s/),
    )
    const [first = 0, second = 0, ...more] = storeRoute.times(storeRoute.last)
    expect(more).toEqual([])
    // Two clocks: a timer of the browser may end a millisecond early.
    expect(second - first).toBeGreaterThan(3900)
    // Bytes that are at the store are not sent again.
    if (storeRoute.direct) expect(storeRoute.count(storeRoute.body)).toBe(1)
    expect(String(await uploadPage.read('a.txt').catch(() => ''))).toBe('a.txt\n')
  })
}

test('a busy store is waited for, and Retry in the row does not wait', async ({
  page,
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  test.skip(!storeRoute.direct, THROUGH)
  sandbox.faults.add({
    route: storeRoute.body,
    fault: { kind: 'status', status: 503, body: '<Error><Code>SlowDown</Code></Error>' },
    times: 0,
  })
  // Each try waits a random part of a range that doubles to 30 s; chance is left out: short waits up to there, then a
  // long one.
  await page.addInitScript(() => {
    Math.random = () => (globalThis as { part?: number }).part ?? 0.01
  })
  await uploadPage.open()
  await choose('a.txt')
  await expect.poll(() => storeRoute.count(storeRoute.body)).toBeGreaterThan(7)
  await page.evaluate(() => Object.assign(globalThis, { part: 0.99 }))
  await uploadPage.expectStatus('a.txt', /Waiting.*the store asks to slow down, next try in \d\d s/)
  const tries = storeRoute.count(storeRoute.body)
  sandbox.faults.clear()
  const pressed = Date.now()
  await uploadPage.button('Retry a.txt').click()
  await uploadPage.expectUploaded('a.txt')
  expect(storeRoute.count(storeRoute.body)).toBe(tries + 1)
  // By itself it would not have gone before.
  expect((storeRoute.times(storeRoute.body).at(-1) ?? 0) - pressed).toBeLessThan(20_000)
  expect(storeRoute.landed()).toBe(1)
  expect(String(await uploadPage.read('a.txt').catch(() => ''))).toBe('a.txt\n')
})

test('a locked branch takes the link later, and the bytes are sent once', { tag: '@lakefs' }, async ({
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  sandbox.faults.add({
    route: storeRoute.last,
    fault: { kind: 'status', status: 500, message: 'branch is currently locked, try again later' },
    times: 3,
  })
  await uploadPage.open()
  await choose('a.txt')
  await uploadPage.expectUploaded('a.txt')
  expect([storeRoute.count(storeRoute.last), storeRoute.landed()]).toEqual([4, 1])
  if (storeRoute.direct) expect(storeRoute.count(storeRoute.body)).toBe(1)
  expect(String(await uploadPage.read('a.txt').catch(() => ''))).toBe('a.txt\n')
})

test('lakeFS cannot be reached for a while: a reason in the row, and then it goes on', { tag: '@lakefs' }, async ({
  uploadPage,
  choose,
  lakefs,
  sandbox,
  storeRoute,
}) => {
  await uploadPage.open()
  sandbox.faults.add({ route: storeRoute.first, fault: { kind: 'reset' }, times: 0 })
  await choose('a.txt', 'b.txt')
  for (const name of ['a.txt', 'b.txt']) await uploadPage.expectStatus(name, /Waiting.*lakeFS (does not answer|asks)/)
  await expect(uploadPage.button('Retry a.txt')).toBeVisible()
  sandbox.faults.clear()
  // By chance the next try may be half a minute away.
  for (const name of ['a.txt', 'b.txt']) await uploadPage.expectStatus(name, 'Uploaded', 90_000)
  expect(storeRoute.landed()).toBe(2)
  if (storeRoute.direct) expect(storeRoute.count(storeRoute.body)).toBe(2)
  expect(await lakefs.list(uploadPage.folder)).toHaveLength(2)
})

test('signed in again in another tab: files go on, and nobody is asked for keys any more', async ({
  page,
  context,
  browserName,
  uploadPage,
  choose,
  lakefs,
  sandbox,
}) => {
  test.skip(browserName !== 'chromium', 'requests beside the page share its cookies in Chromium alone')
  await uploadPage.open()
  sandbox.expireSessions()
  await choose('a.txt')
  await expect(page.getByLabel('Access key ID')).toBeVisible()
  await page.getByLabel('Access key ID').fill('half typ')
  const { accessKeyId: access_key_id, secretAccessKey: secret_access_key } = lakefs.keys
  await context.request.post(`${lakefs.url}api/v1/auth/login`, { data: { access_key_id, secret_access_key } })
  await uploadPage.expectUploaded('a.txt')
  await expect(page.getByLabel('Access key ID')).toHaveCount(0)
})

test('a piece of the page that cannot be fetched takes nothing else with it, and comes when it is asked for again', async ({
  page,
  browserName,
  uploadPage,
  choose,
}) => {
  test.skip(browserName !== 'chromium', 'requests for pieces are stopped by Chromium alone')
  await page.route(/assets\/Rows-/, (route) => route.abort())
  await uploadPage.open()
  await choose('a.txt')
  await expect(page.getByRole('alert').filter({ hasText: 'This part of the page did not load' })).toBeVisible()
  await expect.poll(async () => String(await uploadPage.read('a.txt').catch(() => ''))).toBe('a.txt\n')
  await page.unroute(/assets\/Rows-/)
  await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click()
  await uploadPage.expectUploaded('a.txt')
})

test('files given before the engine has come are said not to be taken, and nothing looks as if they were', async ({
  page,
  browserName,
  uploadPage,
  choose,
}) => {
  test.skip(browserName !== 'chromium', 'requests for pieces are stopped by Chromium alone')
  await page.route(/assets\/browser-/, (route) => route.abort())
  await uploadPage.open()
  await choose('a.txt')
  await expect(page.getByRole('alert').filter({ hasText: 'These files were not taken' })).toBeVisible()
  await expect(uploadPage.row('a.txt')).toHaveCount(0)
})
