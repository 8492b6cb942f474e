import { createHash } from 'node:crypto'
import { EACH_ENGINE } from '../../engines/each-engine.ts'
import { expect, test } from '../../support/fixtures.ts'
import { THROUGH } from '../../support/store-route.ts'

test('a PUT that the store refuses is never linked', async ({ uploadPage, choose, sandbox, storeRoute }) => {
  test.skip(!storeRoute.direct, THROUGH)
  sandbox.faults.add({
    route: storeRoute.body,
    fault: { kind: 'status', status: 403, body: '<Error><Code>AccessDenied</Code></Error>' },
    times: 0,
  })
  await uploadPage.open()
  await choose('a.txt')
  await uploadPage.expectStatus('a.txt', /Failed.*the store refused this file/)
  expect(storeRoute.count('link')).toBe(0)
  expect(await uploadPage.stat('a.txt')).toBeUndefined()
})

test('files go around a store without a CORS rule through lakeFS, at a press in its check', async ({
  uploadPage,
  page,
  choose,
  sandbox,
  storeRoute,
}) => {
  test.skip(!storeRoute.direct, THROUGH)
  sandbox.settings.cors = false
  await uploadPage.open()
  await choose('a.txt', 'b.txt')
  await page.getByRole('button', { name: 'Failed 2' }).click()
  await page.getByRole('button', { name: 'Show the check: 2 files, one reason' }).click()
  await expect(page.getByText('Files can go through lakeFS instead. That is slower')).toBeVisible()
  await uploadPage.button('Send through lakeFS').click()
  await expect(page.getByText('2 files arrived on main')).toBeVisible()
  expect(storeRoute.done('upload')).toBe(2)
  expect((await uploadPage.read('a.txt')).toString()).toBe('a.txt\n')
})

test('a full store says so on the rows, is asked a few times and not once a file, and takes all once there is room', async ({
  page,
  uploadPage,
  choose,
  lakefs,
  sandbox,
  storeRoute,
}) => {
  const names = Array.from({ length: 60 }, (_, index) => `f${String(index).padStart(2, '0')}.txt`)
  const words = 'Storage backend has reached its minimum free drive threshold.'
  sandbox.faults.add({
    route: storeRoute.body,
    fault: storeRoute.direct
      ? {
          kind: 'status',
          status: 507,
          body: `<Error><Code>XMinioStorageFull</Code><Message>${words}</Message></Error>`,
        }
      : { kind: 'status', status: 500, message: 'write /data/1: no space left on device' },
    times: 0,
  })
  await uploadPage.open()
  await choose(...names)
  await uploadPage.expectStatus('f00.txt', /Failed.*the store is full.*Make room/)
  await expect(page.getByText('Nothing arrived on').first()).toBeVisible()
  // Those that were on their way when it was known, however many lanes there are.
  expect(storeRoute.count(storeRoute.body)).toBeLessThan(25)
  expect([storeRoute.landed(), (await lakefs.list(uploadPage.folder)).length]).toEqual([0, 0])
  await uploadPage.button('Details of f00.txt').click()
  const said = storeRoute.direct ? `XMinioStorageFull: ${words}` : 'no space left on device'
  await expect(page.getByText(said)).toBeVisible()
  const before = storeRoute.count(storeRoute.body)
  sandbox.faults.clear()
  await uploadPage.button('Retry failed').click()
  await expect.poll(async () => (await lakefs.list(uploadPage.folder)).length).toBe(names.length)
  expect(storeRoute.count(storeRoute.body) - before).toBe(names.length)
})

test('a store that answers with an error is not called silent, and its words are in the row', async ({
  page,
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  test.skip(!storeRoute.direct, THROUGH)
  sandbox.faults.add({
    route: storeRoute.body,
    fault: { kind: 'status', status: 500, body: '<Error><Code>InternalError</Code><Message>oops</Message></Error>' },
    times: 0,
  })
  await uploadPage.open()
  await choose('a.txt')
  await uploadPage.expectStatus('a.txt', /Waiting.*the store answers with an error \(500 InternalError\), next try in/)
  await uploadPage.button('Details of a.txt').click()
  await expect(page.getByText('The server said: InternalError: oops')).toBeVisible()
  // After three errors the waits are long; a short one would be over before the button is pressed.
  await uploadPage.expectStatus('a.txt', /next try in (?:[6-9]|1\d) s/)
  sandbox.faults.clear()
  await uploadPage.button('Retry a.txt').click()
  await uploadPage.expectUploaded('a.txt')
})

test('one bad file never stops the others', async ({ uploadPage, choose, lakefs, sandbox, storeRoute }) => {
  sandbox.faults.add({
    route: storeRoute.last,
    path: 'b\\.txt',
    fault: { kind: 'status', status: 400, message: 'something about b.txt' },
    times: 0,
  })
  await uploadPage.open()
  await choose('a.txt', 'b.txt', 'c.txt')
  await uploadPage.expectUploaded('a.txt', 'c.txt')
  await uploadPage.expectStatus('b.txt', 'Failed')
  expect(await lakefs.list(uploadPage.folder)).toEqual([`${uploadPage.folder}a.txt`, `${uploadPage.folder}c.txt`])
})

test('a store that hides its checksum: named where nothing else can be linked, else the MD5 of the file is', async ({
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  test.skip(!storeRoute.direct, THROUGH)
  sandbox.settings.exposeEtag = false
  await uploadPage.open()
  await choose('a.txt')
  if (storeRoute.store === 's3') {
    await uploadPage.expectStatus('a.txt', /Failed.*hides its checksum/)
    expect(storeRoute.count('link')).toBe(0)
    expect(await uploadPage.stat('a.txt')).toBeUndefined()
  } else {
    await uploadPage.expectStatus('a.txt', /Uploaded.*checksum not verified/)
    expect((await uploadPage.stat('a.txt'))?.checksum).toBe(createHash('md5').update('a.txt\n').digest('hex'))
  }
})

test('an expired URL is replaced', async ({ uploadPage, choose, sandbox, storeRoute }) => {
  test.skip(!storeRoute.direct, THROUGH)
  sandbox.faults.add({ route: storeRoute.body, fault: { kind: 'expired' } })
  await uploadPage.open()
  await choose('a.txt')
  await uploadPage.expectUploaded('a.txt')
  expect([storeRoute.count('address'), storeRoute.count(storeRoute.body), storeRoute.count('link')]).toEqual([2, 2, 1])
  expect(String(await uploadPage.read('a.txt'))).toBe('a.txt\n')
})

test('bytes that the store kept wrongly are not on the branch', async ({ uploadPage, choose, sandbox, storeRoute }) => {
  sandbox.faults.add({ route: storeRoute.body, fault: { kind: 'corrupt' }, times: 0 })
  await uploadPage.open()
  await choose('a.txt')
  await uploadPage.expectStatus('a.txt', /Failed.*differs from your file/)
  expect(await uploadPage.stat('a.txt')).toBeUndefined()
})

test('the store never sees who the person is', { tag: EACH_ENGINE }, async ({
  uploadPage,
  choose,
  lakefs,
  sandbox,
  storeRoute,
}) => {
  test.skip(!storeRoute.direct, THROUGH)
  await uploadPage.open()
  await choose('small.txt', { 'large.bin': Buffer.alloc(20 * 2 ** 20, 1) })
  await uploadPage.expectUploaded('small.txt', 'large.bin')
  const seen = sandbox.requests('store')
  const list = storeRoute.store === 'azure' ? ['store-blocklist'] : []
  expect(new Set(seen.map(({ route }) => route))).toEqual(
    new Set(['store-preflight', storeRoute.body, storeRoute.piece, ...list]),
  )
  for (const { headers, target } of seen) {
    expect(headers).not.toHaveProperty('authorization')
    expect(headers).not.toHaveProperty('cookie')
    expect(headers).not.toHaveProperty('x-lakefs-client')
    expect(headers.referer ?? '').not.toContain(lakefs.repository)
    expect(target + JSON.stringify(headers)).not.toContain(lakefs.keys.accessKeyId)
  }
  // The API, for its part, is told by the cookie: the rule above would notice one.
  expect(sandbox.requests('api').some(({ headers }) => /internal_auth_session=/.test(String(headers.cookie)))).toBe(
    true,
  )
})
