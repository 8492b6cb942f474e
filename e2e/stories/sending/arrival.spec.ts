import { expect, test } from '../../support/fixtures.ts'
import { ownBranch } from '../../support/own-branch.ts'
import { THROUGH } from '../../support/store-route.ts'

const FILES = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`f${index}.txt`, `file ${index}\n`]))

test('what is told as arrived is on the branch though somebody commits all the time', async ({
  uploadPage,
  choose,
  lakefs,
  sandbox,
  page,
}) => {
  // As long as the links of some ten files take: a link meets a commit again and again.
  Object.assign(sandbox.settings, { commitMs: 50 })
  const branch = await ownBranch(lakefs)
  const commits = `/repositories/${lakefs.repository}/branches/${branch.name}/commits`
  let over = false
  const committer = async () => {
    while (!over) await lakefs.call('POST', commits, JSON.stringify({ message: 'meanwhile', allow_empty: true }))
  }
  await uploadPage.open({ branch: branch.name })
  const committing = committer()
  try {
    await choose(FILES)
    await expect(page.getByText(`60 files arrived on ${branch.name}`)).toBeVisible({ timeout: 120_000 })
  } finally {
    over = true
    await committing
  }
  // Everything is in a commit or staged, whatever the last commit has left out.
  const there = await branch.list(uploadPage.folder)
  expect(there.sort()).toEqual(
    Object.keys(FILES)
      .map((name) => uploadPage.folder + name)
      .sort(),
  )
  const refused = sandbox.requests('api').filter(({ route, status }) => route === 'link' && status === 412)
  expect(refused.length).toBeGreaterThan(0)
  await branch.remove()
})

test('what lakeFS has lost after its yes is put back before the end is told', async ({
  uploadPage,
  choose,
  page,
  sandbox,
  storeRoute,
}) => {
  await uploadPage.open()
  sandbox.faults.add({ route: storeRoute.last, path: 'b\\.txt', fault: { kind: 'unwritten' } })
  await choose({ 'a.txt': 'a', 'b.txt': 'b' })
  await expect(page.getByText(/2 files arrived/)).toBeVisible()
  expect(String(await uploadPage.read('b.txt'))).toBe('b')
  expect(sandbox.counters()[storeRoute.body]).toBe(2)
})

test('what cannot be put back is not told as arrived', async ({ uploadPage, choose, page, sandbox, storeRoute }) => {
  test.skip(!storeRoute.direct, THROUGH)
  await uploadPage.open()
  sandbox.faults.add(
    { route: 'link', path: 'b\\.txt', fault: { kind: 'unwritten' } },
    {
      route: 'link',
      path: 'b\\.txt',
      after: 1,
      fault: { kind: 'status', status: 400, message: 'link address expired' },
    },
    { route: 'stage-object', fault: { kind: 'status', status: 404, message: 'invalid API endpoint' } },
  )
  await choose({ 'a.txt': 'a', 'b.txt': 'b' })
  await uploadPage.expectStatus('b.txt', 'Failed')
  await uploadPage.expectStatus('b.txt', 'lakeFS confirmed this file, but it is not on main. Choose it again.')
  await expect(page.getByText('1 file arrived on main, 1 failed')).toBeVisible()
  expect(await uploadPage.stat('b.txt')).toBeUndefined()
  // Chosen again it goes as a new file, and the row of the lost one leaves.
  await choose({ 'b.txt': 'b' })
  await uploadPage.expectUploaded('b.txt')
  expect(String(await uploadPage.read('b.txt'))).toBe('b')
})

test('a branch that cannot be read at the end is not told as checked', async ({
  uploadPage,
  choose,
  page,
  sandbox,
}) => {
  await page.clock.install()
  await uploadPage.open()
  await choose({ 'a.txt': 'a' })
  await uploadPage.expectUploaded('a.txt')
  await expect(page.getByText('1 file arrived on main')).toBeVisible()
  await expect(page.getByText('could not be read')).toHaveCount(0)
  sandbox.faults.add({ route: 'stat', times: 0, fault: { kind: 'status', status: 502, body: 'bad gateway' } })
  await choose({ 'b.txt': 'b' })
  await expect(page.getByText('Checking that everything is on main…')).toBeVisible()
  await page.clock.runFor(90_000)
  await expect(page.getByText('main could not be read to check this.')).toBeVisible()
})
