import { randomBytes } from 'node:crypto'
import { expect, test } from '../../support/fixtures.ts'
import { enterHost } from '../../support/host-session.ts'
import { EACH, THROUGH } from '../../support/store-route.ts'

const MIB = 2 ** 20

test('bytes kept wrongly once are sent again, and the right ones are linked', { tag: EACH }, async ({
  uploading,
  choose,
  sandbox,
  way,
}) => {
  sandbox.faults.add({ route: way.body, fault: { kind: 'corrupt' } })
  await uploading.open()
  await choose('a.txt')
  await uploading.expectStatus('a.txt', /Uploaded.*checksum matches/)
  // Through lakeFS the wrong copy was on the branch, and was taken off it.
  expect([way.count(way.body), way.count('link'), way.count('reset')]).toEqual(way.direct ? [2, 1, 0] : [2, 0, 1])
  expect(String(await uploading.read('a.txt'))).toBe('a.txt\n')

  const bytes = randomBytes(20 * MIB)
  sandbox.clearRequests()
  sandbox.faults.add({ route: way.piece, path: way.at(2), fault: { kind: 'corrupt' } })
  await choose({ 'large.bin': bytes })
  await uploading.expectStatus('large.bin', /Uploaded.*checksum matches/)
  // The others keep what they are sent and tell its checksum; Azure compares a block itself.
  const twice = [way.store === 'azure' ? 400 : way.taken, way.taken]
  expect(way.asked(way.assemble ? 2 : 1)).toEqual(twice)
  if (way.assemble) {
    // Into how many pieces it is cut follows the speed of the file before it.
    const others = new Set(way.arrived().filter((piece) => piece !== 2))
    expect(others.size).toBeGreaterThan(0)
    for (const piece of others) expect(way.asked(piece)).toEqual([way.taken])
    expect(way.count(way.assemble)).toBe(1)
  }
  expect(bytes.equals(await uploading.read('large.bin'))).toBe(true)
})

test('bytes kept wrongly twice are left out, and no third time is tried', async ({
  uploading,
  choose,
  lake,
  sandbox,
  way,
}) => {
  sandbox.faults.add({ route: way.body, fault: { kind: 'corrupt' }, times: 0 })
  if (way.assemble) sandbox.faults.add({ route: way.piece, path: way.at(2), fault: { kind: 'corrupt' }, times: 0 })
  await uploading.open()
  await choose('a.txt', { 'large.bin': Buffer.alloc(20 * MIB, 5) })
  for (const name of ['a.txt', 'large.bin']) {
    await uploading.expectStatus(name, /Failed.*the stored copy differs from your file, so it was left out/)
  }
  // Two files whole, or one and the parts of the other.
  expect(way.count(way.body)).toBe(way.assemble ? 2 : 4)
  expect(way.count('link')).toBe(0)
  if (way.assemble) expect(way.count(way.assemble)).toBe(0)
  expect(await lake.list(uploading.folder)).toEqual([])
  // What the store has of it goes with the row.
  await uploading.button('Remove large.bin').click()
  await expect.poll(() => way.open()).toEqual([])
  sandbox.faults.clear()
  await uploading.button('Retry a.txt').click()
  await uploading.expectUploaded('a.txt')
  expect(String(await uploading.read('a.txt'))).toBe('a.txt\n')
})

test('a store without a CORS rule: named, with the rule to set', async ({
  page,
  uploading,
  choose,
  lake,
  sandbox,
  way,
}) => {
  test.skip(!way.direct, THROUGH)
  sandbox.settings.cors = false
  await uploading.open()
  await choose('a.txt')
  await uploading.expectStatus('a.txt', /Failed.*the store cannot be reached from this page/)
  await uploading.button('Details of a.txt').click()
  const row = uploading.row('a.txt')
  await expect(row).toContainText('its CORS rule does not let this page send')
  const { origin } = new URL(page.url())
  const rule = (await row.getByText(/AllowedOrigins|responseHeader|az storage cors add/).textContent()) ?? ''
  if (way.store === 'azure') expect(rule).toContain(`--origins '${origin}' --methods PUT`)
  else if (way.store === 'gcs') expect(JSON.parse(rule)).toMatchObject([{ origin: [origin], method: ['PUT'] }])
  else expect(JSON.parse(rule)).toMatchObject([{ AllowedOrigins: [origin], AllowedMethods: ['PUT'] }])
  expect(await lake.list(uploading.folder)).toEqual([])
  // Once the rule is set the same row lands.
  sandbox.settings.cors = true
  await uploading.button('Retry a.txt').click()
  await uploading.expectUploaded('a.txt')
})

test('checksums that nobody asks for are said not to be verified', async ({ page, uploading, choose, lake, way }) => {
  await enterHost(page, lake, uploading.folder, { verify: false })
  await choose('a.txt', { 'large.bin': Buffer.alloc(20 * MIB, 5) })
  for (const name of ['a.txt', 'large.bin']) {
    await uploading.expectStatus(name, /Uploaded.*checksum not verified/)
    await expect(uploading.row(name)).not.toContainText('checksum matches')
  }
  // Parts are put together and not linked.
  expect(way.landed()).toBe(way.store === 's3' ? 1 : 2)
})
