import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from '../../support/fixtures.ts'
import { ownBranch } from '../../support/own-branch.ts'

const MIB = 2 ** 20
const NO_STORE = 'these bytes go through lakeFS'
const md5 = (bytes: Buffer | string) => createHash('md5').update(bytes).digest('hex')

test.skip(
  ({ browserName }) => browserName !== 'chromium',
  'what differs between the stores is on the wire, not in the engine',
)

test('what is linked is the MD5 of the bytes', async ({ uploadPage, choose, sandbox, store }) => {
  await uploadPage.open()
  await choose('a.txt', { 'empty.txt': '' })
  await uploadPage.expectUploaded('a.txt', 'empty.txt')
  expect((await uploadPage.stat('a.txt'))?.checksum).toBe(md5('a.txt\n'))
  expect((await uploadPage.stat('empty.txt'))?.checksum).toBe(md5(''))
  if (store === 'local') expect(sandbox.requests('store')).toEqual([])
  else expect(sandbox.counters()).toMatchObject({ 'store-put': 2, link: 2 })
})

test('a large file lands byte by byte, in pieces where the store takes them', async ({
  uploadPage,
  choose,
  sandbox,
  store,
}) => {
  test.setTimeout(300_000)
  const bytes = randomBytes(store === 'azure' ? 100 * MIB : 40 * MIB)
  await uploadPage.open()
  await choose({ 'large.bin': bytes })
  await uploadPage.expectStatus('large.bin', 'Uploaded', 240_000)
  expect(bytes.equals(await uploadPage.read('large.bin'))).toBe(true)
  const stats = await uploadPage.stat('large.bin')
  expect(stats?.size_bytes).toBe(bytes.length)
  const count = sandbox.counters()
  if (store === 'azure') {
    expect(count['store-block']).toBeGreaterThan(6)
    expect(count['store-blocklist']).toBe(1)
    expect(count['store-put']).toBeUndefined()
  } else if (store === 's3') expect(count['store-part']).toBeGreaterThan(2)
  else if (store === 'gcs') expect(count['store-put']).toBe(1)
  else expect(count.upload).toBe(1)
  if (store === 's3') expect(stats?.checksum).toMatch(/^[0-9a-f]{32}-\d+$/)
  else expect(stats?.checksum).toBe(md5(bytes))
})

test('the same bytes sent twice are no change', async ({ page, uploadPage, pick, disk, lakefs, store }) => {
  const own = await ownBranch(lakefs)
  try {
    const large = Buffer.alloc(20 * MIB, 9)
    const files = [disk('a.txt'), ...(store === 's3' ? [] : [disk('large.bin', large)])]
    const names = files.map((file) => file.slice(file.lastIndexOf('/') + 1))
    await uploadPage.open({ branch: own.name })
    await page.getByLabel('If a name is taken').selectOption({ label: 'Replace' })
    await pick(uploadPage.button('Choose files'), files)
    await uploadPage.expectUploaded(...names)
    expect(await own.uncommitted()).toEqual(names.map((name) => uploadPage.folder + name))
    const before = await lakefs.call('GET', statOf(lakefs.repository, own.name, `${uploadPage.folder}a.txt`))
    await own.commit('once')
    await uploadPage.button('Clear finished').click()
    for (const name of names) await expect(uploadPage.row(name)).toHaveCount(0)
    await pick(uploadPage.button('Choose files'), files)
    await uploadPage.expectUploaded(...names)
    // Sent they were: the object lies at another address now.
    const after = await lakefs.call('GET', statOf(lakefs.repository, own.name, `${uploadPage.folder}a.txt`))
    expect(((await after.json()) as { physical_address: string }).physical_address).not.toBe(
      ((await before.json()) as { physical_address: string }).physical_address,
    )
    expect(await own.uncommitted()).toEqual([])
  } finally {
    await own.remove()
  }
})

test('an address that ends on the way is replaced by a new one', async ({ uploadPage, choose, sandbox, store }) => {
  test.skip(store === 'local', NO_STORE)
  await uploadPage.open()
  sandbox.settings.urlSeconds = 2
  // The request is held up until its URL has ended; the store itself finds that out.
  sandbox.faults.add({ route: 'store-put', fault: { kind: 'delay', ms: 4000 } })
  await choose('a.txt')
  // Only the first URL sent to is that short: a second one of two seconds may end on the way as well.
  await expect.poll(() => sandbox.counters()['store-put']).toBe(1)
  sandbox.settings.urlSeconds = 900
  await uploadPage.expectUploaded('a.txt')
  const puts = sandbox.requests('store').filter(({ route }) => route === 'store-put')
  expect(puts).toHaveLength(2)
  expect([400, 403]).toContain(puts[0]?.status)
  expect(puts[1]?.target).not.toBe(puts[0]?.target)
  expect(sandbox.counters().link).toBe(1)
  expect(String(await uploadPage.read('a.txt'))).toBe('a.txt\n')
})

test('a signature that somebody has changed is refused, and nothing is linked', async ({
  page,
  uploadPage,
  choose,
  lakefs,
  sandbox,
  store,
  versitygw,
  storeRoute,
}) => {
  test.skip(versitygw !== undefined, 'versitygw lets no page see that it refuses a signature')
  test.skip(store === 'local', NO_STORE)
  await uploadPage.open()
  // In the page: a route would take every byte out of the browser and into it again.
  await page.evaluate(() => {
    const { open } = XMLHttpRequest.prototype
    XMLHttpRequest.prototype.open = function (method: string, address: string | URL) {
      const url = new URL(address, location.href)
      for (const name of ['X-Amz-Signature', 'X-Goog-Signature', 'sig']) {
        const value = url.searchParams.get(name)
        if (value) url.searchParams.set(name, (value.startsWith('a') ? 'b' : 'a') + value.slice(1))
      }
      open.call(this, method, url, true)
    }
  })
  await choose('a.txt', { 'large.bin': Buffer.alloc(20 * MIB, 1) })
  for (const name of ['a.txt', 'large.bin']) await uploadPage.expectStatus(name, /Failed.*the store refused this file/)
  expect(sandbox.counters().link).toBeUndefined()
  expect(sandbox.counters()['complete-multipart']).toBeUndefined()
  expect(await lakefs.list(uploadPage.folder)).toEqual([])
  // What the store has of it goes with the row.
  await uploadPage.button('Remove large.bin').click()
  await expect.poll(() => storeRoute.open()).toEqual([])
})

test('a connection that is cut is made again, and the bytes are whole', async ({ uploadPage, choose, sandbox }) => {
  const bytes = randomBytes(20 * MIB)
  const small = randomBytes(3 * MIB)
  for (const route of ['store-put', 'store-part', 'store-block', 'upload']) {
    sandbox.faults.add({ route, fault: { kind: 'reset', bytes: MIB }, times: 2 })
  }
  await uploadPage.open()
  await choose({ 'small.bin': small, 'large.bin': bytes })
  await uploadPage.expectUploaded('small.bin', 'large.bin')
  expect(sandbox.requests().filter(({ fault }) => fault === 'reset').length).toBeGreaterThanOrEqual(2)
  expect(small.equals(await uploadPage.read('small.bin'))).toBe(true)
  expect(bytes.equals(await uploadPage.read('large.bin'))).toBe(true)
})

function statOf(repository: string, branch: string, path: string): string {
  return `/repositories/${repository}/refs/${branch}/objects/stat?path=${encodeURIComponent(path)}`
}
