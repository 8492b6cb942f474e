import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Browser, type BrowserContext, test as base, type Page } from '@playwright/test'
import type { Sandbox, StoreName } from '../../server/sandbox/index.ts'
import { openClipboard, type Save, saveByEvent, saveByLink } from '../engines/downloads.ts'
import { type Leave, leaveInWindow, leaveTab } from '../engines/leave.ts'
import { type Pick, pickByEvent, pickInFirefox, pickInWindow } from '../engines/pick.ts'
import { hearFilling } from '../engines/typing.ts'
import { openWindow, type WebKitWindow } from '../engines/webkit.ts'
import { type LakeFSServer, openLakeFS } from './lakefs-server.ts'
import { StoreRoute } from './store-route.ts'
import { UploadPage } from './upload-page.ts'

export { expect } from '@playwright/test'

interface Fixtures {
  /** Window of WebKit; absent in the other engines. */
  window: WebKitWindow | undefined
  /** Chooses files in the picker that a button opens, in any engine. */
  pick: Pick
  /** Leaves the page; when the browser asks, it stays. */
  leave: Leave
  /** Presses a button that saves a file, and returns its name and text, in any engine. */
  save: Save
  /** Returns the clipboard. Stories that use it may write to it without a prompt. */
  copied: () => Promise<string>
  /** Writes a file to the disk and returns its path. */
  disk: (name: string, content?: string | Buffer) => string
  /** Writes files to the disk, by name or with their content, and chooses them on the page. */
  choose: (...files: readonly (string | Readonly<Record<string, string | Buffer>>)[]) => Promise<void>
  uploadPage: UploadPage
  /** Sandbox behind the page: faults, settings and log. Stories that need it are skipped on another lakeFS. */
  sandbox: Sandbox
  /** Requests of an upload to the store of the sandbox. */
  storeRoute: StoreRoute
}

/** Options of a project. */
export interface StoreOption {
  /** Store of the sandbox. */
  store: StoreName
  /** Several stores of the sandbox by their ids, in place of the one. */
  stores: Readonly<Record<string, StoreName>> | undefined
  /** Program of versitygw, which stores the bytes in place of the sandbox's S3. */
  versitygw: string | undefined
}

interface WorkerFixtures extends StoreOption {
  lakefs: LakeFSServer
}

/** Folder of one run on the branch, so that runs on one lakeFS do not conflict. */
const RUN = `e2e-${Date.now().toString(36)}`

const SIZE = { width: 1280, height: 900 }

export const test = base.extend<Fixtures, WorkerFixtures>({
  store: ['s3', { option: true, scope: 'worker' }],
  stores: [undefined, { option: true, scope: 'worker' }],
  versitygw: [undefined, { option: true, scope: 'worker' }],
  lakefs: [
    async ({ store, stores, versitygw }, use) => {
      const lakefs = await openLakeFS({ store, versitygw, ...(stores ? { stores } : {}) })
      await use(lakefs)
      await lakefs.close()
    },
    { scope: 'worker' },
  ],

  // WebKit is not launched as a browser: each test has its own window.
  browser: [
    async ({ playwright, browserName, launchOptions, channel, headless }, use) => {
      if (browserName === 'webkit') return use(null as unknown as Browser)
      const browser = await playwright[browserName].launch({
        ...launchOptions,
        ...(channel === undefined ? {} : { channel }),
        ...(headless === undefined ? {} : { headless }),
      })
      await use(browser)
      await browser.close()
    },
    { scope: 'worker' },
  ],
  window: async ({ playwright, browserName, viewport, lakefs }, use, info) => {
    if (browserName !== 'webkit') return use(undefined)
    const window = await openWindow(playwright, info.outputPath('profile'), viewport ?? SIZE, `${lakefs.url}healthz`)
    await use(window)
    // For a window that no longer answers: the states of its processes show whether it waits or is busy.
    if (info.status === 'timedOut') {
      const names = 'python3,Xvfb,WebKitWebProces,WebKitNetworkPr'
      const { stdout } = spawnSync('ps', ['-C', names, '-o', 'stat=,time=,wchan:20=,comm='], { encoding: 'utf8' })
      await info.attach('processes', { body: stdout ?? '', contentType: 'text/plain' })
    }
    await window.stop()
  },
  context: async ({ browser, browserName, window, viewport, ignoreHTTPSErrors }, use) => {
    if (window) {
      await hearFilling(window.context)
      return use(window.context)
    }
    const context: BrowserContext = await browser.newContext({
      viewport,
      ...(ignoreHTTPSErrors === undefined ? {} : { ignoreHTTPSErrors }),
    })
    if (browserName !== 'chromium') await hearFilling(context)
    await use(context)
    await context.close()
  },
  page: async ({ context }, use) => {
    const page: Page = context.pages()[0] ?? (await context.newPage())
    await use(page)
  },

  pick: async ({ browserName, window }, use) => {
    await use(window ? pickInWindow(window.choose) : browserName === 'firefox' ? pickInFirefox : pickByEvent)
  },
  leave: async ({ page, window, lakefs }, use) => {
    await use(window ? leaveInWindow(page, window.profile, `${lakefs.url}healthz`) : leaveTab(page))
  },
  save: async ({ browserName }, use) => {
    await use(browserName === 'chromium' ? saveByEvent : saveByLink)
  },
  copied: async ({ context, browserName, page }, use) => {
    await openClipboard(context, browserName)
    await use(() => page.evaluate(() => navigator.clipboard.readText()))
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern.
  disk: async ({}, use, info) => {
    await use((name, content = `${name}\n`) => {
      const path = join(info.outputPath('disk'), name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, content)
      return path
    })
  },
  uploadPage: async ({ page, lakefs }, use, info) => {
    await use(new UploadPage(page, lakefs, `${RUN}/${info.project.name}/${info.testId.slice(-8)}/`))
  },
  choose: async ({ uploadPage, pick, disk }, use) => {
    await use(async (...files) => {
      const paths = files.flatMap((one) =>
        typeof one === 'string' ? [disk(one)] : Object.entries(one).map(([name, content]) => disk(name, content)),
      )
      await pick(uploadPage.button('Choose files'), paths)
    })
  },
  sandbox: async ({ lakefs }, use) => {
    const { sandbox } = lakefs
    base.skip(!sandbox, 'needs the fault script of the sandbox')
    if (!sandbox) return
    const before = { ...sandbox.settings }
    sandbox.clearRequests()
    await use(sandbox)
    sandbox.faults.clear()
    Object.assign(sandbox.settings, before)
  },
  storeRoute: async ({ sandbox, store }, use) => {
    await use(new StoreRoute(sandbox, store))
  },
})
