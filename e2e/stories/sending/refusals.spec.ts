import { drop } from '../../engines/drop.ts'
import { EACH_ENGINE } from '../../engines/each-engine.ts'
import { expect, test } from '../../support/fixtures.ts'

/** What is known to be refused is said before a byte is sent. */
const PLACES = [
  ['a repository that is not there', { repo: 'nowhere' }, 'There is no repository nowhere', 'no repository'],
  ['a branch that is not there', { branch: 'nowhere' }, 'There is no branch nowhere', 'no branch'],
  ['a protected branch', { branch: 'production' }, 'production is protected', 'production is protected'],
  ['a read-only repository', { repo: 'archive' }, 'This repository is read-only', 'read-only'],
  ['a tag', { branch: 'v1' }, 'v1 is a tag', 'v1 is not a branch'],
] as const

for (const [name, place, verdict, reason] of PLACES) {
  test(`${name}: said at once, and again on the row, with nothing sent`, async ({
    page,
    uploadPage,
    choose,
    lakefs,
    sandbox,
    storeRoute,
  }) => {
    if ('branch' in place && place.branch === 'v1') {
      await lakefs.call('POST', '/repositories/demo/tags', JSON.stringify({ id: 'v1', ref: 'main' }))
    }
    await uploadPage.open(place)
    await expect(page.getByText(verdict).first()).toBeVisible()
    await choose('a.txt')
    await uploadPage.expectStatus('a.txt', new RegExp(`Failed.*${reason}`))
    expect(sandbox.requests('store')).toEqual([])
    expect([storeRoute.count(storeRoute.body), storeRoute.landed()]).toEqual([0, 0])
  })
}

test('a path over 1,024 bytes of UTF-8 is refused before it is sent', async ({
  uploadPage,
  choose,
  lakefs,
  sandbox,
  storeRoute,
}) => {
  // 3 bytes a letter: few letters, many bytes.
  const prefix = `${uploadPage.folder}${'語'.repeat(330)}/`
  await uploadPage.open({ prefix })
  await choose('much-too-long.txt')
  await uploadPage.expectStatus('much-too-long.txt', /Failed.*1,024 is the limit/)
  expect(sandbox.requests('store')).toEqual([])
  expect(storeRoute.count(storeRoute.body)).toBe(0)
  expect(await lakefs.list(uploadPage.folder)).toEqual([])
})

test('a file that has gone from the disk fails, and the others land', { tag: EACH_ENGINE }, async ({
  page,
  uploadPage,
  lakefs,
}) => {
  await uploadPage.open()
  await drop(page, [{ name: 'gone.bin', unreadable: true }, { name: 'good.txt' }])
  await uploadPage.expectStatus('gone.bin', /Failed.*cannot be read/)
  await uploadPage.expectUploaded('good.txt')
  expect(await lakefs.list(uploadPage.folder)).toEqual([`${uploadPage.folder}good.txt`])
})

test('a folder where only files can be read is named as one', async ({ page, uploadPage, lakefs }) => {
  await uploadPage.open()
  await drop(page, [{ name: 'folder', unreadable: true }, { name: 'good.txt' }])
  await uploadPage.expectStatus('folder', /Failed.*this is a folder/)
  await uploadPage.expectUploaded('good.txt')
  expect(await lakefs.list(uploadPage.folder)).toEqual([`${uploadPage.folder}good.txt`])
})

test('two files for one path: one error, nothing written over', async ({ page, uploadPage, storeRoute }) => {
  await uploadPage.open()
  await drop(page, [{ name: 'twice.txt' }, { name: 'twice.txt', content: 'other' }])
  await expect(
    uploadPage.files.getByRole('listitem').filter({ hasText: 'two files were given for this path' }).first(),
  ).toBeVisible()
  expect(storeRoute.landed()).toBeLessThanOrEqual(1)
})

test('a web page in place of lakeFS is told as that', async ({ uploadPage, choose, sandbox, storeRoute }) => {
  await uploadPage.open()
  sandbox.faults.add({
    route: storeRoute.first,
    fault: { kind: 'status', status: 200, body: '<html>a proxy says hello</html>' },
    times: 0,
  })
  await choose('a.txt')
  await uploadPage.expectStatus('a.txt', /Failed.*a web page answers at the address of lakeFS/)
  sandbox.faults.clear()
  await uploadPage.button('Retry a.txt').click()
  await uploadPage.expectUploaded('a.txt')
  expect(String(await uploadPage.read('a.txt'))).toBe('a.txt\n')
})

test('an empty file lands empty', async ({ uploadPage, choose }) => {
  await uploadPage.open()
  await choose({ 'empty.txt': '' })
  await uploadPage.expectUploaded('empty.txt')
  expect(await uploadPage.stat('empty.txt')).toMatchObject({ size_bytes: 0 })
})
