import { expect, type Page, test } from '@playwright/test'
import { type Gallery, startGallery } from '../../support/gallery-server.ts'
import { untilStill } from '../../support/settled.ts'

/** What a state change may move: nothing, whatever the font, the language and the room. In one engine, as all looks. */
test.describe('heights', () => {
  let gallery: Gallery
  test.beforeAll(async () => {
    gallery = await startGallery()
  })
  test.afterAll(() => gallery.close())

  const SIZE = 6.2e9
  const sent = 0.62 * SIZE
  const rate = { bytesPerSecond: 46e6, secondsLeft: 50 }
  /** What a file goes through by itself, and what a person makes of it. */
  const UNDER_WAY = [
    { status: 'queued' },
    { status: 'checking' },
    { status: 'sending', sent, ...rate },
    { status: 'sending', sent, ...rate, repeating: 12 },
    { status: 'sending', sent, idleSeconds: 112 },
    { status: 'sending', sent: SIZE, awaitsAnswer: true },
    { status: 'finishing', sent: SIZE },
    { status: 'waiting', wait: { reason: 'busy', side: 'storage', until: Date.now() + 30e3 }, stored: false, sent },
    { status: 'waiting', wait: { reason: 'storage-unreachable', side: 'storage' }, stored: false, sent },
    { status: 'waiting', wait: { reason: 'offline', side: 'lakefs' }, stored: false, sent },
    { status: 'paused', sent },
    { status: 'cancelled' },
    { status: 'skipped', reason: 'identical' },
  ] as const
  /** What needs to be read to the end: the row itself is as high as its words, and so is only tried as the last one. */
  const TO_READ = [
    {
      status: 'asking',
      conflict: {
        existing: { path: 'a', physical_address: 'p', checksum: 'c', size_bytes: 1, mtime: 1 },
        renamed: 'b',
      },
    },
    { status: 'failed', error: { code: 'file-changed', retryable: true, facts: {} }, sent: 0 },
  ] as const

  /** Scenes by their number of rows, and in each what a row is put through. In the second one the failure is the first. */
  const SCENES = [
    [
      'sending',
      8,
      [
        [1, UNDER_WAY],
        [7, [...UNDER_WAY, ...TO_READ]],
      ],
    ],
    ['conflict', 5, [[4, TO_READ]]],
  ] as const

  /** Returns the status that the row shows once it is drawn and measured, which takes a frame each. */
  const set = (page: Page, row: number, state: object) =>
    page.evaluate(
      async ([at, next]) => {
        const { uploader } = globalThis as unknown as {
          uploader: { getSnapshot(): { ids: string[] }; set(id: string, state: unknown): void }
        }
        uploader.set(uploader.getSnapshot().ids[at] ?? '', next)
        for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame)
        return document.querySelectorAll<HTMLElement>('.lfu-row')[at]?.dataset.status
      },
      [row, state] as const,
    )
  const tops = (page: Page) =>
    page
      .locator('.lfu-item')
      .evaluateAll((rows) => rows.map((row) => Math.round(row.getBoundingClientRect().top + scrollY)))

  /** 640 px less the margins is what a window of 1280 px has at 200 %. */
  for (const font of ['narrow', 'wide'] as const) {
    for (const width of [720, 592, 320]) {
      test(`${font} letters in ${width} px: no change of a file's state moves a row`, async ({ page }) => {
        await page.setViewportSize({ width: Math.max(width + 48, 320), height: 1400 })
        await page.emulateMedia({ reducedMotion: 'reduce' })
        for (const locale of ['en', 'de', 'ar']) {
          for (const [scene, count, tried] of SCENES) {
            await gallery.open(page, `state=${scene}&width=${width}&font=${font}&locale=${locale}`)
            await expect(page.locator('.lfu-item')).toHaveCount(count)
            await untilStill(page)
            const before = await tops(page)
            for (const [row, states] of tried) {
              for (const state of states) {
                expect(await set(page, row, state)).toBe(state.status)
                await untilStill(page)
                expect(await tops(page), `${locale}: ${scene}, row ${row}, ${JSON.stringify(state)}`).toEqual(before)
              }
              await set(page, row, UNDER_WAY[0])
            }
          }
          const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
          expect(widths[0], `${locale}: nothing scrolls sideways`).toBeLessThanOrEqual(widths[1] ?? 0)
        }
      })
    }
  }

  test('the two families are as different as families are, on any machine', async ({ page }) => {
    const letter = async (font: string) => {
      await gallery.open(page, `state=sending&font=${font}`)
      const { letter } = await page.evaluate(() => ({ ...document.documentElement.dataset }))
      const box = await page.locator('.lfu-say strong').evaluate((text) => {
        const range = document.createRange()
        range.selectNodeContents(text)
        return range.getBoundingClientRect().width
      })
      return { letter, box }
    }
    const [narrow, wide] = [await letter('narrow'), await letter('wide')]
    expect([narrow.letter, wide.letter]).toEqual(['0.42', '0.62'])
    expect(wide.box / narrow.box).toBeGreaterThan(1.4)
  })
})
