import { expect, type Locator, type Page } from '@playwright/test'
import type { Sandbox } from '../../server/sandbox/index.ts'

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

/**
 * Keeps a file from setting out until its row is there. Rows come in a piece of their own: a small file may have arrived
 * before it, and its bar is never seen.
 * @param give chooses it.
 */
export async function holdUntilSeen(sandbox: Sandbox, row: Locator, give: () => Promise<void>): Promise<void> {
  // Whether its name is taken is asked first, on every store.
  sandbox.faults.add({ route: 'ls', fault: { kind: 'hold' }, times: 0 })
  await give()
  await expect(row).toContainText('Checking')
  sandbox.faults.clear()
}
