import { createHash, randomBytes } from 'node:crypto'
import { connect } from 'node:tls'
import { expect, test, vi } from 'vitest'
import { startSandbox } from '../index.ts'
import { overTls } from '../replay.ts'
import { client, folder, type Given, MAIN, ON_MAIN, PATIENCE, started } from '../testing.ts'

const URL_OF = `${MAIN}/staging/backing?presign=true&path=x`
const BLOB = { 'x-ms-blob-type': 'BlockBlob', Origin: 'http://127.0.0.1:5173' }

test('one SAS carries blocks in any order, and they are kept over a restart', async () => {
  const dir = await folder()
  const first = await startSandbox({ dir, store: 'azure', external: null })
  const { ok, call } = client(first)
  const address = await ok<Given>('GET', URL_OF)
  expect(new URL(address.presigned_url).searchParams.get('sp')).toBe('raw')
  const blocks = [randomBytes(300_000), randomBytes(1000)].map((bytes) => new Uint8Array(bytes))
  const ids = ['MDAwMDA=', 'MDAwMDE=']
  for (const index of [1, 0]) {
    const url = `${address.presigned_url}&comp=block&blockid=${encodeURIComponent(ids[index] ?? '')}`
    expect((await overTls(url, 'PUT', {}, blocks[index])).status).toBe(201)
  }
  const list = `<?xml version="1.0" encoding="utf-8"?><BlockList>${ids.map((id) => `<Latest>${id}</Latest>`).join('')}</BlockList>`
  expect((await overTls(`${address.presigned_url}&comp=blocklist`, 'PUT', {}, list)).status).toBe(201)
  const size = 301_000
  await ok('PUT', `${MAIN}/staging/backing?path=x`, { staging: address, checksum: 'x', size_bytes: size })
  expect(first.counters()).toMatchObject({ 'store-block': 2, 'store-blocklist': 1 })
  const range = { Range: 'bytes=299998-300001' }
  const read = (lake: { call: typeof call }) => lake.call('GET', `${ON_MAIN}/objects?path=x`, undefined, range)
  const before = await read({ call })
  expect(before.status).toBe(206)
  await first.close()
  const second = await started({ dir, store: 'azure' })
  expect(await read(second)).toEqual(before)
}, 60_000)

test('a SAS that is tampered with, for another blob or over is refused, and a page can read it', async () => {
  const { sandbox, ok } = await started({ store: 'azure' })
  const { presigned_url } = await ok<Given>('GET', URL_OF)
  const put = (url: string) => overTls(url, 'PUT', BLOB, 'hello')
  const refused = { status: 403, text: expect.stringContaining('AuthorizationFailure') }
  expect(await put(presigned_url.replace(/sig=..../, 'sig=0000'))).toMatchObject(refused)
  expect(await put(presigned_url.replace('/data/', '/atad/'))).toMatchObject(refused)
  sandbox.settings.urlSeconds = -1
  const late = await put((await ok<Given>('GET', URL_OF)).presigned_url)
  expect(late).toMatchObject(refused)
  expect(late.headers.get('Access-Control-Allow-Origin')).toBe('*')
  expect(await put(presigned_url)).toMatchObject({ status: 201 })
}, 30_000)

test('the speed limit holds on the way to Azurite, and what is sent arrives whole', async () => {
  const { sandbox, ok } = await started({ store: 'azure', settings: { bytesPerSecond: 200_000 } })
  const { presigned_url } = await ok<Given>('GET', URL_OF)
  const bytes = new Uint8Array(randomBytes(200_000))
  const began = performance.now()
  const put = await overTls(presigned_url, 'PUT', BLOB, bytes)
  expect(put.status).toBe(201)
  expect(performance.now() - began).toBeGreaterThan(950)
  expect(put.headers.get('Content-MD5')).toBe(createHash('md5').update(bytes).digest('base64'))
  expect(sandbox.requests('store')[0]?.received).toBe(200_000)
}, 30_000)

test('a body that breaks off leaves no blob, and faults reach this store too', async () => {
  const { sandbox, ok } = await started({ store: 'azure' })
  const { presigned_url } = await ok<Given>('GET', URL_OF)
  const { hostname, port, pathname, search, host } = new URL(presigned_url)
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false })
  const head = `PUT ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nx-ms-blob-type: BlockBlob\r\nContent-Length: 900000\r\n\r\n`
  socket.write(head)
  socket.write(randomBytes(100_000))
  await vi.waitFor(() => expect(sandbox.requests('store')[0]?.received).toBe(100_000), PATIENCE)
  socket.destroy()
  expect((await overTls(presigned_url, 'GET', {}, undefined)).status).toBe(404)

  sandbox.faults.add(
    { route: 'store-put', fault: { kind: 'expired' } },
    { route: 'store-put', fault: { kind: 'hide-etag' } },
    { route: 'store-put', fault: { kind: 'corrupt' } },
  )
  expect((await overTls(presigned_url, 'PUT', BLOB, 'hello')).status).toBe(403)
  expect((await overTls(presigned_url, 'PUT', BLOB, 'hello')).headers.get('Access-Control-Expose-Headers')).toBeNull()
  const corrupt = await overTls(presigned_url, 'PUT', BLOB, 'hello')
  expect(corrupt.status).toBe(201)
  expect(corrupt.headers.get('Content-MD5')).not.toBe('XUFAKrxLKna5cZ2REBfFkg==')
}, 30_000)

test('a block whose MD5 differs is refused and not kept', async () => {
  const { ok } = await started({ store: 'azure' })
  const { presigned_url } = await ok<Given>('GET', URL_OF)
  const md5 = (text: string) => createHash('md5').update(text).digest('base64')
  const put = (id: string, told: string) =>
    overTls(`${presigned_url}&comp=block&blockid=${id}`, 'PUT', { 'Content-MD5': md5(told) }, 'hello')
  expect((await put('MDAwMDA%3D', 'hello')).status).toBe(201)
  // Azure itself says Md5Mismatch.
  const refused = await put('MDAwMDE%3D', 'other')
  expect(refused).toMatchObject({ status: 400, text: expect.stringContaining("contentMD5 doesn't match") })
  const list = await overTls(`${presigned_url}&comp=blocklist&blocklisttype=all`, 'GET', {}, undefined)
  expect(list.text.match(/<Name>[^<]+/g)).toEqual(['<Name>MDAwMDA='])
}, 30_000)

test('a CORS rule without Content-MD5 stops the requests that have it, and no others', async () => {
  const { sandbox, ok } = await started({ store: 'azure' })
  const { presigned_url } = await ok<Given>('GET', URL_OF)
  const asks = async (headers: string) => {
    const preflight = {
      Origin: BLOB.Origin,
      'Access-Control-Request-Method': 'PUT',
      'Access-Control-Request-Headers': headers,
    }
    return (await overTls(presigned_url, 'OPTIONS', preflight, undefined)).headers.get('Access-Control-Allow-Origin')
  }
  expect(await asks('content-md5,x-ms-blob-type')).toBe(BLOB.Origin)
  sandbox.settings.allowContentMd5 = false
  expect(await asks('content-md5,x-ms-blob-type')).toBeNull()
  expect(await asks('x-ms-blob-type')).toBe(BLOB.Origin)
}, 30_000)
