import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Dialog, expect, type Page } from '@playwright/test'

/** Leaves the page as a person does, who stays if the browser asks. Tells whether it asked; if not, the page is gone. */
export type Leave = () => Promise<boolean>

/** Chromium and Firefox tell of their question, and of the tab that closes without one. */
export function leaveTab(page: Page): Leave {
  return async () => {
    const answered = new Promise<Dialog | undefined>((resolve) => {
      page.once('dialog', resolve)
      page.once('close', () => resolve(undefined))
    })
    await page.close({ runBeforeUnload: true })
    const question = await answered
    if (question === undefined) return false
    if (question.type() !== 'beforeunload') throw new Error(`The page asks something else: ${question.message()}`)
    await question.dismiss()
    return true
  }
}

/**
 * The window of WebKitGTK answers by itself and notes in its profile that it was asked.
 * @param away where to go.
 */
export function leaveInWindow(page: Page, profile: string, away: string): Leave {
  return async () => {
    const asked = join(profile, 'asked')
    rmSync(asked, { force: true })
    writeFileSync(join(profile, 'stay'), '')
    // By the page's own clock: the way out of a question is no answer that a script could wait for.
    await page.evaluate((url) => void setTimeout(() => location.assign(url)), away)
    await expect.poll(() => existsSync(asked) || page.url() === away).toBe(true)
    return existsSync(asked)
  }
}
