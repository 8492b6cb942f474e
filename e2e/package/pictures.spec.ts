import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { type Gallery, startGallery } from '../support/gallery-server.ts'

interface Picture {
  state: string
  theme?: 'dark'
  locale?: string
  /** Of the widget, in CSS pixels. */
  width?: number
}

/** The pictures of README and docs, by file name; what they show is in src/gallery. */
const PICTURES: Readonly<Record<string, Picture>> = {
  empty: { state: 'empty' },
  dragging: { state: 'dragging' },
  sending: { state: 'sending' },
  thousand: { state: 'thousand' },
  folders: { state: 'folders' },
  'mixed-failures': { state: 'mixed' },
  conflict: { state: 'conflict' },
  session: { state: 'session' },
  finished: { state: 'finished' },
  dark: { state: 'sending', theme: 'dark' },
  rtl: { state: 'sending', locale: 'ar' },
  narrow: { state: 'sending', width: 320 },
  plan: { state: 'planProtected' },
  commit: { state: 'commit' },
  landing: { state: 'landingConflict' },
  receipt: { state: 'receipt' },
  'plan-narrow': { state: 'plan', width: 320 },
  'commit-dark-rtl': { state: 'commit', theme: 'dark', locale: 'ar' },
}

/** Scenes that say when they are complete. */
const PANELS: ReadonlySet<string> = new Set(['plan', 'planProtected', 'commit', 'landingConflict', 'receipt'])

/** Fixed, as some words tell when the next try is. */
const NOW = new Date('2026-06-15T09:12:00Z')
/** Ms in which a page draws what has come. */
const FRAME = 20
const FOLDER = fileURLToPath(new URL('../../docs/pictures', import.meta.url))
/**
 * What each picture says, as a screen reader would read it. Pixels differ with the fonts of a machine; these words do
 * not, so they tell on any machine whether the pictures still show the widget.
 */
const WORDS = join(FOLDER, 'pictures.json')

test.describe('pictures of the docs', () => {
  const words: Record<string, string> = existsSync(WORDS) ? JSON.parse(readFileSync(WORDS, 'utf8')) : {}
  let gallery: Gallery

  test.use({ deviceScaleFactor: 2, locale: 'en-US', timezoneId: 'UTC', viewport: { width: 800, height: 1000 } })
  test.beforeAll(async () => {
    gallery = await startGallery()
  })
  test.afterAll(() => gallery.close())

  for (const [name, { state, theme, locale, width }] of Object.entries(PICTURES)) {
    test(name, async ({ page }, info) => {
      page.on('pageerror', (error) => info.attach('error', { body: error.stack ?? error.message }))
      // The page's time stands still but for what is below, however busy the machine is.
      await page.clock.install({ time: NOW.getTime() - 60_000 })
      await page.clock.pauseAt(NOW)
      await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: theme ?? 'light' })
      const query = new URLSearchParams({ state })
      if (theme) query.set('theme', theme)
      if (locale) query.set('locale', locale)
      if (width) query.set('width', String(width))
      await gallery.open(page, query.toString())
      const widget = page.locator('.lfu').first()
      // Folders, details and languages come in pieces of their own.
      await page.waitForLoadState('networkidle')
      await page.clock.runFor(1000)
      // Panels ask their lakeFS one thing after the other; none of them shows the time that this takes.
      if (PANELS.has(state)) {
        await expect(async () => {
          await page.clock.runFor(100)
          expect(await page.locator('body[data-ready]').count()).toBe(1)
        }).toPass()
        await page.clock.runFor(1000)
      }
      if (state === 'folders') await expect(widget.getByText('cam-03', { exact: false }).first()).toBeVisible()
      const updates = ['all', 'changed'].includes(info.config.updateSnapshots)
      if (!updates) {
        // On a busy machine a piece may be asked for long after the one before it has come, and be measured later still.
        // The time of day is the same each time: words that tell it stay as they are.
        const drawn = async () => {
          await page.clock.setSystemTime(NOW.getTime() + 1000 - FRAME)
          await page.clock.runFor(FRAME)
          return await widget.ariaSnapshot()
        }
        const message = `docs/pictures/${name}.png is out of date: npm run pictures`
        await expect.poll(drawn, { message }).toBe(words[name])
      }
      const picture = await widget.screenshot({ animations: 'disabled' })
      await info.attach(name, { body: picture, contentType: 'image/png' })
      if (updates) {
        mkdirSync(FOLDER, { recursive: true })
        writeFileSync(join(FOLDER, `${name}.png`), picture)
        words[name] = await widget.ariaSnapshot()
        const sorted = Object.fromEntries(Object.keys(PICTURES).map((key) => [key, words[key] ?? '']))
        writeFileSync(WORDS, `${JSON.stringify(sorted, null, 2)}\n`)
      }
      expect(existsSync(join(FOLDER, `${name}.png`)), `docs/pictures/${name}.png is missing: npm run pictures`).toBe(
        true,
      )
    })
  }
})
