import { expect, type Page } from '@playwright/test'

/** A file that is made on the page. */
export interface Dropped {
  name: string
  content?: string
  /** Reading it fails as browsers fail it for a file that has gone, or a directory that was given as a file. */
  unreadable?: boolean
}

/** Waits until the page listens for what is dropped on it: it begins to a moment after it is seen. */
export async function untilTaken(page: Page): Promise<void> {
  const takes = () =>
    page.evaluate(() => {
      const event = new Event('dragover', { bubbles: true, cancelable: true })
      Object.defineProperty(event, 'dataTransfer', { value: { types: ['Files'], items: [], dropEffect: 'none' } })
      return !document.body.dispatchEvent(event)
    })
  await expect.poll(takes).toBe(true)
}

/** Drops files on the page, in an event such as a browser makes where it has files and no entries. */
export async function drop(page: Page, files: readonly Dropped[]): Promise<void> {
  await untilTaken(page)
  await page.evaluate((given) => {
    const made = given.map(({ name, content = `${name}\n`, unreadable = false }) => {
      if (!unreadable) return new File([content], name)
      const refuse = () => Promise.reject(new DOMException('A requested file could not be found.', 'NotFoundError'))
      const slice = () => Object.assign(new Blob(), { arrayBuffer: refuse, text: refuse })
      return Object.assign(new File(['x'.repeat(4096)], name), { slice, arrayBuffer: refuse, text: refuse })
    })
    const dataTransfer = { types: ['Files'], items: [], files: made, dropEffect: 'none' }
    for (const type of ['dragenter', 'dragover', 'drop']) {
      const event = new Event(type, { bubbles: true, cancelable: true })
      Object.defineProperty(event, 'dataTransfer', { value: dataTransfer })
      document.body.dispatchEvent(event)
    }
  }, files)
}
