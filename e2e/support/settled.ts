import { expect, type Page } from '@playwright/test'

/** Whether no transition runs. One without an end, such as on a finishing row, moves nothing else. */
const isSettled = (page: Page) =>
  page.evaluate(() =>
    document
      .getAnimations()
      .every(({ effect, playState }) => playState !== 'running' || effect?.getComputedTiming().endTime === Infinity),
  )

/** Waits until no colour or place is on its way to another one. */
export async function untilSettled(page: Page): Promise<void> {
  await expect.poll(() => isSettled(page)).toBe(true)
}

/**
 * Waits until nothing in the widget is on its way to another place: no transition runs, and each row stands where the one
 * before it ends. Rows are measured a frame after they have changed, and those below them move then.
 */
export async function untilStill(page: Page): Promise<void> {
  const joined = () =>
    page.evaluate(() => {
      const rows = [...document.querySelectorAll('.lfu-item')].map((row) => row.getBoundingClientRect())
      return rows.every(({ top }, index) => index === 0 || Math.abs(top - (rows[index - 1]?.bottom ?? 0)) < 1)
    })
  await expect.poll(async () => (await joined()) && (await isSettled(page))).toBe(true)
}
