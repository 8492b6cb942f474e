import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { untilSettled } from './settled.ts'

/**
 * What axe finds on a page, a line for each rule that is broken.
 * @param without rules that are not for this page.
 */
export async function axeFinds(page: Page, without: string[] = []): Promise<string[]> {
  // In the midst of a transition colours are nobody's, and what has just come may be half to be seen.
  await untilSettled(page)
  // Its types come from another copy of Playwright than the runner's. Legacy: one run in the page itself. Its other way
  // opens a second page for each look, which is for frames of other origins, and there are none.
  const axe = new AxeBuilder({ page: page as never })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .disableRules(without)
  const { violations } = await axe.analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`)
}
