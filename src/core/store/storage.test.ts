import { describe, expect, it, vi } from 'vitest'
import type { UploadError } from '../errors.ts'
import type { ResponseError } from '../request/response-error.ts'
import { TestClock } from '../testing/clock.ts'
import { createStore, type StoreRequest } from './storage.ts'

/** A request that does what the test says. */
class FakeXhr {
  static last: FakeXhr
  upload: { onprogress: ((event: { loaded: number }) => void) | null; onload: (() => void) | null } = {
    onprogress: null,
    onload: null,
  }
  onload: (() => void) | null = null
  onerror: (() => void) | null = null
  onabort: (() => void) | null = null
  ontimeout: (() => void) | null = null
  status = 0
  responseText = ''
  withCredentials = true
  aborted = false
  sent: unknown
  headers: Record<string, string> = {}
  responseHeaders = ''
  constructor() {
    FakeXhr.last = this
  }
  open() {}
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value
  }
  send(body: unknown) {
    this.sent = body
  }
  abort() {
    this.aborted = true
    this.onabort?.()
  }
  getAllResponseHeaders() {
    return this.responseHeaders
  }
  answer(status: number, { headers = '', text = '' } = {}) {
    Object.assign(this, { status, responseHeaders: headers, responseText: text })
    this.onload?.()
  }
}

function send(changes: Partial<StoreRequest> = {}, pageProtocol = 'http:') {
  const clock = new TestClock()
  const store = createStore({
    clock,
    stallTimeout: () => 60_000,
    XMLHttpRequest: FakeXhr as unknown as typeof XMLHttpRequest,
    pageProtocol,
  })
  const controller = new AbortController()
  const onProgress = vi.fn()
  const answer = store.send({
    method: 'PUT',
    url: 'http://store.test/b/k?X-Amz-Signature=secret',
    body: new Blob([new Uint8Array(1000)]),
    signal: controller.signal,
    onProgress,
    ...changes,
  })
  answer.catch(() => {})
  return { clock, answer, controller, onProgress, xhr: FakeXhr.last }
}

describe('a request to the store', () => {
  it('carries no credentials and gives the headers it may see', async () => {
    const { answer, xhr } = send({ headers: { 'Content-Type': 'text/csv' } })
    expect(xhr.withCredentials).toBe(false)
    expect(xhr.headers).toEqual({ 'Content-Type': 'text/csv' })
    xhr.answer(200, { headers: 'ETag: "abc"\r\nx-amz-request-id: r:1\r\n' })
    const got = await answer
    expect([got.header('etag'), got.header('X-Amz-Request-Id'), got.header('nothing')]).toEqual([
      '"abc"',
      'r:1',
      undefined,
    ])
  })

  it.each([301, 304, 403, 404, 500])('refuses %i', async (status) => {
    const { answer, xhr } = send()
    xhr.answer(status, {
      headers: 'x-amz-request-id: r1\r\nRetry-After: 3',
      text: '<Error><Code>AccessDenied</Code><Message>Not you</Message></Error>',
    })
    await expect(answer).rejects.toMatchObject({
      side: 'storage',
      status,
      xmlCode: 'AccessDenied',
      detail: 'Not you',
      requestId: 'r1',
      retryAfter: 3000,
    })
  })

  it('keeps what Azure says of the times of an address, and the time of its clock', async () => {
    const { answer, xhr } = send()
    const detail =
      'Signature not valid in the specified time frame: Start [Tue, 13 Oct 2026 09:00:20 GMT] - Expiry [Tue, 13 Oct 2026 09:15:20 GMT] - Current [Tue, 13 Oct 2026 09:00:00 GMT]'
    xhr.answer(403, {
      text: `<Error><Code>AuthenticationFailed</Code><Message>Server failed.</Message><AuthenticationErrorDetail>${detail}</AuthenticationErrorDetail></Error>`,
    })
    await expect(answer).rejects.toMatchObject({
      detail: `Server failed. ${detail}`,
      storeTime: Date.parse('2026-10-13T09:00:00Z'),
    })
  })

  it.each([
    ['write /data/1: no space left on device\n', 'write /data/1: no space left on device'],
    ['{"error":{"message":"disk quota exceeded"}}', '{"error":{"message":"disk quota exceeded"}}'],
    ['<html><title>502 Bad Gateway</title></html>', ''],
    ['', ''],
  ])('keeps the words of a store that speaks no XML, and no page: %j', async (text, words) => {
    const { answer, xhr } = send()
    xhr.answer(500, { headers: '', text })
    const refusal = await answer.catch((thrown: ResponseError) => thrown)
    expect((refusal as ResponseError).detail.trim()).toBe(words)
  })

  it.each(['onerror', 'ontimeout', 'onabort'] as const)(
    'takes %s that is not ours for a lost network',
    async (event) => {
      const { answer, xhr } = send()
      xhr[event]?.()
      await expect(answer).rejects.toMatchObject({ name: 'ResponseError', status: 0 })
    },
  )

  it('is stopped by its signal only, at once, with its listeners gone', async () => {
    const { answer, xhr, controller } = send()
    controller.abort()
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
    expect(xhr.aborted).toBe(true)
    expect([xhr.onload, xhr.onerror, xhr.onabort, xhr.upload.onprogress]).toEqual([null, null, null, null])
  })

  it('is not sent at all when it was stopped before', async () => {
    const controller = new AbortController()
    controller.abort()
    const before = FakeXhr.last
    await expect(send({ signal: controller.signal }).answer).rejects.toMatchObject({ name: 'AbortError' })
    expect(FakeXhr.last).toBe(before)
  })
})

describe('a stall', () => {
  const stalls = async (prepare: (xhr: FakeXhr) => void, ms: number) => {
    const { clock, answer, xhr } = send()
    let state = 'open'
    answer.catch(() => {
      state = 'refused'
    })
    prepare(xhr)
    await clock.advance(ms)
    return [state, xhr.aborted]
  }
  const byte = (xhr: FakeXhr) => xhr.upload.onprogress?.({ loaded: 1 })
  const all = (xhr: FakeXhr) => xhr.upload.onload?.()

  it('is a minute without a byte after the first one', async () => {
    expect(await stalls(byte, 59_999)).toEqual(['open', false])
    expect(await stalls(byte, 60_000)).toEqual(['refused', true])
  })

  it('has more patience before the first byte, which waits in the browser', async () => {
    expect(await stalls(() => {}, 179_999)).toEqual(['open', false])
    expect(await stalls(() => {}, 180_000)).toEqual(['refused', true])
  })

  it('has a clock of its own after the last byte', async () => {
    expect(await stalls(all, 179_999)).toEqual(['open', false])
    expect(await stalls(all, 180_000)).toEqual(['refused', true])
  })

  it('is no answer that a proxy with a buffer, or a service worker, is slow to get: by size and by cuts', async () => {
    const large = { body: new Blob([new Uint8Array(12 * 2 ** 20)]) }
    for (const [cuts, limit] of [
      [0, 360_000],
      [1, 720_000],
    ] as const) {
      for (const told of [(xhr: FakeXhr) => xhr.upload.onprogress?.({ loaded: 12 * 2 ** 20 }), () => {}]) {
        const { clock, answer, xhr } = send({ ...large, cuts })
        told(xhr)
        await clock.advance(limit - 1)
        expect(xhr.aborted).toBe(false)
        await clock.advance(1)
        await expect(answer).rejects.toMatchObject({ name: 'ResponseError', status: 0 })
      }
    }
  })

  it('between two bytes is as short for a large body as for a small one', async () => {
    const { clock, answer, xhr } = send({ body: new Blob([new Uint8Array(12 * 2 ** 20)]), cuts: 3 })
    xhr.upload.onprogress?.({ loaded: 1000 })
    await clock.advance(60_000)
    await expect(answer).rejects.toMatchObject({ status: 0 })
  })

  it('is not a slow line', async () => {
    const { clock, answer, xhr } = send()
    for (let loaded = 1; loaded <= 20; loaded += 1) {
      xhr.upload.onprogress?.({ loaded })
      await clock.advance(50_000)
    }
    xhr.answer(200)
    await expect(answer).resolves.toMatchObject({ status: 200 })
  })
})

describe('progress', () => {
  it('is never more than there is', () => {
    const { xhr, onProgress } = send()
    xhr.upload.onprogress?.({ loaded: 500 })
    xhr.upload.onprogress?.({ loaded: 4_294_967_295 })
    xhr.upload.onload?.()
    expect(onProgress.mock.calls.flat()).toEqual([500, 1000, 1000])
  })
})

it('takes a request that the browser refuses to send for one without an answer', async () => {
  const { send: original } = FakeXhr.prototype
  FakeXhr.prototype.send = () => {
    throw new DOMException('refused', 'NetworkError')
  }
  const { answer } = send()
  FakeXhr.prototype.send = original
  await expect(answer).rejects.toMatchObject({ side: 'storage', status: 0 })
})

describe('an address that must not be used', () => {
  it.each([
    ['http://store.test:9000/b?X-Amz-Signature=secret', 'https:', 'mixed-content', 'http://store.test:9000'],
    ['http://192.168.1.2:9000/b?sig=secret', 'https:', 'mixed-content', 'http://192.168.1.2:9000'],
    ['http://minio:9000/b?sig=secret', 'https:', 'mixed-content', 'http://minio:9000'],
    ['http://localhost.example.com/b?sig=secret', 'https:', 'mixed-content', 'http://localhost.example.com'],
    ['ftp://store.test/b?sig=secret', 'http:', 'bad-address', 'ftp://store.test'],
    ['javascript:alert(1)', 'http:', 'bad-address', 'javascript://'],
    ['/relative', 'http:', 'bad-address', undefined],
    ['', 'https:', 'bad-address', undefined],
  ])('%j from a page on %s is %s', async (url, page, check, origin) => {
    const before = FakeXhr.last
    const refused = { code: 'storage-unreachable', retryable: false, facts: origin ? { check, origin } : { check } }
    const { answer } = send({ url }, page)
    await expect(answer).rejects.toMatchObject(refused)
    const said = await answer.catch((thrown: UploadError) => JSON.stringify([thrown.message, thrown.facts]))
    expect(said).not.toContain('secret')
    expect(FakeXhr.last).toBe(before)
  })

  it.each([
    ['http://store.test/b', 'http:'],
    ['https://store.test/b', 'https:'],
    ['https://store.test/b', 'http:'],
    // This machine is trustworthy without https.
    ['http://127.0.0.1:9000/b', 'https:'],
    ['http://localhost/b', 'https:'],
    ['http://minio.localhost:9000/b', 'https:'],
    ['http://[::1]:9000/b', 'https:'],
  ])('but %j from %s may', async (url, page) => {
    const { answer, xhr } = send({ url }, page)
    xhr.answer(200)
    await expect(answer).resolves.toMatchObject({ status: 200 })
  })
})
