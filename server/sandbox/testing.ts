import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Sandbox, type SandboxOptions, startSandbox } from './index.ts'

export interface Client {
  sandbox: Sandbox
  /** A call of the API with the sandbox's keys. */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: unknown }>
  /** …that must be answered with success. */
  ok<T>(method: string, path: string, body?: unknown): Promise<T>
}

export async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'lakefs-sandbox-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

/** For `vi.waitFor`, whose own second is short on a machine that is busy with something else. */
export const PATIENCE = { timeout: 20_000 }

/** A sandbox that ends with the test. */
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

/** Address, PUT and link of one object. */
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
