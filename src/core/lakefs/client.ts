import ky from 'ky'
import { abortError, unlessAborted } from '../request/clock.ts'
import { hasText } from '../request/json-body.ts'
import { isAbort, ResponseError } from '../request/response-error.ts'
import { retryAfterOf } from '../request/retry.ts'
import { VERSION } from '../version.ts'
import { commitCalls } from './commit-calls.ts'
import { repositoryCalls } from './repository-calls.ts'
import { type UploadCalls, uploadCalls } from './upload-calls.ts'
import type { Call } from './wire.ts'

/** A request that has ended, without anything that gives access. */
export interface Answered {
  /** Method and the end of the route. */
  what: string
  /** Destination path, where the request was about one. */
  path?: string | undefined
  status: number
  requestId?: string | undefined
  ms: number
}

export interface LakeFSOptions {
  /** Default `/api/v1`. */
  endpoint?: string | undefined
  getToken?: (() => string | null | undefined | Promise<string | null | undefined>) | undefined
  /** Default: the global fetch. For tests. */
  fetch?: typeof fetch | undefined
  /** Ms since 1970. Default Date.now. */
  now?: (() => number) | undefined
  /** Hears of every request that has ended. `status` 0: no answer. */
  onAnswer?: ((answer: Answered) => void) | undefined
}

type RepositoryCalls = ReturnType<typeof repositoryCalls>
type CommitCalls = ReturnType<typeof commitCalls>

/** The door to the lakeFS API. Every method throws {@link ResponseError} for any answer but the documented success. */
export interface LakeFS extends UploadCalls, RepositoryCalls, CommitCalls {
  readonly endpoint: string
  /** Ms to add to our clock to get the server's, from the Date header of its last answer. */
  readonly clockOffset: number
  call<T>(call: Call): Promise<T>
  /** Headers that name and authorise a request made elsewhere (an upload through the API). */
  headers(signal?: AbortSignal): Promise<Record<string, string>>
  /** Absolute URL of an API path. */
  url(path: string, query?: Call['query']): string
}

/** Every call of the API by its name, made by that primitive. */
export function callsOf(call: LakeFS['call']): UploadCalls & RepositoryCalls & CommitCalls {
  return { ...uploadCalls(call), ...repositoryCalls(call), ...commitCalls(call) }
}

const TIMEOUT = 30_000

/** The only user of ky. */
export function createLakeFS(options: LakeFSOptions = {}): LakeFS {
  const endpoint = (options.endpoint ?? '/api/v1').replace(/\/+$/, '')
  const now = options.now ?? Date.now
  let clockOffset = 0

  async function headers(signal?: AbortSignal): Promise<Record<string, string>> {
    let token: string | null | undefined
    try {
      const given = Promise.resolve(options.getToken?.())
      token = await (signal ? unlessAborted(given, signal) : given)
    } catch (cause) {
      if (signal?.aborted) throw abortError()
      if (cause instanceof ResponseError) throw cause
      // Who cannot get a token is not signed in: the same wait and the same way out.
      throw new ResponseError({ side: 'lakefs', status: 401, message: 'getToken failed', cause })
    }
    const named = { 'X-Lakefs-Client': `lakefs-uploader/${VERSION}` }
    if (!token) return named
    return { ...named, Authorization: /^\S+ \S/.test(token) ? token : `Bearer ${token}` }
  }

  function url(path: string, query: Call['query'] = {}): string {
    const search = Object.entries(query)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`)
      .join('&')
    return `${endpoint}/${path}${search ? `?${search}` : ''}`
  }

  async function call<T>({ method = 'GET', path, query, json, signal, timeout = TIMEOUT, expect, ...rest }: Call) {
    const what = `${method} ${path.split('/').slice(-2).join('/')}`
    const began = now()
    const answered = (status: number, requestId?: string) => {
      options.onAnswer?.({ what, path: query?.path?.toString(), status, requestId, ms: now() - began })
    }
    let response: Response
    try {
      response = await ky(url(path, query), {
        method,
        headers: { ...(await headers(signal)), ...rest.headers },
        ...(json === undefined ? {} : { json }),
        ...(signal ? { signal } : {}),
        ...(options.fetch ? { fetch: options.fetch } : {}),
        timeout,
        retry: 0,
        throwHttpErrors: false,
        credentials: 'same-origin',
        cache: 'no-store',
        // lakeFS sends nobody elsewhere; who does is a sign-in page before it, and its answer is not lakeFS's.
        redirect: 'manual',
      })
    } catch (cause) {
      if (cause instanceof ResponseError || (signal?.aborted && isAbort(cause))) throw cause
      answered(0)
      throw new ResponseError({ side: 'lakefs', status: 0, message: 'no answer', cause })
    }
    const date = Date.parse(response.headers.get('Date') ?? '')
    // The header has whole seconds; half of one is the best guess of the rest.
    if (!Number.isNaN(date)) clockOffset = date + 500 - now()
    const text = await response.text().catch((cause: unknown) => {
      if (signal?.aborted) throw cause
      answered(0)
      throw new ResponseError({ side: 'lakefs', status: 0, message: 'the answer broke off', cause })
    })
    answered(response.status, requestId(response))
    if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
      throw new ResponseError({ side: 'lakefs', status: 401, message: 'redirected, as by a sign-in page' })
    }
    const body = parse(text)
    if (!response.ok) throw refusalOf(response, body, text, now)
    if (expect && !expect(body)) {
      throw new ResponseError({
        side: 'lakefs',
        status: response.status,
        message: `unexpected answer to ${what}`,
        requestId: requestId(response),
      })
    }
    return body as T
  }

  return {
    endpoint,
    get clockOffset() {
      return clockOffset
    },
    call,
    headers,
    url,
    ...callsOf(call),
  }
}

function refusalOf(response: Response, body: unknown, text: string, now: () => number): ResponseError {
  const message = hasText(body, 'message') ? body.message : text.slice(0, 200)
  return new ResponseError({
    side: 'lakefs',
    status: response.status,
    message,
    body,
    retryAfter: retryAfterOf(response.headers.get('Retry-After'), now),
    requestId: requestId(response),
  })
}

function hasNull<K extends string>(body: unknown, key: K): body is Record<K, null> {
  return typeof body === 'object' && body !== null && (body as Record<string, unknown>)[key] === null
}

function requestId(response: Response): string | undefined {
  return response.headers.get('X-Request-Id') ?? undefined
}

function parse(text: string): unknown {
  if (!text) return undefined
  try {
    const body: unknown = JSON.parse(text)
    // Go writes a list that nothing was put into as null.
    return hasNull(body, 'results') ? { ...body, results: [] } : body
  } catch {
    // Plain text is a good answer of some calls (create branch); `expect` refuses it where it is not.
    return text
  }
}
