import { expect, test } from './fixtures.ts'

test('a PUT that the store refuses is never linked', async ({ uploading, pick, disk, lake, sandbox }) => {
  sandbox.faults.add({
    route: 'store-put',
    path: '',
    fault: { kind: 'status', status: 403, body: '<Error><Code>AccessDenied</Code></Error>' },
    times: 0,
  })
  await uploading.open()
  await pick(uploading.button('Choose files'), [disk('a.txt')])
  await uploading.expectStatus('a.txt', /Failed.*the store refused this file/)
  expect(sandbox.counters().link).toBeUndefined()
  expect(await lake.stat(`${uploading.folder}a.txt`)).toBeUndefined()
})

test('one bad file never stops the others', async ({ uploading, pick, disk, lake, sandbox }) => {
  sandbox.faults.add({
    route: 'link',
    path: 'b\\.txt',
    fault: { kind: 'status', status: 400, message: 'something about b.txt' },
    times: 0,
  })
  await uploading.open()
  await pick(
    uploading.button('Choose files'),
    ['a.txt', 'b.txt', 'c.txt'].map((name) => disk(name)),
  )
  await uploading.expectUploaded('a.txt', 'c.txt')
  await uploading.expectStatus('b.txt', 'Failed')
  expect(await lake.list(uploading.folder)).toEqual([`${uploading.folder}a.txt`, `${uploading.folder}c.txt`])
})

test('a store that hides its ETag is named, and nothing is linked', async ({
  uploading,
  pick,
  disk,
  lake,
  sandbox,
}) => {
  sandbox.settings.exposeEtag = false
  await uploading.open()
  await pick(uploading.button('Choose files'), [disk('a.txt')])
  await uploading.expectStatus('a.txt', /Failed.*hides its checksum/)
  expect(sandbox.counters().link).toBeUndefined()
  expect(await lake.stat(`${uploading.folder}a.txt`)).toBeUndefined()
})

test('an expired URL is replaced', async ({ uploading, pick, disk, lake, sandbox }) => {
  sandbox.faults.add({ route: 'store-put', fault: { kind: 'expired' } })
  await uploading.open()
  await pick(uploading.button('Choose files'), [disk('a.txt')])
  await uploading.expectUploaded('a.txt')
  expect(sandbox.counters()).toMatchObject({ address: 2, 'store-put': 2, link: 1 })
  expect(String(await lake.read(`${uploading.folder}a.txt`))).toBe('a.txt\n')
})

test('bytes that the store kept wrongly are not on the branch', async ({ uploading, pick, disk, lake, sandbox }) => {
  sandbox.faults.add({ route: 'store-put', fault: { kind: 'corrupt' }, times: 0 })
  await uploading.open()
  await pick(uploading.button('Choose files'), [disk('a.txt')])
  await uploading.expectStatus('a.txt', /Failed.*differs from your file/)
  expect(await lake.stat(`${uploading.folder}a.txt`)).toBeUndefined()
})

test('the store never sees who the person is', async ({ uploading, pick, disk, lake, sandbox }) => {
  await uploading.open()
  await pick(uploading.button('Choose files'), [disk('small.txt'), disk('parts.bin', Buffer.alloc(20 * 2 ** 20, 1))])
  await uploading.expectUploaded('small.txt', 'parts.bin')
  const seen = sandbox.requests('store')
  expect(new Set(seen.map(({ route }) => route))).toEqual(new Set(['store-preflight', 'store-put', 'store-part']))
  for (const { headers, target } of seen) {
    expect(headers).not.toHaveProperty('authorization')
    expect(headers).not.toHaveProperty('cookie')
    expect(headers).not.toHaveProperty('x-lakefs-client')
    expect(headers.referer ?? '').not.toContain(lake.repository)
    expect(target + JSON.stringify(headers)).not.toContain(lake.keys.accessKeyId)
  }
  // The API, for its part, is told by the cookie: the rule above would notice one.
  expect(sandbox.requests('api').some(({ headers }) => /internal_auth_session=/.test(String(headers.cookie)))).toBe(
    true,
  )
})
