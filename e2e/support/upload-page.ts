import { expect, type Locator, type Page } from '@playwright/test'
import type { LakeFSServer, Stats } from './lakefs-server.ts'

/** Destination in the URL of the page. Default: that of this test. */
interface Place {
  repo?: string
  branch?: string
  prefix?: string
  search?: string
}

/** Page as a user or a screen reader operates it: by role and name only. */
export class UploadPage {
  readonly files: Locator

  constructor(
    readonly page: Page,
    readonly lakefs: LakeFSServer,
    /** Folder of this test on the branch. */
    readonly folder: string,
  ) {
    this.files = page.getByRole('list', { name: 'Files', exact: true })
  }

  /**
   * Answers the next request for config.json. Only once: while the inspector of WebKitGTK intercepts requests, one that
   * the page aborts stops all others.
   */
  async configure(json: object): Promise<void> {
    await this.page.route('**/config.json', (route) => route.fulfill({ json }), { times: 1 })
  }

  /** Opens the page at a destination with an existing session. A WebKitGTK window accepts none from a test. */
  async open(place: Place = {}, keys = this.lakefs.keys): Promise<void> {
    if (this.page.context().browser()?.browserType().name() === 'webkit') return this.openByKeys(place, keys)
    const { accessKeyId: access_key_id, secretAccessKey: secret_access_key } = keys
    const login = `${this.lakefs.url}api/v1/auth/login`
    const answer = await this.page.context().request.post(login, { data: { access_key_id, secret_access_key } })
    expect(answer.status()).toBe(200)
    await this.page.goto(this.#urlOf(place))
    await this.#expectOpen(place)
  }

  /** Opens the page at a destination and signs in with the keys. */
  async openByKeys(place: Place = {}, keys = this.lakefs.keys): Promise<void> {
    await this.page.goto(this.#urlOf(place))
    await this.signIn(keys)
    await this.#expectOpen(place)
  }

  #urlOf({ repo = this.lakefs.repository, branch = this.lakefs.branch, prefix = this.folder, search = '' }: Place) {
    return `${this.lakefs.url}?repo=${repo}&branch=${branch}&prefix=${encodeURIComponent(prefix)}${search}`
  }

  async #expectOpen({ repo = this.lakefs.repository, branch = this.lakefs.branch, prefix = this.folder }: Place) {
    await expect(this.region(`${repo}/${branch}/${prefix}`)).toBeVisible()
  }

  async signIn(keys = this.lakefs.keys): Promise<void> {
    await this.page.getByLabel('Access key ID').fill(keys.accessKeyId)
    await this.page.getByLabel('Secret access key', { exact: true }).fill(keys.secretAccessKey)
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click()
  }

  region(address: string): Locator {
    return this.page.getByRole('region', { name: `Upload to lakefs://${address}`, exact: true })
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  /** Returns the row of a file, by the path in the names of its buttons. */
  row(path: string): Locator {
    // Accessible names collapse each run of spaces.
    const name = path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+')
    const named = new RegExp(`^(Cancel|Remove) ${name}$`)
    return this.files.getByRole('listitem').filter({ has: this.page.getByRole('button', { name: named }) })
  }

  /** Returns the bytes of a file of this test on the branch. */
  read(path: string): Promise<Buffer> {
    return this.lakefs.read(this.folder + path)
  }

  /** Returns the stats of a file on the branch; undefined without one. */
  stat(path: string): Promise<Stats | undefined> {
    return this.lakefs.stat(this.folder + path)
  }

  async expectStatus(path: string, status: string | RegExp, timeout?: number): Promise<void> {
    const options = timeout === undefined ? {} : { timeout }
    await expect(this.row(path)).toContainText(status, options)
  }

  /**
   * Records the names or texts of elements from now on, each sentence once, so that short-lived texts can be checked
   * later.
   */
  async hear(selector: string): Promise<() => Promise<string[]>> {
    const said = await this.page.evaluateHandle((wanted) => {
      const heard = new Set<string>()
      const listen = () => {
        for (const one of document.querySelectorAll(wanted)) {
          heard.add((one.getAttribute('aria-label') ?? one.textContent ?? '').replace(/\s+/g, ' '))
        }
      }
      new MutationObserver(listen).observe(document, {
        subtree: true,
        childList: true,
        characterData: true,
        attributeFilter: ['aria-label'],
      })
      return heard
    }, selector)
    return () => said.evaluate((heard) => [...heard])
  }

  async expectUploaded(...paths: string[]): Promise<void> {
    for (const path of paths) await this.expectStatus(path, 'Uploaded')
  }
}
