import type { Page } from '@playwright/test'
import { test as base, expect } from '../../support/fixtures.ts'
import { untilKept } from '../../support/settled.ts'

const test = base.extend<{
  /** Opens the page and chooses files whose names are all taken; each waits for an answer then. */
  clash: (names: readonly string[]) => Promise<void>
}>({
  clash: async ({ uploading, choose, lake }, use) => {
    await use(async (names) => {
      for (const name of names) await lake.put(uploading.folder + name, 'theirs')
      await uploading.open()
      await choose(Object.fromEntries(names.map((name) => [name, 'mine'])))
      for (const name of names) await uploading.expectStatus(name, 'Needs an answer')
    })
  },
})

const whenTaken = (page: Page, policy: string) => page.getByLabel('If a name is taken').selectOption({ label: policy })

test('a taken name: skip leaves the branch as it is', async ({ page, uploading, choose, lake }) => {
  await lake.put(`${uploading.folder}a.txt`, 'theirs')
  await uploading.open()
  await whenTaken(page, 'Skip')
  await choose({ 'a.txt': 'mine', 'b.txt': 'new' })
  await uploading.expectStatus('a.txt', 'Skipped')
  await uploading.expectUploaded('b.txt')
  expect(String(await uploading.read('a.txt'))).toBe('theirs')
})

test('a taken name: keep both finds a free one', async ({ page, uploading, choose, lake }) => {
  await lake.put(`${uploading.folder}a.txt`, 'theirs')
  await lake.put(`${uploading.folder}a-2.txt`, 'theirs too')
  await uploading.open()
  await whenTaken(page, 'Keep both')
  await choose({ 'a.txt': 'mine' })
  await uploading.expectUploaded('a-3.txt')
  expect(String(await uploading.read('a.txt'))).toBe('theirs')
  expect(String(await uploading.read('a-2.txt'))).toBe('theirs too')
  expect(String(await uploading.read('a-3.txt'))).toBe('mine')
})

test('a taken name: each one is asked about', async ({ page, uploading, clash }) => {
  const names = ['replace.txt', 'skip.txt', 'both.txt']
  await clash(names)
  // Rows move up as those above them are answered.
  await untilKept(page)
  const answer = (name: string, choice: string) =>
    uploading.row(name).getByRole('button', { name: choice, exact: true }).click()
  await answer('replace.txt', 'Replace')
  await answer('skip.txt', 'Skip')
  await answer('both.txt', 'Keep both')
  await uploading.expectUploaded('replace.txt', 'both-2.txt')
  await uploading.expectStatus('skip.txt', 'Skipped')
  expect(String(await uploading.read('replace.txt'))).toBe('mine')
  expect(String(await uploading.read('skip.txt'))).toBe('theirs')
  expect(String(await uploading.read('both.txt'))).toBe('theirs')
  expect(String(await uploading.read('both-2.txt'))).toBe('mine')
})

test('an answer counts though its row moves up while the button is down', async ({ page, uploading, clash }) => {
  const names = ['a.txt', 'b.txt']
  await clash(names)
  await untilKept(page)
  const pressed = uploading.row('b.txt').getByRole('button', { name: 'Skip', exact: true })
  const place = async () => (await pressed.boundingBox())?.y ?? 0
  await pressed.hover()
  const before = await place()
  await page.mouse.down()
  await uploading.row('a.txt').getByRole('button', { name: 'Skip', exact: true }).dispatchEvent('click')
  await expect.poll(place).toBeLessThan(before - 10)
  await page.mouse.up()
  for (const name of names) await uploading.expectStatus(name, 'Skipped')
})

test('one answer for all conflicts of a drop', async ({ uploading, clash }) => {
  const names = ['a.txt', 'b.txt', 'c.txt']
  await clash(names)
  const row = uploading.row('b.txt')
  await row.getByRole('checkbox').check()
  await row.getByRole('button', { name: 'Replace', exact: true }).click()
  await uploading.expectUploaded(...names)
  for (const name of names) expect(String(await uploading.read(name))).toBe('mine')
})

test('a name that is taken while the file travels is not written over', async ({
  page,
  uploading,
  choose,
  lake,
  sandbox,
  way,
}) => {
  sandbox.faults.add({ route: way.body, fault: { kind: 'hold', at: 'request' } })
  await uploading.open()
  await whenTaken(page, 'Skip')
  await choose({ 'a.bin': Buffer.alloc(1_000_000, 1) })
  await expect.poll(() => way.count(way.body)).toBe(1)
  await lake.put(`${uploading.folder}a.bin`, 'theirs')
  sandbox.faults.clear()
  await uploading.expectStatus('a.bin', 'Skipped')
  expect(String(await uploading.read('a.bin'))).toBe('theirs')
})
