import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Command, startCommand } from '../server/command.ts'
import type { Lake } from './lake.ts'

const BUILT = fileURLToPath(new URL('../dist/standalone.js', import.meta.url))

/** Somebody else's page with the widget on it, signed in by the token `token`; `Sign in` takes the one called `fresh`. */
export async function openHost(lake: Lake, prefix: string): Promise<Command> {
  if (!lake.sandbox) throw new Error('The host page stands before the sandbox.')
  const dir = mkdtempSync(join(tmpdir(), 'lakefs-uploader-host-'))
  copyFileSync(BUILT, join(dir, 'standalone.js'))
  writeFileSync(
    join(dir, 'index.html'),
    '<!doctype html><title>Host</title><div id="at"></div><script type="module" src="host.js"></script>',
  )
  const options = JSON.stringify({ repository: lake.repository, branch: lake.branch, prefix })
  writeFileSync(
    join(dir, 'host.js'),
    `import { mount } from './standalone.js'
globalThis.asked = 0
mount(document.querySelector('#at'), {
  ...${options},
  getToken: () => globalThis.token,
  onSessionExpired: () => { globalThis.asked++ },
  onSignIn: () => { globalThis.token = globalThis.fresh },
})
`,
  )
  const command = await startCommand({ lakefs: lake.sandbox.apiUrl, pageDir: dir })
  return {
    ...command,
    async close() {
      await command.close(0)
      rmSync(dir, { recursive: true })
    },
  }
}
