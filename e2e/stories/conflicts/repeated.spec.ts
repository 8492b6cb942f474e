import { expect, test } from '../../support/fixtures.ts'

test('a folder of 300 files again, with five new ones: nothing is asked, and only the five are sent', async ({
  page,
  uploadPage,
  pick,
  disk,
  sandbox,
  storeRoute,
}) => {
  const name = (index: number) => `scan-${String(index).padStart(3, '0')}.txt`
  const files = Array.from({ length: 300 }, (_, index) => disk(name(index), `bytes of ${index}`))
  const more = Array.from({ length: 5 }, (_, index) => disk(name(300 + index), `bytes of ${300 + index}`))
  await uploadPage.open()
  await pick(uploadPage.button('Choose files'), files)
  await expect(page.getByText('300 files arrived on')).toBeVisible({ timeout: 60_000 })

  await page.reload()
  sandbox.clearRequests()
  await pick(uploadPage.button('Choose files'), [...files, ...more])
  await expect(page.getByText('5 files arrived on')).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText('Needs an answer')).toHaveCount(0)
  await expect(uploadPage.row(name(0))).toContainText('unchanged since your last upload')
  expect([storeRoute.count(storeRoute.body), storeRoute.landed()]).toEqual([5, 5])
})
