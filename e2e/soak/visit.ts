import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { openChromium } from './chromium.ts'
import type { Told } from './page.ts'
import type { Stage } from './stage.ts'

/** A browser with the page, until somebody closes it or it dies. */
export interface Visit {
  page: Page
  /** Kills the browser. */
  kill(): Promise<void>
}

/**
 * Opens the page in a browser of its own, on the profile that the visits before it had.
 * @param hear told of what the page says of its files, as it says it.
 * @param output errors of the page are put there.
 */
export async function openVisit(stage: Stage, hear: (told: Told) => void, output: string[]): Promise<Visit> {
  const { context, kill } = await openChromium(join(stage.dir, 'profile'))
  try {
    await stage.signIn(context)
    const page = await context.newPage()
    page.on('pageerror', (error) => output.push(`page: ${error.message}`))
    await page.exposeFunction('tell', hear)
    await page.goto(`${stage.origin}/`)
    return { page, kill }
  } catch (cause) {
    await kill()
    throw cause
  }
}
