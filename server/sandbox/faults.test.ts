import { once } from 'node:events'
import { request } from 'node:http'
import { describe, expect, test, vi } from 'vitest'
import type { FaultRule } from './index.ts'
import { type Given, MAIN, ON_MAIN, PATIENCE, started, uploaded } from './testing.ts'

const broken = (work: Promise<unknown>) =>
  work.then(
    () => 'answered',
    () => 'broken',
  )

describe('the script decides when', () => {
  test('route, path, after and times', async () => {
    const { sandbox, call } = await started()
    sandbox.faults.add({
      route: 'stat',
      path: 'raw/',
      after: 1,
      times: 2,
      fault: { kind: 'status', status: 503, headers: { 'Retry-After': '7' } },
    })
    const statuses = []
    for (const path of ['raw/x', 'other', 'raw/x', 'raw/y', 'raw/z']) {
      statuses.push((await call('GET', `${ON_MAIN}/objects/stat?path=${path}`)).status)
    }
    expect(statuses).toEqual([404, 404, 503, 503, 404])
    expect(sandbox.faults.list()).toMatchObject([{ seen: 4, struck: 2 }])
  })

  test('it is set over HTTP by a test elsewhere, never by a page', async () => {
    const { sandbox, call } = await started()
    const rule: FaultRule = { route: 'config', fault: { kind: 'unauthorized' } }
    const post = (headers: Record<string, string>) =>
      fetch(`${sandbox.apiUrl}/_sandbox/faults`, { method: 'POST', body: JSON.stringify(rule), headers })
    expect((await post({ Origin: 'http://evil.example' })).status).toBe(403)
    expect((await post({})).status).toBe(201)
    expect((await call('GET', '/config')).status).toBe(401)
    expect((await call('GET', '/config')).status).toBe(200)
  })

  test('a wrong name is an error, not a silence', async () => {
    const { sandbox } = await started()
    expect(() => sandbox.faults.add({ route: 'stta', fault: { kind: 'truncate' } })).toThrow('no route "stta"')
  })
})

describe('what goes wrong at the API', () => {
  test('a lost answer: the work is done', async () => {
    const lake = await started()
    lake.sandbox.faults.add({ route: 'link', fault: { kind: 'lost' } })
    expect(await broken(uploaded(lake, 'lost.txt', 'x'))).toBe('broken')
    expect((await lake.call('GET', `${ON_MAIN}/objects/stat?path=lost.txt`)).status).toBe(200)
  })

  test('a truncated answer', async () => {
    const { sandbox, call } = await started()
    sandbox.faults.add({ route: 'config', fault: { kind: 'truncate' } })
    expect(await broken(call('GET', '/config'))).toBe('broken')
  })

  test('a stall gives nothing until the caller gives up', async () => {
    const { sandbox } = await started()
    sandbox.faults.add({ route: 'config', fault: { kind: 'stall', at: 'answer' } })
    const leave = new AbortController()
    const waiting = broken(fetch(`${sandbox.apiUrl}/api/v1/config`, { signal: leave.signal }))
    await vi.waitFor(() => expect(sandbox.counters().config).toBe(1), PATIENCE)
    leave.abort()
    expect(await waiting).toBe('broken')
  })

  test('a held answer is of work that is done, and comes when the script is cleared', async () => {
    const lake = await started()
    lake.sandbox.faults.add(
      { route: 'upload', fault: { kind: 'hold' } },
      { route: 'store-put', fault: { kind: 'hold' } },
    )
    const through = lake.call('POST', `${MAIN}/objects?path=through.txt`, 'x', { 'Content-Type': 'text/plain' })
    const direct = uploaded(lake, 'direct.txt', 'x')
    const there = async () => (await lake.call('GET', `${ON_MAIN}/objects/stat?path=through.txt`)).status
    await vi.waitFor(async () => expect(await there()).toBe(200), PATIENCE)
    const held = () => lake.sandbox.requests().filter(({ fault }) => fault === 'hold')
    await vi.waitFor(() => expect(held()).toMatchObject([{ received: 1 }, { received: 1 }]), PATIENCE)
    expect(held().map(({ status }) => status)).toEqual([0, 0])
    lake.sandbox.faults.clear()
    expect((await through).status).toBe(201)
    await direct
    expect((await lake.call('GET', `${ON_MAIN}/objects/stat?path=direct.txt`)).status).toBe(200)
  })

  test('a request that is held is not worked on before the script is cleared', async () => {
    const lake = await started()
    lake.sandbox.faults.add({ route: 'upload', path: 'held', fault: { kind: 'hold', at: 'request' } })
    const put = (name: string) =>
      lake.call('POST', `${MAIN}/objects?path=${name}.txt`, name, { 'Content-Type': 'text/plain' })
    const there = async () => (await lake.call('GET', `${ON_MAIN}/objects/stat?path=held.txt`)).status
    const held = put('held')
    await vi.waitFor(() => expect(lake.sandbox.counters().upload).toBe(1), PATIENCE)
    expect((await put('later')).status).toBe(201)
    expect(await there()).toBe(404)
    lake.sandbox.faults.clear()
    expect((await held).status).toBe(201)
    expect(await there()).toBe(200)
  })

  test('a part that is late is kept when the script is cleared, and brings back what was aborted meanwhile', async () => {
    const { sandbox, ok, call } = await started()
    const begin = (path: string) =>
      ok<{ upload_id: string; physical_address: string; presigned_urls: string[] }>(
        'POST',
        `${MAIN}/staging/pmpu?path=${path}&parts=1`,
      )
    const [aborted, completed] = [await begin('aborted.bin'), await begin('completed.bin')]
    const put = ({ presigned_urls }: typeof aborted, body: string) =>
      fetch(presigned_urls[0] ?? '', { method: 'PUT', body })
    const etag = (await put(completed, 'whole')).headers.get('ETag')
    sandbox.faults.add({ route: 'store-part', fault: { kind: 'late' }, times: 0 })
    const late = [put(aborted, 'late'), put(completed, 'late')]
    const came = () => sandbox.requests().filter(({ fault, received }) => fault === 'late' && received === 4)
    await vi.waitFor(() => expect(came()).toHaveLength(2), PATIENCE)
    const abort = () =>
      call('DELETE', `${MAIN}/staging/pmpu/${aborted.upload_id}?path=aborted.bin`, {
        physical_address: aborted.physical_address,
      })
    expect((await abort()).status).toBe(204)
    expect((await abort()).body).toMatchObject({ message: expect.stringContaining('NoSuchUpload') })
    await ok('PUT', `${MAIN}/staging/pmpu/${completed.upload_id}?path=completed.bin`, {
      physical_address: completed.physical_address,
      parts: [{ part_number: 1, etag }],
    })
    expect(sandbox.multiparts()).toEqual([])
    sandbox.faults.clear()
    expect((await Promise.all(late)).map(({ status }) => status)).toEqual([200, 200])
    expect(sandbox.multiparts()).toMatchObject([{ upload: aborted.upload_id, parts: [{ part: 1, size: 4 }] }])
    // One that begins after the abort finds nothing.
    expect((await abort()).status).toBe(204)
    expect((await put(aborted, 'after')).status).toBe(404)
  })

  test('with late parts, one that was on its way when its upload was aborted opens it again, and no other does', async () => {
    const { sandbox, ok, call } = await started()
    sandbox.settings.lateParts = true
    const begun = await ok<{ upload_id: string; physical_address: string; presigned_urls: string[] }>(
      'POST',
      `${MAIN}/staging/pmpu?path=part.bin&parts=1`,
    )
    const url = begun.presigned_urls[0] ?? ''
    const part = request(url, { method: 'PUT', headers: { 'Content-Length': 8 } })
    const answered = once(part, 'response')
    part.write('half')
    const came = () => sandbox.requests().filter(({ route, received }) => route === 'store-part' && received === 4)
    await vi.waitFor(() => expect(came()).toHaveLength(1), PATIENCE)
    const { physical_address } = begun
    const abort = () => call('DELETE', `${MAIN}/staging/pmpu/${begun.upload_id}?path=part.bin`, { physical_address })
    expect((await abort()).status).toBe(204)
    expect(sandbox.multiparts()).toEqual([])
    part.end('half')
    await answered
    expect(sandbox.multiparts()).toMatchObject([{ upload: begun.upload_id, parts: [{ part: 1, size: 8 }] }])
    expect((await abort()).status).toBe(204)
    expect((await fetch(url, { method: 'PUT', body: 'after' })).status).toBe(404)
  })

  test('409: a hint with its URL, without it, and an error body; the hinted address can be linked', async () => {
    const { sandbox, ok, call } = await started()
    const at = `${MAIN}/staging/backing?path=c.txt`
    const first = await ok<Given>('GET', at)
    const link = (staging: unknown) => call('PUT', at, { staging, checksum: 'x', size_bytes: 1 })
    sandbox.faults.add(
      { route: 'link', fault: { kind: 'conflict', hint: 'location' } },
      { route: 'link', after: 1, fault: { kind: 'conflict', hint: 'no-url' } },
      { route: 'link', after: 2, fault: { kind: 'conflict', hint: 'error' } },
    )
    const hint = await link(first)
    expect(hint).toMatchObject({ status: 409, body: { presigned_url: expect.stringContaining('X-Amz-Signature') } })
    expect(await link(first)).toMatchObject({ status: 409, body: { presigned_url: null } })
    expect(await link(first)).toMatchObject({ status: 409, body: { message: expect.stringContaining('conflict') } })
    expect((await link(hint.body)).status).toBe(200)
  })

  test('a hook refuses a commit and its run can be looked up', async () => {
    const lake = await started()
    await uploaded(lake, 'x', 'x')
    lake.sandbox.faults.add({
      route: 'commit',
      fault: { kind: 'hook', action: 'Checks', hook: 'no_x', output: 'x is not allowed' },
    })
    const refused = await lake.call('POST', `${MAIN}/commits`, { message: 'm' })
    expect(refused.status).toBe(412)
    const { message } = refused.body as { message: string }
    expect(message).toContain("failed on action 'Checks' hook 'no_x': x is not allowed")
    const run = /run id '([^']+)'/.exec(message)?.[1]
    const base = `/repositories/demo/actions/runs`
    expect(await lake.ok('GET', base)).toMatchObject({ results: [{ run_id: run, status: 'failed', branch: 'main' }] })
    const { results } = await lake.ok<{ results: { hook_run_id: string; hook_id: string }[] }>(
      'GET',
      `${base}/${run}/hooks`,
    )
    expect(results).toMatchObject([{ hook_id: 'no_x' }])
    expect((await lake.call('GET', `${base}/${run}/hooks/${results[0]?.hook_run_id}/output`)).body).toContain(
      'x is not allowed',
    )
    expect((await lake.call('POST', `${MAIN}/commits`, { message: 'm' })).status).toBe(201)
  })

  test('sessions end when told, and one given in the same millisecond goes on', async () => {
    const now = Date.now()
    const { sandbox } = await started({ now: () => now })
    const { accessKeyId: access_key_id, secretAccessKey: secret_access_key } = sandbox.keys
    const login = async () => {
      const body = JSON.stringify({ access_key_id, secret_access_key })
      const answer = await fetch(`${sandbox.apiUrl}/api/v1/auth/login`, { method: 'POST', body })
      return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    }
    const config = async (Cookie: string) =>
      (await fetch(`${sandbox.apiUrl}/api/v1/config`, { headers: { Cookie } })).status
    const cookie = await login()
    expect(await config(cookie)).toBe(200)
    sandbox.expireSessions()
    expect(await config(cookie)).toBe(401)
    expect(await config(await login())).toBe(200)
  })
})

describe('what goes wrong at the store', () => {
  const put = async (lake: Awaited<ReturnType<typeof started>>, body = 'hello') => {
    const { presigned_url } = await lake.ok<Given>('GET', `${MAIN}/staging/backing?presign=true&path=x`)
    return fetch(presigned_url, { method: 'PUT', body, headers: { Origin: 'http://127.0.0.1:5173' } })
  }

  test('an expired URL, an ETag that is hidden or differs, no CORS', async () => {
    const lake = await started()
    lake.sandbox.faults.add(
      { route: 'store-put', fault: { kind: 'expired' } },
      { route: 'store-put', after: 1, fault: { kind: 'hide-etag' } },
      { route: 'store-put', after: 2, fault: { kind: 'corrupt' } },
      { route: 'store-put', after: 3, fault: { kind: 'no-cors' } },
    )
    const expired = await put(lake)
    expect([expired.status, await expired.text()]).toEqual([403, expect.stringContaining('Request has expired')])
    expect((await put(lake)).headers.get('Access-Control-Expose-Headers')).toBeNull()
    const good = '"5d41402abc4b2a76b9719d911017c592"'
    expect((await put(lake)).headers.get('ETag')).not.toBe(good)
    const closed = await put(lake)
    expect([closed.headers.get('ETag'), closed.headers.get('Access-Control-Allow-Origin')]).toEqual([good, null])
  })

  test('a server before it limits bodies, and knows nothing of CORS', async () => {
    const lake = await started()
    lake.sandbox.faults.add({ route: 'store-put', fault: { kind: 'body-limit', bytes: 1000 }, times: 0 })
    const large = await put(lake, 'x'.repeat(1001))
    expect([large.status, large.headers.get('Access-Control-Allow-Origin')]).toEqual([413, null])
    expect((await put(lake, 'x'.repeat(1000))).status).toBe(200)
  })

  test.each([500_000, 10, 0])('a reset in mid-body stores nothing, and a body of %i ends too', async (size) => {
    const lake = await started()
    lake.sandbox.faults.add({ route: 'store-put', fault: { kind: 'reset', bytes: 1000 } })
    expect(await broken(put(lake, 'x'.repeat(size)))).toBe('broken')
    expect((await lake.sandbox.objects()).every(({ key }) => !key.includes(','))).toBe(true)
  })
})

test('the speed limit holds for bytes that go through the API, also where the clock is set meanwhile', async () => {
  const { sandbox, call } = await started({ store: 'local', settings: { bytesPerSecond: 200_000 } })
  const { now } = Date
  let ahead = 0
  vi.spyOn(Date, 'now').mockImplementation(() => {
    ahead += 1000
    return now() + ahead
  })
  const began = performance.now()
  const path = `${MAIN}/objects?path=slow.bin`
  const { status } = await call('POST', path, 'x'.repeat(200_000), { 'Content-Type': 'text/plain' })
  expect(status).toBe(201)
  expect(performance.now() - began).toBeGreaterThan(950)
  expect(sandbox.requests('api').at(-1)).toMatchObject({ route: 'upload', received: 200_000 })
})

describe('older and smaller servers', () => {
  test.each([
    [{ signPart: false }, 404],
    [{ multipart: false }, 400],
  ])('%o: signing a part is %i', async (settings, status) => {
    const { call } = await started({ settings })
    const path = `${MAIN}/staging/pmpu/id/parts/1?path=x`
    expect((await call('PUT', path, { physical_address: 's3://lakefs-sandbox/x' })).status).toBe(status)
  })

  test('no multipart is 501, no presigning 500, and the config says so', async () => {
    const { call, ok } = await started({ settings: { presign: false } })
    expect((await call('POST', `${MAIN}/staging/pmpu?path=x`)).status).toBe(501)
    expect((await call('GET', `${MAIN}/staging/backing?path=x&presign=true`)).status).toBe(500)
    expect(await ok('GET', '/config')).toMatchObject({
      storage_config: { pre_sign_support: false, pre_sign_multipart_upload: false },
    })
  })

  test('an address is linked once, and with its token', async () => {
    const { call, ok } = await started({ settings: { linkTwice: false, token: true } })
    const at = `${MAIN}/staging/backing?path=x`
    const staging = await ok<{ token: string }>('GET', at)
    const link = (given: unknown) => call('PUT', at, { staging: given, checksum: 'x', size_bytes: 1 })
    expect((await link({ ...staging, token: undefined })).status).toBe(400)
    expect((await link(staging)).status).toBe(200)
    expect((await link(staging)).status).toBe(400)
  })
})

test('an open upload tells whether anybody heard its id', async () => {
  const { sandbox, ok } = await started()
  const { accessKeyId, secretAccessKey } = sandbox.keys
  const headers = { Authorization: `Basic ${btoa(`${accessKeyId}:${secretAccessKey}`)}` }
  const create = (path: string, signal: AbortSignal | null = null) =>
    fetch(`${sandbox.apiUrl}/api/v1${MAIN}/staging/pmpu?path=${path}`, { method: 'POST', headers, signal })

  const { upload_id } = await ok<{ upload_id: string }>('POST', `${MAIN}/staging/pmpu?path=heard`)
  sandbox.faults.add(
    { route: 'create-multipart', path: 'reset', fault: { kind: 'reset' } },
    { route: 'create-multipart', path: 'lost', fault: { kind: 'lost' } },
    { route: 'create-multipart', path: 'truncated', fault: { kind: 'truncate' } },
    { route: 'create-multipart', path: 'gone', fault: { kind: 'hold' } },
  )
  // Nothing has begun.
  expect(await broken(create('reset'))).toBe('broken')
  // Begun, and nobody has heard of it: the answer died, came by half, or its page had gone.
  expect(await broken(create('lost'))).toBe('broken')
  expect(await broken(create('truncated').then((answer) => answer.text()))).toBe('broken')
  const leaving = new AbortController()
  const gone = broken(create('gone', leaving.signal))
  await vi.waitFor(() => expect(sandbox.multiparts()).toHaveLength(4), PATIENCE)
  leaving.abort()
  expect(await gone).toBe('broken')
  // The end of a connection is heard before what is asked on another one; the answer then goes nowhere.
  await ok('GET', '/config')
  sandbox.faults.clear()
  await ok('GET', '/config')
  expect(sandbox.multiparts().filter(({ heard }) => heard)).toMatchObject([{ upload: upload_id }])
})
