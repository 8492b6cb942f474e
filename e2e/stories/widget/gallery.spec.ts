import { expect, type Page, test } from '@playwright/test'
import { type AxeRules, axeFinds } from '../../support/axe.ts'
import { type Gallery, startGallery } from '../../support/gallery-server.ts'
import { untilStill } from '../../support/settled.ts'

/**
 * The widget in every state of src/gallery, without a server behind it: what axe says, what fits, what the keyboard does.
 * In one engine: the others are left out in playwright.config.ts.
 */
test.describe('gallery', () => {
  /** @param axe rules of axe for this look; null for one in which nothing is new to it. */
  async function expectFine(page: Page, look: string, axe: AxeRules | null): Promise<void> {
    // A page of its own has headings and landmarks around the widget; the gallery has the widget alone.
    const without = ['page-has-heading-one']
    if (axe) expect(await axeFinds(page, { ...axe, without }), look).toEqual([])
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
    expect(widths[0], look).toBeLessThanOrEqual(widths[1] ?? 0)
  }

  const STATES = [
    'empty',
    'dragging',
    'refused',
    'sending',
    'idle',
    'statuses',
    'session',
    'conflict',
    'folders',
    'mixed',
    'finished',
    'thousand',
    'unfinished',
    'gaveUp',
  ] as const
  /** Those with panels of a versioned store. */
  const PANELS = [
    'planning',
    'plan',
    'planProtected',
    'metadata',
    'commands',
    'commit',
    'hook',
    'receipt',
    'undo',
    'landing',
    'landingConflict',
  ] as const
  /** What makes a state complete, where it is not a row. */
  const SHOWN: Partial<Record<(typeof STATES)[number], string>> = {
    empty: '.lfu-zone',
    dragging: '.lfu-dragged',
    refused: '.lfu-aside',
    unfinished: '.lfu-unfinished',
  }
  /** Rows and what an earlier visit has left come in pieces of their own, a moment after the widget. */
  const expectShown = (page: Page, state: (typeof STATES)[number]) =>
    expect(page.locator(SHOWN[state] ?? '.lfu-row').first()).toBeVisible()
  let gallery: Gallery
  /** Page of all looks: to load one costs more than to look at it. */
  let looked: Page
  test.beforeAll(async ({ browser }) => {
    gallery = await startGallery()
    looked = await browser.newPage({ reducedMotion: 'reduce' })
  })
  test.afterAll(async () => {
    await looked.close()
    await gallery.close()
  })
  const open = (page: Page, query: string) => gallery.open(page, query)

  /** Axe has all its rules for what has other words, and else those of what is different. */
  const LOOKS = [
    ['light', '', {}],
    ['dark', '&theme=dark', { only: 'colours' }],
    ['dark around', '&scheme=dark', { only: 'colours' }],
    ['right to left', '&locale=ar', {}],
    ['narrow', '&width=320', { only: 'width' }],
    ['narrow letters', '&font=narrow', null],
    ['wide letters, German', '&font=wide&locale=de', null],
  ] as const
  async function lookAt(
    [look, query, axe]: readonly [look: string, query: string, axe: AxeRules | null],
    then: () => Promise<void>,
  ): Promise<void> {
    await test.step(look, async () => {
      const narrow = query.includes('width=320')
      await looked.setViewportSize(narrow ? { width: 320, height: 800 } : { width: 1280, height: 900 })
      await open(looked, query)
      await then()
      await expectFine(looked, look, axe)
    })
  }

  for (const state of STATES) {
    test(`${state}: axe finds nothing and nothing scrolls sideways, in every look`, async () => {
      for (const [look, query, axe] of LOOKS) {
        await lookAt([look, `state=${state}${query}`, axe], async () => {
          await expectShown(looked, state)
          if (state === 'folders') await looked.locator('.lfu-toggle').nth(2).click()
          if (state === 'mixed') await looked.locator('.lfu-inline').click()
          if (state === 'refused') {
            await looked.locator('.lfu-aside .lfu-link').click()
            await expect(looked.locator('.lfu-aside-more')).toBeVisible()
          }
          if (state === 'statuses' || state === 'sending') await looked.locator('.lfu-open').nth(1).click()
          if (state === 'mixed' || state === 'statuses' || state === 'sending')
            await expect(looked.locator('.lfu-details dl')).toBeVisible()
        })
      }
    })
  }

  /** The longest words in the narrowest place for each; mirrored and dark for those with most in them. */
  const PANEL_LOOKS = [
    ['narrow, German', '&locale=de&width=320', {}, PANELS],
    ['narrow, German, wide letters', '&locale=de&width=320&font=wide', null, PANELS],
    ['narrow letters', '&font=narrow', null, PANELS],
    ['right to left, dark', '&locale=ar&theme=dark', {}, ['planProtected', 'commands', 'commit', 'landingConflict']],
  ] as const
  for (const state of PANELS) {
    test(`${state}: axe finds nothing and nothing scrolls sideways, in every look`, async () => {
      for (const [look, query, axe, states] of PANEL_LOOKS) {
        if (!(states as readonly string[]).includes(state)) continue
        await lookAt([look, `state=${state}${query}`, axe], () =>
          expect(looked.locator('body[data-ready]')).toBeVisible(),
        )
        const small = await looked
          .locator('.lfu button:not(.lfu-open):visible')
          .evaluateAll((all) =>
            all.filter((one) => one.getBoundingClientRect().height < 24).map((one) => one.outerHTML),
          )
        expect(small, look).toEqual([])
      }
    })
  }

  test('targets are at least 24 px in each state, 40 for fingers', async ({ browser }) => {
    const context = await browser.newContext({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } })
    const page = await context.newPage()
    for (const state of STATES) {
      await open(page, `state=${state}&width=390`)
      await expectShown(page, state)
      const low = await page
        .locator('.lfu .lfu-button:visible')
        .evaluateAll((all) =>
          all.filter((one) => one.getBoundingClientRect().height < 40).map((one) => one.textContent),
        )
      expect(low, state).toEqual([])
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
    await untilStill(page)
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
    for (const [row, word] of [
      [7, 'Checking'],
      [1, 'Finishing'],
      [6, 'Sending'],
    ] as const)
      await expect(page.locator('.lfu-item').nth(row)).toContainText(word)
    await untilStill(page)
    expect(await tops()).toEqual(before)
  })

  test('light and dark are those of the color-scheme around, unless the widget has one of its own', async ({
    page,
  }) => {
    const ground = async (query: string, system: 'light' | 'dark') => {
      await page.emulateMedia({ colorScheme: system })
      await open(page, `state=sending${query}`)
      return await page.locator('.lfu').evaluate((widget) => getComputedStyle(widget).backgroundColor)
    }
    const [light, dark] = ['rgb(255, 255, 255)', 'rgb(23, 30, 28)']
    expect(await ground('', 'light')).toBe(light)
    expect(await ground('', 'dark')).toBe(dark)
    expect(await ground('&scheme=dark', 'light')).toBe(dark)
    expect(await ground('&scheme=light', 'dark')).toBe(light)
    // A page that never says what it can do is light, whatever the system is.
    expect(await ground('&scheme=normal', 'dark')).toBe(light)
    expect(await ground('&scheme=light&theme=dark', 'light')).toBe(dark)
    expect(await ground('&scheme=dark&theme=light', 'dark')).toBe(light)
  })

  test('the address stands on one line with its label', async ({ page }) => {
    await open(page, 'state=empty')
    const baselines = await page.locator('.lfu-head').evaluate((head) =>
      ['.lfu-label', '.lfu-address span'].map((selector) => {
        const probe = Object.assign(document.createElement('i'), { style: 'display:inline-block' })
        head.querySelector(selector)?.append(probe)
        return probe.getBoundingClientRect().bottom
      }),
    )
    expect(Math.abs((baselines[0] ?? 0) - (baselines[1] ?? 9))).toBeLessThan(1)
    expect((await page.locator('.lfu-head').boundingBox())?.height).toBe(48)
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
