import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { build, type PreviewServer, preview } from 'vite'

/**
 * The widget in every state of src/gallery, without a server behind it: what axe says, what fits, what the keyboard does.
 * In one engine: the others are left out in playwright.config.ts.
 */
test.describe('gallery', () => {
  const STATES = [
    'empty',
    'dragging',
    'refused',
    'sending',
    'statuses',
    'session',
    'conflict',
    'folders',
    'mixed',
    'finished',
  ] as const
  const outDir = mkdtempSync(join(tmpdir(), 'lfu-gallery-'))
  let server: PreviewServer
  let base = ''

  test.beforeAll(async () => {
    const root = fileURLToPath(new URL('..', import.meta.url))
    const input = join(root, 'gallery.html')
    await build({ root, mode: 'gallery', logLevel: 'error', build: { outDir, rollupOptions: { input } } })
    server = await preview({ root, logLevel: 'error', build: { outDir }, preview: { host: '127.0.0.1', port: 0 } })
    base = server.resolvedUrls?.local[0] ?? ''
  })
  test.afterAll(async () => {
    await server.close()
    rmSync(outDir, { recursive: true })
  })

  async function open(page: Page, query: string): Promise<void> {
    await page.goto(`${base}gallery.html?${query}`)
    await expect(page.locator('.lfu')).toBeVisible()
  }

  const LOOKS = [
    ['light', ''],
    ['dark', '&theme=dark'],
    ['right to left', '&locale=ar'],
    ['narrow', '&width=320'],
  ] as const
  for (const state of STATES) {
    for (const [look, query] of LOOKS) {
      test(`${state}, ${look}: axe finds nothing and nothing scrolls sideways`, async ({ page }) => {
        if (look === 'narrow') await page.setViewportSize({ width: 320, height: 800 })
        await page.emulateMedia({ reducedMotion: 'reduce' })
        await open(page, `state=${state}${query}`)
        if (state === 'folders') await page.locator('.lfu-toggle').nth(2).click()
        if (state === 'refused') await page.locator('.lfu-aside .lfu-link').click()
        if (state === 'statuses' || state === 'sending') await page.locator('.lfu-open').nth(1).click()
        // Its types come from another copy of Playwright than the runner's. A page of its own has headings and landmarks around the widget; the gallery has the widget alone.
        const { violations } = await new AxeBuilder({ page: page as never })
          .disableRules(['page-has-heading-one'])
          .analyze()
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`)).toEqual([])
        const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
        expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0)
      })
    }
  }

  test('targets are at least 24 px in each state, 40 for fingers', async ({ browser }) => {
    const context = await browser.newContext({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } })
    const page = await context.newPage()
    for (const state of STATES) {
      await open(page, `state=${state}&width=390`)
      const small = await page.locator('.lfu button:visible, .lfu input:visible').evaluateAll((targets) =>
        targets
          .filter((target) => !target.matches('.lfu-open'))
          .map((target) => [target.getBoundingClientRect(), target.textContent || target.getAttribute('aria-label')])
          .filter(([box]) => Math.min((box as DOMRect).width, (box as DOMRect).height) < 24)
          .map(([, name]) => name),
      )
      // A checkbox is pressed by its words too.
      expect(
        small.filter((name) => name),
        state,
      ).toEqual([])
    }
    await open(page, 'state=sending&width=390')
    const box = await page.getByRole('button', { name: 'Cancel all' }).boundingBox()
    expect(box?.height).toBeGreaterThanOrEqual(40)
    await context.close()
  })

  test('every action is reached by the keyboard, and the focus stays where a row leaves', async ({ page }) => {
    await open(page, 'state=mixed')
    const remove = page.getByRole('button', { name: 'Remove images/night/IMG_2041.dng' })
    for (let presses = 0; !(await remove.evaluate((button) => button === document.activeElement)); presses += 1) {
      expect(presses).toBeLessThan(30)
      await page.keyboard.press('Tab')
    }
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: 'Remove images/night/IMG_2042.dng' })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: 'Remove images/night/IMG_2043.dng' })).toBeFocused()
  })

  test('few of 20,000 rows exist, and the last one is reached by scrolling', async ({ page }) => {
    await open(page, 'state=folders')
    await page.getByRole('button', { name: 'Files', exact: true }).click()
    expect(await page.locator('.lfu-row').count()).toBeLessThan(40)
    await page.locator('.lfu-viewport').evaluate((list) => list.scrollTo(0, list.scrollHeight))
    const last = page.locator('[aria-posinset="20000"]')
    await expect(last).toBeVisible()
    await expect(last).toContainText('IMG_2479.jpg')
  })

  test('nothing jumps when files go through their states', async ({ page }) => {
    await open(page, 'state=sending')
    const tops = () =>
      page.locator('.lfu-item').evaluateAll((rows) => rows.map((row) => Math.round(row.getBoundingClientRect().top)))
    await expect(page.locator('.lfu-item')).toHaveCount(8)
    const before = await tops()
    await page.evaluate(() => {
      const { uploader } = globalThis as unknown as {
        uploader: { getSnapshot(): { ids: string[] }; set(id: string, state: unknown): void }
      }
      const ids = uploader.getSnapshot().ids
      uploader.set(ids[7] ?? '', { status: 'checking' })
      uploader.set(ids[1] ?? '', { status: 'finishing', sent: 6.2e9 })
      uploader.set(ids[6] ?? '', { status: 'sending', sent: 4e8 })
    })
    await expect(page.locator('.lfu-item').nth(7)).toContainText('Checking')
    expect(await tops()).toEqual(before)
  })

  test('forced colours keep the progress and what is chosen', async ({ page }) => {
    await page.emulateMedia({ forcedColors: 'active' })
    await open(page, 'state=sending')
    const seen = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => getComputedStyle(element).backgroundColor)
    expect(await seen('.lfu-rule i')).not.toBe(await seen('.lfu-rule'))
    expect(await seen('.lfu-total .lfu-on')).not.toBe(await seen('.lfu-total'))
  })
})
