import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { untilSettled } from './settled.ts'

/**
 * Returns the violations that axe finds on a page, one line for each rule.
 * @param without rules that do not apply to this page.
 */
export async function axeFinds(page: Page, without: string[] = []): Promise<string[]> {
  // During a transition colours are wrong, and new elements may be half transparent.
  await untilSettled(page)
  // The cast is needed because the types come from another copy of Playwright than the runner's. Legacy mode runs axe
  // in the page itself; the other mode opens a second page for each run, which only frames of other origins need.
  const axe = new AxeBuilder({ page: page as never })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .disableRules(without)
  const { violations } = await axe.analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`)
}
