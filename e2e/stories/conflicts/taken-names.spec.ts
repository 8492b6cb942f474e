import type { Page } from '@playwright/test'
import { test as base, expect } from '../../support/fixtures.ts'

const test = base.extend<{
  /** Opens the page and chooses files whose names are all taken; each waits for an answer then. */
  clash: (names: readonly string[]) => Promise<void>
}>({
  clash: async ({ uploadPage, choose, lakefs }, use) => {
    await use(async (names) => {
      for (const name of names) await lakefs.put(uploadPage.folder + name, 'theirs')
      await uploadPage.open()
      await choose(Object.fromEntries(names.map((name) => [name, 'mine'])))
      for (const name of names) await uploadPage.expectStatus(name, 'Needs an answer')
    })
  },
})

const whenTaken = (page: Page, policy: string) => page.getByLabel('If a name is taken').selectOption({ label: policy })

test('a taken name: skip leaves the branch as it is', async ({ page, uploadPage, choose, lakefs }) => {
  await lakefs.put(`${uploadPage.folder}a.txt`, 'theirs')
  await uploadPage.open()
  await whenTaken(page, 'Skip')
  await choose({ 'a.txt': 'mine', 'b.txt': 'new' })
  await uploadPage.expectStatus('a.txt', 'Skipped')
  await uploadPage.expectUploaded('b.txt')
  expect(String(await uploadPage.read('a.txt'))).toBe('theirs')
})

test('a taken name: keep both finds a free one', async ({ page, uploadPage, choose, lakefs }) => {
  await lakefs.put(`${uploadPage.folder}a.txt`, 'theirs')
  await lakefs.put(`${uploadPage.folder}a-2.txt`, 'theirs too')
  await uploadPage.open()
  await whenTaken(page, 'Keep both')
  await choose({ 'a.txt': 'mine' })
  await uploadPage.expectUploaded('a-3.txt')
  expect(String(await uploadPage.read('a.txt'))).toBe('theirs')
  expect(String(await uploadPage.read('a-2.txt'))).toBe('theirs too')
  expect(String(await uploadPage.read('a-3.txt'))).toBe('mine')
})

test('a taken name: each one is asked about', async ({ uploadPage, clash }) => {
  const names = ['replace.txt', 'skip.txt', 'both.txt']
  await clash(names)
  // Rows move up as those above them are answered.
  const answer = (name: string, choice: string) =>
    uploadPage.row(name).getByRole('button', { name: choice, exact: true }).click()
  await answer('replace.txt', 'Replace')
  await answer('skip.txt', 'Skip')
  await answer('both.txt', 'Keep both')
  await uploadPage.expectUploaded('replace.txt', 'both-2.txt')
  await uploadPage.expectStatus('skip.txt', 'Skipped')
  expect(String(await uploadPage.read('replace.txt'))).toBe('mine')
  expect(String(await uploadPage.read('skip.txt'))).toBe('theirs')
  expect(String(await uploadPage.read('both.txt'))).toBe('theirs')
  expect(String(await uploadPage.read('both-2.txt'))).toBe('mine')
})

test('an answer counts though its row moves up while the button is down', async ({ page, uploadPage, clash }) => {
  const names = ['a.txt', 'b.txt']
  await clash(names)
  const pressed = uploadPage.row('b.txt').getByRole('button', { name: 'Skip', exact: true })
  const place = async () => (await pressed.boundingBox())?.y ?? 0
  await pressed.hover()
  const before = await place()
  await page.mouse.down()
  await uploadPage.row('a.txt').getByRole('button', { name: 'Skip', exact: true }).dispatchEvent('click')
  await expect.poll(place).toBeLessThan(before - 10)
  await page.mouse.up()
  for (const name of names) await uploadPage.expectStatus(name, 'Skipped')
})

test('one answer for all conflicts of a drop', async ({ uploadPage, clash }) => {
  const names = ['a.txt', 'b.txt', 'c.txt']
  await clash(names)
  const row = uploadPage.row('b.txt')
  await row.getByRole('checkbox').check()
  await row.getByRole('button', { name: 'Replace', exact: true }).click()
  await uploadPage.expectUploaded(...names)
  for (const name of names) expect(String(await uploadPage.read(name))).toBe('mine')
})

test('a name that is taken while the file travels is not written over', async ({
  page,
  uploadPage,
  choose,
  lakefs,
  sandbox,
  storeRoute,
}) => {
  sandbox.faults.add({ route: storeRoute.body, fault: { kind: 'hold', at: 'request' } })
  await uploadPage.open()
  await whenTaken(page, 'Skip')
  await choose({ 'a.bin': Buffer.alloc(1_000_000, 1) })
  await expect.poll(() => storeRoute.count(storeRoute.body)).toBe(1)
  await lakefs.put(`${uploadPage.folder}a.bin`, 'theirs')
  sandbox.faults.clear()
  await uploadPage.expectStatus('a.bin', 'Skipped')
  expect(String(await uploadPage.read('a.bin'))).toBe('theirs')
})
