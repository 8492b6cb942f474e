import type { Locator, Page } from '@playwright/test'
import { expect, test } from '../../support/fixtures.ts'
import { enterHost } from '../../support/host-session.ts'
import { untilStill } from '../../support/settled.ts'

test("inside a form of the host's, Enter in a field of the widget's is no Enter in the form", async ({
  page,
  lakefs,
  uploadPage,
  choose,
}) => {
  await lakefs.put(`${uploadPage.folder}a.txt`, 'theirs')
  await enterHost(page, lakefs, uploadPage.folder, { commit: true })
  await page.evaluate(() => {
    const form = document.createElement('form')
    form.innerHTML = '<label>Title <input></label><output>0</output>'
    const told = form.querySelector('output') as HTMLElement
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      told.textContent = String(Number(told.textContent) + 1)
    })
    const at = document.querySelector('#at') as HTMLElement
    at.replaceWith(form)
    form.append(at)
  })
  const sent = page.locator('output')

  await choose({ 'a.txt': 'mine', 'b.txt': 'new' })
  await uploadPage.expectStatus('a.txt', 'Needs an answer')
  await uploadPage.row('a.txt').getByRole('checkbox').press('Enter')
  await uploadPage.button('Details of a.txt').click()
  const path = page.getByRole('textbox', { name: 'Lands at' })
  await path.fill('c.txt')
  await path.press('Enter')
  await uploadPage.expectUploaded('b.txt', 'c.txt')
  await uploadPage.button('Add a field').click()
  await page.getByRole('textbox', { name: 'Key' }).press('Enter')
  expect(String(await uploadPage.read('c.txt'))).toBe('mine')
  await expect(sent).toHaveText('0')

  // The form's own field does send it, in the driven WebKitGTK once for each half of a key.
  await page.getByRole('textbox', { name: 'Title' }).press('Enter')
  await expect(sent).not.toHaveText('0')
})

/** A place and a look of everything that a host may style by its tag alone. */
const looks = (within: Locator) =>
  within
    .locator('button, input, textarea, label, section, fieldset')
    .filter({ visible: true })
    .evaluateAll((all) =>
      all.map((one) => {
        const { x, y, width, height } = one.getBoundingClientRect()
        const { color, backgroundColor, boxShadow, textTransform, font } = getComputedStyle(one)
        return [one.tagName, x, y, width, height, color, backgroundColor, boxShadow, textTransform, font].join(' ')
      }),
    )

/** By a constructed sheet: the page's policy takes no style tag. */
const style = (page: Page, css: string) =>
  page.evaluate((text) => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(text)
    document.adoptedStyleSheets.push(sheet)
  }, css)

test("what a host says of all buttons, fields and sections does not change the widget's", async ({
  page,
  lakefs,
  uploadPage,
  choose,
}) => {
  await lakefs.put(`${uploadPage.folder}a.txt`, 'theirs')
  await enterHost(page, lakefs, uploadPage.folder, { commit: true })
  await choose({ 'a.txt': 'mine', 'b.txt': 'new' })
  await uploadPage.expectStatus('a.txt', 'Needs an answer')
  await uploadPage.expectUploaded('b.txt')
  await uploadPage.button('Details of b.txt').click()
  await uploadPage.button('Add a field').click()
  await page.getByRole('textbox', { name: 'Commit message' }).focus()
  // The panel has heard of the file that arrived: nothing changes any more by itself.
  await expect(page.getByRole('region', { name: /^Commit to/ })).toContainText(/This drop\s*1/)
  await expect(page.getByText('Stored at')).toBeVisible()
  await untilStill(page)

  const region = uploadPage.region(`${lakefs.repository}/${lakefs.branch}/${uploadPage.folder}`)
  const before = await looks(region)
  expect(before.length).toBeGreaterThan(15)
  await style(
    page,
    `button, input, textarea, label, section, fieldset {
      display: flex; flex-wrap: wrap; width: 100%; height: 70px; margin: 9px; padding: 30px; color: red; background: blue;
      font: 30px serif; text-transform: uppercase; box-shadow: 0 0 9px red;
    }`,
  )
  expect(await looks(region)).toEqual(before)
})

test('where its content decides about the width, it is as narrow as looks right and no narrower', async ({
  page,
  lakefs,
  uploadPage,
}) => {
  await enterHost(page, lakefs, uploadPage.folder)
  const region = uploadPage.region(`${lakefs.repository}/${lakefs.branch}/${uploadPage.folder}`)
  await expect(uploadPage.button('Choose files')).toBeVisible()
  for (const around of [
    'display: flex',
    'display: grid; place-items: center',
    'display: inline-block',
    'float: left',
  ]) {
    await style(page, `#at { all: unset; ${around} }`)
    expect((await region.boundingBox())?.width, around).toBe(320)
  }
})
