import type { Page } from '@playwright/test'

/** Notes every value that a progress bar shows from now on. */
export async function watchBars(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: Record<string, number[]> = {}
    Object.assign(globalThis, { seen })
    new MutationObserver(() => {
      for (const bar of document.querySelectorAll('[role=progressbar]')) {
        const name = bar.getAttribute('aria-label') ?? ''
        const values = seen[name] ?? []
        seen[name] = values
        const now = Number(bar.getAttribute('aria-valuenow'))
        if (values.at(-1) !== now) values.push(now)
      }
    }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['aria-valuenow'] })
  })
}

/** The values by the name of the bar, in order. */
export function seenBars(page: Page): Promise<Record<string, number[]>> {
  return page.evaluate(() => (globalThis as unknown as { seen: Record<string, number[]> }).seen)
}
