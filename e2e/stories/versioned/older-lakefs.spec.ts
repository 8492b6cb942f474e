import { expect, test } from '../../support/versioned-fixtures.ts'

/** A lakeFS from before pull requests, signed parts and links that may be repeated; it wants its tokens back. */
const OLDER = { pulls: false, signPart: false, multipart: false, linkTwice: false, token: true }

test('on an older lakeFS plan, drop, undo, commit and receipt work, and what is missing is said', async ({
  uploadPage,
  branch,
  begin,
  turnOn,
  choose,
  send,
  page,
  sandbox,
}) => {
  Object.assign(sandbox.settings, OLDER)
  const { folder } = uploadPage
  const crashes: Error[] = []
  page.on('pageerror', (error) => crashes.push(error))
  await begin('Show the plan first')
  await choose({ 'a.txt': 'one' })
  await uploadPage.button('Start upload').click()
  await uploadPage.expectUploaded('a.txt')
  await uploadPage.button('Take this drop back').click()
  await uploadPage.button('Take back').click()
  await expect(page.getByText('Taken back: 1 file removed')).toBeVisible()
  expect(await branch.uncommitted()).toEqual([])

  await page.getByRole('switch', { name: 'Show the plan first' }).uncheck()
  await send({ 'b.txt': 'two' })
  await uploadPage.button('Commit').click()
  await expect(page.getByText(`Committed to ${branch.name}`)).toBeVisible()
  await uploadPage.button('Verify again').click()
  await expect(page.getByText(/as (it|they) arrived/)).toBeVisible()

  await turnOn('All or nothing')
  await expect(page.getByText('This lakeFS has no pull requests')).toBeVisible()
  await send({ 'c.txt': 'three' })
  await uploadPage.button(`Merge into ${branch.name}`).click()
  await expect(page.getByText(`All files are on ${branch.name}.`)).toBeVisible()
  expect(await branch.read(`${folder}c.txt`)).toBe('three')
  expect(crashes).toEqual([])
})

test('a lakeFS without presigned addresses takes plan, drop and commit through its API', async ({
  uploadPage,
  branch,
  begin,
  choose,
  page,
  sandbox,
}) => {
  Object.assign(sandbox.settings, OLDER, { presign: false })
  await begin('Show the plan first', 'All or nothing')
  await choose({ 'a.txt': 'one' })
  await uploadPage.button('Start upload').click()
  await uploadPage.expectUploaded('a.txt')
  await uploadPage.button(`Merge into ${branch.name}`).click()
  await expect(page.getByText(`All files are on ${branch.name}.`)).toBeVisible()
  expect(await branch.read(`${uploadPage.folder}a.txt`)).toBe('one')
})
