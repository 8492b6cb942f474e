import { records } from '../../support/records.ts'
import { ONE_STEP } from '../../support/store-route.ts'
import { expect, test } from '../../support/versioned-fixtures.ts'

test('all or nothing: files gather aside, the target sees them all at once, and loses them all by a revert', async ({
  uploadPage,
  branch,
  begin,
  send,
  page,
}) => {
  const { folder } = uploadPage
  await begin('All or nothing')
  await send({ 'a.txt': 'one', 'b.txt': 'two' })
  expect(await branch.read(`${folder}a.txt`)).toBeUndefined()
  await page.getByRole('textbox', { name: 'Commit message' }).fill('Both of them')
  await uploadPage.button(`Merge into ${branch.name}`).click()
  await expect(page.getByText(`All files are on ${branch.name}.`)).toBeVisible()
  expect(await branch.read(`${folder}a.txt`)).toBe('one')
  expect(await branch.read(`${folder}b.txt`)).toBe('two')
  expect((await branch.log())[0]?.message).toBe('Both of them')

  await uploadPage.button('Revert the merge').click()
  await expect(page.getByRole('region', { name: 'Revert 2 changes' })).toContainText('a.txt')
  expect(await branch.read(`${folder}a.txt`)).toBe('one')
  await uploadPage.button('Revert the merge').click()
  await expect(page.getByText('The merge is reverted.')).toBeVisible()
  expect(await branch.read(`${folder}a.txt`)).toBeUndefined()
  expect(await branch.read(`${folder}b.txt`)).toBeUndefined()
})

test('a drop that is open in one tab is not worked on in a second one, until that is the only one', async ({
  uploadPage,
  branch,
  begin,
  send,
  page,
  context,
  window,
}) => {
  test.skip(window !== undefined, 'a WebKitGTK window has no tabs')
  await begin('All or nothing')
  await send({ 'a.txt': 'one' })
  const second = await context.newPage()
  await second.goto(page.url())
  await second.getByRole('switch', { name: 'All or nothing', exact: true }).check()
  const said = second.getByText(`A drop for ${branch.name} is open in another tab`)
  const merge = second.getByRole('button', { name: `Merge into ${branch.name}` })
  await expect(said).toBeVisible()
  await expect(merge).toBeHidden()
  await page.close()
  await merge.click()
  await expect(second.getByText(`All files are on ${branch.name}.`)).toBeVisible()
  await expect(said).toBeHidden()
  expect(await branch.read(`${uploadPage.folder}a.txt`)).toBe('one')
})

test('a conflict at the merge names the path and leaves the target; the drop can be discarded', async ({
  uploadPage,
  branch,
  begin,
  send,
  page,
}) => {
  const { folder } = uploadPage
  await begin('All or nothing')
  await send({ 'both.txt': 'ours', 'only-ours.txt': 'ours' })
  await branch.put(`${folder}both.txt`, 'theirs')
  await branch.commit('Theirs')
  await uploadPage.button(`Merge into ${branch.name}`).click()
  const alert = page.getByRole('alert').filter({ hasText: 'has changed the same files meanwhile' })
  await expect(alert).toContainText('both.txt')
  await expect(alert).not.toContainText('only-ours.txt')
  expect(await branch.read(`${folder}both.txt`)).toBe('theirs')
  expect(await branch.read(`${folder}only-ours.txt`)).toBeUndefined()
  await uploadPage.button('Discard the drop').click()
  await expect(page.getByText('The drop is discarded')).toBeVisible()
  await expect(page.getByText(/arrived on/)).toBeHidden()
  await expect(uploadPage.files).toBeHidden()
})

test("a drop never replaces what others commit, also where lakeFS's merge would: before it, and in the midst of it", async ({
  uploadPage,
  branch,
  begin,
  send,
  sandbox,
  page,
}) => {
  sandbox.settings.mergeEqualNeighbours = true
  const { folder } = uploadPage
  const [mine, neighbour] = [`${folder}k.txt`, `${folder}m.txt`]
  const commit = async (bytes: string) => {
    await branch.put(mine, bytes)
    await branch.commit('Theirs')
  }
  await branch.put(neighbour, 'SAME')
  await branch.commit('What is there')
  await begin('All or nothing')
  await send({ 'k.txt': 'mine', 'other.txt': 'mine' })

  // Once it was read what stands against the merge, and before lakeFS merges.
  sandbox.faults.add({ route: 'merge', fault: { kind: 'hold', at: 'request' } })
  await uploadPage.button(`Merge into ${branch.name}`).click()
  await expect.poll(() => sandbox.faults.list()[0]?.struck).toBe(1)
  await commit('SAME')
  sandbox.faults.clear()
  const takenBack = page.getByRole('alert').filter({ hasText: `The merge into ${branch.name} was taken back` })
  await expect(takenBack).toContainText('k.txt')
  await expect(takenBack).not.toContainText('other.txt')
  expect(await branch.read(mine)).toBe('SAME')
  expect(await branch.read(`${folder}other.txt`)).toBeUndefined()
  expect((await branch.log())[0]?.message).toMatch(/^Revert /)

  // To lakeFS the drop's branch is merged, so its own answer would be that nothing has changed.
  await uploadPage.button('Try again').click()
  const conflict = page.getByRole('alert').filter({ hasText: 'has changed the same files meanwhile' })
  await expect(conflict).toContainText('k.txt')
  expect(await branch.read(mine)).toBe('SAME')
  expect(sandbox.requests().filter(({ route }) => route === 'merge')).toHaveLength(1)

  await branch.delete(mine)
  await branch.commit('Settled')
  await uploadPage.button('Try again').click()
  await expect(page.getByText(`All files are on ${branch.name}.`)).toBeVisible()
  expect(await branch.read(mine)).toBe('mine')
  expect(await branch.read(`${folder}other.txt`)).toBe('mine')
  expect(await branch.read(neighbour)).toBe('SAME')
})

test('after a conflict the branch can be kept, or merged once one side has changed', async ({
  uploadPage,
  branch,
  begin,
  send,
  lakefs,
  page,
}) => {
  const { folder } = uploadPage
  await begin('All or nothing')
  await send({ 'both.txt': 'ours' })
  await branch.put(`${folder}both.txt`, 'theirs')
  await branch.commit('Theirs')
  await uploadPage.button(`Merge into ${branch.name}`).click()
  await expect(page.getByRole('alert').filter({ hasText: 'has changed the same files' })).toBeVisible()
  const [theirs] = await branch.log()
  await branch.revert(theirs?.id ?? '')
  await uploadPage.button('Try again').click()
  await expect(page.getByText(`All files are on ${branch.name}.`)).toBeVisible()
  expect(await branch.read(`${folder}both.txt`)).toBe('ours')

  await send({ 'kept.txt': 'kept' })
  await uploadPage.button('Keep the branch').click()
  const said = page.getByText(/drop-\S+ stays\. Merge it when you are ready\./)
  await expect(said).toBeVisible()
  await expect(page.getByText(/arrived on drop-/)).toBeVisible()
  const kept = /drop-\S+/.exec((await said.textContent()) ?? '')?.[0] ?? ''
  expect(await branch.read(`${folder}kept.txt`, kept)).toBe('kept')
  expect(await branch.read(`${folder}kept.txt`)).toBeUndefined()
  await lakefs.call('DELETE', `/repositories/${lakefs.repository}/branches/${kept}`)
})

test('a reload while files are under way: the drop is found again, only what is missing is sent, and all land together', async ({
  uploadPage,
  branch,
  begin,
  turnOn,
  choose,
  page,
}) => {
  const { folder } = uploadPage
  await begin('All or nothing', 'Show the plan first')
  // What lakeFS is asked first for the second file never comes there: its address, or its bytes where they go through
  // lakeFS. Held in the page: see configure() on what WebKitGTK makes of routes.
  await page.evaluate(() => {
    const { fetch } = globalThis
    const { open } = XMLHttpRequest.prototype
    const isSecond = (url: string) => /\/(staging\/backing|objects)\?.*path=[^&]*b\.txt/.test(url)
    const hold = () => Object.assign(globalThis, { held: true })
    globalThis.fetch = (input, init) => {
      if (!isSecond(input instanceof Request ? input.url : String(input))) return fetch(input, init)
      hold()
      return new Promise(() => undefined)
    }
    XMLHttpRequest.prototype.open = function (method: string, url: string | URL) {
      if (isSecond(String(url))) this.send = hold
      open.call(this, method, url, true)
    }
  })
  await choose({ 'a.txt': 'one', 'b.txt': 'two' })
  await uploadPage.button('Start upload').click()
  await uploadPage.expectUploaded('a.txt')
  await expect.poll(() => page.evaluate(() => 'held' in globalThis)).toBe(true)
  page.on('dialog', (dialog) => void dialog.accept())
  await page.reload()
  await turnOn('All or nothing', 'Show the plan first')
  await expect(page.getByText(/An earlier drop still waits on drop-/)).toBeVisible()
  expect(await branch.read(`${folder}a.txt`)).toBeUndefined()

  await choose({ 'a.txt': 'one', 'b.txt': 'two' })
  await expect(page.getByText('3 B will travel')).toBeVisible()
  await uploadPage.button('Start upload').click()
  await uploadPage.expectStatus('a.txt', 'Skipped')
  await uploadPage.expectUploaded('b.txt')
  await expect(page.getByRole('textbox', { name: 'Commit message' })).toHaveValue(/^Add 2 files/)
  await uploadPage.button(`Merge into ${branch.name}`).click()
  await expect(page.getByText(`All files are on ${branch.name}.`)).toBeVisible()
  expect(await branch.read(`${folder}a.txt`)).toBe('one')
  expect(await branch.read(`${folder}b.txt`)).toBe('two')
})

test('a reload with bytes stored: its files go on by themselves once the drop is taken up, and no sooner', async ({
  uploadPage,
  branch,
  begin,
  turnOn,
  choose,
  page,
  sandbox,
  storeRoute,
}) => {
  test.skip(!storeRoute.direct, ONE_STEP)
  const { folder } = uploadPage
  sandbox.faults.add({ route: 'link', path: 'b\\.txt', fault: { kind: 'stall', at: 'request' }, times: 0 })
  await begin('All or nothing')
  await choose({ 'a.txt': 'one', 'b.txt': 'two' })
  await uploadPage.expectUploaded('a.txt')
  const stored = async () => (await records(page, 'files')).filter(({ phase }) => phase === 'stored')
  await expect.poll(async () => (await stored()).map(({ path }) => path)).toEqual(['b.txt'])
  sandbox.faults.clear()
  page.on('dialog', (dialog) => void dialog.accept())
  // A reload remembers the switch: off, the drop is left aside, and its file with it.
  await page.getByRole('switch', { name: 'All or nothing', exact: true }).uncheck()
  await page.reload()
  await expect(page.getByRole('region', { name: 'Unfinished on this computer' })).toContainText('drop-')
  await expect(uploadPage.row('b.txt')).toHaveCount(0)
  await turnOn('All or nothing')
  await uploadPage.expectUploaded('b.txt')
  expect(await branch.read(`${folder}b.txt`)).toBeUndefined()
  await uploadPage.button(`Merge into ${branch.name}`).click()
  await expect(page.getByText(`All files are on ${branch.name}.`)).toBeVisible()
  expect(await branch.read(`${folder}a.txt`)).toBe('one')
  expect(await branch.read(`${folder}b.txt`)).toBe('two')
})

test('a drop merges by itself when that is ticked, and gets to a protected branch that way', async ({
  uploadPage,
  branch,
  begin,
  choose,
  page,
}) => {
  test.skip(!(await branch.protect()), 'these keys may not protect a branch')
  await begin('All or nothing', 'Show the plan first')
  await page.getByLabel('Merge by itself when everything has arrived').check()
  await choose({ 'a.txt': 'one' })
  await expect(page.getByText(`Files gather aside and join ${branch.name} by a merge.`)).toBeVisible()
  await expect(page.getByRole('region', { name: `${branch.name} is protected` })).toBeHidden()
  await expect(uploadPage.button('Start upload')).not.toHaveAttribute('aria-disabled', 'true')
  await uploadPage.button('Start upload').click()
  await expect(page.getByText(`All files are on ${branch.name}.`)).toBeVisible()
  expect(await branch.read(`${uploadPage.folder}a.txt`)).toBe('one')
})

test('a review ends in a pull request with a link', async ({ uploadPage, branch, begin, send, lakefs, page }) => {
  await begin('All or nothing', 'Ask for a review')
  await send({ 'a.txt': 'one' })
  await uploadPage.button('Open a pull request').click()
  const link = page.getByRole('link', { name: 'Show it in lakeFS' })
  await expect(link).toHaveAttribute('href', new RegExp(`/repositories/${lakefs.repository}/pulls/`))
  expect(await branch.read(`${uploadPage.folder}a.txt`)).toBeUndefined()
})

test('without pull requests the page says why there is no review, and the drop merges', async ({
  uploadPage,
  branch,
  begin,
  send,
  page,
  sandbox,
}) => {
  sandbox.settings.pulls = false
  await begin('All or nothing')
  await expect(page.getByText('This lakeFS has no pull requests, so the files are merged')).toBeVisible()
  await expect(page.getByRole('switch', { name: 'Ask for a review' })).toBeHidden()
  await send({ 'a.txt': 'one' })
  await uploadPage.button(`Merge into ${branch.name}`).click()
  await expect(page.getByText(`All files are on ${branch.name}.`)).toBeVisible()
})
