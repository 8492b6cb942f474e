import { test as base } from './fixtures.ts'
import { type OwnBranch, ownBranch } from './own-branch.ts'

export { expect } from './fixtures.ts'

/** Switches of the page for what only a versioned store can do. */
export type SwitchName =
  | 'Show the plan first'
  | 'All or nothing'
  | 'Ask for a review'
  | 'Send small files through lakeFS'

/** Names of files and what is in them. */
type Files = Readonly<Record<string, string>>

interface Versioned {
  /** A branch that the story has for itself, of whatever lakeFS; gone at the end. */
  branch: OwnBranch
  /** Opens the page at that branch. */
  begin: (...on: SwitchName[]) => Promise<void>
  turnOn: (...switches: SwitchName[]) => Promise<void>
  /** Chooses these files, and waits until all have arrived. */
  send: (files: Files) => Promise<void>
}

export const test = base.extend<Versioned>({
  branch: async ({ lakefs }, use) => {
    const branch = await ownBranch(lakefs)
    await use(branch)
    await branch.remove()
  },
  turnOn: async ({ page }, use) => {
    await use(async (...switches) => {
      for (const name of switches) await page.getByRole('switch', { name, exact: true }).check()
    })
  },
  begin: async ({ uploadPage, branch, turnOn }, use) => {
    await use(async (...on) => {
      await uploadPage.open({ branch: branch.name })
      await turnOn(...on)
    })
  },
  send: async ({ uploadPage, choose }, use) => {
    await use(async (files) => {
      await choose(files)
      await uploadPage.expectUploaded(...Object.keys(files))
    })
  },
})
