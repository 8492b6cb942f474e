import { readFileSync } from 'node:fs'
import type { BrowserContext, Locator } from '@playwright/test'

/** What a page has a person save, by the name that it proposes. */
export interface Saved {
  name: string
  text: string
}

/** Presses a button that saves a file which the page has made. */
export type Save = (button: Locator) => Promise<Saved>

/** Chromium tells of each file and where it lies. */
export const saveByEvent: Save = async (button) => {
  const started = button.page().waitForEvent('download')
  await button.click()
  const file = await started
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') }
}

/** Firefox and WebKit tell a test of no file that a page has made: taken on its way to the browser, at the link's click. */
export const saveByLink: Save = async (button) => {
  const page = button.page()
  await page.evaluate(() => {
    const blobs = new Map<string, Blob>()
    const { createObjectURL } = URL
    const { click } = HTMLAnchorElement.prototype
    URL.createObjectURL = (blob: Blob) => {
      const url = createObjectURL.call(URL, blob)
      blobs.set(url, blob)
      return url
    }
    const saved = new Promise((resolve) => {
      HTMLAnchorElement.prototype.click = function () {
        URL.createObjectURL = createObjectURL
        HTMLAnchorElement.prototype.click = click
        const { href, download } = this
        void blobs
          .get(href)
          ?.text()
          .then((text) => resolve({ name: download, text }))
      }
    })
    Object.assign(globalThis, { saved })
  })
  await button.click()
  return page.evaluate(() => (globalThis as unknown as { saved: Promise<Saved> }).saved)
}

/** Makes the clipboard one that a story may read. Only Chromium has a permission for that: elsewhere a stand-in keeps the text. */
export async function openClipboard(context: BrowserContext, browserName: string): Promise<void> {
  if (browserName === 'chromium') return context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await context.addInitScript(() => {
    let kept = ''
    const clipboard = {
      readText: async () => kept,
      writeText: async (text: string) => {
        kept = text
      },
    }
    Object.defineProperty(navigator, 'clipboard', { value: clipboard })
  })
}
