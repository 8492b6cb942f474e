import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { expect, test, vi } from 'vitest'
import { startCommand } from './command.ts'
import { ask, command, PATIENCE, page, pretend, text } from './testing.ts'

const NOWHERE = 'http://127.0.0.1:9'

test('serves the page, never from an old copy, and its assets for ever', async () => {
  const { url } = await command(NOWHERE)
  const index = await ask(url)
  expect(index.body).toContain('<title>page</title>')
  expect(index.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' })
  const again = await ask(url, { headers: { 'if-none-match': index.headers.etag ?? '' } })
  expect([again.status, again.body]).toEqual([304, ''])
  const asset = await ask(`${url}assets/index-abc123.js`)
  expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  expect(asset.headers['content-type']).toMatch(/javascript/)
})

test('packs text for browsers that take it packed', async () => {
  const { url } = await command(NOWHERE)
  const response = await new Promise<http.IncomingMessage>((resolve) =>
    http.get(`${url}assets/index-abc123.js`, { headers: { 'accept-encoding': 'gzip' } }, resolve),
  )
  expect(response.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' })
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  expect(gunzipSync(Buffer.concat(chunks)).toString()).toContain('xxxx')
})

test('lets the page do what it needs and nothing else', async () => {
  const { url } = await command(NOWHERE)
  const policies = async (path: string) => (await ask(url + path)).headers
  for (const path of ['', 'assets/index-abc123.js', 'config.json', 'healthz', 'missing']) {
    const headers = await policies(path)
    expect(String(headers['content-security-policy']).split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "worker-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      "manifest-src 'self'",
      "connect-src 'self' http: https:",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ])
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
    })
    expect(headers['permissions-policy']).toContain('camera=()')
  }
})

test('names the stores in the policy where they are known', async () => {
  const { url } = await command(NOWHERE, { storeOrigins: ['https://s3.example.com', 'http://127.0.0.1:9000/'] })
  const { headers } = await ask(url)
  expect(headers['content-security-policy']).toContain(
    "connect-src 'self' https://s3.example.com http://127.0.0.1:9000;",
  )
})

test('hands the page its settings, with its own endpoint', async () => {
  const { url } = await command(NOWHERE, { settings: { onConflict: 'skip' }, base: '/up' })
  const { body, headers } = await ask(`${url}config.json`)
  expect(JSON.parse(body)).toEqual({ onConflict: 'skip', endpoint: '/up/api/v1' })
  expect(headers['cache-control']).toBe('no-cache')
  const elsewhere = { lakefs: NOWHERE, pageDir: page(), settings: { endpoint: 'https://lake.example.com/api/v1' } }
  await expect(startCommand(elsewhere)).rejects.toThrow('Leave "endpoint" out of the settings')
})

test('keeps to its sub path', async () => {
  const { url } = await command(NOWHERE, { base: 'tools/upload' })
  expect(new URL(url).pathname).toBe('/tools/upload/')
  expect((await ask(url)).status).toBe(200)
  const bare = await ask(url, { path: '/tools/upload?repo=lake' })
  expect([bare.status, bare.headers.location]).toEqual([308, '/tools/upload/?repo=lake'])
  expect((await ask(url, { path: '/' })).status).toBe(404)
  expect((await ask(url, { path: '/healthz' })).status).toBe(200)
})

test('is healthy whether lakeFS is or not', async () => {
  const { url } = await command(NOWHERE, { version: '1.2.3' })
  const { status, body } = await ask(`${url}healthz`)
  expect([status, JSON.parse(body)]).toEqual([200, { status: 'ok', version: '1.2.3' }])
})

test.each(['/../settings.ts', '/%2e%2e/settings.ts', '/assets/..%2f..%2fpackage.json', '/%00', '/assets'])(
  'gives nothing outside the page: %s',
  async (path) => {
    const { url } = await command(NOWHERE)
    expect([400, 404]).toContain((await ask(url, { path })).status)
  },
)

test('nothing can be written to the page', async () => {
  const { url } = await command(NOWHERE)
  const { status, headers } = await ask(url, { method: 'POST', body: 'x' })
  expect([status, headers.allow]).toEqual([405, 'GET, HEAD'])
})

test('says in a sentence why it cannot start', async () => {
  const taken = http.createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const options = { lakefs: NOWHERE, pageDir: page() }
  await expect(startCommand({ ...options, port })).rejects.toThrow(`Port ${port} is taken.`)
  await new Promise((resolve) => taken.close(resolve))
  await expect(startCommand({ ...options, host: '203.0.113.1' })).rejects.toThrow('not an address of this machine')
  await expect(startCommand({ ...options, pageDir: '/nowhere' })).rejects.toThrow('There is no built page in /nowhere')
  await expect(startCommand({ ...options, lakefs: 'lake.example.com' })).rejects.toThrow('starts with http')
  await expect(startCommand({ ...options, lakefs: 'https://k:s@lake.example.com' })).rejects.toThrow('name or password')
  await expect(startCommand({ ...options, base: '/a/../b' })).rejects.toThrow('The sub path has letters')
  await expect(startCommand({ ...options, storeOrigins: ['https://s3/x'] })).rejects.toThrow('scheme, host and port')
})

test('ends when running requests have ended, and cuts off those that do not', async () => {
  const ends: (() => void)[] = []
  const lakefs = await pretend((_, response) => {
    response.write('half')
    ends.push(() => response.end())
  })
  const one = await startCommand({ lakefs, pageDir: page() })
  const patient = ask(`${one.url}api/v1/x`)
  await vi.waitUntil(() => ends.length === 1, PATIENCE)
  const closing = one.close()
  ends[0]?.()
  expect((await patient).body).toBe('half')
  await closing

  const two = await startCommand({ lakefs, pageDir: page() })
  const [response] = await once(http.get(`${two.url}api/v1/x`), 'response')
  await two.close(1)
  await expect(text(response)).rejects.toThrow('aborted')
})
