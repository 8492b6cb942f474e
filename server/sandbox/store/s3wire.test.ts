import { createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { folder, type Given, MAIN, ON_MAIN, PATIENCE, started } from '../testing.ts'

const ORIGIN = { Origin: 'http://127.0.0.1:5173' }

test('refusals can be read by a page, and preflights allow no more than an upload needs', async () => {
  const { ok } = await started()
  const { presigned_url } = await ok<Given>('GET', `${MAIN}/staging/backing?presign=true&path=x`)
  const refused = await fetch(presigned_url.replace('/data/', '/atad/'), { method: 'PUT', body: 'x', headers: ORIGIN })
  expect(refused.status).toBe(403)
  expect(await refused.text()).toContain('<Code>SignatureDoesNotMatch</Code>')
  expect(refused.headers.get('Access-Control-Allow-Origin')).toBe('*')

  const preflight = (headers: string) =>
    fetch(presigned_url, {
      method: 'OPTIONS',
      headers: { ...ORIGIN, 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': headers },
    })
  expect((await preflight('content-type')).headers.get('Access-Control-Allow-Headers')).toBe('content-type')
  expect((await preflight('authorization')).status).toBe(403)
  expect((await preflight('x-lakefs-client')).status).toBe(403)
})

test('a body that breaks off leaves nothing behind', async () => {
  const dir = await folder()
  const { sandbox, ok } = await started({ dir })
  const before = await readdir(join(dir, 'objects'))
  const { presigned_url } = await ok<Given>('GET', `${MAIN}/staging/backing?presign=true&path=cut.bin`)
  const { host, hostname, port, pathname, search } = new URL(presigned_url)
  const socket = connect(Number(port), hostname)
  socket.write(`PUT ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 2000000\r\n\r\n`)
  socket.write(randomBytes(1_000_000))
  await vi.waitFor(() => expect(sandbox.requests('store')[0]?.received).toBe(1_000_000), PATIENCE)
  socket.destroy()
  await vi.waitFor(async () => expect(await readdir(join(dir, 'objects'))).toEqual(before), PATIENCE)
  expect((await sandbox.objects()).map(({ key }) => key).filter((key) => key.includes(','))).toEqual([])
})

test('parts become one object with the composite ETag, in their order', async () => {
  const { sandbox, ok, call } = await started()
  const at = '?path=big.bin'
  const open = await ok<Given & { upload_id: string; presigned_urls: string[] }>(
    'POST',
    `${MAIN}/staging/pmpu${at}&parts=2`,
  )
  const parts = [randomBytes(5 * 1024 * 1024), randomBytes(1000)]
  const md5s = parts.map((part) => createHash('md5').update(part).digest())
  const send = (index: number) =>
    fetch(open.presigned_urls[index] ?? '', { method: 'PUT', body: new Uint8Array(parts[index] ?? []) })
  const etags = await Promise.all([1, 0].map(async (index) => (await send(index)).headers.get('ETag')))
  expect(sandbox.multiparts()[0]?.parts.map(({ part, size }) => [part, size])).toEqual([
    [1, 5 * 1024 * 1024],
    [2, 1000],
  ])
  const done = await ok<{ checksum: string; size_bytes: number }>(
    'PUT',
    `${MAIN}/staging/pmpu/${open.upload_id}${at}`,
    {
      physical_address: open.physical_address,
      parts: [
        { part_number: 1, etag: etags[1] },
        { part_number: 2, etag: etags[0] },
      ],
    },
  )
  expect(done.checksum).toBe(`${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-2`)
  expect(sandbox.multiparts()).toEqual([])
  const stored = (await sandbox.objects()).find(({ etag }) => etag === done.checksum)
  expect(stored?.md5).toBe(createHash('md5').update(Buffer.concat(parts)).digest('hex'))
  const range = await call('GET', `${ON_MAIN}/objects${at}`, undefined, { Range: 'bytes=5242878-5242881' })
  expect(range.status).toBe(206)
})

test('a part of an upload that was aborted is refused', async () => {
  const { ok } = await started()
  const open = await ok<Given & { upload_id: string; presigned_urls: string[] }>(
    'POST',
    `${MAIN}/staging/pmpu?path=x&parts=1`,
  )
  await ok('DELETE', `${MAIN}/staging/pmpu/${open.upload_id}?path=x`, { physical_address: open.physical_address })
  const put = await fetch(open.presigned_urls[0] ?? '', { method: 'PUT', body: 'x' })
  expect(put.status).toBe(404)
  expect(await put.text()).toContain('NoSuchUpload')
})
