import { UploadError } from '../errors.ts'
import { abortError, type Clock } from '../request/clock.ts'
import { ResponseError, type Side } from '../request/response-error.ts'
import { retryAfterOf } from '../request/retry.ts'
import { StoreRefusal, storeTimeOf } from './clock-skew.ts'
import { isTrustworthy } from './host-kind.ts'
import { SilenceError, silenceLimit } from './stall.ts'

export interface StoreRequest {
  method: 'PUT' | 'POST' | 'GET'
  url: string
  /** A slice of a file is sent as it is and never read into memory. */
  body: Blob | string | null
  headers?: Record<string, string>
  /**
   * Server that answers, which decides how an error is interpreted. Default `storage`. Cookies are only sent to the
   * origin of the page.
   */
  side?: Side
  signal: AbortSignal
  /** How often this body was cut in a silence before its first byte or after its last one. Default 0. */
  cuts?: number | undefined
  /** Called with the bytes of this request that are sent so far. */
  onProgress?: ((sent: number) => void) | undefined
}

export interface StoreAnswer {
  status: number
  /** Undefined when the header is missing or the store hides it (CORS Expose-Headers). */
  header(name: string): string | undefined
  text: string
}

/**
 * Client of the store. Rejects with {@link ResponseError} for any answer but 2xx, and with AbortError only at the
 * signal.
 */
export interface Store {
  send(request: StoreRequest): Promise<StoreAnswer>
}

export interface StoreOptions {
  clock: Clock
  /**
   * Ms without progress after which a request fails. Before the first byte and after the last one it is three times
   * that, and more for large bodies: see {@link silenceLimit}.
   */
  stallTimeout: () => number
  /** Default: that of the browser. */
  XMLHttpRequest?: typeof XMLHttpRequest
  /** Protocol of the page; an https page cannot send to an http store, unless that is on this machine. Default: that of the location. */
  pageProtocol?: string
}

/**
 * Creates the client of the store. Only this module uses XMLHttpRequest, because nothing else reports upload progress
 * and sends a Content-Length.
 */
export function createStore({ clock, stallTimeout, ...options }: StoreOptions): Store {
  return {
    send(request) {
      const { side = 'storage', signal, body } = request
      const unsafe = side === 'storage' ? reasonNotToSend(request.url, options.pageProtocol) : undefined
      if (unsafe) return Promise.reject(unsafe)
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(abortError())
        const xhr = new (options.XMLHttpRequest ?? XMLHttpRequest)()
        const size = body instanceof Blob ? body.size : (body?.length ?? 0)
        let cancelWatch = () => {}
        const settle = (done: () => void) => {
          cancelWatch()
          signal.removeEventListener('abort', stop)
          // A request object that is kept by a listener would keep its body in memory.
          xhr.onload = xhr.onerror = xhr.onabort = xhr.ontimeout = null
          xhr.upload.onprogress = xhr.upload.onload = null
          done()
        }
        const fail = (error: ResponseError) => settle(() => reject(error))
        const refuse = (message: string) => fail(new ResponseError({ side, status: 0, message }))
        const stop = () => {
          settle(() => reject(abortError()))
          xhr.abort()
        }
        const watch = (ms: number, failure: () => ResponseError) => {
          cancelWatch()
          cancelWatch = clock.after(ms, () => {
            fail(failure())
            xhr.abort()
          })
        }
        const watchSilence = (message: string) =>
          watch(silenceLimit(stallTimeout(), size, request.cuts), () => new SilenceError({ side, message }))
        signal.addEventListener('abort', stop)
        xhr.upload.onprogress = (event) => {
          if (event.loaded >= size) watchSilence('no answer after the last byte')
          else if (event.loaded > 0) {
            watch(stallTimeout(), () => new ResponseError({ side, status: 0, message: 'no byte moved' }))
          }
          request.onProgress?.(Math.min(event.loaded, size))
        }
        xhr.upload.onload = () => {
          request.onProgress?.(size)
          watchSilence('no answer after the last byte')
        }
        xhr.onload = () =>
          settle(() => {
            if (xhr.status >= 200 && xhr.status < 300) resolve(answerOf(xhr))
            else reject(refusalOf(xhr, side, clock))
          })
        xhr.onerror = () => refuse('no answer')
        xhr.ontimeout = () => refuse('no answer in time')
        // Safari reports a lost connection as abort. An abort by the signal has settled the promise before
        // (https://github.com/MansiVisuals/ViTransfer/issues/81).
        xhr.onabort = () => refuse('the connection was dropped')
        xhr.open(request.method, request.url)
        xhr.withCredentials = false
        for (const [name, value] of Object.entries(request.headers ?? {})) xhr.setRequestHeader(name, value)
        watchSilence('nothing was sent')
        try {
          xhr.send(body)
        } catch {
          // Some browsers throw where a policy refuses the request.
          refuse('the request could not be sent')
        }
      })
    },
  }
}

/** Resolves a URL as the browser does: the location of a srcdoc frame cannot be a base, its baseURI can. */
export function absolute(url: string): string {
  return new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href).href
}

/** Returns why a presigned URL must not be used, if so. Its host is not checked, its scheme is. */
function reasonNotToSend(given: string, pageProtocol = globalThis.location?.protocol): UploadError | undefined {
  const never = (check: 'bad-address' | 'mixed-content', detail: string, origin = '') =>
    new UploadError('storage-unreachable', {
      detail,
      retryable: false,
      facts: { check, ...(origin ? { origin } : {}) },
    })
  let url: URL
  try {
    url = new URL(given)
  } catch {
    return never('bad-address', 'lakeFS gave a presigned URL that is none')
  }
  const { protocol, host } = url
  if (isTrustworthy(url)) return undefined
  const origin = `${protocol}//${host}`
  if (protocol !== 'http:') return never('bad-address', `the store's address has the scheme ${protocol}`, origin)
  if (pageProtocol !== 'https:') return undefined
  return never('mixed-content', 'the page is on https and the store on http', origin)
}

function answerOf(xhr: XMLHttpRequest): StoreAnswer {
  // Reading a hidden header by its name makes the browser log an error, so all visible ones are read at once.
  const headers = new Map(
    xhr
      .getAllResponseHeaders()
      .trim()
      .split(/\r?\n/)
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  return { status: xhr.status, header: (name) => headers.get(name.toLowerCase()), text: xhr.responseText }
}

function refusalOf(xhr: XMLHttpRequest, side: Side, clock: Clock): ResponseError {
  const { header, text } = answerOf(xhr)
  const retryAfter = retryAfterOf(header('retry-after') ?? null, clock.now)
  const init = { side, status: xhr.status, retryAfter }
  if (side === 'lakefs') {
    const body = jsonOf(text)
    const message = (body as { message?: unknown } | undefined)?.message
    const detail = typeof message === 'string' ? message : text.slice(0, 200)
    return new ResponseError({ ...init, message: detail, body, requestId: header('x-request-id') })
  }
  // Some stores answer plain text or JSON; the HTML page of another server is ignored.
  const message = /<Message>([^<]*)/.exec(text)?.[1] ?? (/^\s*</.test(text) ? undefined : text.slice(0, 200))
  // Azure says only here whether an address has expired, is not valid yet, or was changed.
  const detail = /<AuthenticationErrorDetail>([^<]*)/.exec(text)?.[1]
  return new StoreRefusal(
    {
      ...init,
      xmlCode: /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? header('x-ms-error-code'),
      message: detail ? `${message ?? ''} ${detail}`.trim() : message,
      requestId: header('x-amz-request-id') ?? header('x-ms-request-id'),
    },
    storeTimeOf(text, header('date')),
  )
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
