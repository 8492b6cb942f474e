import type { CDPSession, Locator } from '@playwright/test'
import { expect, test } from '../../support/fixtures.ts'
import { enterHost } from '../../support/host-session.ts'

/** What the source of a drag allows, as bits of Chromium's `dragOperationsMask`. */
const COPY = 1
const LINK = 2
const MOVE = 16

/** Drags files from the desktop over an element and lets them go, as Chromium itself does. */
async function dropFromDesktop(cdp: CDPSession, onto: Locator, files: readonly string[], allowed: number) {
  const box = await onto.boundingBox()
  if (!box) throw new Error('there is nothing to drop onto')
  const data = { items: [], files: [...files], dragOperationsMask: allowed }
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await cdp.send('Input.dispatchDragEvent', { type, ...at, data })
}

test('files that a drag library forbids, or that may only be moved or linked, are taken', async ({
  page,
  lakefs,
  uploadPage,
  disk,
  browserName,
}) => {
  test.skip(browserName !== 'chromium', 'Drags from the desktop are made by the protocol of Chromium.')
  await enterHost(page, lakefs, uploadPage.folder)
  await page.evaluate(() => {
    for (const type of ['dragenter', 'dragover', 'drop'])
      addEventListener(type, (event) => event.preventDefault(), true)
    const forbid = ({ dataTransfer }: DragEvent) => {
      if (dataTransfer) dataTransfer.dropEffect = 'none'
    }
    for (const capture of [true, false]) addEventListener('dragover', forbid, capture)
  })
  await uploadPage.button('Choose files').waitFor()
  const cdp = await page.context().newCDPSession(page)
  const widget = page.getByRole('region')
  await dropFromDesktop(cdp, widget, [disk('copied.txt', 'a')], COPY)
  await uploadPage.expectUploaded('copied.txt')
  await dropFromDesktop(cdp, widget, [disk('moved.txt', 'b')], MOVE)
  await uploadPage.expectUploaded('moved.txt')
  await dropFromDesktop(cdp, widget, [disk('linked.txt', 'c')], LINK)
  await uploadPage.expectUploaded('linked.txt')

  await page.evaluate(() => addEventListener('drop', (event) => event.stopImmediatePropagation(), true))
  await dropFromDesktop(cdp, widget, [disk('kept.txt', 'd')], COPY)
  await expect(page.getByRole('alert').filter({ hasText: 'they did not arrive' })).toBeVisible()
  await expect(uploadPage.row('kept.txt')).toBeHidden()
})

test('a browser without AbortSignal.any, on a page that may store nothing, uploads', async ({
  page,
  lakefs,
  uploadPage,
  choose,
}) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(AbortSignal, 'any')
    const refuse = () => {
      throw new DOMException('The operation is insecure.', 'SecurityError')
    }
    for (const name of ['indexedDB', 'localStorage', 'sessionStorage', 'caches', 'BroadcastChannel'])
      Object.defineProperty(globalThis, name, { configurable: true, get: refuse })
    for (const name of ['locks', 'storage', 'serviceWorker', 'clipboard', 'wakeLock', 'connection'])
      Object.defineProperty(Navigator.prototype, name, { configurable: true, get: refuse })
  })
  await enterHost(page, lakefs, uploadPage.folder, { commit: true, undo: true, receipt: true })
  await choose({ 'small.txt': 'a', 'large.bin': Buffer.alloc(12 * 2 ** 20, 7) })
  await uploadPage.expectUploaded('small.txt', 'large.bin')
  expect(await uploadPage.read('small.txt').then(String)).toBe('a')
})

test('on a page that the browser translates, files are added and cleared', async ({
  page,
  lakefs,
  uploadPage,
  choose,
}) => {
  await enterHost(page, lakefs, uploadPage.folder)
  await page.evaluate(() => {
    const translate = () => {
      const walker = document.createTreeWalker(document.querySelector('#at') as Element, NodeFilter.SHOW_TEXT)
      const texts: Text[] = []
      while (walker.nextNode()) texts.push(walker.currentNode as Text)
      for (const text of texts) {
        if (text.parentElement?.closest('font')) continue
        const outer = document.createElement('font')
        outer.append(document.createElement('font'))
        text.replaceWith(outer)
        outer.firstElementChild?.append(text.data)
      }
    }
    new MutationObserver(translate).observe(document.querySelector('#at') as Element, {
      childList: true,
      subtree: true,
      characterData: true,
    })
    translate()
  })
  await choose({ 'a.txt': 'a', 'b.txt': 'b' })
  await uploadPage.expectUploaded('a.txt', 'b.txt')
  await uploadPage.button('Clear finished').click()
  await expect(uploadPage.row('a.txt')).toBeHidden()
  await choose({ 'c.txt': 'c' })
  await uploadPage.expectUploaded('c.txt')
  expect(await uploadPage.read('c.txt').then(String)).toBe('c')
})
