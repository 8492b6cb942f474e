import type { Page } from '@playwright/test'
import axe from 'axe-core'
import { untilSettled } from './settled.ts'

/**
 * Rules by what a change of the look can break. A page that was looked at by all rules is looked at by these alone when
 * only its colours, or only its width, are others.
 */
const RULES = {
  colours: ['color-contrast', 'link-in-text-block'],
  width: ['scrollable-region-focusable'],
} as const

export interface AxeRules {
  /** Default: all rules. */
  only?: keyof typeof RULES | undefined
  /** Rules that do not apply to this page. */
  without?: readonly string[]
}

/** Returns the violations that axe finds on a page, one line for each rule. */
export async function axeFinds(page: Page, { only, without = [] }: AxeRules = {}): Promise<string[]> {
  // During a transition colours are wrong, and new elements may be half transparent.
  await untilSettled(page)
  // A page keeps it until it is loaded anew: the source is half a megabyte.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  return await page.evaluate(
    async ([ids, off]) => {
      const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
      const { violations } = await axe.run(document, {
        resultTypes: ['violations'],
        ...(ids ? { runOnly: [...ids] } : {}),
        rules: Object.fromEntries(off.map((id) => [id, { enabled: false }])),
      })
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`)
    },
    [only && RULES[only], without] as const,
  )
}
