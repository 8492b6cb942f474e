import { drop } from '../../engines/drop.ts'
import { EACH_ENGINE } from '../../engines/each-engine.ts'
import { expect, test } from '../../support/fixtures.ts'

const MIB = 2 ** 20
const MARKUP = '<img src=x onerror="globalThis.hacked=1"><b>bold.txt'
const BIDI = 'invoice\u202etxt.exe'
/** The limit of lakeFS is for the whole path; 1,000 fit under a short folder. */
const LONG = `${'n'.repeat(996)}.txt`

test('markup, direction marks and endless names are text and nothing else', async ({ page, uploadPage, lakefs }, {
  testId,
}) => {
  const prefix = `n-${testId.slice(-8)}/`
  await uploadPage.open({ prefix })
  // By names that no disk would take.
  await drop(
    page,
    [MARKUP, BIDI, LONG].map((name) => ({ name })),
  )
  await uploadPage.expectUploaded(MARKUP, BIDI, LONG)
  expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false)
  expect(await uploadPage.files.locator('img, b').count()).toBe(0)
  // Whatever direction marks a name has, they end where it ends: it is set apart from the words around it.
  const path = uploadPage.row(BIDI).getByRole('button', { name: 'Details of invoice' })
  await expect(path.locator('bdi')).not.toHaveCount(0)
  // A name that is too wide is cut, and the page stays as wide as the window.
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0)
  for (const name of [MARKUP, BIDI, LONG]) {
    const row = uploadPage.row(name)
    await row.getByRole('button', { name: `Details of ${name}`, exact: true }).click()
    await expect(row).toContainText('Stored at')
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0)
  expect((await lakefs.list(prefix)).sort()).toEqual([MARKUP, BIDI, LONG].map((name) => prefix + name).sort())
  expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false)
})

test('a strict Content-Security-Policy, and nothing of a whole run goes against it', { tag: EACH_ENGINE }, async ({
  page,
  uploadPage,
  choose,
  lakefs,
}) => {
  const { headers } = await fetch(lakefs.url)
  const policy = headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/)
  expect(policy).toMatch(/script-src 'self'[^;]*;/)

  const said: string[] = []
  page.on('console', (message) => said.push(message.text()))
  await uploadPage.openByKeys()
  await page.evaluate(() => {
    const violations: string[] = []
    Object.assign(globalThis, { violations })
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      violations.push(`${violatedDirective} ${blockedURI}`)
    })
  })
  const violations = () => page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations)
  await choose('a.txt', { 'large.bin': Buffer.alloc(20 * MIB, 1) })
  await uploadPage.expectUploaded('a.txt', 'large.bin')
  await uploadPage.button('Details of a.txt').click()
  await expect(uploadPage.row('a.txt')).toContainText('Stored at')
  expect(await violations()).toEqual([])
  // WebKit also says which directives it does not know.
  expect(said.filter((text) => /content.security.policy/i.test(text) && !/unrecognized/i.test(text))).toEqual([])

  // It bites: a script put into the page does not run, and the listener above hears of it.
  await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'globalThis.hacked = 1'
    document.body.append(script)
  })
  await expect.poll(violations).toHaveLength(1)
  expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false)
})
