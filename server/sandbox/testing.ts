import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Sandbox, type SandboxOptions, startSandbox } from './index.ts'

export interface Client {
  sandbox: Sandbox
  /** Calls the API with the keys of the sandbox. */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: unknown }>
  /** Calls the API and throws unless the call succeeds. */
  ok<T>(method: string, path: string, body?: unknown): Promise<T>
}

export async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'lakefs-sandbox-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

/** Timeout in ms for `vi.waitFor`, whose default of one second is too short on a busy machine. */
export const PATIENCE = { timeout: 20_000 }

/** Starts a sandbox that is closed at the end of the test. */
export async function started(options: Partial<SandboxOptions> = {}): Promise<Client> {
  const sandbox = await startSandbox({ dir: options.dir ?? (await folder()), external: null, ...options })
  onTestFinished(() => sandbox.close())
  return client(sandbox)
}

export function client(sandbox: Sandbox): Client {
  const { accessKeyId, secretAccessKey } = sandbox.keys
  const authorization = `Basic ${Buffer.from(`${accessKeyId}:${secretAccessKey}`).toString('base64')}`
  const call: Client['call'] = async (method, path, body, headers) => {
    const answer = await fetch(`${sandbox.apiUrl}/api/v1${path}`, {
      method,
      headers: { Authorization: authorization, 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    const json = answer.headers.get('Content-Type')?.startsWith('application/json')
    return { status: answer.status, body: json && text ? (JSON.parse(text) as unknown) : text }
  }
  return {
    sandbox,
    call,
    async ok<T>(method: string, path: string, body?: unknown) {
      const answer = await call(method, path, body)
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
      return answer.body as T
    },
  }
}

export interface Given {
  physical_address: string
  presigned_url: string
}

export const MAIN = '/repositories/demo/branches/main'
export const ON_MAIN = '/repositories/demo/refs/main'

/** Uploads one object: address, PUT and link. */
export async function uploaded({ ok }: Client, path: string, bytes: string): Promise<{ address: Given; etag: string }> {
  const address = await ok<Given>('GET', `${MAIN}/staging/backing?presign=true&path=${encodeURIComponent(path)}`)
  const put = await fetch(address.presigned_url, { method: 'PUT', body: bytes })
  const etag = (put.headers.get('ETag') ?? '').replaceAll('"', '')
  await ok('PUT', `${MAIN}/staging/backing?path=${encodeURIComponent(path)}`, {
    staging: address,
    checksum: etag,
    size_bytes: Buffer.byteLength(bytes),
  })
  return { address, etag }
}
