import { createHash } from 'node:crypto'
import { byBytes } from '../lakefs/object-lookup.ts'
import type { ObjectStats } from '../lakefs/wire.ts'
import { abortError } from '../request/clock.ts'
import { ResponseError } from '../request/response-error.ts'
import type { Store, StoreAnswer, StoreRequest } from '../store/storage.ts'
import { underWay } from './clock.ts'
import { askedFor } from './permission-questions.ts'
import { routeOf } from './routes.ts'
import type { OtherStore } from './stores.ts'

/** Request that reached the fake servers. */
export interface Seen {
  /** Name of the call: address, link, create, sign, complete, abort, stat, list, upload, put, part, config, … */
  route: string
  path: string
  /** Branch, commit or other ref of the request. */
  ref: string
  headers: Record<string, string>
  body: unknown
}

/** Replaces the usual answer; undefined keeps it. */
export type Twist = (
  seen: Seen,
  count: number,
) => /** Instead of the usual answer. */
  | Response
  /** The request gets no answer and has no effect. */
  | ResponseError
  /** The request never gets an answer. */
  | 'hang'
  /** The request is processed, and its answer is lost. */
  | 'lost'
  /** A link is answered 412 because of the entry that it has written itself. */
  | 'raced'
  /** A link, complete or upload succeeds, but the branch does not have the object. */
  | 'unwritten'
  /** The store keeps other bytes than those sent. */
  | 'damaged'
  | undefined

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(body === undefined ? null : JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  })
export const say = (status: number, message: string, headers: Record<string, string> = {}) =>
  json(status, { message }, headers)
export const md5 = (data: Uint8Array | string) => createHash('md5').update(data).digest('hex')

/** lakeFS and a store in memory that behave as recorded, for one engine. */
export class TestLake {
  readonly seen: Seen[] = []
  readonly objects = new Map<string, ObjectStats>()
  /** Bytes at the store by physical address. */
  readonly stored = new Map<string, Uint8Array>()
  readonly multiparts = new Map<string, { address: string; parts: Map<number, Uint8Array> }>()
  readonly counts = new Map<string, number>()
  twist: Twist = () => undefined
  presign = true
  multipart = true
  /** Absent: S3. */
  other: OtherStore | undefined
  /** Seconds until a presigned URL expires; 0: lakeFS does not tell. */
  urlSeconds = 0
  now = () => Date.now()
  protectedBranches: string[] = []
  readOnly = false
  branches = ['main']
  tags: string[] = []
  #next = 1
  readonly #issued = new Set<string>()
  /**
   * Node passes an abort to a request by a weak reference, so a request without another reference would not be aborted.
   */
  readonly #hanging: unknown[] = []

  count(route: string): number {
    return this.counts.get(route) ?? 0
  }

  put(path: string, data = 'old'): ObjectStats {
    const stats = this.#stats(path, `s3://bucket/old/${path}`, md5(data), data.length)
    this.stored.set(stats.physical_address, new TextEncoder().encode(data))
    this.objects.set(path, stats)
    return stats
  }

  fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    const text = await underWay(request.text())
    const seen: Seen = {
      route: routeOf(request.method, url.pathname),
      path: url.searchParams.get('path') ?? '',
      ref: decodeURIComponent(/\/refs\/([^/]+)/.exec(url.pathname)?.[1] ?? ''),
      headers: Object.fromEntries(request.headers),
      body: text ? JSON.parse(text) : undefined,
    }
    const permission = askedFor(seen)
    if (permission !== undefined) {
      const lacks = this.lacking.has(permission)
      return lacks ? say(401, `insufficient permissions: not allowed to ${permission}`) : say(404, 'not found')
    }
    const twisted = this.#note(seen)
    if (twisted === 'hang') {
      this.#hanging.push(input, request)
      return await new Promise((_, reject) => {
        request.signal.addEventListener('abort', () => reject(abortError()))
      })
    }
    if (twisted instanceof ResponseError) throw new TypeError('network error')
    if (twisted instanceof Response) return twisted
    const answer = this.#answer(seen, url)
    if (twisted === 'raced') return say(412, 'Precondition failed')
    if (twisted === 'unwritten') this.objects.delete(seen.path)
    if (twisted === 'lost') throw new TypeError('network error')
    return answer
  }

  /** Permissions that the user lacks, for requests that only ask for one: they name a commit that does not exist. */
  readonly lacking = new Set<string>()

  readonly store: Store = {
    send: async (request: StoreRequest): Promise<StoreAnswer> => {
      if (request.signal.aborted) throw abortError()
      const url = new URL(request.url)
      const upload = url.searchParams.get('uploadId')
      const side = request.side ?? 'storage'
      const other = side === 'storage' ? this.other : undefined
      const route =
        side === 'lakefs' ? 'upload' : (other?.route({ method: request.method, url }) ?? (upload ? 'part' : 'put'))
      const path = url.searchParams.get('path') ?? url.searchParams.get('partNumber') ?? ''
      const twisted = this.#note({ route, path, ref: '', headers: { ...request.headers }, body: request.body })
      const bytes = new Uint8Array(await underWay(new Response(request.body).arrayBuffer()))
      if (twisted === 'hang') {
        return await new Promise((_, reject) => {
          if (request.signal.aborted) reject(abortError())
          request.signal.addEventListener('abort', () => reject(abortError()))
        })
      }
      request.onProgress?.(Math.floor(bytes.length / 2))
      if (twisted instanceof ResponseError) throw twisted
      if (twisted instanceof Response) {
        if (twisted.ok && !other && route === 'put') this.stored.set(`s3://bucket${url.pathname}`, bytes)
        return await answerOf(twisted, side)
      }
      if (twisted === 'damaged') bytes[0] = 255 - (bytes[0] ?? 0)
      request.onProgress?.(bytes.length)
      if (other) {
        const headers = Object.fromEntries(new Headers(request.headers))
        const answer = other.answer({ method: request.method, url, headers, bytes }, this.now())
        if (twisted === 'lost') throw new ResponseError({ side, status: 0 })
        return await answerOf(answer, side)
      }
      if (route === 'upload') {
        if (request.headers?.['If-None-Match'] && this.objects.has(path)) {
          throw new ResponseError({ side, status: 412, message: 'path already exists' })
        }
        const stats = this.#stats(path, `local://${path}`, md5(bytes), bytes.length)
        this.stored.set(stats.physical_address, bytes)
        if (twisted !== 'unwritten') this.objects.set(path, stats)
        return await answerOf(json(201, stats), side)
      }
      const multipart = upload ? this.multiparts.get(upload) : undefined
      if (upload && !multipart) throw new ResponseError({ side, status: 404, xmlCode: 'NoSuchUpload' })
      if (multipart) multipart.parts.set(Number(url.searchParams.get('partNumber')), bytes)
      else this.stored.set(`s3://bucket${url.pathname}`, bytes)
      if (twisted === 'lost') throw new ResponseError({ side, status: 0 })
      return await answerOf(new Response(null, { status: 200, headers: { ETag: `"${md5(bytes)}"` } }), side)
    },
  }

  #note(seen: Seen) {
    this.seen.push(seen)
    const count = this.count(seen.route) + 1
    this.counts.set(seen.route, count)
    return this.twist(seen, count)
  }

  location(presigned = true) {
    const expiry = this.urlSeconds ? Math.floor(this.now() / 1000) + this.urlSeconds : 0
    if (this.other) {
      const { physical_address, presigned_url } = this.other.sign(`data/${this.#next++}`, expiry || 2_000_000_000)
      return { physical_address, ...(presigned ? { presigned_url } : {}), presigned_url_expiry: expiry }
    }
    const address = `s3://bucket/data/${this.#next++}`
    this.#issued.add(address)
    return {
      physical_address: address,
      ...(presigned
        ? { presigned_url: `http://store.test${address.slice('s3://bucket'.length)}?X-Amz-Signature=secret` }
        : {}),
      presigned_url_expiry: expiry,
    }
  }

  #answer({ route, path, headers, body }: Seen, url: URL): Response {
    const given = body as Record<string, never> & { staging?: { physical_address: string }; checksum?: string }
    const upload = this.multiparts.get(/pmpu\/([^/]+)/.exec(url.pathname)?.[1] ?? '')
    switch (route) {
      case 'config':
        return json(200, {
          storage_config: {
            blockstore_type: this.other?.type ?? (this.presign ? 's3' : 'local'),
            pre_sign_support: this.presign,
            pre_sign_multipart_upload: this.multipart && !this.other,
          },
        })
      case 'user':
        return json(200, { user: { id: 'admin' } })
      case 'repository':
        return json(200, {
          id: 'lake',
          default_branch: 'main',
          read_only: this.readOnly,
          storage_namespace: 's3://bucket',
        })
      case 'branch':
        return this.branches.some((id) => url.pathname.endsWith(`/${id}`))
          ? json(200, { id: 'main', commit_id: 'c1' })
          : say(404, 'branch not found')
      case 'tag':
        return this.tags.some((id) => url.pathname.endsWith(`/${id}`))
          ? json(200, { id: 'v1', commit_id: 'c1' })
          : say(404, 'tag not found')
      case 'protection':
        return json(
          200,
          this.protectedBranches.map((pattern) => ({ pattern })),
        )
      case 'stat': {
        const stats = this.objects.get(path)
        return stats ? json(200, stats) : say(404, 'not found')
      }
      case 'list':
        return this.#list(url)
      case 'object': {
        const address = this.objects.get(path)?.physical_address
        if (address === undefined) return say(404, 'not found')
        const bytes = this.stored.get(address) ?? this.other?.blobs.get(pathOf(address))
        // What a test has put there by itself has its bytes elsewhere.
        if (!bytes) return this.#issued.has(address) ? say(410, 'resource expired') : new Response('x', { status: 206 })
        const from = Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0)
        if (from >= bytes.length) return say(416, 'Requested Range Not Satisfiable')
        return new Response(bytes.slice(from, from + 1), { status: 206 })
      }
      case 'reset':
        this.objects.delete((body as { path: string }).path)
        return new Response(null, { status: 204 })
      case 'address':
        return json(200, this.location())
      case 'link': {
        if (headers['if-none-match'] && this.objects.has(path)) return say(412, 'Precondition failed')
        const stats = this.#stats(
          path,
          given.staging?.physical_address ?? '',
          given.checksum ?? '',
          Number(given.size_bytes),
        )
        this.objects.set(path, stats)
        return json(200, stats)
      }
      case 'stage': {
        const { physical_address = '', checksum = '', size_bytes } = given
        const stats = this.#stats(path, physical_address, checksum, Number(size_bytes))
        this.objects.set(path, stats)
        return json(201, stats)
      }
      case 'create': {
        const { physical_address } = this.location(false)
        const upload_id = `u${this.#next++}`
        this.multiparts.set(upload_id, { address: physical_address, parts: new Map() })
        const parts = Number(url.searchParams.get('parts'))
        const presigned_urls = Array.from({ length: parts }, (_, index) => partUrl(upload_id, index + 1))
        return json(201, { upload_id, physical_address, ...(parts ? { presigned_urls } : {}) })
      }
      case 'sign': {
        const [, id = '', part = ''] = /pmpu\/([^/]+)\/parts\/(\d+)/.exec(url.pathname) ?? []
        return json(200, { presigned_url: partUrl(id, Number(part)) })
      }
      case 'complete': {
        if (!upload) return say(500, 'StatusCode: 404, NoSuchUpload: gone')
        const bytes = new Uint8Array(Buffer.concat([...upload.parts].sort(([a], [b]) => a - b).map(([, part]) => part)))
        this.stored.set(upload.address, bytes)
        this.multiparts.delete(/pmpu\/([^/]+)/.exec(url.pathname)?.[1] ?? '')
        const sums = [...upload.parts].sort(([a], [b]) => a - b).map(([, part]) => Buffer.from(md5(part), 'hex'))
        const stats = this.#stats(path, upload.address, `${md5(Buffer.concat(sums))}-${sums.length}`, bytes.length)
        this.objects.set(path, stats)
        return json(200, { ...stats, physical_address: upload.address.replace('s3://bucket/', '') })
      }
      case 'abort':
        return this.multiparts.delete(/pmpu\/([^/]+)/.exec(url.pathname)?.[1] ?? '')
          ? new Response(null, { status: 204 })
          : say(500, 'StatusCode: 404, NoSuchUpload: gone')
      default:
        return say(404, 'invalid API endpoint')
    }
  }

  #list(url: URL): Response {
    const prefix = url.searchParams.get('prefix') ?? ''
    const after = url.searchParams.get('after') ?? ''
    const amount = Number(url.searchParams.get('amount') ?? 100)
    const all = [...this.objects.values()]
      .filter(({ path }) => path.startsWith(prefix) && byBytes(path, after) > 0)
      .sort((a, b) => byBytes(a.path, b.path))
    const results = all.slice(0, amount)
    const pagination = {
      has_more: all.length > amount,
      next_offset: results.at(-1)?.path ?? '',
      results: results.length,
    }
    return json(200, { pagination, results })
  }

  #stats(path: string, physical_address: string, checksum: string, size_bytes: number): ObjectStats {
    return { path, path_type: 'object', physical_address, checksum, size_bytes, mtime: 1_795_422_686 }
  }
}

/** The path of an address in the store it is at: that of a URL, or what follows the bucket. */
const pathOf = (address: string) =>
  address.startsWith('gs://') ? address.slice('gs:/'.length) : new URL(address).pathname

const partUrl = (upload: string, part: number) =>
  `http://store.test/parts?partNumber=${part}&uploadId=${upload}&X-Amz-Signature=secret`

async function answerOf(response: Response, side: 'lakefs' | 'storage'): Promise<StoreAnswer> {
  const text = await response.text()
  if (response.ok) return { status: response.status, header: (name) => response.headers.get(name) ?? undefined, text }
  const xmlCode = /<Code>([^<]*)/.exec(text)?.[1]
  const said = /<Message>([^<]*)/.exec(text)?.[1] ?? /"message":"([^"]*)"/.exec(text)?.[1]
  throw new ResponseError({ side, status: response.status, xmlCode, message: said ?? text })
}
