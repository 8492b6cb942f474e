import type { Page } from '@playwright/test'
import type { FaultRule } from '../../../server/sandbox/index.ts'
import { expect, test } from '../../support/fixtures.ts'
import { EACH_STORE, THROUGH } from '../../support/store-route.ts'

const MIB = 2 ** 20
/** What makes a URL of S3, Azure or Google good; whoever has it may write there for as long as it lives. */
const SIGNATURE = /[?&](?:X-Amz-Signature|sig|X-Goog-Signature)=([^&\s"]+)/
const NAMES = ['X-Amz-Signature', 'X-Amz-Credential', '?sig=', '&sig=', 'X-Goog-Signature', 'X-Goog-Credential']

test('after a run with faults nothing secret is in storage, DOM, console or reports', {
  tag: EACH_STORE,
}, async ({ page, uploadPage, choose, pick, disk, lakefs, sandbox, storeRoute }) => {
  test.skip(!storeRoute.direct, THROUGH)
  const said: string[] = []
  page.on('console', (message) => said.push(message.text()))
  page.on('pageerror', (error) => said.push(String(error)))
  // What Firefox itself says of a request whose connection was cut holds its URL, whoever sent it. No page can hinder
  // that; whether it comes depends on where the cut falls (docs/browsers.md).
  const ofPage = (text: string) => !text.startsWith('Cross-Origin Request Blocked:')
  // A URL that has expired twice for one file is a refusal, so each call has that once: where a large file travels whole,
  // its pieces would be the same call.
  const pieces: FaultRule[] = [
    { route: storeRoute.piece, fault: { kind: 'status', status: 503 } },
    { route: storeRoute.piece, fault: { kind: 'expired' }, after: 1 },
  ]
  sandbox.faults.add(
    { route: storeRoute.body, fault: { kind: 'expired' } },
    { route: storeRoute.body, fault: { kind: 'reset' }, after: 1 },
    ...(storeRoute.assemble ? pieces : []),
    { route: 'address', fault: { kind: 'status', status: 500, message: 'something is wrong' } },
    { route: 'link', path: 'refused\\.txt', fault: { kind: 'status', status: 400, message: 'no' }, times: 0 },
    { route: 'link', path: 'b\\.txt', fault: { kind: 'conflict', hint: 'location' } },
    { route: 'link', fault: { kind: 'unauthorized' }, after: 2 },
  )
  await uploadPage.openByKeys()
  await captureReports(page)
  await pick(uploadPage.button('Choose files'), [
    ...['a.txt', 'b.txt', 'refused.txt'].map((name) => disk(name)),
    disk('large.bin', Buffer.alloc(20 * MIB, 1)),
  ])
  await expect(page.getByLabel('Access key ID')).toBeVisible()
  // It has: a page that waits looks at its session now and then, and would find this one well.
  sandbox.expireSessions()
  await uploadPage.signIn()
  await uploadPage.expectUploaded('a.txt', 'b.txt', 'large.bin')
  await uploadPage.expectStatus('refused.txt', 'Failed')

  // A file on its way keeps a record in the browser; there must be one to look into.
  const after = storeRoute.assemble === undefined ? 0 : 1
  sandbox.faults.add({ route: storeRoute.piece, fault: { kind: 'stall', at: 'request' }, after, times: 0 })
  await choose({ 'under-way.bin': Buffer.alloc(20 * MIB, 2) })
  await expect.poll(async () => (await storageOf(page)).includes('under-way.bin')).toBe(true)

  await uploadPage.button('Details of refused.txt').click()
  await uploadPage.button('Copy report').click()
  await expect.poll(async () => (await reports(page)).length).toBe(1)
  await uploadPage.button('Download log').click()
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
  const signatures = new Set(wire.flatMap((line) => SIGNATURE.exec(line)?.[1] ?? []))
  expect(signatures.size).toBeGreaterThan(5)
  const keys = [lakefs.keys.secretAccessKey, lakefs.keys.accessKeyId, ...tokens]
  const secrets = [...keys, ...[...signatures].flatMap((one) => [one, decodeURIComponent(one)]), ...NAMES]
  for (const [place, text] of Object.entries(traces)) {
    for (const secret of secrets) expect(text.includes(secret), `${secret} in ${place}`).toBe(false)
  }
  await uploadPage.button('Cancel under-way.bin').click()
  await expect.poll(() => storeRoute.open()).toEqual([])
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
