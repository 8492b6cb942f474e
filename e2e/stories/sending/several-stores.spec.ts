import { randomBytes } from 'node:crypto'
import { expect, test } from '../../support/fixtures.ts'

const MIB = 2 ** 20

// Azurite speaks TLS with a certificate that nobody else knows.
test.use({ stores: { a: 's3', b: 'azure' }, ignoreHTTPSErrors: true })
test.skip(
  ({ browserName, store }) => browserName !== 'chromium' || store !== 's3',
  'brings stores of its own, and what differs between them is on the wire',
)

test('each repository gets its files in the way of its own store, in one page', async ({
  uploadPage,
  page,
  choose,
  sandbox,
  lakefs,
}) => {
  const large = randomBytes(20 * MIB)
  const read = async (repository: string, path: string) => {
    const at = `/repositories/${repository}/refs/main/objects?path=${encodeURIComponent(uploadPage.folder + path)}`
    return Buffer.from(await (await lakefs.call('GET', at)).arrayBuffer())
  }
  await uploadPage.open()
  await choose('small-a.txt', { 'large-a.bin': large })
  await uploadPage.expectUploaded('small-a.txt', 'large-a.bin')
  expect(sandbox.counters()).toMatchObject({ 'store-put': 1, 'complete-multipart': 1 })
  expect(sandbox.counters()['store-block']).toBeUndefined()
  expect(large.equals(await read('demo', 'large-a.bin'))).toBe(true)

  await page.getByRole('combobox', { name: 'Repository' }).fill('demo-b')
  await page.getByRole('combobox', { name: 'Repository' }).press('Enter')
  await expect(uploadPage.region(`demo-b/main/${uploadPage.folder}`)).toBeVisible()
  sandbox.clearRequests()
  await choose('small-b.txt', { 'large-b.bin': large })
  await uploadPage.expectUploaded('small-b.txt', 'large-b.bin')
  expect(sandbox.counters()).toMatchObject({ 'store-put': 1, 'store-blocklist': 1 })
  expect(sandbox.counters()['create-multipart']).toBeUndefined()
  expect(large.equals(await read('demo-b', 'large-b.bin'))).toBe(true)
  expect(String(await read('demo-b', 'small-b.txt'))).toBe('small-b.txt\n')
})
