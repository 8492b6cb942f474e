import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type CommandOptions, startCommand } from '../../server/command.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../server/sandbox/index.ts'
import { buildSite } from './host-site.ts'

/** Page in front of a lakeFS: the sandbox, or the server that LAKEFS_ENDPOINT names. */
export interface LakeFSServer {
  /** URL of the page. */
  url: string
  keys: { accessKeyId: string; secretAccessKey: string }
  repository: string
  branch: string
  /** Sandbox with its faults and log; absent for another lakeFS. */
  sandbox: Sandbox | undefined
  /** Calls lakeFS directly. */
  call(method: string, path: string, body?: string): Promise<Response>
  /** Returns the user of a token; undefined for an invalid token. */
  user(token: string): Promise<string | undefined>
  /** Returns the bytes of an object on the branch. */
  read(path: string): Promise<Buffer>
  stat(path: string): Promise<Stats | undefined>
  /** Returns the paths of all objects below a prefix. */
  list(prefix: string): Promise<string[]>
  /** Uploads an object through the API. */
  put(path: string, bytes: string): Promise<void>
  close(): Promise<void>
}

export interface Stats {
  path: string
  size_bytes: number
  checksum: string
  content_type: string
  physical_address: string
}

const PAGE = fileURLToPath(new URL('../../dist/page', import.meta.url))

export async function openLakeFS(
  options: Partial<SandboxOptions> & { command?: Partial<CommandOptions> } = {},
): Promise<LakeFSServer> {
  const { LAKEFS_ENDPOINT } = process.env
  return LAKEFS_ENDPOINT ? openOther(LAKEFS_ENDPOINT) : openSandbox(options)
}

async function openSandbox({ command, ...options }: Parameters<typeof openLakeFS>[0] & object): Promise<LakeFSServer> {
  const dir = mkdtempSync(join(tmpdir(), 'lakefs-uploader-e2e-'))
  const sandbox = await startSandbox({ dir: join(dir, 'sandbox'), ...options })
  const page = await startCommand({ lakefs: sandbox.apiUrl, pageDir: buildSite(join(dir, 'site')), ...command })
  return {
    url: page.url,
    keys: sandbox.keys,
    repository: 'demo',
    branch: 'main',
    sandbox,
    ...client(sandbox.apiUrl, sandbox.keys, 'demo', 'main'),
    async close() {
      await page.close(0)
      await sandbox.close()
      rmSync(dir, { recursive: true })
    },
  }
}

async function openOther(endpoint: string): Promise<LakeFSServer> {
  const keys = { accessKeyId: variable('LAKEFS_ACCESS_KEY_ID'), secretAccessKey: variable('LAKEFS_SECRET_ACCESS_KEY') }
  const repository = variable('LAKEFS_REPOSITORY')
  const branch = variable('LAKEFS_BRANCH')
  const page = await startCommand({ lakefs: endpoint, pageDir: PAGE })
  const origin = endpoint.replace(/\/+$/, '').replace(/\/api\/v1$/, '')
  return {
    url: page.url,
    keys,
    repository,
    branch,
    sandbox: undefined,
    ...client(origin, keys, repository, branch),
    close: () => page.close(0),
  }
}

function variable(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`With LAKEFS_ENDPOINT the stories need ${name} too.`)
  return value
}

function client(origin: string, keys: LakeFSServer['keys'], repository: string, branch: string) {
  const authorization = `Basic ${Buffer.from(`${keys.accessKeyId}:${keys.secretAccessKey}`).toString('base64')}`
  const at = `/repositories/${repository}/refs/${branch}/objects`
  const call: LakeFSServer['call'] = (method, path, body) =>
    fetch(`${origin}/api/v1${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    })
  const good = async (answer: Response): Promise<Response> => {
    if (!answer.ok) throw new Error(`lakeFS answered ${answer.status}: ${await answer.text()}`)
    return answer
  }
  return {
    call,
    async user(token: string) {
      const answer = await fetch(`${origin}/api/v1/user`, { headers: { authorization: `Bearer ${token}` } })
      return answer.ok ? ((await answer.json()) as { user: { id: string } }).user.id : undefined
    },
    async read(path: string) {
      const answer = await good(await call('GET', `${at}?path=${encodeURIComponent(path)}`))
      return Buffer.from(await answer.arrayBuffer())
    },
    async stat(path: string) {
      const answer = await call('GET', `${at}/stat?path=${encodeURIComponent(path)}`)
      return answer.status === 404 ? undefined : ((await (await good(answer)).json()) as Stats)
    },
    async list(prefix: string) {
      const answer = await good(await call('GET', `${at}/ls?amount=1000&prefix=${encodeURIComponent(prefix)}`))
      return ((await answer.json()) as { results: Stats[] }).results.map(({ path }) => path)
    },
    async put(path: string, bytes: string) {
      const target = `/repositories/${repository}/branches/${branch}/objects?path=${encodeURIComponent(path)}`
      await good(
        await fetch(`${origin}/api/v1${target}`, {
          method: 'POST',
          headers: { authorization, 'content-type': 'application/octet-stream' },
          body: bytes,
        }),
      )
    },
  }
}
