import { dirname } from 'node:path'
import type { Page } from '@playwright/test'
import { axeFinds } from '../../support/axe.ts'
import { ownBranch } from '../../support/own-branch.ts'
import { expect, test } from '../../support/versioned-fixtures.ts'

const FIELD = 'Receipt or plan of an earlier drop'

test('a receipt lets a person go on: nothing it knows is read again, only the new file is sent, and it is verified', async ({
  uploadPage,
  branch,
  begin,
  pick,
  disk,
  save,
  page,
}) => {
  const { folder } = uploadPage
  await begin()
  const names = ['scans/a.txt', 'scans/b.txt', 'scans/deep/c.txt']
  const [first = ''] = names.map((name) => disk(name))
  await pick(uploadPage.button('Choose folder'), [dirname(first)], { folder: true })
  await uploadPage.expectUploaded(...names)
  const receipt = disk('receipt.json', (await save(uploadPage.button('Download receipt as JSON'))).text)

  await page.reload()
  const workers = countWorkers(page)
  await page.getByLabel(FIELD).setInputFiles(receipt)
  const panel = page.getByRole('region', { name: 'Receipt of an earlier drop' })
  await expect(panel).toContainText(`3 files, 3 on ${branch.name} then.`)
  disk('scans/new.txt', 'new')
  await pick(uploadPage.button('Choose folder'), [dirname(first)], { folder: true })
  await expect(page.getByRole('heading', { name: 'Nothing has been sent yet' })).toBeVisible()
  await expect(page.getByText('3 files known from the earlier drop and not read again')).toBeVisible()
  await expect(page.getByText('3 B will travel')).toBeVisible()
  await expect(page.getByText('Not chosen')).toBeHidden()
  expect(workers.count).toBe(0)

  const writes = countWrites(page)
  await uploadPage.button('Start upload').click()
  await uploadPage.expectUploaded('scans/new.txt')
  for (const name of names) await uploadPage.expectStatus(name, 'Skipped')
  expect(writes.paths).toEqual([`${folder}scans/new.txt`])
  // What makes the count above worth something: a file that is not known does start a Worker.
  await expect.poll(() => workers.count).toBeGreaterThan(0)
  await expectAccessible(page)

  await page
    .getByRole('region', { name: 'Receipt of an earlier drop' })
    .getByRole('button', { name: 'Verify again' })
    .click()
  await expect(panel).toContainText('3 files are as they arrived.')
  await branch.delete(`${folder}scans/b.txt`)
  await panel.getByRole('button', { name: 'Verify again' }).click()
  await expect(panel).toContainText('2 files are as they arrived. 0 changed, 1 missing.')
  await expect(panel.getByRole('listitem')).toHaveText([/scans\/b\.txt.*missing/])

  await panel.getByRole('button', { name: 'Forget' }).click()
  await expect(panel).toBeHidden()
  await expect(page.getByLabel(FIELD)).toHaveValue('')
})

test('a removed file is sent again, and the receipt of going on is as good as the first one', async ({
  uploadPage,
  branch,
  begin,
  pick,
  disk,
  save,
  page,
}) => {
  const { folder } = uploadPage
  await begin()
  const files = [disk('a.txt'), disk('b.txt'), disk('c.txt')]
  await pick(uploadPage.button('Choose files'), files)
  await uploadPage.expectUploaded('a.txt', 'b.txt', 'c.txt')
  const table = disk('receipt.csv', (await save(uploadPage.button('Download receipt as CSV'))).text)
  await branch.delete(`${folder}b.txt`)

  await page.reload()
  await page.getByLabel(FIELD).setInputFiles(table)
  await pick(uploadPage.button('Choose files'), files)
  await expect(page.getByText('2 files known from the earlier drop and not read again')).toBeVisible()
  await uploadPage.button('Start upload').click()
  await uploadPage.expectUploaded('b.txt')
  await uploadPage.expectStatus('a.txt', 'Skipped')
  const second = disk('receipt.json', (await save(uploadPage.button('Download receipt as JSON'))).text)
  // The narrowest there is says what came of it too; a window of WebKitGTK has one size.
  const narrows = test.info().project.use.browserName !== 'webkit'
  if (narrows) await page.setViewportSize({ width: 320, height: 900 })
  await uploadPage.button('Verify again').last().click()
  await expect(page.getByText('3 files are as they arrived.')).toBeVisible()
  if (narrows) await page.setViewportSize({ width: 1280, height: 900 })

  await page.reload()
  const workers = countWorkers(page)
  await page.getByLabel(FIELD).setInputFiles(second)
  await expect(page.getByText(`3 files, 3 on ${branch.name} then.`)).toBeVisible()
  await pick(uploadPage.button('Choose files'), files)
  await expect(page.getByText('3 files known from the earlier drop and not read again')).toBeVisible()
  await expect(page.getByText('0 B will travel')).toBeVisible()
  expect(workers.count).toBe(0)
})

test('a saved plan is gone on from: what is not chosen again is named', async ({
  uploadPage,
  branch,
  begin,
  pick,
  disk,
  save,
  page,
}) => {
  const { folder } = uploadPage
  await branch.put(`${folder}same.txt`, 'same')
  await begin('Show the plan first')
  const same = disk('same.txt', 'same')
  const [one, two, three] = [disk('one.txt'), disk('two.txt'), disk('three.txt')]
  await pick(uploadPage.button('Choose files'), [same, one, two, three])
  const plan = disk('plan.json', (await save(uploadPage.button('Save the plan'))).text)
  await uploadPage.button('Cancel').click()

  await page.reload()
  const workers = countWorkers(page)
  await page.getByLabel(FIELD).setInputFiles(plan)
  const panel = page.getByRole('region', { name: 'Plan of an earlier drop' })
  await expect(panel).toContainText(`4 files, 1 on ${branch.name} then.`)
  // The one that is on the branch is not missed.
  await pick(uploadPage.button('Choose files'), [one, two])
  await expect(
    page.getByText(`1 file of the saved list is neither here nor on ${branch.name}. Choose it again to send it.`),
  ).toBeVisible()
  await expect(page.getByText('three.txt')).toBeVisible()
  await expectAccessible(page)
  await uploadPage.button('Cancel').click()
  await pick(uploadPage.button('Choose files'), [same, one, two, three])
  await expect(page.getByText('1 file known from the earlier drop and not read again')).toBeVisible()
  await expect(page.getByText('Not chosen')).toBeHidden()
  expect(workers.count).toBe(0)
  await uploadPage.button('Start upload').click()
  await uploadPage.expectUploaded('one.txt', 'two.txt', 'three.txt')
})

test('a file that is no receipt, one that was cut, and one of another branch are told, and nothing is used of them', async ({
  uploadPage,
  choose,
  branch,
  lakefs,
  disk,
  save,
  page,
}) => {
  const there = await ownBranch(lakefs)
  await uploadPage.open({ branch: there.name })
  await choose('a.txt')
  await uploadPage.expectUploaded('a.txt')
  const receipt = disk('receipt.json', (await save(uploadPage.button('Download receipt as JSON'))).text)

  const prefix = encodeURIComponent(uploadPage.folder)
  await page.goto(`${lakefs.url}?repo=${lakefs.repository}&branch=${branch.name}&prefix=${prefix}`)
  const field = page.getByLabel(FIELD)
  await field.setInputFiles(disk('notes.json', '{"title":"notes"}'))
  await expect(page.getByRole('alert').filter({ hasText: 'notes.json cannot be used' })).toContainText(
    'It is neither a receipt nor a plan of this uploader.',
  )
  await expectAccessible(page)
  await field.setInputFiles(disk('cut.json', '{"format": "lakefs-uploader receipt", "files": ['))
  await expect(page.getByRole('alert').filter({ hasText: 'cut.json cannot be used' })).toContainText(
    'Part of it is missing',
  )
  await field.setInputFiles(receipt)
  const panel = page.getByRole('region', { name: 'Receipt of an earlier drop' })
  await expect(panel).toContainText(
    `It tells of lakefs://${lakefs.repository}/${there.name}, so nothing of it is used for ${branch.name}.`,
  )
  await expect(page.getByText('cannot be used')).toBeHidden()
  // It can be checked all the same, where it was made.
  await panel.getByRole('button', { name: 'Verify again' }).click()
  await expect(panel).toContainText('1 file is as it arrived.')
  await choose('a.txt')
  await uploadPage.expectUploaded('a.txt')
  await there.remove()
})

/** Workers hash; a page without one has read no file. */
function countWorkers(page: Page): { count: number } {
  const seen = { count: 0 }
  page.on('worker', () => {
    seen.count += 1
  })
  return seen
}

/** Paths that lakeFS is asked to put on the branch, by a link or with their bytes. */
function countWrites(page: Page): { paths: string[] } {
  const seen: { paths: string[] } = { paths: [] }
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (request.method() !== 'GET' && /\/branches\/[^/]+\/(staging\/backing|objects)$/.test(url.pathname))
      seen.paths.push(url.searchParams.get('path') ?? '')
  })
  return seen
}

/** In Chromium alone, as everything that is looked at. */
async function expectAccessible(page: Page): Promise<void> {
  if (test.info().project.use.browserName !== 'chromium') return
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await axeFinds(page)).toEqual([])
  }
  await page.emulateMedia({ colorScheme: 'light' })
}
