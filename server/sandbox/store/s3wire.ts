import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type StoreKeys, type Verdict, verify } from '../sign.ts'
import type { Stored } from '../state.ts'
import { faultOf, lateUntil, received } from '../wire.ts'
import type { World } from '../world.ts'
import { wentAway } from './blobs.ts'
import { type CorsRule, corsHeaders, preflight } from './cors.ts'
import { NO_UPLOAD } from './s3.ts'

export const S3_CORS: CorsRule = {
  methods: ['PUT', 'GET', 'HEAD'],
  headers: ['content-type', 'content-md5'],
  exposed: 'ETag, Retry-After, x-amz-storage-class',
}

/** Creates the handler of S3 for browsers: presigned PUT, PUT of a part, and GET. */
export function createS3Wire(world: World, keys: StoreKeys) {
  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const cors = corsHeaders(world, request, S3_CORS)
    try {
      if (request.method === 'OPTIONS') {
        const allowed = preflight(world, request, S3_CORS)
        if (!allowed)
          return refuse(response, 403, {}, [
            ['Code', 'AccessForbidden'],
            ['Message', CORS_REFUSED],
          ])
        response.writeHead(204, allowed).end()
        return
      }
      const verdict = await judge(world, keys, request)
      if (!verdict.ok) {
        await drain(request)
        return refuse(response, 403, cors, describe(verdict, world.now()))
      }
      const target = new URL(request.url ?? '/', 'http://store')
      const key = decodeURIComponent(target.pathname.slice(1))
      if (request.method === 'PUT') await put(world, request, response, key, target.searchParams, cors)
      else if (request.method === 'GET' || request.method === 'HEAD') await read(world, request, response, key, cors)
      else
        refuse(response, 405, cors, [
          ['Code', 'MethodNotAllowed'],
          ['Message', 'The specified method is not allowed against this resource.'],
        ])
    } catch (cause) {
      if (wentAway(request, cause)) return
      console.error('sandbox store:', cause)
      if (!response.headersSent)
        refuse(response, 500, cors, [
          ['Code', 'InternalError'],
          ['Message', 'We encountered an internal error. Please try again.'],
        ])
    }
  }
}

const CORS_REFUSED = 'CORSResponse: This CORS request is not allowed.'

async function judge(world: World, keys: StoreKeys, request: IncomingMessage): Promise<Verdict> {
  if (faultOf(request)?.kind === 'expired') {
    return { ok: false, code: 'AccessDenied', expired: { seconds: world.settings.urlSeconds, at: world.now() - 1000 } }
  }
  const { method = '', url = '', headers } = request
  return verify({ method, url, host: headers.host ?? '', now: world.now() }, keys)
}

async function put(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  key: string,
  query: URLSearchParams,
  cors: Record<string, string>,
): Promise<void> {
  const upload = query.get('uploadId')
  if (upload !== null && world.state.uploads.get(upload)?.key !== key) {
    await drain(request)
    return refuse(response, 404, cors, [
      ['Code', 'NoSuchUpload'],
      ['Message', NO_UPLOAD],
    ])
  }
  const { md5, ...stored } = await world.blobs.receive({
    body: request,
    contentType: request.headers['content-type'] ?? 'application/octet-stream',
    length: lengthOf(request),
    onChunk: (chunk) => received(request, chunk.length),
    bytesPerSecond: world.settings.bytesPerSecond,
    corrupt: faultOf(request)?.kind === 'corrupt',
  })
  const sent = request.headers['content-md5']
  if (sent && sent !== Buffer.from(md5, 'hex').toString('base64')) {
    world.blobs.discard(stored)
    return refuse(response, 400, cors, [
      ['Code', 'BadDigest'],
      ['Message', 'The Content-MD5 you specified did not match what we received.'],
    ])
  }
  const late = lateUntil(request)
  await late
  const reopens = late !== undefined || world.settings.lateParts
  if (upload !== null && reopens && isAborted(world, key, upload)) world.record({ t: 'upload', id: upload, key })
  keep(world, key, upload, Number(query.get('partNumber')), stored)
  response.writeHead(200, { ...cors, ETag: `"${stored.etag}"`, 'Content-Length': 0 }).end()
}

/** True when the upload has ended without being completed. */
function isAborted(world: World, key: string, upload: string): boolean {
  return !world.state.uploads.has(upload) && !world.state.objects.has(key)
}

function keep(world: World, key: string, upload: string | null, part: number, stored: Stored): void {
  if (upload === null) {
    const before = world.state.objects.get(key)
    world.record({ t: 'object', key, stored })
    if (before) world.blobs.discard(before)
    return
  }
  const open = world.state.uploads.get(upload)
  if (!open) {
    // The upload was aborted or completed while the bytes arrived.
    world.blobs.discard(stored)
    return
  }
  const before = open.parts.get(part)
  world.record({ t: 'part', id: upload, number: part, stored })
  if (before) world.blobs.discard(before)
}

async function read(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  key: string,
  cors: Record<string, string>,
): Promise<void> {
  const stored = world.state.objects.get(key)
  if (!stored)
    return refuse(response, 404, cors, [
      ['Code', 'NoSuchKey'],
      ['Message', 'The specified key does not exist.'],
    ])
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
  const start = range ? Number(range[1]) : 0
  const end = range?.[2] ? Math.min(stored.size, Number(range[2]) + 1) : stored.size
  if (range && start >= stored.size)
    return refuse(response, 416, cors, [
      ['Code', 'InvalidRange'],
      ['Message', 'The requested range is not satisfiable'],
    ])
  response.writeHead(range ? 206 : 200, {
    ...cors,
    ETag: `"${stored.etag}"`,
    'Content-Type': stored.contentType,
    'Content-Length': end - start,
    'Accept-Ranges': 'bytes',
    ...(range ? { 'Content-Range': `bytes ${start}-${end - 1}/${stored.size}` } : {}),
  })
  if (request.method === 'HEAD') return void response.end()
  await pipeline(Readable.from(world.blobs.read(stored, start, end)), response)
}

export function lengthOf(request: IncomingMessage): number | undefined {
  const length = request.headers['content-length']
  return length === undefined ? undefined : Number(length)
}

/** Reads the rest of a body, because a browser takes an answer before its end for a broken connection. */
export async function drain(request: IncomingMessage): Promise<void> {
  for await (const chunk of request) received(request, (chunk as Buffer).length)
}

type Element = [name: string, text: string]

export function refuse(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  elements: Element[],
): void {
  const body = [...elements, ['RequestId', 'SANDBOX'], ['HostId', 'sandbox']]
    .map(([name, text]) => `<${name}>${escapeXml(text ?? '')}</${name}>`)
    .join('')
  response.writeHead(status, { ...headers, 'Content-Type': 'application/xml' })
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error>${body}</Error>`)
}

function describe(verdict: Exclude<Verdict, { ok: true }>, now: number): Element[] {
  const time = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`
  if (verdict.code === 'AccessDenied') {
    if (!verdict.expired)
      return [
        ['Code', 'AccessDenied'],
        ['Message', 'Access Denied.'],
      ]
    return [
      ['Code', 'AccessDenied'],
      ['Message', 'Request has expired.'],
      ['ServerTime', time(now)],
      ['X-Amz-Expires', String(verdict.expired.seconds)],
      ['Expires', time(verdict.expired.at)],
    ]
  }
  const bytes = (text: string) => (Buffer.from(text).toString('hex').match(/../g) ?? []).join(' ')
  return [
    ['Code', 'SignatureDoesNotMatch'],
    [
      'Message',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    ],
    ['AWSAccessKeyId', verdict.accessKeyId],
    ['StringToSign', verdict.stringToSign],
    ['SignatureProvided', verdict.provided],
    ['StringToSignBytes', bytes(verdict.stringToSign)],
    ['CanonicalRequest', verdict.canonicalRequest],
    ['CanonicalRequestBytes', bytes(verdict.canonicalRequest)],
  ]
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '&#xA;')
}
