import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import type { Locator } from '@playwright/test'

/** Chooses files, or one folder, in the picker that a button opens. */
export type Pick = (button: Locator, paths: readonly string[], options?: { folder?: boolean }) => Promise<void>

/** Chromium's picker, as Playwright answers it. */
export const pickByEvent: Pick = async (button, paths) => {
  const chosen = button.page().waitForEvent('filechooser')
  await button.click()
  await (await chosen).setFiles([...paths])
}

/**
 * Firefox keeps a picker open under a test, answered or not, and its input opens no second one. So the picker is asked
 * for and does not open. A folder it takes from nobody but a person: the input is given what the person's choice would
 * have put there, the files, each with its path inside the folder.
 */
export const pickInFirefox: Pick = async (button, paths, options) => {
  const page = button.page()
  await page.evaluate(() => {
    // A name that no page of a story has for something of its own.
    const pickerAskedFor = new Promise((resolve) => {
      const catching = (event: Event) => {
        if (!(event.target instanceof HTMLInputElement) || event.target.type !== 'file') return
        removeEventListener('click', catching, true)
        event.preventDefault()
        resolve(event.target)
      }
      addEventListener('click', catching, true)
    })
    Object.assign(globalThis, { pickerAskedFor })
  })
  await button.click()
  const asked = await page.evaluateHandle(
    () => (globalThis as unknown as { pickerAskedFor: Promise<HTMLInputElement> }).pickerAskedFor,
  )
  if (!options?.folder) return asked.setInputFiles([...paths])
  const [folder = ''] = paths
  const files = inside(folder).map((file) => ({
    path: relative(dirname(folder), file),
    base64: readFileSync(file).toString('base64'),
    lastModified: Math.floor(statSync(file).mtimeMs),
  }))
  await asked.evaluate((input, given) => {
    const data = new DataTransfer()
    for (const { path, base64, lastModified } of given) {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
      const file = new File([bytes], path.slice(path.lastIndexOf('/') + 1), { lastModified })
      Object.defineProperty(file, 'webkitRelativePath', { value: path })
      data.items.add(file)
    }
    input.files = data.files
    input.dispatchEvent(new Event('change', { bubbles: true }))
  }, files)
}

/** The window of WebKitGTK answers its picker itself. */
export function pickInWindow(choose: (paths: readonly string[]) => void): Pick {
  return async (button, paths) => {
    for (const path of paths) if (!existsSync(path)) throw new Error(`There is no ${path} to choose.`)
    choose(paths)
    await button.click()
  }
}

function inside(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
    .sort((a, b) => (basename(a) < basename(b) ? -1 : 1))
}
