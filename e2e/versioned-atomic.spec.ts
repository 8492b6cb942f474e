import { expect, test } from './versioned.ts'

test('all or nothing: files gather aside, the target sees them all at once', async ({
  uploading,
  branch,
  begin,
  send,
  page,
}) => {
  const { folder } = uploading
  await begin('All or nothing')
  await send({ 'a.txt': 'one', 'b.txt': 'two' })
  expect(await branch.read(`${folder}a.txt`)).toBeUndefined()
  await page.getByRole('textbox', { name: 'Commit message' }).fill('Both of them')
  await uploading.button(`Merge into ${branch.name}`).click()
  await expect(page.getByText(`All files are on ${branch.name}.`)).toBeVisible()
  expect(await branch.read(`${folder}a.txt`)).toBe('one')
  expect(await branch.read(`${folder}b.txt`)).toBe('two')
  expect((await branch.log())[0]?.message).toBe('Both of them')
})

test('a conflict at the merge names the path and leaves the target; the drop can be discarded', async ({
  uploading,
  branch,
  begin,
  send,
  page,
}) => {
  const { folder } = uploading
  await begin('All or nothing')
  await send({ 'both.txt': 'ours', 'only-ours.txt': 'ours' })
  await branch.put(`${folder}both.txt`, 'theirs')
  await branch.commit('Theirs')
  await uploading.button(`Merge into ${branch.name}`).click()
  const alert = page.getByRole('alert').filter({ hasText: 'has changed the same files meanwhile' })
  await expect(alert).toContainText('both.txt')
  await expect(alert).not.toContainText('only-ours.txt')
  expect(await branch.read(`${folder}both.txt`)).toBe('theirs')
  expect(await branch.read(`${folder}only-ours.txt`)).toBeUndefined()
  await uploading.button('Discard the drop').click()
  await expect(page.getByText('The drop is discarded')).toBeVisible()
})

test('a reload in the middle finds the drop’s branch again, and the rest joins it', async ({
  uploading,
  branch,
  begin,
  turnOn,
  send,
  page,
}) => {
  const { folder } = uploading
  await begin('All or nothing')
  await send({ 'a.txt': 'one' })
  await page.reload()
  await turnOn('All or nothing')
  await expect(page.getByText(/An earlier drop still waits on drop-/)).toBeVisible()
  await send({ 'b.txt': 'two' })
  await uploading.button(`Merge into ${branch.name}`).click()
  await expect(page.getByText(`All files are on ${branch.name}.`)).toBeVisible()
  expect(await branch.read(`${folder}a.txt`)).toBe('one')
  expect(await branch.read(`${folder}b.txt`)).toBe('two')
})

test('a review ends in a pull request with a link', async ({ uploading, branch, begin, send, lake, page }) => {
  await begin('All or nothing', 'Ask for a review')
  await send({ 'a.txt': 'one' })
  await uploading.button('Open a pull request').click()
  const link = page.getByRole('link', { name: 'Show it in lakeFS' })
  await expect(link).toHaveAttribute('href', new RegExp(`/repositories/${lake.repository}/pulls/`))
  expect(await branch.read(`${uploading.folder}a.txt`)).toBeUndefined()
})

test('a server without pull requests says so, and the drop merges instead', async ({
  uploading,
  branch,
  begin,
  send,
  page,
  sandbox,
}) => {
  sandbox.settings.pulls = false
  await begin('All or nothing', 'Ask for a review')
  await send({ 'a.txt': 'one' })
  await uploading.button('Open a pull request').click()
  await expect(page.getByText('This lakeFS has no pull requests')).toBeVisible()
  await uploading.button(`Merge into ${branch.name}`).click()
  await expect(page.getByText(`All files are on ${branch.name}.`)).toBeVisible()
})
