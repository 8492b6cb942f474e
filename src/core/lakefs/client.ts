import ky from 'ky'
import { abortError, unlessAborted } from '../request/clock.ts'
import { tellNotLakeFS } from '../request/developer-note.ts'
import { hasText } from '../request/json-body.ts'
import { ruleFor } from '../request/refusal-rules.ts'
import { isAbort, ResponseError } from '../request/response-error.ts'
import { retryAfterOf } from '../request/retry.ts'
import { VERSION } from '../version.ts'
import { commitCalls } from './commit-calls.ts'
import { repositoryCalls } from './repository-calls.ts'
import { sharedToken } from './token.ts'
import { type UploadCalls, uploadCalls } from './upload-calls.ts'
import { BROKEN_OFF, type Call } from './wire.ts'

/** Completed request, without credentials. */
export interface Answered {
  /** Method and the last part of the route. */
  what: string
  /** Destination path, if the request has one. */
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
  /** Returns ms since 1970. Default Date.now. */
  now?: (() => number) | undefined
  /** Called for every completed request; `status` is 0 without an answer. */
  onAnswer?: ((answer: Answered) => void) | undefined
}

type RepositoryCalls = ReturnType<typeof repositoryCalls>
type CommitCalls = ReturnType<typeof commitCalls>

/**
 * Client of the lakeFS API. Every method throws {@link ResponseError} for any answer other than the documented success.
 */
export interface LakeFS extends UploadCalls, RepositoryCalls, CommitCalls {
  readonly endpoint: string
  /** Ms to add to the local clock for that of the server, by the Date header of its last answer. */
  readonly clockOffset: number
  call<T>(call: Call): Promise<T>
  /**
   * Returns the headers of authentication and identification, for a request that is sent elsewhere (an upload through
   * the API).
   */
  headers(signal?: AbortSignal): Promise<Record<string, string>>
  /** Returns the absolute URL of an API path. */
  url(path: string, query?: Call['query']): string
}

/** Creates the named calls of the API on top of `call`. */
export function callsOf(call: LakeFS['call']): UploadCalls & RepositoryCalls & CommitCalls {
  return { ...uploadCalls(call), ...repositoryCalls(call), ...commitCalls(call) }
}

const TIMEOUT_MS = 30_000

/** Creates a client. Only this module uses ky. */
export function createLakeFS(options: LakeFSOptions = {}): LakeFS {
  const endpoint = (options.endpoint ?? '/api/v1').replace(/\/+$/, '')
  const now = options.now ?? Date.now
  const getToken = options.getToken && sharedToken(options.getToken)
  let clockOffset = 0

  async function headers(signal?: AbortSignal): Promise<Record<string, string>> {
    let token: string | null | undefined
    try {
      const given = Promise.resolve(getToken?.())
      token = await (signal ? unlessAborted(given, signal) : given)
    } catch (cause) {
      if (signal?.aborted) throw abortError()
      // Requests that shared the call get an error each, because the waits of each are noted in its own.
      if (cause instanceof ResponseError) throw copyOf(cause)
      // Without a token the user is not signed in, so the error is that of an expired session.
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

  async function call<T>({
    method = 'GET',
    path,
    query,
    json,
    signal,
    timeout = TIMEOUT_MS,
    expect,
    atMost,
    ...rest
  }: Call) {
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
        // lakeFS never redirects. A redirect comes from a sign-in page in front of it, whose answer is not one of
        // lakeFS.
        redirect: 'manual',
      })
    } catch (cause) {
      if (cause instanceof ResponseError || (signal?.aborted && isAbort(cause))) throw cause
      answered(0)
      throw new ResponseError({ side: 'lakefs', status: 0, message: 'no answer', cause })
    }
    const date = Date.parse(response.headers.get('Date') ?? '')
    // The header has whole seconds; half a second is the best estimate of the rest.
    if (!Number.isNaN(date)) clockOffset = date + 500 - now()
    const reading = atMost !== undefined && response.ok ? beginningOf(response, atMost) : response.text()
    const text = await reading.catch((cause: unknown) => {
      if (signal?.aborted) throw cause
      answered(0)
      throw new ResponseError({ side: 'lakefs', status: 0, message: BROKEN_OFF, cause })
    })
    answered(response.status, requestId(response))
    // A token that is asked for at this moment may be the refused one.
    if (response.status === 401) getToken?.renew()
    if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
      throw new ResponseError({ side: 'lakefs', status: 401, message: 'redirected, as by a sign-in page' })
    }
    const body = parse(text)
    if (response.ok && (!expect || expect(body))) return body as T
    const refusal = response.ok ? unexpected(response, body, what) : refusalOf(response, body, text, now)
    if (ruleFor(refusal).code === 'not-lakefs') tellNotLakeFS(endpoint)
    throw refusal
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

/** Returns the error for an answer that promises success and is not what lakeFS gives. */
function unexpected(response: Response, body: unknown, what: string): ResponseError {
  return new ResponseError({
    side: 'lakefs',
    status: response.status,
    message: isWebPage(body) ? `a web page answers ${what}` : `unexpected answer to ${what}`,
    requestId: requestId(response),
  })
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

function copyOf({ side, status, detail }: ResponseError): ResponseError {
  return new ResponseError({ side, status, message: detail })
}

function hasNull<K extends string>(body: unknown, key: K): body is Record<K, null> {
  return typeof body === 'object' && body !== null && (body as Record<string, unknown>)[key] === null
}

/** True for the text of an HTML page, such as that of a development server which does not pass the path on. */
function isWebPage(body: unknown): boolean {
  return typeof body === 'string' && /^\s*<(!doctype|html)/i.test(body)
}

/** Reads some bytes of a body and cancels the rest: a server may send all of an object in place of one byte. */
async function beginningOf(response: Response, bytes: number): Promise<string> {
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (let left = bytes; reader && left > 0; ) {
    const { done, value } = await reader.read()
    if (done) break
    text += decoder.decode(value, { stream: true })
    left -= value.length
  }
  void reader?.cancel().catch(() => {})
  return text + decoder.decode()
}

function requestId(response: Response): string | undefined {
  return response.headers.get('X-Request-Id') ?? undefined
}

function parse(text: string): unknown {
  if (!text) return undefined
  try {
    const body: unknown = JSON.parse(text)
    // Go encodes an empty list as null.
    return hasNull(body, 'results') ? { ...body, results: [] } : body
  } catch {
    // Plain text is a valid answer of some calls (create branch); for others `expect` rejects it.
    return text
  }
}
