import { expect, type Locator, type Page } from '@playwright/test'
import type { Sandbox } from '../../server/sandbox/index.ts'

/** Records every value that a progress bar shows from now on. */
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

/** Returns the recorded values by the name of the bar, in order. */
export function seenBars(page: Page): Promise<Record<string, number[]>> {
  return page.evaluate(() => (globalThis as unknown as { seen: Record<string, number[]> }).seen)
}

/**
 * Holds an upload until its row is shown. Rows are in a separate chunk: a small file could be uploaded before it is
 * loaded, and its bar would never be seen.
 * @param give chooses the file.
 */
export async function holdUntilSeen(sandbox: Sandbox, row: Locator, give: () => Promise<void>): Promise<void> {
  // On every store the first request lists the branch.
  sandbox.faults.add({ route: 'ls', fault: { kind: 'hold' }, times: 0 })
  await give()
  await expect(row).toContainText('Checking')
  sandbox.faults.clear()
}
