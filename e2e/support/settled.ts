import { expect, type Page } from '@playwright/test'

/**
 * Returns whether nothing on the page moves: no transition runs, and with `rows` each row begins where the previous one
 * ends. An endless transition, such as on a finishing row, moves nothing.
 */
const isStill = (page: Page, rows: boolean) =>
  page.evaluate((joined) => {
    const boxes = joined ? [...document.querySelectorAll('.lfu-item')].map((row) => row.getBoundingClientRect()) : []
    return (
      boxes.every(({ top }, index) => index === 0 || Math.abs(top - (boxes[index - 1]?.bottom ?? 0)) < 1) &&
      document
        .getAnimations()
        .every(({ effect, playState }) => playState !== 'running' || effect?.getComputedTiming().endTime === Infinity)
    )
  }, rows)

/** Waits until no transition changes a colour or a position. */
export async function untilSettled(page: Page): Promise<void> {
  await expect.poll(() => isStill(page, false)).toBe(true)
}

/**
 * Waits until nothing in the widget moves. Rows are measured a frame after they have changed, and then the rows below
 * them move.
 */
export async function untilStill(page: Page): Promise<void> {
  await expect.poll(() => isStill(page, true)).toBe(true)
}
