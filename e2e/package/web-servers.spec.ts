import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { startSandbox } from '../../server/sandbox/index.ts'
import { FRONTS, type Front } from './web-servers.ts'

const PAGE = fileURLToPath(new URL('../../dist/page', import.meta.url))

/** A lakeFS that writes down what reaches it. */
interface Upstream {
  host: string
  seen: { method: string; url: string; headers: IncomingHttpHeaders; bytes: number }[]
  /** Resolves at the first byte of the next body. */
  firstByte(): Promise<void>
  close(): void
}

async function startUpstream(): Promise<Upstream> {
  const seen: Upstream['seen'] = []
  let arrived = () => {}
  const server = http.createServer((request, response) => {
    const entry = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, bytes: 0 }
    seen.push(entry)
    request.on('data', (chunk: Buffer) => {
      if (entry.bytes === 0) arrived()
      entry.bytes += chunk.length
    })
    request.on('end', () => {
      if (request.url === '/api/v1/auth/login') {
        response.setHeader('Set-Cookie', 'internal_auth_session=opaque; Path=/; HttpOnly; SameSite=Lax')
      }
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify({ bytes: entry.bytes }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    firstByte: () =>
      new Promise((resolve) => {
        arrived = resolve
      }),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

function open(front: Front, method: string, path: string, headers: Record<string, string>) {
  const request = https.request(front.origin + path, { method, headers, rejectUnauthorized: false })
  const answer = new Promise<Answer>((resolve, reject) => {
    request.on('error', reject)
    request.on('response', (response: IncomingMessage) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text) => {
        body += text
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
  })
  return { request, answer }
}

function ask(front: Front, method: string, path: string, headers: Record<string, string> = {}, body = '') {
  const { request, answer } = open(front, method, path, { ...headers, 'Content-Length': String(body.length) })
  request.end(body)
  return answer
}

for (const [name, program] of Object.entries(FRONTS)) {
  test.describe(`${name}, as docs/deploying/ has it`, () => {
    test.skip(program.missing !== undefined, program.missing)
    let upstream: Upstream
    let front: Front

    test.beforeAll(async () => {
      const dir = test.info().outputPath(name)
      const page = join(dir, 'page')
      mkdirSync(join(page, 'assets'), { recursive: true })
      writeFileSync(join(page, 'index.html'), '<!doctype html><title>page</title>')
      writeFileSync(join(page, 'assets', 'index-abc.js'), 'export {}')
      upstream = await startUpstream()
      front = await program.start({ dir, page, lakefs: upstream.host })
    })
    test.afterAll(async () => {
      await front?.stop()
      upstream?.close()
    })
    test.beforeEach(() => {
      upstream.seen.length = 0
    })

    test('serves the page with its policy, and assets for a year', async () => {
      const page = await ask(front, 'GET', '/?repo=lake&branch=main')
      expect(page.status).toBe(200)
      expect(page.body).toContain('<title>page</title>')
      expect(page.headers['cache-control']).toBe('no-cache')
      expect(page.headers['content-security-policy']).toMatch(
        /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'/,
      )
      const script = await ask(front, 'GET', '/assets/index-abc.js')
      expect(script.status).toBe(200)
      expect(script.headers['content-type']).toMatch(/^text\/javascript/)
      expect(script.headers['cache-control']).toContain('immutable')
      // The Worker's policy is the one its own file comes with.
      expect(script.headers['content-security-policy']).toContain("'wasm-unsafe-eval'")
      expect(upstream.seen).toEqual([])
    })

    test('passes the session cookie both ways and makes it Secure', async () => {
      const login = await ask(front, 'POST', '/api/v1/auth/login', { Origin: front.origin }, '{}')
      expect(login.status).toBe(200)
      expect(login.headers['set-cookie']).toHaveLength(1)
      expect(login.headers['set-cookie']?.[0]).toMatch(/^internal_auth_session=opaque;/)
      expect(login.headers['set-cookie']?.[0]).toMatch(/; secure/i)
      expect(login.headers['set-cookie']?.[0]).toMatch(/; HttpOnly/)
      await ask(front, 'GET', '/api/v1/user', { Cookie: 'internal_auth_session=opaque', Authorization: 'Bearer jwt' })
      const headers = upstream.seen[1]?.headers ?? {}
      expect(headers.cookie).toBe('internal_auth_session=opaque')
      expect(headers.authorization).toBe('Bearer jwt')
      expect(headers['x-forwarded-proto']).toBe('https')
    })

    test('keeps path and query of a write as they are', async () => {
      const path = '/api/v1/repositories/lake/branches/main/staging/backing?path=a%20b%2F%2Bc%252Fd.txt'
      const headers = { Origin: front.origin, 'If-None-Match': '*', 'Content-Type': 'application/json' }
      const answer = await ask(front, 'PUT', path, headers, '{"a":1}')
      expect(answer.status).toBe(200)
      expect(upstream.seen).toHaveLength(1)
      expect(upstream.seen[0]).toMatchObject({ method: 'PUT', url: path, bytes: 7 })
      expect(upstream.seen[0]?.headers['if-none-match']).toBe('*')
    })

    test('streams a large body: lakeFS has its first bytes before the last one is sent', async () => {
      const MIB = 2 ** 20
      const firstByte = upstream.firstByte()
      const { request, answer } = open(front, 'POST', '/api/v1/repositories/lake/branches/main/objects?path=big', {
        Origin: front.origin,
        'Content-Length': String(64 * MIB),
      })
      request.write(Buffer.alloc(MIB))
      await firstByte
      for (let sent = 1; sent < 64; sent += 1) {
        if (!request.write(Buffer.alloc(MIB))) await once(request, 'drain')
      }
      request.end()
      expect(JSON.parse((await answer).body)).toEqual({ bytes: 64 * MIB })
    })

    test('turns away writes from another origin, and lets sign-in answers of an identity provider in', async () => {
      const elsewhere = { Origin: 'https://evil.example' }
      for (const method of ['POST', 'PUT', 'DELETE']) {
        expect((await ask(front, method, '/api/v1/repositories/lake/branches', elsewhere, '{}')).status).toBe(403)
      }
      expect(upstream.seen).toEqual([])
      expect((await ask(front, 'GET', '/api/v1/config', elsewhere)).status).toBe(200)
      expect((await ask(front, 'POST', '/saml/acs', { Origin: 'https://idp.example' }, 'x=1')).status).toBe(200)
      expect((await ask(front, 'GET', '/oidc/callback?code=1')).status).toBe(200)
      expect((await ask(front, 'GET', '/logout')).status).toBe(200)
    })

    test('carries a whole upload: sign in on the page, a file through lakeFS, the file read back', async ({
      browser,
    }) => {
      const dir = test.info().outputPath(`${name}-page`)
      const sandbox = await startSandbox({ dir: join(dir, 'sandbox'), store: 'local' })
      const own = await program.start({ dir, page: PAGE, lakefs: new URL(sandbox.apiUrl).host })
      const context = await browser.newContext({ ignoreHTTPSErrors: true })
      try {
        const page = await context.newPage()
        const complaints: string[] = []
        page.on(
          'console',
          (message) => /Content.Security.Policy/i.test(message.text()) && complaints.push(message.text()),
        )
        await page.goto(`${own.origin}/?repo=demo&branch=main&prefix=front/`)
        await page.getByLabel('Access key ID').fill(sandbox.keys.accessKeyId)
        await page.getByLabel('Secret access key').fill(sandbox.keys.secretAccessKey)
        await page.getByRole('button', { name: 'Sign in' }).click()
        const [chooser] = await Promise.all([
          page.waitForEvent('filechooser'),
          page.getByRole('button', { name: 'Choose files' }).click(),
        ])
        const bytes = randomBytes(5 * 2 ** 20)
        await chooser.setFiles({ name: 'a b+c.bin', mimeType: 'application/octet-stream', buffer: bytes })
        const rows = page.getByRole('list', { name: 'Files' }).getByRole('listitem')
        await expect(rows.filter({ hasText: 'a b+c.bin' })).toContainText('Uploaded')
        const path = `/api/v1/repositories/demo/refs/main/objects?path=${encodeURIComponent('front/a b+c.bin')}`
        const object = await context.request.get(own.origin + path)
        expect((await object.body()).equals(bytes)).toBe(true)
        const cookies = await context.cookies()
        expect(cookies.find((cookie) => cookie.name === 'internal_auth_session')).toMatchObject({ secure: true })
        expect(complaints).toEqual([])
      } finally {
        await context.close()
        await own.stop()
        await sandbox.close()
      }
    })

    test('passes nothing else of lakeFS on', async () => {
      for (const path of [
        '/metrics',
        '/api/v2/config',
        '/_health',
        '/repositories',
        '/api/v1x/config',
        '/swagger.json',
      ]) {
        expect((await ask(front, 'GET', path)).status, path).toBe(404)
      }
      expect(upstream.seen).toEqual([])
    })
  })
}
