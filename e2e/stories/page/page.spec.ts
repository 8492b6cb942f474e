import type { Locator } from '@playwright/test'
import { untilTaken } from '../../engines/drop.ts'
import { EACH_ENGINE } from '../../engines/each-engine.ts'
import { expect, test } from '../../support/fixtures.ts'
import { ownBranch } from '../../support/own-branch.ts'

test('wrong keys are said, right ones sign in, a reload finds the session, signing out ends it', async ({
  uploadPage,
  page,
  lakefs,
}) => {
  await page.goto(`${lakefs.url}?repo=${lakefs.repository}&branch=${lakefs.branch}`)
  await uploadPage.signIn({ accessKeyId: lakefs.keys.accessKeyId, secretAccessKey: 'nope' })
  await expect(page.getByRole('alert')).toContainText('lakeFS does not know this key pair')
  await uploadPage.signIn()
  await expect(page.getByRole('combobox', { name: 'Repository' })).toHaveValue(lakefs.repository)
  await page.reload()
  await expect(page.getByRole('combobox', { name: 'Branch' })).toHaveValue(lakefs.branch)
  await uploadPage.button('Sign out').click()
  await expect(page.getByLabel('Access key ID')).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('Access key ID')).toBeVisible()
})

test('repository and branch are typed or chosen, and the address keeps them', async ({ uploadPage, page, lakefs }) => {
  const branch = await ownBranch(lakefs)
  await page.goto(lakefs.url)
  await uploadPage.signIn()
  const repository = page.getByRole('combobox', { name: 'Repository' })
  await repository.fill(lakefs.repository)
  await repository.press('Enter')
  const branches = page.getByRole('combobox', { name: 'Branch' })
  await expect(branches).not.toHaveValue('')
  await branches.click()
  await branches.fill(branch.name.slice(0, -1))
  await page.getByRole('option', { name: branch.name, exact: true }).click()
  await expect(branches).toHaveValue(branch.name)
  await page.getByRole('textbox', { name: 'Folder' }).fill('here/')
  await expect(page.getByText(`${branch.name} takes uploads from you`)).toBeVisible()
  await expect(page).toHaveURL(new RegExp(`repo=${lakefs.repository}&branch=${branch.name}&prefix=here%2F`))
  await expect(uploadPage.region(`${lakefs.repository}/${branch.name}/here/`)).toBeVisible()
  await branch.remove()
})

test('without a repository or a branch nothing is taken, and it is said why', async ({
  uploadPage,
  page,
  sandbox,
  lakefs,
}) => {
  await page.goto(lakefs.url)
  await uploadPage.signIn()
  await page.getByRole('combobox', { name: 'Repository' }).waitFor()
  sandbox.clearRequests()
  const drop = async () => {
    await untilTaken(page)
    const data = await page.evaluateHandle(() => {
      const transfer = new DataTransfer()
      transfer.items.add(new File(['early'], 'early.txt'))
      return transfer
    })
    for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('.lfu', type, { dataTransfer: data })
  }
  for (const why of ['Choose a repository first.', 'Choose a branch first.']) {
    for (const name of ['Choose files', 'Choose folder']) {
      await expect(uploadPage.button(name)).toHaveAttribute('aria-disabled', 'true')
      await expect(uploadPage.button(name)).toHaveAccessibleDescription(why)
    }
    await drop()
    await expect(page.getByRole('alert').filter({ hasText: why })).toBeVisible()
    await expect(page.getByText('Folders keep their shape')).toBeHidden()
    await expect(uploadPage.files).toBeHidden()
    await page.goto(`${lakefs.url}?repo=${lakefs.repository}&prefix=${encodeURIComponent(uploadPage.folder)}`)
  }
  await page.getByRole('combobox', { name: 'Branch' }).fill(lakefs.branch)
  await page.getByRole('combobox', { name: 'Branch' }).press('Enter')
  await expect(uploadPage.button('Choose files')).not.toHaveAttribute('aria-disabled')
  await drop()
  await uploadPage.expectUploaded('early.txt')
})

test('what is wrong with a destination is said before anything is dropped', async ({ uploadPage, page, lakefs }) => {
  await uploadPage.open({ branch: 'no-such-branch' })
  await expect(page.getByText('There is no branch no-such-branch')).toBeVisible()
  await page.getByRole('combobox', { name: 'Branch' }).fill(lakefs.branch)
  await page.getByRole('combobox', { name: 'Branch' }).press('Enter')
  await expect(page.getByText(`${lakefs.branch} takes uploads from you`)).toBeVisible()
})

test('a protected branch and a read-only repository are said, and an upload branch is one click away', async ({
  uploadPage,
  page,
  sandbox,
}) => {
  expect(sandbox.settings.presign).toBe(true)
  await uploadPage.open({ branch: 'production' })
  await expect(page.getByText('production is protected')).toBeVisible()
  await uploadPage.button('Use an upload branch').click()
  await expect(page.getByRole('combobox', { name: 'Branch' })).toHaveValue(/^upload-\d{4}/)
  await expect(page.getByText(/upload-\d{4}.* takes uploads from you/)).toBeVisible()
  await page.getByRole('combobox', { name: 'Repository' }).fill('archive')
  await page.getByRole('combobox', { name: 'Repository' }).press('Enter')
  await expect(page.getByText('This repository is read-only')).toBeVisible()
})

test('folders can be walked into and uploaded to, and the list there grows with each arrival', async ({
  uploadPage,
  choose,
  lakefs,
  page,
}) => {
  const branch = await ownBranch(lakefs)
  const deep = `${uploadPage.folder}deep/er/`
  await branch.put(`${deep}1.txt`, '1')
  await uploadPage.open({ branch: branch.name })
  await expect(page.getByText(`${branch.name} takes uploads from you`)).toBeVisible()
  // Walked before anything is dropped: what can be done with a drop comes above the list, and it moves under a click.
  const there = page.getByRole('region', { name: 'What is there' })
  await there.getByRole('button', { name: 'deep/' }).click()
  await there.getByRole('button', { name: 'er/' }).click()
  await expect(there.getByText('1.txt')).toBeVisible()
  await there.getByRole('button', { name: 'Upload here' }).click()
  await expect(page.getByRole('textbox', { name: 'Folder' })).toHaveValue(deep)
  await expect(uploadPage.region(`${lakefs.repository}/${branch.name}/${deep}`)).toBeVisible()
  await choose('arrived.txt')
  await uploadPage.expectUploaded('arrived.txt')
  await expect(there.getByText('arrived.txt')).toBeVisible()
  await branch.remove()
})

test('the session ends in the middle: sign in right there, and the rest goes on', async ({
  uploadPage,
  choose,
  page,
  sandbox,
  storeRoute,
}) => {
  await uploadPage.open()
  sandbox.faults.add({ route: storeRoute.body, fault: { kind: 'hold' } })
  await choose({ 'slow.bin': Buffer.alloc(900_000, 1) })
  await uploadPage.expectStatus('slow.bin', 'Sending')
  sandbox.expireSessions()
  sandbox.faults.clear()
  const panel = page.getByRole('region', { name: 'Your session has ended' })
  await expect(panel).toBeVisible()
  await uploadPage.signIn()
  await uploadPage.expectUploaded('slow.bin')
  await expect(panel).toBeHidden()
})

test('a mistake in config.json is named instead of a page that does something else', async ({
  uploadPage,
  page,
  lakefs,
}) => {
  await uploadPage.configure({ onConflict: 'maybe', colour: 'red' })
  await page.goto(lakefs.url)
  const alert = page.getByRole('alert')
  await expect(alert).toContainText('"onConflict" must be one of')
  await expect(alert).toContainText('"colour" is not a setting')
})

test('a locked destination stays as it is, whatever the address says', async ({ uploadPage, page, lakefs }) => {
  const destination = { repository: lakefs.repository, branch: lakefs.branch, prefix: 'inbox/' }
  await uploadPage.configure({ destination, locked: true })
  await page.goto(`${lakefs.url}?repo=other&branch=else&prefix=away/`)
  await uploadPage.signIn()
  await expect(uploadPage.region(`${lakefs.repository}/${lakefs.branch}/inbox/`)).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'Branch' })).toBeDisabled()
  await expect(page.getByRole('textbox', { name: 'Folder' })).toBeDisabled()
})

test('single sign-on is a link there and back where lakeFS asks for it', { tag: EACH_ENGINE }, async ({
  page,
  lakefs,
}) => {
  const login_config = { login_url: 'https://sso.example.com/start', login_url_method: 'redirect', logout_url: '' }
  await page.route('**/setup_lakefs', (route) => route.fulfill({ json: { login_config } }))
  await page.goto(`${lakefs.url}?repo=${lakefs.repository}`)
  const link = page.getByRole('link', { name: 'Sign in with your organisation' })
  await expect(link).toHaveAttribute('href', /^https:\/\/sso\.example\.com\/start\?next=%2F%3Frepo%3D/)
  await expect(page.getByLabel('Access key ID')).toBeHidden()
})

test('a branch that goes meanwhile is said where it was said to take files, and made anew the files go there', async ({
  uploadPage,
  page,
  lakefs,
  choose,
}) => {
  const branch = await ownBranch(lakefs)
  await uploadPage.open({ branch: branch.name })
  await expect(page.getByText(`${branch.name} takes uploads from you`)).toBeVisible()
  await branch.remove()
  await choose('a.txt')
  await uploadPage.expectStatus('a.txt', 'Failed')
  await expect(page.getByText(`There is no branch ${branch.name}`)).toBeVisible()
  await uploadPage.button('Create branch').click()
  await expect(page.getByText(`${branch.name} takes uploads from you`)).toBeVisible()
  await uploadPage.button('Retry failed').click()
  await uploadPage.expectUploaded('a.txt')
  await branch.remove()
})

test('signing out while files are under way is asked about first', async ({
  uploadPage,
  page,
  sandbox,
  storeRoute,
  choose,
}) => {
  await uploadPage.open()
  sandbox.faults.add({ route: storeRoute.body, fault: { kind: 'hold' } })
  await choose('a.txt')
  await uploadPage.expectStatus('a.txt', 'Sending')
  await uploadPage.button('Sign out').click()
  await expect(page.getByText('Files are still under way, and signing out stops them.')).toBeVisible()
  await uploadPage.button('Stay').click()
  await expect(uploadPage.button('Sign out')).toBeFocused()
  await uploadPage.expectStatus('a.txt', 'Sending')
  await uploadPage.button('Sign out').click()
  await uploadPage.button('Sign out').click()
  await expect(page.getByLabel('Access key ID')).toBeVisible()
  sandbox.faults.clear()
  await uploadPage.signIn()
  await expect(page.getByRole('heading', { name: 'Unfinished on this computer' })).toBeVisible()
})

test('on a narrow page the header is one line, whatever lakeFS is called', async ({
  uploadPage,
  page,
  browserName,
}) => {
  test.skip(browserName === 'webkit', 'the window of WebKitGTK keeps its size')
  await page.setViewportSize({ width: 320, height: 700 })
  await uploadPage.open()
  const middle = async (part: Locator) => {
    const box = await part.boundingBox()
    return box ? box.y + box.height / 2 : Number.NaN
  }
  const header = page.getByRole('banner')
  expect(await middle(uploadPage.button('Sign out'))).toBeCloseTo(await middle(header.getByText('Uploader')), 0)
})

test('a long folder in the address does not stretch the sign-in', async ({ page, lakefs, browserName }) => {
  test.skip(browserName === 'webkit', 'its window keeps its size')
  await page.setViewportSize({ width: 360, height: 720 })
  const folder = 'a/long/way/down/the/folders/of/a/lake/that/nobody/has/ever/seen/the/end/of/'
  await page.goto(`${lakefs.url}?repo=${lakefs.repository}&branch=${lakefs.branch}&prefix=${folder}`)
  const card = page.getByText('Then you upload to').locator('xpath=..')
  await expect(card).toBeVisible()
  expect(await card.evaluate((one) => one.scrollWidth <= one.clientWidth)).toBe(true)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
})
