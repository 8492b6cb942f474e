import { expect, test } from 'vitest'
import { ask, command, dial, pretend } from './testing.ts'

/** A lakeFS that writes down what reaches it. */
async function witness(options: Parameters<typeof command>[1] = {}) {
  const seen: string[] = []
  const lakefs = await pretend((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    response.end('{}')
  })
  const { url } = await command(lakefs, options)
  return { url, seen }
}

test.each([
  '/api/v1/user',
  '/api/v1/repositories/lake/branches/main/staging/backing?path=a%2Fb%20c%3F&presign=true',
  '/api/v1/repositories/lake/branches/main/staging/pmpu/2~x_y-z%2Fq?path=..%2Fa',
  '/logout',
  '/oidc/login?next=%2F',
  '/sso/login-saml',
  '/saml/metadata',
  '/auth/oauth/callback',
])('passes %s on as it was written', async (path) => {
  const { url, seen } = await witness()
  expect((await ask(url, { path })).status).toBe(200)
  expect(seen).toEqual([`GET ${path}`])
})

test.each([
  ['another part of lakeFS', '/metrics'],
  ['its S3 gateway', '/lake/main/secret.txt'],
  ['another version of the API', '/api/v2/user'],
  ['a name that only begins like the API', '/api/v1x/user'],
  ['dot segments', '/api/v1/../../metrics'],
  ['one dot', '/api/v1/./user'],
  ['encoded dots', '/api/v1/%2e%2e/%2e%2e/metrics'],
  ['half encoded dots', '/api/v1/.%2E/metrics'],
  ['twice encoded dots', '/api/v1/%252e%252e/metrics'],
  ['dots behind an encoded slash', '/api/v1/x%2f..%2f..%2fmetrics'],
  ['backslashes', '/api/v1/..\\..\\metrics'],
  ['encoded backslashes', '/api/v1/x%5c..%5cmetrics'],
  ['an escape that is none', '/api/v1/%zz'],
  ['an encoded line end', '/api/v1/user%0d%0ax:y'],
  ['an encoded NUL', '/api/v1/user%00'],
  ['another host after two slashes', '//127.0.0.1/api/v1/user'],
  ['a whole address', 'http://127.0.0.1/api/v1/user'],
  ['an address with another host', 'http://example.com/'],
])('sends nothing to lakeFS for %s', async (_, path) => {
  const { url, seen } = await witness()
  const { status } = await ask(url, { path })
  expect([400, 404]).toContain(status)
  expect(seen).toEqual([])
})

test('is no tunnel', async () => {
  const { url, seen } = await witness()
  const socket = dial(url)
  socket.end('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n')
  const answer: Buffer[] = []
  for await (const chunk of socket) answer.push(chunk)
  expect(Buffer.concat(answer).toString()).not.toMatch(/ 2\d\d /)
  expect(seen).toEqual([])
})

test.each(['TRACE', 'OPTIONS', 'PROPFIND'])('refuses %s', async (method) => {
  const { url, seen } = await witness()
  const { status, headers, body } = await ask(url, { method, path: '/api/v1/user' })
  expect(status).toBe(405)
  expect(headers.allow).toBe('GET, HEAD, POST, PUT, PATCH, DELETE')
  expect(JSON.parse(body)).toEqual({ message: `${method} is not a method of lakeFS.` })
  expect(seen).toEqual([])
})

const write = { method: 'POST', path: '/api/v1/auth/login', body: '{}' }

test.each([
  ['another origin', { origin: 'https://evil.example' }],
  ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
  ['a frame without an origin', { origin: 'null' }],
  ['another site', { 'sec-fetch-site': 'cross-site' }],
  ['a neighbour of the same site', { 'sec-fetch-site': 'same-site' }],
])('refuses a write from %s', async (_, headers) => {
  const { url, seen } = await witness()
  const { status, body } = await ask(url, { ...write, headers })
  expect(status).toBe(403)
  expect(JSON.parse(body)).toEqual({ message: 'Only the page itself may write here.' })
  expect(seen).toEqual([])
})

test('takes writes of the page, and of programs', async () => {
  const { url, seen } = await witness()
  const { origin } = new URL(url)
  expect((await ask(url, { ...write, headers: { origin, 'sec-fetch-site': 'same-origin' } })).status).toBe(200)
  expect((await ask(url, write)).status).toBe(200)
  expect(seen).toHaveLength(2)
})

test.each([
  ["a page whose own server passes them on, such as Vite's", { 'sec-fetch-site': 'same-origin' }],
  ['a program that names an origin and keys', { authorization: 'Basic eA==' }],
])('takes writes of %s', async (_, headers) => {
  const { url, seen } = await witness()
  const { status } = await ask(url, { ...write, headers: { origin: 'http://127.0.0.1:5174', ...headers } })
  expect(status).toBe(200)
  expect(seen).toHaveLength(1)
})

test('refuses keys from another site all the same', async () => {
  const { url, seen } = await witness()
  const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', authorization: 'Basic eA==' }
  expect((await ask(url, { ...write, headers })).status).toBe(403)
  expect(seen).toEqual([])
})

test('takes the answer of an identity provider, which comes from its own origin', async () => {
  const { url, seen } = await witness()
  const headers = { origin: 'https://idp.example', 'sec-fetch-site': 'cross-site' }
  expect((await ask(url, { method: 'POST', path: '/saml/acs', headers, body: 'x' })).status).toBe(200)
  expect((await ask(url, { method: 'POST', path: '/saml/other', headers, body: 'x' })).status).toBe(403)
  expect(seen).toEqual(['POST /saml/acs'])
})

test('knows its public origin behind another server', async () => {
  const lakefs = await pretend((_, response) => response.end('{}'))
  const { url, local } = await command(lakefs, { origin: 'https://up.example.com' })
  expect(url).toBe('https://up.example.com/')
  const status = async (origin: string, host: string) =>
    (await ask(local, { ...write, headers: { origin, host } })).status
  expect(await status('https://up.example.com', 'up.example.com')).toBe(200)
  expect(await status('https://up.example.com', '127.0.0.1:5173')).toBe(200)
  expect(await status('http://up.example.com', 'up.example.com')).toBe(403)
  expect(await status('http://evil.example', 'evil.example')).toBe(421)
})

test('answers only to the names of this machine while it listens to this machine alone', async () => {
  const { url, seen } = await witness()
  const { port } = new URL(url)
  const status = async (host: string) => (await ask(url, { path: '/api/v1/user', headers: { host } })).status
  expect(await status(`rebound.example:${port}`)).toBe(421)
  expect(await status('a b')).toBe(400)
  expect(seen).toEqual([])
  expect(await status(`localhost:${port}`)).toBe(200)
})

test('sends the sign-in page of lakeFS to its own', async () => {
  const { url, seen } = await witness({ base: '/up' })
  const answer = await ask(url, { path: '/auth/login?next=%2F' })
  expect([answer.status, answer.headers.location]).toEqual([302, '/up/'])
  expect(seen).toEqual([])
})
