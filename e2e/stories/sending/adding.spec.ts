import type { Page } from '@playwright/test'
import { expect, test } from '../../support/fixtures.ts'

const MANY = 2000
const files = Object.fromEntries(Array.from({ length: MANY }, (_, index) => [`${index}.txt`, `${index}`]))
const all = MANY.toLocaleString('en')

/** Presses a button of the page as soon as it is there, in the same turn: faster than the files are added. */
async function pressWhileAdding(page: Page, name: string, add: () => Promise<void>): Promise<void> {
  await page.evaluate(pressFirst, name)
  await add()
  await expect(page.locator('html')).toHaveAttribute('data-pressed', name)
}

/** Runs in the page. */
function pressFirst(name: string): void {
  const look = new MutationObserver(() => {
    const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === name)
    if (!button) return
    look.disconnect()
    button.click()
    document.documentElement.dataset.pressed = name
  })
  look.observe(document, { childList: true, subtree: true })
}

test('cancel all while files are being added: all of them are counted, and none is sent afterwards', async ({
  page,
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  sandbox.faults.add({ route: storeRoute.body, fault: { kind: 'stall', at: 'request' }, times: 0 })
  await uploadPage.open()
  await pressWhileAdding(page, 'Cancel all', () => choose(files))
  await expect(page.getByText(`${all} cancelled`, { exact: true })).toBeVisible()
  await expect(uploadPage.button('Clear finished')).toBeVisible()
  // Whatever was under way when it was pressed has been given up; nothing begins any more.
  const sent = storeRoute.count(storeRoute.body)
  expect(sent).toBeLessThan(100)
  sandbox.faults.clear()
  // Another file goes through, and it alone.
  await choose({ 'after.txt': 'after' })
  await expect(page.getByText(/^1 file arrived on /)).toBeVisible()
  expect(storeRoute.count(storeRoute.body)).toBe(sent + 1)
  await expect(page.getByText(`${all} cancelled`, { exact: true })).toBeVisible()
  expect(storeRoute.landed()).toBe(1)
})

test('pause all while files are being added: the rest waits, and resume all sends it', async ({
  page,
  uploadPage,
  choose,
  sandbox,
  storeRoute,
}) => {
  sandbox.faults.add({ route: storeRoute.body, fault: { kind: 'stall', at: 'request' }, times: 0 })
  await uploadPage.open()
  await pressWhileAdding(page, 'Pause all', () => choose(files))
  const resume = uploadPage.button('Resume all')
  await expect(resume).toBeVisible()
  await expect(page.getByText(`${all} paused`, { exact: true })).toBeVisible()
  expect(storeRoute.landed()).toBe(0)
  const sent = storeRoute.count(storeRoute.body)
  expect(sent).toBeLessThan(100)
  sandbox.faults.clear()
  await resume.click()
  await expect(page.getByText(/paused/)).toHaveCount(0)
  // More of them than had begun before.
  await expect.poll(() => storeRoute.landed()).toBeGreaterThan(100)
  await uploadPage.button('Cancel all').click()
  await expect(uploadPage.button('Clear finished')).toBeVisible()
})

test('version control in a folder is left out until it is included', async ({
  page,
  browserName,
  uploadPage,
  pick,
  disk,
  lakefs,
}) => {
  test.skip(browserName === 'webkit', 'WebKit takes no hidden files from a folder')
  const folder = disk('model/a.csv').replace(/\/a\.csv$/, '')
  for (const name of ['.git/config', '.git/HEAD', '~$a.docx']) disk(`model/${name}`)
  await uploadPage.open()
  await pick(uploadPage.button('Choose folder'), [folder], { folder: true })
  await uploadPage.expectUploaded('model/a.csv')
  const line = page.locator('.lfu-aside')
  await expect(line).toContainText('Left out: 2 files of version control (.git/) and 1 junk file (~$a.docx).')
  await uploadPage.button('Include the 2 version control files').click()
  await uploadPage.expectUploaded('model/.git/config', 'model/.git/HEAD')
  expect(await lakefs.list(uploadPage.folder)).toHaveLength(3)
})
