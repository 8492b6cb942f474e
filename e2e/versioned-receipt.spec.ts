import { expect, test } from './versioned.ts'

test('the receipt goes into the same commit, and verifying again notices a change', async ({
  uploading,
  branch,
  begin,
  send,
  page,
}) => {
  const { folder } = uploading
  await begin()
  await send({ 'a.txt': 'one', 'b.txt': 'two' })
  await page.getByLabel('Put the receipt into the commit').check()
  await uploading.button('Commit').click()
  await expect(page.getByText(`Committed to ${branch.name}`)).toBeVisible()
  const [path = ''] = await branch.list(`${folder}_receipts/`)
  const receipt = JSON.parse((await branch.read(path)) ?? '') as { files: { path: string }[] }
  expect(receipt.files.map((file) => file.path).sort()).toEqual([`${folder}a.txt`, `${folder}b.txt`])
  expect(await branch.uncommitted()).toEqual([])
  await uploading.button('Verify again').click()
  await expect(page.getByText('2 files are as they arrived.')).toBeVisible()
})
