import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'

const MIB = 2 ** 20
const MARKUP = '<img src=x onerror="globalThis.hacked=1"><b>bold.txt'
const BIDI = 'invoice\u202etxt.exe'
/** The limit of lakeFS is for the whole path; 1,000 fit under a short folder. */
const LONG = `${'n'.repeat(996)}.txt`

test('markup, direction marks and endless names are text and nothing else', async ({ page, uploading, lake }, {
  testId,
}) => {
  const prefix = `n-${testId.slice(-8)}/`
  await uploading.open({ prefix })
  await drop(page, [MARKUP, BIDI, LONG])
  await uploading.expectUploaded(MARKUP, BIDI, LONG)
  expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false)
  expect(await uploading.files.locator('img, b').count()).toBe(0)
  // Whatever direction marks a name has, they end where it ends: it is set apart from the words around it.
  const path = uploading.row(BIDI).getByRole('button', { name: 'Details of invoice' })
  await expect(path.locator('bdi')).not.toHaveCount(0)
  // A name that is too wide is cut, and the page stays as wide as the window.
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0)
  for (const name of [MARKUP, BIDI, LONG]) {
    const row = uploading.row(name)
    await row.getByRole('button', { name: `Details of ${name}`, exact: true }).click()
    await expect(row).toContainText('Stored at')
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0)
  expect((await lake.list(prefix)).sort()).toEqual([MARKUP, BIDI, LONG].map((name) => prefix + name).sort())
  expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false)
})

test('a strict Content-Security-Policy, and nothing of a whole run goes against it', async ({
  page,
  uploading,
  pick,
  disk,
  lake,
}) => {
  const { headers } = await fetch(lake.url)
  const policy = headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/)
  expect(policy).toMatch(/script-src 'self'[^;]*;/)

  const said: string[] = []
  page.on('console', (message) => said.push(message.text()))
  await uploading.open()
  await page.evaluate(() => {
    const violations: string[] = []
    Object.assign(globalThis, { violations })
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      violations.push(`${violatedDirective} ${blockedURI}`)
    })
  })
  const violations = () => page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations)
  await pick(uploading.button('Choose files'), [disk('a.txt'), disk('large.bin', Buffer.alloc(20 * MIB, 1))])
  await uploading.expectUploaded('a.txt', 'large.bin')
  await uploading.button('Details of a.txt').click()
  await expect(uploading.row('a.txt')).toContainText('Stored at')
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

test('after a run with faults nothing secret is in storage, DOM, console or reports', async ({
  page,
  uploading,
  pick,
  disk,
  lake,
  sandbox,
}) => {
  const said: string[] = []
  page.on('console', (message) => said.push(message.text()))
  page.on('pageerror', (error) => said.push(String(error)))
  // What Firefox itself says of a request whose connection was cut holds its URL, whoever sent it. No page can hinder
  // that; whether it comes depends on where the cut falls (docs/browsers.md).
  const ofPage = (text: string) => !text.startsWith('Cross-Origin Request Blocked:')
  sandbox.faults.add(
    { route: 'store-put', fault: { kind: 'expired' } },
    { route: 'store-put', fault: { kind: 'reset' }, after: 1 },
    { route: 'store-part', fault: { kind: 'status', status: 503 } },
    { route: 'store-part', fault: { kind: 'expired' }, after: 1 },
    { route: 'address', fault: { kind: 'status', status: 500, message: 'something is wrong' } },
    { route: 'link', path: 'refused\\.txt', fault: { kind: 'status', status: 400, message: 'no' }, times: 0 },
    { route: 'link', path: 'b\\.txt', fault: { kind: 'conflict', hint: 'location' } },
    { route: 'link', fault: { kind: 'unauthorized' }, after: 2 },
  )
  await uploading.open()
  await captureReports(page)
  await pick(uploading.button('Choose files'), [
    ...['a.txt', 'b.txt', 'refused.txt'].map((name) => disk(name)),
    disk('large.bin', Buffer.alloc(20 * MIB, 1)),
  ])
  await expect(page.getByLabel('Access key ID')).toBeVisible()
  await uploading.signIn()
  await uploading.expectUploaded('a.txt', 'b.txt', 'large.bin')
  await uploading.expectStatus('refused.txt', 'Failed')

  // A file on its way keeps a record in the browser; there must be one to look into.
  sandbox.faults.add({ route: 'store-part', fault: { kind: 'stall', at: 'request' }, after: 1, times: 0 })
  await pick(uploading.button('Choose files'), [disk('under-way.bin', Buffer.alloc(20 * MIB, 2))])
  await expect.poll(async () => (await storageOf(page)).includes('under-way.bin')).toBe(true)

  await uploading.button('Details of refused.txt').click()
  await uploading.button('Copy report').click()
  await uploading.button('Download log').click()
  await expect.poll(async () => (await reports(page)).length).toBe(2)
  const [report = '', log = ''] = await reports(page)
  expect(report).toContain('refused.txt')
  expect(log).toContain('large.bin')

  const traces = {
    storage: await storageOf(page),
    dom: await page.evaluate(() => document.documentElement.outerHTML + location.href),
    console: said.filter(ofPage).join('\n'),
    report,
    log,
  }
  // The same search finds them where they belong: in what went over the wire.
  const wire = sandbox.requests().map(({ target, headers }) => target + JSON.stringify(headers))
  const tokens = new Set(wire.flatMap((line) => /internal_auth_session=([^;"\\]+)/.exec(line)?.[1] ?? []))
  expect(tokens.size).toBeGreaterThan(1)
  expect(wire.some((line) => line.includes('X-Amz-Signature'))).toBe(true)
  const secrets = [lake.keys.secretAccessKey, lake.keys.accessKeyId, ...tokens, 'X-Amz-Signature', 'X-Amz-Credential']
  for (const [place, text] of Object.entries(traces)) {
    for (const secret of secrets) expect(text.includes(secret), `${secret} in ${place}`).toBe(false)
  }
  await uploading.button('Cancel under-way.bin').click()
  await expect.poll(() => sandbox.multiparts()).toEqual([])
})

/** Web Storage and every IndexedDB of the page, as one text. */
function storageOf(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const found: unknown[] = [{ ...localStorage }, { ...sessionStorage }]
    for (const { name = '' } of await indexedDB.databases()) {
      const db = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onsuccess = () => resolve(opening.result)
        opening.onerror = () => reject(opening.error)
      })
      for (const store of db.objectStoreNames) {
        found.push(
          await new Promise((resolve, reject) => {
            const asking = db.transaction(store).objectStore(store).getAll()
            asking.onsuccess = () => resolve(asking.result)
            asking.onerror = () => reject(asking.error)
          }),
        )
      }
      db.close()
    }
    return JSON.stringify(found)
  })
}

/** Keeps what the page puts on the clipboard or gives as a download. */
async function captureReports(page: Page): Promise<void> {
  await page.evaluate(() => {
    const kept: string[] = []
    Object.assign(globalThis, { kept })
    const clipboard = { writeText: async (text: string) => void kept.push(text) }
    Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true })
    const give = URL.createObjectURL.bind(URL)
    URL.createObjectURL = (blob: Blob) => {
      if (blob.type === 'text/plain') void blob.text().then((text) => kept.push(text))
      return give(blob)
    }
  })
}

function reports(page: Page): Promise<string[]> {
  return page.evaluate(() => (globalThis as unknown as { kept: string[] }).kept)
}

/** Drops small files by names that no disk would take. */
function drop(page: Page, names: string[]): Promise<void> {
  return page.evaluate((given) => {
    const files = given.map((name) => new File([`${name.length}`], name))
    const dataTransfer = { types: ['Files'], items: [], files, dropEffect: 'none' }
    for (const type of ['dragenter', 'dragover', 'drop']) {
      const event = new Event(type, { bubbles: true, cancelable: true })
      Object.defineProperty(event, 'dataTransfer', { value: dataTransfer })
      document.body.dispatchEvent(event)
    }
  }, names)
}
