import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http, { type IncomingHttpHeaders, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Command, type CommandOptions, startCommand } from './command.ts'

/** Timeout in ms for `vi.waitFor`, whose default of one second is too short on a busy machine. */
export const PATIENCE = { timeout: 20_000 }

/** Starts a server in place of lakeFS that answers as the test decides. */
export async function pretend(listener: RequestListener): Promise<string> {
  const server = http.createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    return new Promise((resolve) => void server.close(() => resolve()))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Starts the command in front of that server, with a minimal page. */
export async function command(lakefs: string, options: Partial<CommandOptions> = {}): Promise<Command> {
  const started = await startCommand({ lakefs, pageDir: page(), ...options })
  onTestFinished(() => started.close(0))
  return started
}

/** Creates a minimal built page and returns its folder. */
export function page(): string {
  const dir = mkdtempSync(join(tmpdir(), 'lakefs-uploader-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  mkdirSync(join(dir, 'assets'))
  writeFileSync(join(dir, 'index.html'), '<!doctype html><title>page</title>')
  writeFileSync(join(dir, 'assets', 'index-abc123.js'), `export default ${JSON.stringify('x'.repeat(4_000))}\n`)
  writeFileSync(join(dir, 'config.json'), '{"name":"of the static build"}')
  return dir
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** Sends a request with exactly this path; `fetch` would normalise it. */
export function ask(
  url: string,
  init: { method?: string; path?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  const { hostname, port, pathname, search } = new URL(url)
  return new Promise((resolve, reject) => {
    const { method = 'GET', path = pathname + search, body } = init
    const headers = { ...init.headers }
    // Node sets no length for the body of a DELETE by itself.
    if (body !== undefined && !headers['transfer-encoding']) headers['content-length'] = `${Buffer.byteLength(body)}`
    const request = http.request({ hostname, port, method, path, headers, agent: false }, async (response) =>
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: await text(response).catch((error: Error) => `<${error.message}>`),
      }),
    )
    request.on('error', reject)
    request.end(body)
  })
}

export async function text(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** Opens a bare connection, for requests that no client would send. */
export function dial(url: string): Socket {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  return socket
}
