import { expect, test } from './versioned.ts'

test('two people on one branch: the commit names the other one’s changes and takes them only with a tick', async ({
  uploading,
  branch,
  begin,
  send,
  page,
}) => {
  await begin()
  await branch.put(`${uploading.folder}theirs.txt`, 'theirs')
  await send({ 'mine.txt': 'mine' })

  const form = page.getByRole('region', { name: `Commit to ${branch.name}` })
  await expect(form).toContainText('The commit takes 2 changes')
  await expect(form).toContainText('theirs.txt')
  await page.getByRole('textbox', { name: 'Commit message' }).fill('Night captures')
  await expect(uploading.button('Commit')).toHaveAttribute('aria-disabled', 'true')
  await page.getByLabel('Include the 1 change that is not from this drop').check()
  await uploading.button('Add a field').click()
  await page.getByLabel('Key', { exact: true }).fill('rig')
  await page.getByLabel('Value', { exact: true }).fill('north')
  await uploading.button('Commit').click()
  await expect(form).toContainText(`Committed to ${branch.name}`)
  expect((await branch.log())[0]).toMatchObject({ message: 'Night captures', metadata: { rig: 'north' } })
  expect(await branch.uncommitted()).toEqual([])
})

test('somebody else commits first: there is nothing left to commit, and nothing is lost', async ({
  uploading,
  branch,
  begin,
  send,
  page,
}) => {
  await begin()
  await send({ 'mine.txt': 'mine' })
  const form = page.getByRole('region', { name: `Commit to ${branch.name}` })
  await expect(form).toContainText('The commit takes 1 change')
  await branch.commit('Everything so far')
  await uploading.button('Commit').click()
  await expect(form).toContainText('The commit takes 0 changes')
  expect(await branch.read(`${uploading.folder}mine.txt`)).toBe('mine')
})

test('a hook refuses: it is named with what it said, and the next commit needs no upload', async ({
  uploading,
  branch,
  begin,
  send,
  page,
  sandbox,
}) => {
  await begin()
  await send({ 'labels.csv': 'a,b\n' })
  sandbox.settings.hook = { action: 'check labels', hook: 'schema', output: 'labels.csv: column 3 is missing' }
  await uploading.button('Commit').click()
  const alert = page.getByRole('alert').filter({ hasText: 'A hook refused the commit' })
  await expect(alert).toContainText('check labels, schema')
  await expect(alert).toContainText('labels.csv: column 3 is missing')
  sandbox.settings.hook = null
  sandbox.clearRequests()
  await uploading.button('Commit').click()
  await expect(page.getByText(`Committed to ${branch.name}`)).toBeVisible()
  expect(sandbox.requests('store').filter(({ method }) => method === 'PUT')).toEqual([])
})

test('taking a drop back restores what it had replaced and removes what was new', async ({
  uploading,
  branch,
  begin,
  send,
  page,
}) => {
  const { folder } = uploading
  await branch.put(`${folder}old.txt`, 'as it was')
  await branch.commit('Before')
  await branch.put(`${folder}theirs.txt`, 'theirs')
  await begin()
  await page.getByLabel('If a name is taken').selectOption('Replace')
  await send({ 'old.txt': 'replaced', 'new.txt': 'new' })
  expect(await branch.read(`${folder}old.txt`)).toBe('replaced')
  await uploading.button('Take this drop back').click()
  await expect(page.getByText('1 file goes away, 1 gets back what was there before.')).toBeVisible()
  await uploading.button('Take back').click()
  await expect(page.getByText('Taken back')).toBeVisible()
  expect(await branch.read(`${folder}old.txt`)).toBe('as it was')
  expect(await branch.read(`${folder}new.txt`)).toBeUndefined()
  expect(await branch.uncommitted()).toEqual([`${folder}theirs.txt`])
})

test('a committed drop is reverted by a commit of its own', async ({ uploading, branch, begin, send, page }) => {
  await begin()
  await send({ 'a.txt': 'one' })
  await uploading.button('Commit').click()
  await expect(page.getByText(`Committed to ${branch.name}`)).toBeVisible()
  await uploading.button('Revert the commit').click()
  await expect(page.getByText('Revert 1 change')).toBeVisible()
  await uploading.button('Revert the commit').click()
  await expect(page.getByText('The commit is reverted.')).toBeVisible()
  expect(await branch.read(`${uploading.folder}a.txt`)).toBeUndefined()
})
