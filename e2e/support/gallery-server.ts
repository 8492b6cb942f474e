import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, type Page } from '@playwright/test'
import { build, preview } from 'vite'

export interface Gallery {
  /**
   * Opens a state.
   * @param query `state=…&theme=…`, as in src/gallery/main.tsx.
   */
  open(page: Page, query: string): Promise<void>
  close(): Promise<void>
}

/** Builds the gallery and serves it on a free port. */
export async function startGallery(): Promise<Gallery> {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const outDir = mkdtempSync(join(tmpdir(), 'lfu-gallery-'))
  const input = join(root, 'gallery.html')
  await build({ root, mode: 'gallery', logLevel: 'error', build: { outDir, rollupOptions: { input } } })
  const server = await preview({ root, logLevel: 'error', build: { outDir }, preview: { host: '127.0.0.1', port: 0 } })
  return {
    async open(page, query) {
      await page.goto(`${server.resolvedUrls?.local[0] ?? ''}gallery.html?${query}`)
      await expect(page.locator('.lfu')).toBeVisible()
    },
    async close() {
      await server.close()
      rmSync(outDir, { recursive: true })
    },
  }
}
