import { copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import type { Lake } from './lake.ts'

const BUILT = fileURLToPath(new URL('../dist', import.meta.url))

const HTML = '<!doctype html><title>Host</title><div id="at"></div><script type="module" src="host.js"></script>'

/** The destination comes from the address, other props as JSON in `more`. `Sign in` takes the token that is called `fresh` by then. */
const SCRIPT = `import { mount } from './standalone.js'
const { more = '{}', ...place } = Object.fromEntries(new URLSearchParams(location.search))
globalThis.asked = 0
mount(document.querySelector('#at'), {
  ...place,
  ...JSON.parse(more),
  getToken: () => globalThis.token,
  onSessionExpired: () => { globalThis.asked++ },
  onSignIn: () => { globalThis.token = globalThis.fresh },
})
`

/**
 * The built page, and in its folder `host/` somebody else's page with the widget on it, signed in by a token: on one
 * origin, since the WebKit window cannot be followed to another one.
 */
export function buildSite(dir: string): string {
  cpSync(join(BUILT, 'page'), dir, { recursive: true })
  const host = join(dir, 'host')
  mkdirSync(host)
  copyFileSync(join(BUILT, 'standalone.js'), join(host, 'standalone.js'))
  writeFileSync(join(host, 'index.html'), HTML)
  writeFileSync(join(host, 'host.js'), SCRIPT)
  return dir
}

/**
 * Opens the host's page with a session of its own.
 * @param more props of the widget that JSON can carry.
 */
export async function enterHost(page: Page, lake: Lake, prefix: string, more: object = {}): Promise<void> {
  const { repository, branch } = lake
  await page.goto(`${lake.url}host/?${new URLSearchParams({ repository, branch, prefix, more: JSON.stringify(more) })}`)
  const token = await tokenOf(lake)
  await page.evaluate((given) => Object.assign(globalThis, { token: given }), token)
}

/** A session's token, as a host would have it from a sign-in of its own. */
export async function tokenOf(lake: Pick<Lake, 'url' | 'keys'>): Promise<string> {
  const answer = await fetch(`${lake.url}api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ access_key_id: lake.keys.accessKeyId, secret_access_key: lake.keys.secretAccessKey }),
  })
  return ((await answer.json()) as { token: string }).token
}
