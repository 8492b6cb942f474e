import papa from 'papaparse'
import { EACH_ENGINE } from '../../engines/each-engine.ts'
import { expect, test } from '../../support/versioned-fixtures.ts'

interface Row {
  path: string
  status: string
  size: number
  mtime: string
  md5: string
  checksum: string
  physical_address: string
  reason: string
}

interface Receipt {
  commit: string
  who: string
  when: string
  repository: string
  branch: string
  totals: object
  files: Row[]
}

test('the receipt comes as JSON and as CSV, and both say what the branch says', { tag: EACH_ENGINE }, async ({
  uploadPage,
  branch,
  begin,
  send,
  choose,
  lakefs,
  page,
  save,
}) => {
  const { folder } = uploadPage
  const began = Date.now()
  await branch.put(`${folder}there.txt`, 'was there')
  await branch.commit('Before')
  await begin()
  await page.getByLabel('If a name is taken').selectOption('Skip')
  await send({ 'a.txt': 'one', '=b.txt': 'two' })
  await uploadPage.button('Commit').click()
  await expect(page.getByText(`Committed to ${branch.name}`)).toBeVisible()
  await choose({ 'there.txt': 'other' })
  await uploadPage.expectStatus('there.txt', 'Skipped')

  const json = await save(uploadPage.button('Download receipt as JSON'))
  expect(json.name).toBe(`receipt-${lakefs.repository}-${branch.name}.json`)
  const receipt = JSON.parse(json.text) as Receipt
  expect(receipt).toMatchObject({ repository: lakefs.repository, branch: branch.name })
  expect(receipt.totals).toEqual({ files: 3, uploaded: 2, skipped: 1, failed: 0, bytes: 6 })
  expectSince(began, receipt.when)
  for (const name of ['a.txt', '=b.txt']) {
    const stat = await branch.stat(folder + name)
    const row = receipt.files.find(({ path }) => path === folder + name)
    expect(row).toMatchObject({
      status: 'uploaded',
      size: stat.size_bytes,
      checksum: stat.checksum,
      md5: stat.checksum,
      physical_address: stat.physical_address,
    })
    expectSince(began, row?.mtime)
  }
  expect(receipt.files.find(({ path }) => path === `${folder}there.txt`)).toMatchObject({
    status: 'skipped',
    reason: 'exists',
    physical_address: '',
  })

  const csv = await save(uploadPage.button('Download receipt as CSV'))
  expect(csv.name).toBe(`receipt-${lakefs.repository}-${branch.name}.csv`)
  const { data, errors } = papa.parse<Record<string, string>>(csv.text, { header: true, skipEmptyLines: true })
  expect(errors).toEqual([])
  expect(data.map(({ path, status, size, checksum }) => ({ path, status, size: Number(size), checksum }))).toEqual(
    receipt.files.map(({ path, status, size, checksum }) => ({ path, status, size, checksum })),
  )
  for (const { repository, branch: on, who } of data) {
    expect([repository, on, who]).toEqual([lakefs.repository, branch.name, receipt.who])
  }
  expect(receipt.who).not.toBe('')
})

test('a receipt after the commit has its id', async ({ uploadPage, branch, begin, send, page, save }) => {
  await begin()
  await send({ 'a.txt': 'one' })
  await uploadPage.button('Commit').click()
  await expect(page.getByText(`Committed to ${branch.name}`)).toBeVisible()
  const { text } = await save(uploadPage.button('Download receipt as JSON'))
  const { commit } = JSON.parse(text) as Receipt
  expect(commit).toBe((await branch.log())[0]?.id)
})

test('a receipt of a drop that landed as one has the merge’s commit, and lands with it when asked', async ({
  uploadPage,
  branch,
  begin,
  send,
  page,
  save,
}) => {
  const { folder } = uploadPage
  await begin('All or nothing')
  await send({ 'a.txt': 'one' })
  await page.getByLabel('Put the receipt into the merge').check()
  await uploadPage.button(`Merge into ${branch.name}`).click()
  await expect(page.getByText(`All files are on ${branch.name}.`)).toBeVisible()
  const [path = ''] = await branch.list(`${folder}_receipts/`)
  const landed = JSON.parse((await branch.read(path)) ?? '') as Receipt
  expect(landed).toMatchObject({ branch: branch.name, files: [{ path: `${folder}a.txt`, status: 'uploaded' }] })
  const { text } = await save(uploadPage.button('Download receipt as JSON'))
  const receipt = JSON.parse(text) as Receipt
  expect(receipt).toMatchObject({ branch: branch.name, commit: (await branch.log())[0]?.id })
  expect(receipt.files.map(({ path }) => path)).toEqual([`${uploadPage.folder}a.txt`])
})

test('verifying again notices what has changed and what is gone', async ({ uploadPage, branch, begin, send, page }) => {
  const { folder } = uploadPage
  await begin()
  await send({ 'a.txt': 'one', 'b.txt': 'two', 'c.txt': 'three' })
  await uploadPage.button('Verify again').click()
  await expect(page.getByText('3 files are as they arrived.')).toBeVisible()
  await branch.put(`${folder}b.txt`, 'changed')
  await branch.delete(`${folder}c.txt`)
  await uploadPage.button('Verify again').click()
  await expect(page.getByText('1 file is as it arrived. 1 changed, 1 missing.')).toBeVisible()
})

test('the receipt goes into the same commit', async ({ uploadPage, branch, begin, send, page }) => {
  const { folder } = uploadPage
  await begin()
  await send({ 'a.txt': 'one', 'b.txt': 'two' })
  await page.getByLabel('Put the receipt into the commit').check()
  await uploadPage.button('Commit').click()
  await expect(page.getByText(`Committed to ${branch.name}`)).toBeVisible()
  const [path = ''] = await branch.list(`${folder}_receipts/`)
  const receipt = JSON.parse((await branch.read(path)) ?? '') as Receipt
  expect(receipt.files.map((file) => file.path).sort()).toEqual([`${folder}a.txt`, `${folder}b.txt`])
  expect(await branch.uncommitted()).toEqual([])
})

test('a refused commit with a receipt is committed again without asking for the receipt', async ({
  uploadPage,
  branch,
  begin,
  send,
  page,
  sandbox,
}) => {
  await begin()
  await send({ 'a.txt': 'one' })
  await page.getByLabel('Put the receipt into the commit').check()
  sandbox.settings.hook = { action: 'check', hook: 'schema', output: 'no' }
  await uploadPage.button('Commit').click()
  await expect(page.getByRole('alert').filter({ hasText: 'A hook refused the commit' })).toBeVisible()
  sandbox.settings.hook = null
  await uploadPage.button('Commit').click()
  await expect(page.getByText(`Committed to ${branch.name}`)).toBeVisible()
  expect(await branch.list(`${uploadPage.folder}_receipts/`)).toHaveLength(1)
  expect(await branch.uncommitted()).toEqual([])
})

/** A disk may keep whole seconds. */
function expectSince(began: number, when = ''): void {
  expect(Date.parse(when)).toBeGreaterThan(began - 1000)
  expect(Date.parse(when)).toBeLessThanOrEqual(Date.now())
}
