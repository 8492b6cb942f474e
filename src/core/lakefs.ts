import ky from 'ky'
import { abortError, unlessAborted } from './clock.ts'
import { isAbort, Refusal } from './refusal.ts'
import { retryAfterOf } from './retry.ts'
import type { ObjectStats } from './state.ts'
import { VERSION } from './version.ts'
import {
  type BranchRef,
  hasObject,
  hasText,
  isListing,
  isLocation,
  isNoPage,
  isStats,
  type LinkBody,
  type Listing,
  type MultipartUpload,
  type Part,
  type ServerConfig,
  type StagingLocation,
} from './wire.ts'

/** One call of the API. */
export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Under the endpoint, every variable part already encoded. */
  path: string
  query?: Record<string, string | number | boolean | undefined>
  json?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
  /** Ms. Default 30,000. */
  timeout?: number
  /** What a good answer looks like; anything else is a `protocol` refusal. Default: no body is read. */
  expect?: (body: unknown) => boolean
}

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

/** The door to the lakeFS API. Every method throws {@link Refusal} for any answer but the documented success. */
export interface LakeFS {
  readonly endpoint: string
  /** Ms to add to our clock to get the server's, from the Date header of its last answer. */
  readonly clockOffset: number
  call<T>(call: Call): Promise<T>
  /** Headers that name and authorise a request made elsewhere (an upload through the API). */
  headers(signal?: AbortSignal): Promise<Record<string, string>>
  /** Absolute URL of an API path. */
  url(path: string, query?: Call['query']): string
  /** GET /config. */
  config(signal?: AbortSignal): Promise<ServerConfig>
  /** GET …/refs/{ref}/objects/stat; undefined where there is no such object (404 "not found"). */
  stat(at: BranchRef, path: string, signal?: AbortSignal): Promise<ObjectStats | undefined>
  /** GET …/refs/{ref}/objects, one byte: false where the branch has the entry and the store lacks the bytes (410). */
  isStored(at: BranchRef, path: string, signal?: AbortSignal): Promise<boolean>
  /** PUT …/branches/{b}: takes one uncommitted object back. */
  resetObject(at: BranchRef, path: string, signal?: AbortSignal): Promise<void>
  /** GET …/refs/{ref}/objects/ls. */
  list(
    at: BranchRef,
    query: { prefix?: string; after?: string; amount?: number; delimiter?: string },
    signal?: AbortSignal,
  ): Promise<Listing>
  /** GET …/staging/backing?presign=true: a physical address with a presigned URL. */
  address(at: BranchRef, path: string, signal?: AbortSignal): Promise<StagingLocation>
  /** PUT …/staging/backing: puts the address on the branch. `ifAbsent` sends If-None-Match: *. */
  link(at: BranchRef, path: string, body: LinkBody, ifAbsent: boolean, signal?: AbortSignal): Promise<ObjectStats>
  /** POST …/staging/pmpu; `parts` URLs at once for servers that cannot sign one part. */
  createMultipart(at: BranchRef, path: string, parts: number, signal?: AbortSignal): Promise<MultipartUpload>
  /** PUT …/staging/pmpu/{id}/parts/{n}: a fresh URL for one part. */
  signPart(at: BranchRef, path: string, upload: MultipartUpload, part: number, signal?: AbortSignal): Promise<string>
  /** PUT …/staging/pmpu/{id}. */
  completeMultipart(
    at: BranchRef,
    path: string,
    upload: MultipartUpload,
    body: { parts: Part[]; content_type?: string; user_metadata?: Record<string, string> },
    signal?: AbortSignal,
  ): Promise<ObjectStats>
  /** DELETE …/staging/pmpu/{id}. */
  abortMultipart(at: BranchRef, path: string, upload: MultipartUpload, signal?: AbortSignal): Promise<void>
}

const TIMEOUT = 30_000
/** Completing copies nothing, but a store may take minutes over thousands of parts. */
const COMPLETE_TIMEOUT = 300_000

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
      // Who cannot get a token is not signed in: the same wait and the same way out.
      throw new Refusal({ side: 'lakefs', status: 401, message: 'getToken failed', cause })
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
    let response: Response
    const began = now()
    const answered = (status: number, requestId?: string) => {
      const what = `${method} ${path.split('/').slice(-2).join('/')}`
      options.onAnswer?.({ what, path: query?.path?.toString(), status, requestId, ms: now() - began })
    }
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
      if (cause instanceof Refusal || (signal?.aborted && isAbort(cause))) throw cause
      answered(0)
      throw new Refusal({ side: 'lakefs', status: 0, message: 'no answer', cause })
    }
    const date = Date.parse(response.headers.get('Date') ?? '')
    // The header has whole seconds; half of one is the best guess of the rest.
    if (!Number.isNaN(date)) clockOffset = date + 500 - now()
    const text = await response.text().catch((cause: unknown) => {
      if (signal?.aborted) throw cause
      answered(0)
      throw new Refusal({ side: 'lakefs', status: 0, message: 'the answer broke off', cause })
    })
    answered(response.status, requestId(response))
    if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
      throw new Refusal({ side: 'lakefs', status: 401, message: 'redirected, as by a sign-in page' })
    }
    const body = parse(text)
    if (!response.ok) throw refusalOf(response, body, text, now)
    if (expect && !expect(body)) {
      throw new Refusal({
        side: 'lakefs',
        status: response.status,
        message: `unexpected answer to ${method} ${path.split('/').slice(-2).join('/')}`,
        requestId: requestId(response),
      })
    }
    return body as T
  }

  const at = ({ repository, branch }: BranchRef) =>
    `repositories/${encodeURIComponent(repository)}/branches/${encodeURIComponent(branch)}`
  const ref = ({ repository, branch }: BranchRef) =>
    `repositories/${encodeURIComponent(repository)}/refs/${encodeURIComponent(branch)}`
  const multipart = (where: BranchRef, upload: MultipartUpload) =>
    `${at(where)}/staging/pmpu/${encodeURIComponent(upload.upload_id)}`

  return {
    endpoint,
    get clockOffset() {
      return clockOffset
    },
    call,
    headers,
    url,
    config: (signal) => call({ path: 'config', signal, expect: (body) => hasObject(body, 'storage_config') }),
    async stat(where, path, signal) {
      try {
        return await call<ObjectStats>({ path: `${ref(where)}/objects/stat`, query: { path }, signal, expect: isStats })
      } catch (thrown) {
        const said = thrown instanceof Refusal && thrown.status === 404 && hasText(thrown.body, 'message')
        // Only lakeFS's own word counts: another server's 404 says nothing of the object.
        if (said && !/repository|branch|ref|endpoint/i.test(thrown.detail)) return undefined
        throw thrown
      }
    },
    async isStored(where, path, signal) {
      try {
        await call({ path: `${ref(where)}/objects`, query: { path }, headers: { Range: 'bytes=0-0' }, signal })
        return true
      } catch (thrown) {
        if (thrown instanceof Refusal && [404, 410].includes(thrown.status)) return false
        // An empty object has no first byte.
        if (thrown instanceof Refusal && thrown.status === 416) return true
        throw thrown
      }
    },
    resetObject: (where, path, signal) =>
      call({ method: 'PUT', path: at(where), json: { type: 'object', path }, signal, expect: isNoPage }),
    list: (where, query, signal) => call({ path: `${ref(where)}/objects/ls`, query, signal, expect: isListing }),
    address: (where, path, signal) =>
      call({ path: `${at(where)}/staging/backing`, query: { path, presign: true }, signal, expect: isLocation }),
    link: (where, path, json, ifAbsent, signal) =>
      call({
        method: 'PUT',
        path: `${at(where)}/staging/backing`,
        query: { path },
        json,
        headers: ifAbsent ? { 'If-None-Match': '*' } : {},
        signal,
        expect: isStats,
      }),
    createMultipart: (where, path, parts, signal) =>
      call({
        method: 'POST',
        path: `${at(where)}/staging/pmpu`,
        query: { path, parts },
        signal,
        expect: (body) => isLocation(body) && hasText(body, 'upload_id'),
      }),
    async signPart(where, path, upload, part, signal) {
      const { presigned_url } = await call<{ presigned_url: string }>({
        method: 'PUT',
        path: `${multipart(where, upload)}/parts/${part}`,
        query: { path },
        json: { physical_address: upload.physical_address },
        signal,
        expect: (body) => hasText(body, 'presigned_url'),
      })
      return presigned_url
    },
    completeMultipart: (where, path, upload, body, signal) =>
      call({
        method: 'PUT',
        path: multipart(where, upload),
        query: { path },
        json: { physical_address: upload.physical_address, ...body },
        signal,
        timeout: COMPLETE_TIMEOUT,
        expect: isStats,
      }),
    async abortMultipart(where, path, upload, signal) {
      try {
        await call({
          method: 'DELETE',
          path: multipart(where, upload),
          query: { path },
          json: { physical_address: upload.physical_address },
          signal,
          expect: isNoPage,
        })
      } catch (thrown) {
        // Gone already: what was wanted (contract §2).
        if (thrown instanceof Refusal && /NoSuchUpload/.test(thrown.detail)) return
        throw thrown
      }
    },
  }
}

function refusalOf(response: Response, body: unknown, text: string, now: () => number): Refusal {
  const message = hasText(body, 'message') ? body.message : text.slice(0, 200)
  return new Refusal({
    side: 'lakefs',
    status: response.status,
    message,
    body,
    retryAfter: retryAfterOf(response.headers.get('Retry-After'), now),
    requestId: requestId(response),
  })
}

function requestId(response: Response): string | undefined {
  return response.headers.get('X-Request-Id') ?? undefined
}

function parse(text: string): unknown {
  if (!text) return undefined
  try {
    return JSON.parse(text)
  } catch {
    // Plain text is a good answer of some calls (create branch); `expect` refuses it where it is not.
    return text
  }
}
