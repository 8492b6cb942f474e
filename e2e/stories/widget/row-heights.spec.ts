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

  /**
   * Puts a row through states, and returns what it showed in each, and where every row began once it was drawn and
   * measured, which takes a frame each. In one go, as there are hundreds.
   */
  const putThrough = (page: Page, row: number, states: readonly object[]) =>
    page.evaluate(
      async ([at, through]) => {
        const { uploader } = globalThis as unknown as {
          uploader: { getSnapshot(): { ids: string[] }; set(id: string, state: unknown): void }
        }
        const seen: { status: string | undefined; tops: number[] }[] = []
        for (const state of through) {
          uploader.set(uploader.getSnapshot().ids[at] ?? '', state)
          let boxes: DOMRect[] = []
          // Rows below move in the frame after the one that measures: still is what two frames in a row agree on.
          for (let last = '', frame = 0; frame < 60; frame += 1) {
            await new Promise(requestAnimationFrame)
            boxes = [...document.querySelectorAll('.lfu-item')].map((item) => item.getBoundingClientRect())
            const now = JSON.stringify(boxes)
            if (frame > 1 && now === last) break
            last = now
          }
          const { status } = document.querySelectorAll<HTMLElement>('.lfu-row')[at]?.dataset ?? {}
          seen.push({ status, tops: boxes.map(({ top }) => Math.round(top + scrollY)) })
        }
        return seen
      },
      [row, states] as const,
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
              const seen = await putThrough(page, row, [...states, UNDER_WAY[0]])
              for (const [index, state] of states.entries()) {
                const where = `${locale}: ${scene}, row ${row}, ${JSON.stringify(state)}`
                expect(seen[index], where).toEqual({ status: state.status, tops: before })
              }
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
