import { ownBranch } from './branches.ts'
import { expect, test } from './fixtures.ts'

const atomic = { name: 'All or nothing', exact: true } as const

test('all or nothing: files gather aside, the target sees them all at once', async ({
  uploading,
  pick,
  disk,
  lake,
  page,
}) => {
  const branch = await ownBranch(lake)
  const { folder } = uploading
  await uploading.open({ branch: branch.name })
  await page.getByRole('switch', atomic).check()
  await pick(uploading.button('Choose files'), [disk('a.txt'), disk('b.txt')])
  await uploading.expectUploaded('a.txt', 'b.txt')
  expect(await branch.read(`${folder}a.txt`)).toBeUndefined()
  await page.getByRole('textbox', { name: 'Commit message' }).fill('Both of them')
  await uploading.button(`Merge into ${branch.name}`).click()
  await expect(page.getByText(`All files are on ${branch.name}.`)).toBeVisible()
  expect(await branch.read(`${folder}a.txt`)).toBe('a.txt\n')
  expect(await branch.read(`${folder}b.txt`)).toBe('b.txt\n')
  expect((await branch.log())[0]?.message).toBe('Both of them')
  await branch.remove()
})

test('a conflict at the merge names the path and leaves the target; the drop can be discarded', async ({
  uploading,
  pick,
  disk,
  lake,
  page,
}) => {
  const branch = await ownBranch(lake)
  const { folder } = uploading
  await uploading.open({ branch: branch.name })
  await page.getByRole('switch', atomic).check()
  await pick(uploading.button('Choose files'), [disk('both.txt', 'ours'), disk('only-ours.txt')])
  await uploading.expectUploaded('both.txt', 'only-ours.txt')
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
  await branch.remove()
})

test('a reload in the middle finds the drop’s branch again, and the rest joins it', async ({
  uploading,
  pick,
  disk,
  lake,
  page,
}) => {
  const branch = await ownBranch(lake)
  const { folder } = uploading
  await uploading.open({ branch: branch.name })
  await page.getByRole('switch', atomic).check()
  await pick(uploading.button('Choose files'), [disk('a.txt')])
  await uploading.expectUploaded('a.txt')
  await page.reload()
  await page.getByRole('switch', atomic).check()
  await expect(page.getByText(/An earlier drop still waits on drop-/)).toBeVisible()
  await pick(uploading.button('Choose files'), [disk('b.txt')])
  await uploading.expectUploaded('b.txt')
  await uploading.button(`Merge into ${branch.name}`).click()
  await expect(page.getByText(`All files are on ${branch.name}.`)).toBeVisible()
  expect(await branch.read(`${folder}a.txt`)).toBe('a.txt\n')
  expect(await branch.read(`${folder}b.txt`)).toBe('b.txt\n')
  await branch.remove()
})

test('a review ends in a pull request with a link', async ({ uploading, pick, disk, lake, page }) => {
  const branch = await ownBranch(lake)
  await uploading.open({ branch: branch.name })
  await page.getByRole('switch', atomic).check()
  await page.getByRole('switch', { name: 'Ask for a review' }).check()
  await pick(uploading.button('Choose files'), [disk('a.txt')])
  await uploading.expectUploaded('a.txt')
  await uploading.button('Open a pull request').click()
  const link = page.getByRole('link', { name: 'Show it in lakeFS' })
  await expect(link).toHaveAttribute('href', new RegExp(`/repositories/${lake.repository}/pulls/`))
  expect(await branch.read(`${uploading.folder}a.txt`)).toBeUndefined()
  await branch.remove()
})

test('a server without pull requests says so, and the drop merges instead', async ({
  uploading,
  pick,
  disk,
  lake,
  page,
  sandbox,
}) => {
  sandbox.settings.pulls = false
  const branch = await ownBranch(lake)
  await uploading.open({ branch: branch.name })
  await page.getByRole('switch', atomic).check()
  await page.getByRole('switch', { name: 'Ask for a review' }).check()
  await pick(uploading.button('Choose files'), [disk('a.txt')])
  await uploading.expectUploaded('a.txt')
  await uploading.button('Open a pull request').click()
  await expect(page.getByText('This lakeFS has no pull requests')).toBeVisible()
  await uploading.button(`Merge into ${branch.name}`).click()
  await expect(page.getByText(`All files are on ${branch.name}.`)).toBeVisible()
  await branch.remove()
})
