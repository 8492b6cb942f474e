import { copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const BUILT = fileURLToPath(new URL('../../dist', import.meta.url))

const HTML = '<!doctype html><title>Host</title><div id="at"></div><script type="module" src="host.js"></script>'

/**
 * Script of the host: the URL names the destination, and `more` has other props as JSON. `Sign in` takes the token from
 * `fresh`.
 */
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
 * Creates a site with the built page, and in `host/` the page of a host that mounts the widget and signs in by a token.
 * Both have one origin, because the WebKit window cannot be followed to another one.
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
