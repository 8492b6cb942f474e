import { expect, type Page } from '@playwright/test'
import { preview } from 'vite'
import { GALLERY } from './fresh-build.ts'

export interface Gallery {
  /**
   * Shows a state. A page that shows one already is not loaded again.
   * @param query `state=…&theme=…`, as in src/gallery/main.tsx.
   */
  open(page: Page, query: string): Promise<void>
  close(): Promise<void>
}

interface ShownPage {
  show(search: string): Promise<void>
}

/** Serves the built gallery (fresh-build.ts) on a free port. */
export async function startGallery(): Promise<Gallery> {
  const server = await preview({
    configFile: false,
    logLevel: 'error',
    build: { outDir: GALLERY },
    preview: { host: '127.0.0.1', port: 0 },
  })
  const gallery = `${server.resolvedUrls?.local[0] ?? ''}gallery.html?`
  return {
    async open(page, query) {
      if (page.url().startsWith(gallery)) {
        await page.evaluate((search) => (globalThis as unknown as ShownPage).show(search), `?${query}`)
      } else await page.goto(gallery + query)
      await expect(page.locator('.lfu')).toBeVisible()
    },
    close: () => server.close(),
  }
}
