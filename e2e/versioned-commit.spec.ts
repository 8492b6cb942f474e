import { ownBranch } from './branches.ts'
import { expect, test } from './fixtures.ts'

test('two people on one branch: the commit names the other one’s changes and takes them only with a tick', async ({
  uploading,
  pick,
  disk,
  lake,
  page,
}) => {
  const branch = await ownBranch(lake)
  const folder = uploading.folder
  await uploading.open({ branch: branch.name })
  await branch.put(`${folder}theirs.txt`, 'theirs')
  await pick(uploading.button('Choose files'), [disk('mine.txt')])
  await uploading.expectUploaded('mine.txt')

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
  await branch.remove()
})

test('somebody else commits first: there is nothing left to commit, and nothing is lost', async ({
  uploading,
  pick,
  disk,
  lake,
  page,
}) => {
  const branch = await ownBranch(lake)
  await uploading.open({ branch: branch.name })
  await pick(uploading.button('Choose files'), [disk('mine.txt')])
  await uploading.expectUploaded('mine.txt')
  const form = page.getByRole('region', { name: `Commit to ${branch.name}` })
  await expect(form).toContainText('The commit takes 1 change')
  await branch.commit('Everything so far')
  await uploading.button('Commit').click()
  await expect(form).toContainText('The commit takes 0 changes')
  expect(await branch.read(`${uploading.folder}mine.txt`)).toBe('mine.txt\n')
  await branch.remove()
})

test('a hook refuses: it is named with what it said, and the next commit needs no upload', async ({
  uploading,
  pick,
  disk,
  lake,
  page,
  sandbox,
}) => {
  const branch = await ownBranch(lake)
  await uploading.open({ branch: branch.name })
  await pick(uploading.button('Choose files'), [disk('labels.csv')])
  await uploading.expectUploaded('labels.csv')
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
  await branch.remove()
})

test('taking a drop back restores what it had replaced and removes what was new', async ({
  uploading,
  pick,
  disk,
  lake,
  page,
}) => {
  const branch = await ownBranch(lake)
  const { folder } = uploading
  await branch.put(`${folder}old.txt`, 'as it was')
  await branch.commit('Before')
  await branch.put(`${folder}theirs.txt`, 'theirs')
  await uploading.open({ branch: branch.name })
  await page.getByLabel('If a name is taken').selectOption('Replace')
  await pick(uploading.button('Choose files'), [disk('old.txt', 'replaced'), disk('new.txt')])
  await uploading.expectUploaded('old.txt', 'new.txt')
  expect(await branch.read(`${folder}old.txt`)).toBe('replaced')
  await uploading.button('Take this drop back').click()
  await expect(page.getByText('1 file goes away, 1 gets back what was there before.')).toBeVisible()
  await uploading.button('Take back').click()
  await expect(page.getByText('Taken back')).toBeVisible()
  expect(await branch.read(`${folder}old.txt`)).toBe('as it was')
  expect(await branch.read(`${folder}new.txt`)).toBeUndefined()
  expect(await branch.uncommitted()).toEqual([`${folder}theirs.txt`])
  await branch.remove()
})

test('a committed drop is reverted by a commit of its own', async ({ uploading, pick, disk, lake, page }) => {
  const branch = await ownBranch(lake)
  await uploading.open({ branch: branch.name })
  await pick(uploading.button('Choose files'), [disk('a.txt')])
  await uploading.expectUploaded('a.txt')
  await uploading.button('Commit').click()
  await expect(page.getByText(`Committed to ${branch.name}`)).toBeVisible()
  await uploading.button('Revert the commit').click()
  await expect(page.getByText('Revert 1 change')).toBeVisible()
  await uploading.button('Revert the commit').click()
  await expect(page.getByText('The commit is reverted.')).toBeVisible()
  expect(await branch.read(`${uploading.folder}a.txt`)).toBeUndefined()
  await branch.remove()
})

test('the receipt goes into the same commit, and verifying again notices a change', async ({
  uploading,
  pick,
  disk,
  lake,
  page,
}) => {
  const branch = await ownBranch(lake)
  await uploading.open({ branch: branch.name })
  await pick(uploading.button('Choose files'), [disk('a.txt'), disk('b.txt')])
  await uploading.expectUploaded('a.txt', 'b.txt')
  await page.getByLabel('Put the receipt into the commit').check()
  await uploading.button('Commit').click()
  await expect(page.getByText(`Committed to ${branch.name}`)).toBeVisible()
  const stored = (
    await lake.call(
      'GET',
      `/repositories/${lake.repository}/refs/${branch.name}/objects/ls?amount=10&prefix=${encodeURIComponent(`${uploading.folder}_receipts/`)}`,
    )
  ).json() as Promise<{ results: { path: string }[] }>
  const [{ path } = { path: '' }] = (await stored).results
  const receipt = JSON.parse((await branch.read(path)) ?? '') as { files: { path: string; checksum: string }[] }
  expect(receipt.files.map((file) => file.path).sort()).toEqual(
    ['a.txt', 'b.txt'].map((name) => uploading.folder + name),
  )
  await uploading.button('Verify again').click()
  await expect(page.getByText('2 files are as they arrived.')).toBeVisible()
  await branch.remove()
})
