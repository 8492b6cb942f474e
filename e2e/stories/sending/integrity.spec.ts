import { randomBytes } from 'node:crypto'
import { utimesSync, writeFileSync } from 'node:fs'
import { EACH_ENGINE } from '../../engines/each-engine.ts'
import { expect, test } from '../../support/fixtures.ts'
import { enterHost } from '../../support/host-session.ts'
import { EACH_STORE, THROUGH } from '../../support/store-route.ts'

const MIB = 2 ** 20

test('bytes kept wrongly once are sent again, and the right ones are linked', { tag: EACH_STORE }, async ({
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  sandbox.faults.add({ route: storeRoute.body, fault: { kind: 'corrupt' } })
  await uploadPage.open()
  await choose('a.txt')
  await uploadPage.expectStatus('a.txt', /Uploaded.*checksum matches/)
  // Through lakeFS the wrong copy was on the branch, and was taken off it.
  expect([storeRoute.count(storeRoute.body), storeRoute.count('link'), storeRoute.count('reset')]).toEqual(
    storeRoute.direct ? [2, 1, 0] : [2, 0, 1],
  )
  expect(String(await uploadPage.read('a.txt'))).toBe('a.txt\n')

  const bytes = randomBytes(20 * MIB)
  sandbox.clearRequests()
  sandbox.faults.add({ route: storeRoute.piece, path: storeRoute.at(2), fault: { kind: 'corrupt' } })
  await choose({ 'large.bin': bytes })
  await uploadPage.expectStatus('large.bin', /Uploaded.*checksum matches/)
  // The others keep what they are sent and tell its checksum; Azure compares a block itself.
  const twice = [storeRoute.store === 'azure' ? 400 : storeRoute.taken, storeRoute.taken]
  expect(storeRoute.asked(storeRoute.assemble ? 2 : 1)).toEqual(twice)
  if (storeRoute.assemble) {
    // Into how many pieces it is cut follows the speed of the file before it.
    const others = new Set(storeRoute.arrived().filter((piece) => piece !== 2))
    expect(others.size).toBeGreaterThan(0)
    for (const piece of others) expect(storeRoute.asked(piece)).toEqual([storeRoute.taken])
    expect(storeRoute.count(storeRoute.assemble)).toBe(1)
  }
  expect(bytes.equals(await uploadPage.read('large.bin'))).toBe(true)
})

test('bytes kept wrongly twice are left out, and no third time is tried', async ({
  uploadPage,
  choose,
  lakefs,
  sandbox,
  storeRoute,
}) => {
  sandbox.faults.add({ route: storeRoute.body, fault: { kind: 'corrupt' }, times: 0 })
  if (storeRoute.assemble)
    sandbox.faults.add({ route: storeRoute.piece, path: storeRoute.at(2), fault: { kind: 'corrupt' }, times: 0 })
  await uploadPage.open()
  await choose('a.txt', { 'large.bin': Buffer.alloc(20 * MIB, 5) })
  for (const name of ['a.txt', 'large.bin']) {
    await uploadPage.expectStatus(name, /Failed.*the stored copy differs from your file, so it was left out/)
  }
  // Two files whole, or one and the parts of the other.
  expect(storeRoute.count(storeRoute.body)).toBe(storeRoute.assemble ? 2 : 4)
  expect(storeRoute.count('link')).toBe(0)
  if (storeRoute.assemble) expect(storeRoute.count(storeRoute.assemble)).toBe(0)
  expect(await lakefs.list(uploadPage.folder)).toEqual([])
  // What the store has of it goes with the row.
  await uploadPage.button('Remove large.bin').click()
  await expect.poll(() => storeRoute.open()).toEqual([])
  sandbox.faults.clear()
  await uploadPage.button('Retry a.txt').click()
  await uploadPage.expectUploaded('a.txt')
  expect(String(await uploadPage.read('a.txt'))).toBe('a.txt\n')
})

test('a store without a CORS rule: named, with the rule to set', async ({
  page,
  uploadPage,
  choose,
  lakefs,
  sandbox,
  storeRoute,
}) => {
  test.skip(!storeRoute.direct, THROUGH)
  sandbox.settings.cors = false
  await uploadPage.open()
  await choose('a.txt')
  await uploadPage.expectStatus('a.txt', /Failed.*the store cannot be reached from this page/)
  await uploadPage.button('Details of a.txt').click()
  const row = uploadPage.row('a.txt')
  await expect(row).toContainText('its CORS rule probably does not let this page send')
  const { origin } = new URL(page.url())
  const rule = (await row.getByText(/AllowedOrigins|responseHeader|az storage cors add/).textContent()) ?? ''
  if (storeRoute.store === 'azure') expect(rule).toContain(`--origins '${origin}' --methods PUT`)
  else if (storeRoute.store === 'gcs') expect(JSON.parse(rule)).toMatchObject([{ origin: [origin], method: ['PUT'] }])
  else expect(JSON.parse(rule)).toMatchObject([{ AllowedOrigins: [origin], AllowedMethods: ['PUT'] }])
  expect(await lakefs.list(uploadPage.folder)).toEqual([])
  // Once the rule is set the same row lands.
  sandbox.settings.cors = true
  await uploadPage.button('Retry a.txt').click()
  await uploadPage.expectUploaded('a.txt')
})

test('checksums that nobody asks for are said not to be verified', async ({
  page,
  uploadPage,
  choose,
  lakefs,
  storeRoute,
}) => {
  await enterHost(page, lakefs, uploadPage.folder, { verifyChecksums: false })
  await choose('a.txt', { 'large.bin': Buffer.alloc(20 * MIB, 5) })
  for (const name of ['a.txt', 'large.bin']) {
    await uploadPage.expectStatus(name, /Uploaded.*checksum not verified/)
    await expect(uploadPage.row(name)).not.toContainText('checksum matches')
  }
  // Parts are put together and not linked.
  expect(storeRoute.landed()).toBe(storeRoute.store === 's3' ? 1 : 2)
})

test('a file that is replaced after it was chosen is told of within seconds', { tag: EACH_ENGINE }, async ({
  browserName,
  uploadPage,
  pick,
  disk,
  sandbox,
  storeRoute,
}) => {
  test.skip(browserName !== 'webkit', 'other browsers refuse to read it, or are given a copy by the test')
  sandbox.faults.add({ route: storeRoute.first, fault: { kind: 'hold' } })
  await uploadPage.open()
  const file = disk('a.bin', 'before')
  await pick(uploadPage.button('Choose files'), [file])
  await expect.poll(() => storeRoute.count(storeRoute.first)).toBe(1)
  writeFileSync(file, 'after!')
  utimesSync(file, 2_000_000_000, 2_000_000_000)
  sandbox.faults.clear()
  await uploadPage.expectStatus('a.bin', /Failed.*changed/, 20_000)
  expect(storeRoute.landed()).toBe(0)
})
