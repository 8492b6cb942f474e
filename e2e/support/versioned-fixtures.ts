import { test as base } from './fixtures.ts'
import { type OwnBranch, ownBranch } from './own-branch.ts'

export { expect } from './fixtures.ts'

/** Switches of the page for the features of a versioned store. */
export type SwitchName =
  | 'Show the plan first'
  | 'All or nothing'
  | 'Ask for a review'
  | 'Send small files through lakeFS'

/** Content of files by their names. */
type Files = Readonly<Record<string, string>>

interface Versioned {
  /** Branch of this story, which is removed at the end. */
  branch: OwnBranch
  /** Opens the page at that branch. */
  begin: (...on: SwitchName[]) => Promise<void>
  turnOn: (...switches: SwitchName[]) => Promise<void>
  /** Chooses files and waits until all are uploaded. */
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
