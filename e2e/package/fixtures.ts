import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, type ConsoleMessage, expect, type Locator, type Page } from '@playwright/test'
import { startCommand } from '../../server/command.ts'
import { type Sandbox, startSandbox } from '../../server/sandbox/index.ts'
import { pack } from './project.ts'

interface Tools {
  /** Serves a built page beside the sandbox's API, under the policy of the command, and opens it signed in. */
  visit(dir: string, query?: string): Promise<Page>
  /** Everything the page complained about: errors of any kind, and what its policy refused. */
  complaints: string[]
}

interface Shared {
  /** A folder outside this repository, so that nothing is found in its node_modules. */
  folder: string
  tarball: string
  sandbox: Sandbox
}

export const test = base.extend<Tools, Shared>({
  folder: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures wanted from it.
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'lakefs-uploader-package-'))
      await use(folder)
      rmSync(folder, { recursive: true, force: true })
    },
    { scope: 'worker' },
  ],
  tarball: [async ({ folder }, use) => use(await pack(join(folder, 'packed'))), { scope: 'worker' }],
  sandbox: [
    async ({ folder }, use) => {
      const sandbox = await startSandbox({ dir: join(folder, 'sandbox') })
      await use(sandbox)
      await sandbox.close()
    },
    { scope: 'worker' },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: see above.
  complaints: async ({}, use) => use([]),
  visit: async ({ page, sandbox, complaints }, use) => {
    const closers: (() => Promise<void>)[] = []
    page.on('console', (message: ConsoleMessage) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    await use(async (dir, query = '') => {
      const command = await startCommand({ lakefs: sandbox.apiUrl, pageDir: dir })
      closers.push(() => command.close(0))
      const { accessKeyId, secretAccessKey } = sandbox.keys
      const login = await page.request.post(`${command.url}api/v1/auth/login`, {
        data: { access_key_id: accessKeyId, secret_access_key: secretAccessKey },
      })
      expect(login.status()).toBe(200)
      await page.goto(command.url + query)
      return page
    })
    for (const close of closers) await close()
  },
})

export { expect }

/** Chooses one file in the widget, and looks at what has become of it in the list and in lakeFS. */
export async function uploadOne(page: Page, prefix: string, within: Page | Locator = page): Promise<void> {
  const name = 'first file.txt'
  const text = `lands under ${prefix}`
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    within.getByRole('button', { name: 'Choose files' }).click(),
  ])
  await chooser.setFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })
  const row = within.getByRole('list', { name: 'Files' }).getByRole('listitem').filter({ hasText: name })
  // The checksum matches only where the Worker could be found and run.
  await expect(row).toContainText(/Uploaded\W+checksum matches/)
  const path = encodeURIComponent(prefix + name)
  const url = new URL(`/api/v1/repositories/demo/refs/main/objects?path=${path}`, page.url())
  const object = await page.request.get(url.href)
  expect(await object.text()).toBe(text)
}
