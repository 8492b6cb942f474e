import { resolve } from 'node:path'
import type { Plugin } from 'vite'

/** Where the sandbox of `npm start` keeps its state, too. */
const FOLDER = '.sandbox'

/**
 * Puts a lakeFS behind Vite's development server, as the command has one behind the page: the sandbox, or the one that
 * `LAKEFS_ENDPOINT` names. The keys of the sandbox are printed; it ends with the server.
 */
export function lakefsBehindDev(): Plugin {
  let close = async (): Promise<void> => {}
  return {
    name: 'lakefs-behind-dev',
    apply: 'serve',
    async config() {
      const target = process.env.LAKEFS_ENDPOINT ?? (await startHere())
      const origin = target.replace(/\/+$/, '').replace(/\/api\/v1$/, '')
      const to = { target: origin, changeOrigin: true }
      return { server: { proxy: { '/api/v1': to, '/logout': to } } }
    },
    configureServer(server) {
      server.httpServer?.on('close', () => void close())
    },
  }

  async function startHere(): Promise<string> {
    const { startSandbox } = await import('./sandbox/index.ts')
    const sandbox = await startSandbox({ dir: resolve(FOLDER) })
    close = () => sandbox.close()
    const { accessKeyId, secretAccessKey } = sandbox.keys
    console.log(`Sign in with ${accessKeyId} and ${secretAccessKey}.`)
    return sandbox.apiUrl
  }
}
