import { expect, type Page } from '@playwright/test'

/** Returns whether no transition runs. An endless one, such as on a finishing row, moves nothing. */
const isSettled = (page: Page) =>
  page.evaluate(() =>
    document
      .getAnimations()
      .every(({ effect, playState }) => playState !== 'running' || effect?.getComputedTiming().endTime === Infinity),
  )

/** Waits until no transition changes a colour or a position. */
export async function untilSettled(page: Page): Promise<void> {
  await expect.poll(() => isSettled(page)).toBe(true)
}

/**
 * Waits until nothing in the widget moves: no transition runs, and each row begins where the previous one ends. Rows
 * are measured a frame after they have changed, and then the rows below them move.
 */
export async function untilStill(page: Page): Promise<void> {
  const joined = () =>
    page.evaluate(() => {
      const rows = [...document.querySelectorAll('.lfu-item')].map((row) => row.getBoundingClientRect())
      return rows.every(({ top }, index) => index === 0 || Math.abs(top - (rows[index - 1]?.bottom ?? 0)) < 1)
    })
  await expect.poll(async () => (await joined()) && (await isSettled(page))).toBe(true)
}
