import { once } from 'node:events'
import http from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ask, command, dial, PATIENCE, pretend, text } from './testing.ts'

const MIB = 1 << 20

test('streams a request of 1 GiB with lakeFS taking it at its own pace, and keeps none of it', async () => {
  let taken = 0
  let hold: (() => void) | undefined
  const lakefs = await pretend(async (request, response) => {
    for await (const chunk of request) {
      taken += chunk.length
      // Lets go of the first bytes only when the test says so.
      if (taken === chunk.length) await new Promise<void>((resolve) => (hold = resolve))
    }
    response.end('{}')
  })
  const { url } = await command(lakefs)
  const { hostname, port } = new URL(url)
  const request = http.request({ hostname, port, method: 'POST', path: '/api/v1/repositories/r/branches/b/objects' })
  request.setHeader('content-length', 1024 * MIB)
  const block = Buffer.alloc(MIB)
  const before = process.memoryUsage().rss
  let sent = 0
  // Far more than socket buffers hold: if the proxy took it all, it would have buffered it.
  while (request.write(block) || sent < 2) {
    sent++
    await turn()
  }
  await vi.waitUntil(() => hold, PATIENCE)
  expect(sent).toBeLessThan(64)
  hold?.()
  for (sent++; sent < 1024; sent++) if (!request.write(block)) await once(request, 'drain')
  request.end()
  const [response] = await once(request, 'response')
  expect(response.statusCode).toBe(200)
  expect(taken).toBe(1024 * MIB)
  expect(process.memoryUsage().rss - before).toBeLessThan(150 * MIB)
}, 60_000)

test('begins the answer before lakeFS has ended it', async () => {
  let end: (() => void) | undefined
  const lakefs = await pretend((_, response) => {
    response.write('first ')
    end = () => response.end('last')
  })
  const { url } = await command(lakefs)
  const request = http.get(`${url}api/v1/repositories`)
  const [response] = await once(request, 'response')
  const [first] = await once(response, 'data')
  expect(String(first)).toBe('first ')
  end?.()
  expect(await text(response)).toBe('last')
})

test('lets lakeFS know when the person leaves', async () => {
  const reached = vi.fn()
  const left = vi.fn()
  const lakefs = await pretend((request) => {
    reached()
    request.on('error', () => {})
    request.on('close', left)
    request.resume()
  })
  const { url } = await command(lakefs)
  const socket = dial(url)
  socket.write(`POST /api/v1/x HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Length: 1000\r\n\r\nhalf`)
  await vi.waitUntil(() => reached.mock.calls.length > 0, PATIENCE)
  expect(left).not.toHaveBeenCalled()
  socket.destroy()
  await vi.waitUntil(() => left.mock.calls.length > 0, PATIENCE)
})

test('passes an early refusal on while the request still comes', async () => {
  const lakefs = await pretend((_, response) =>
    response.writeHead(401).end('{"message":"error authenticating request"}'),
  )
  const { url } = await command(lakefs)
  const { hostname, port } = new URL(url)
  const request = http.request({ hostname, port, method: 'POST', path: '/api/v1/x' })
  request.write(Buffer.alloc(4 * MIB))
  const [response] = await once(request, 'response')
  expect(response.statusCode).toBe(401)
  expect(await text(response)).toContain('error authenticating request')
  request.end(Buffer.alloc(4 * MIB))
  await once(request, 'close')
})

test('says who asks, and keeps to itself what is of one connection', async () => {
  let got: http.IncomingHttpHeaders = {}
  const lakefs = await pretend((request, response) => {
    got = request.headers
    response.setHeader('connection', 'x-mine')
    response.setHeader('x-mine', '1')
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('alt-svc', 'h3=":443"')
    response.setHeader('x-request-id', '7')
    response.end('{}')
  })
  const { url } = await command(lakefs)
  const { headers } = await ask(`${url}api/v1/user`, {
    headers: {
      connection: 'close, x-hop',
      'x-hop': '1',
      te: 'trailers',
      'proxy-authorization': 'Basic eA==',
      authorization: 'Bearer t',
      cookie: 'internal_auth_session=s',
      'x-lakefs-client': 'lakefs-uploader/1',
      'x-forwarded-for': '6.6.6.6',
      'x-forwarded-host': 'evil.example',
      forwarded: 'for=6.6.6.6',
      referer: `${url}?repo=secret`,
    },
  })
  expect(got).toMatchObject({
    host: new URL(lakefs).host,
    authorization: 'Bearer t',
    cookie: 'internal_auth_session=s',
    'x-lakefs-client': 'lakefs-uploader/1',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': new URL(url).host,
    'x-forwarded-proto': 'http',
  })
  for (const name of ['x-hop', 'te', 'proxy-authorization', 'forwarded', 'referer'])
    expect(got).not.toHaveProperty(name)
  expect(headers).toMatchObject({ 'x-request-id': '7', 'x-content-type-options': 'nosniff' })
  expect(headers['content-security-policy']).toBe("default-src 'none'; sandbox")
  expect(headers).not.toHaveProperty('x-mine')
  expect(headers).not.toHaveProperty('access-control-allow-origin')
  expect(headers).not.toHaveProperty('alt-svc')
})

test('believes the server that is known to stand before it', async () => {
  let got: http.IncomingHttpHeaders = {}
  const lakefs = await pretend((request, response) => {
    got = request.headers
    response.setHeader('set-cookie', ['a=b; Secure; Domain=lake.example', 'c=d'])
    response.writeHead(302, { location: `${lakefs}/oidc/callback?x=1` }).end()
  })
  const { local } = await command(lakefs, { origin: 'https://up.example.com' })
  const { headers } = await ask(`${local}oidc/login`, { headers: { 'x-forwarded-for': '9.9.9.9' } })
  expect(got).toMatchObject({
    'x-forwarded-for': '9.9.9.9, 127.0.0.1',
    'x-forwarded-host': 'up.example.com',
    'x-forwarded-proto': 'https',
  })
  expect(headers['set-cookie']).toEqual(['a=b; Secure', 'c=d'])
  expect(headers.location).toBe('/oidc/callback?x=1')
})

test('bodies of every method arrive whole', async () => {
  const lakefs = await pretend(async (request, response) => {
    response.end(JSON.stringify([request.method, await text(request)]))
  })
  const { url } = await command(lakefs)
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    const path = '/api/v1/repositories/r/branches/b/staging/pmpu/u?path=p'
    expect(JSON.parse((await ask(url, { method, path, body: 'hällo' })).body)).toEqual([method, 'hällo'])
    const chunked = { 'transfer-encoding': 'chunked' }
    expect(JSON.parse((await ask(url, { method, path, body: 'hällo', headers: chunked })).body)[1]).toBe('hällo')
  }
})

test('a client cannot make a body look like another request', async () => {
  const asked: string[] = []
  const lakefs = await pretend(async (request, response) => {
    asked.push(`${request.method} ${request.url} ${await text(request)}`)
    response.end('{}')
  })
  const { url } = await command(lakefs)
  const hidden = 'GET /api/v1/hidden HTTP/1.1\r\nHost: x\r\n\r\n'
  for (const method of ['DELETE', 'GET', 'PUT']) {
    asked.length = 0
    const { status } = await ask(url, {
      method,
      path: '/api/v1/x',
      body: hidden,
      headers: { connection: 'content-length' },
    })
    expect([status, asked]).toEqual([200, [`${method} /api/v1/x ${hidden}`]])
    await ask(`${url}api/v1/next`)
    expect(asked).toHaveLength(2)
  }
})

test('finds a lakeFS under a sub path, its address with or without the API', async () => {
  const lakefs = await pretend((request, response) => response.end(request.url))
  for (const address of [`${lakefs}/lake`, `${lakefs}/lake/`, `${lakefs}/lake/api/v1`, `${lakefs}/lake/api/v1/`]) {
    const { url } = await command(address, { base: 'upload' })
    expect((await ask(`${url}api/v1/user?x=1`)).body).toBe('/lake/api/v1/user?x=1')
  }
})

const quick = { connect: 1000, headers: 500, idle: 500 }

test('504 when no answer comes', async () => {
  const onProblem = vi.fn()
  const { url } = await command(await pretend((request) => void request.resume()), { timeouts: quick, onProblem })
  const { status, body } = await ask(`${url}api/v1/user`)
  expect([status, JSON.parse(body)]).toEqual([504, { message: 'lakeFS did not answer in time.' }])
  expect(onProblem).toHaveBeenCalledExactlyOnceWith('lakeFS did not answer in time.')
})

test('504 when lakeFS stops taking the request', async () => {
  const { url } = await command(await pretend((request) => void request.pause()), { timeouts: quick })
  const { status, body } = await ask(url, { method: 'POST', path: '/api/v1/x', body: 'x'.repeat(32 * MIB) })
  expect([status, JSON.parse(body)]).toEqual([504, { message: 'lakeFS stopped taking the request.' }])
})

test('408 when the request stops coming', async () => {
  const { url } = await command(await pretend((request) => void request.resume()), { timeouts: quick })
  const socket = dial(url)
  socket.write(`POST /api/v1/x HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Length: 1000\r\n\r\nhalf`)
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toMatch(/^HTTP\/1.1 408 /)
})

test('what came while the process stood still came in time', async () => {
  const { url } = await command(
    await pretend(async (request, response) => {
      request.once('data', () => {
        socket.write('half')
        // Before the event loop looks at connections again.
        setImmediate(() => vi.advanceTimersByTime(quick.idle))
      })
      response.end(await text(request))
    }),
    { timeouts: quick },
  )
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const socket = dial(url)
  socket.write(`POST /api/v1/x HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Length: 8\r\n\r\nhalf`)
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toMatch(/^HTTP\/1.1 200 /)
})

test('502 when nobody listens there', async () => {
  // Not a port that was free a moment ago, which others may be given.
  const { url } = await command('http://127.0.0.1:9')
  const { status, body } = await ask(`${url}api/v1/user`)
  expect([status, JSON.parse(body)]).toEqual([502, { message: 'lakeFS cannot be reached (ECONNREFUSED).' }])
})

test('502 when lakeFS goes away in mid-body, and the rest of the body is still taken', async () => {
  const lakefs = await pretend((request) => {
    request.once('data', () => request.socket.destroy())
  })
  const { url } = await command(lakefs)
  const socket = dial(url)
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
  })
  socket.write(`POST /api/v1/x HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Length: ${64 * MIB}\r\n\r\n`)
  socket.write('the beginning')
  await vi.waitUntil(() => answer.includes('lakeFS cannot be reached'), PATIENCE)
  expect(answer).toMatch(/^HTTP\/1\.1 502 /)
  // A browser sends all of the body before it reads the answer: far more than socket buffers hold.
  const block = Buffer.alloc(MIB)
  for (let sent = 0; sent < 63; sent++) await new Promise((resolve) => socket.write(block, resolve))
  socket.destroy()
})

test('an answer that breaks off or stalls is cut off, never ended as if it were whole', async () => {
  const breaking = await command(
    await pretend((_, response) => {
      response.writeHead(200, { 'content-length': 1000 })
      response.write('half', () => response.destroy())
    }),
  )
  expect((await ask(`${breaking.url}api/v1/x`)).body).toBe('<aborted>')
  const stalling = await command(await pretend((_, response) => void response.write('half')), { timeouts: quick })
  expect((await ask(`${stalling.url}api/v1/x`)).body).toBe('<aborted>')
})
