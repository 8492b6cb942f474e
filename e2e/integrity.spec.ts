import { randomBytes } from 'node:crypto'
import { expect, test } from './fixtures.ts'
import { enterHost } from './host-session.ts'

const MIB = 2 ** 20

test('bytes kept wrongly once are sent again, and the right ones are linked', async ({
  uploading,
  pick,
  disk,
  lake,
  sandbox,
}) => {
  const bytes = randomBytes(20 * MIB)
  sandbox.faults.add({ route: 'store-put', fault: { kind: 'corrupt' } })
  sandbox.faults.add({ route: 'store-part', path: 'partNumber=2&', fault: { kind: 'corrupt' } })
  await uploading.open()
  await pick(uploading.button('Choose files'), [disk('a.txt'), disk('large.bin', bytes)])
  for (const name of ['a.txt', 'large.bin']) await uploading.expectStatus(name, /Uploaded.*checksum matches/)
  expect(sandbox.counters()).toMatchObject({ 'store-put': 2, link: 1, 'complete-multipart': 1 })
  const parts = sandbox.requests('store').filter(({ route }) => route === 'store-part')
  const times = (part: number) => parts.filter(({ partNumber }) => partNumber === part).length
  expect([times(1), times(2), times(3)]).toEqual([1, 2, 1])
  expect(String(await lake.read(`${uploading.folder}a.txt`))).toBe('a.txt\n')
  expect(bytes.equals(await lake.read(`${uploading.folder}large.bin`))).toBe(true)
})

test('bytes kept wrongly twice are left out, and no third time is tried', async ({
  uploading,
  pick,
  disk,
  lake,
  sandbox,
}) => {
  sandbox.faults.add({ route: 'store-put', fault: { kind: 'corrupt' }, times: 0 })
  sandbox.faults.add({ route: 'store-part', path: 'partNumber=2&', fault: { kind: 'corrupt' }, times: 0 })
  await uploading.open()
  await pick(uploading.button('Choose files'), [disk('a.txt'), disk('large.bin', Buffer.alloc(20 * MIB, 5))])
  for (const name of ['a.txt', 'large.bin']) {
    await uploading.expectStatus(name, /Failed.*the stored copy differs from your file, so it was left out/)
  }
  expect(sandbox.counters()['store-put']).toBe(2)
  expect(sandbox.counters().link).toBeUndefined()
  expect(sandbox.counters()['complete-multipart']).toBeUndefined()
  expect(await lake.list(uploading.folder)).toEqual([])
  // What the store has of it goes with the row.
  await uploading.button('Remove large.bin').click()
  await expect.poll(() => sandbox.multiparts()).toEqual([])
  sandbox.faults.clear()
  await uploading.button('Retry a.txt').click()
  await uploading.expectUploaded('a.txt')
  expect(String(await lake.read(`${uploading.folder}a.txt`))).toBe('a.txt\n')
})

test('a store without a CORS rule: named, with the rule to set', async ({
  page,
  uploading,
  pick,
  disk,
  lake,
  sandbox,
}) => {
  sandbox.settings.cors = false
  await uploading.open()
  await pick(uploading.button('Choose files'), [disk('a.txt')])
  await uploading.expectStatus('a.txt', /Failed.*the store cannot be reached from this page/)
  await uploading.button('Details of a.txt').click()
  const row = uploading.row('a.txt')
  await expect(row).toContainText('its CORS rule does not let this page send')
  const rule = JSON.parse((await row.getByText('AllowedOrigins').textContent()) ?? '')
  expect(rule).toMatchObject([{ AllowedOrigins: [new URL(page.url()).origin], AllowedMethods: ['PUT'] }])
  expect(await lake.list(uploading.folder)).toEqual([])
  // Once the rule is set the same row lands.
  sandbox.settings.cors = true
  await uploading.button('Retry a.txt').click()
  await uploading.expectUploaded('a.txt')
})

test('checksums that nobody asks for are said not to be verified', async ({
  page,
  uploading,
  pick,
  disk,
  lake,
  sandbox,
}) => {
  await enterHost(page, lake, uploading.folder, { verify: false })
  await pick(uploading.button('Choose files'), [disk('a.txt'), disk('large.bin', Buffer.alloc(20 * MIB, 5))])
  for (const name of ['a.txt', 'large.bin']) {
    await uploading.expectStatus(name, /Uploaded.*checksum not verified/)
    await expect(uploading.row(name)).not.toContainText('checksum matches')
  }
  expect(sandbox.counters().link).toBe(1)
})
