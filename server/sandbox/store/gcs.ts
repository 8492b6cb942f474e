import { createHash, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createCRC32 } from 'hash-wasm'
import { faultOf, received } from '../wire.ts'
import type { World } from '../world.ts'
import { wentAway } from './blobs.ts'
import { type CorsRule, corsHeaders, preflight } from './cors.ts'
import { keyOf, md5Store } from './direct.ts'
import { disposition } from './s3.ts'
import { drain, lengthOf, refuse } from './s3wire.ts'
import type { BlockStore } from './store.ts'

export const GCS_CORS: CorsRule = {
  methods: ['PUT'],
  headers: ['content-type', 'content-md5'],
  exposed: 'Content-Type, Content-MD5, ETag, Retry-After, x-goog-hash',
}

const ACCOUNT = 'lakefs@sandbox.iam.gserviceaccount.com'
const BUCKET = 'lakefs-sandbox'
/** Polynomial of CRC-32C, which Google returns beside the MD5. */
const CASTAGNOLI = 0x82f63b78

export interface GoogleKeys {
  publicKey: KeyObject
  privateKey: KeyObject
}

export function newGoogleKeys(): GoogleKeys {
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

/** Creates the store behind lakeFS on Google Cloud Storage: V4 signed URLs, and no multipart. */
export function createGcsStore(world: World, url: string, keys: GoogleKeys): BlockStore {
  const { host } = new URL(url)
  const none = async (): Promise<never> => {
    throw new Error('operation not supported')
  }
  return {
    facts: {
      type: 'gs',
      presigns: true,
      multipart: false,
      namespacePattern: '^gs://',
      namespaceExample: 'gs://example-bucket/',
      namespacePrefix: '',
      imports: true,
    },
    url,
    namespace: (repository) => `gs://${BUCKET}/${repository}`,
    reaches: async (namespace) => !namespace.startsWith('gs://no-such-bucket'),
    async presign(address, { method, seconds, now, filename }) {
      const stamp = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
      const path = `/${keyOf(address).split('/').map(encode).join('/')}`
      const query = {
        'X-Goog-Algorithm': 'GOOG4-RSA-SHA256',
        'X-Goog-Credential': `${ACCOUNT}/${stamp.slice(0, 8)}/auto/storage/goog4_request`,
        'X-Goog-Date': stamp,
        // The recorded URLs expire a second earlier than lakeFS says.
        'X-Goog-Expires': String(Math.max(1, seconds - 1)),
        'X-Goog-SignedHeaders': 'host',
        ...(filename ? { 'response-content-disposition': disposition(filename) } : {}),
      }
      const signature = sign('sha256', Buffer.from(stringToSign(method, path, query, host)), keys.privateKey)
      return `${url}${path}?${searchOf({ ...query, 'X-Goog-Signature': signature.toString('hex') })}`
    },
    createMultipart: none,
    presignPart: none,
    completeMultipart: none,
    abortMultipart: none,
    ...md5Store(world),
    close: async () => undefined,
  }
}

/** Returns the text to sign, as Google documents V4 signing: hash, time and scope of the canonical request. */
function stringToSign(method: string, path: string, query: Record<string, string>, host: string): string {
  const canonical = [method, path, searchOf(query), `host:${host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n')
  const stamp = query['X-Goog-Date'] ?? ''
  const scope = (query['X-Goog-Credential'] ?? '').split('/').slice(1).join('/')
  return ['GOOG4-RSA-SHA256', stamp, scope, createHash('sha256').update(canonical).digest('hex')].join('\n')
}

function searchOf(query: Record<string, string>): string {
  return Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
}

type Problem = [status: number, code: string, message: string]

function problemOf(world: World, keys: GoogleKeys, request: IncomingMessage): Problem | undefined {
  const unsigned = Object.keys(request.headers).find((name) => name.startsWith('x-goog-'))
  if (unsigned)
    return [400, 'MalformedSecurityHeader', `Your request has a malformed header. Header must be signed: ${unsigned}`]
  const [path = '', search = ''] = (request.url ?? '').split('?', 2)
  const { 'X-Goog-Signature': signature = '', ...query } = Object.fromEntries(new URLSearchParams(search))
  const text = stringToSign(request.method ?? '', path, query, request.headers.host ?? '')
  if (!verify('sha256', Buffer.from(text), keys.publicKey, Buffer.from(signature, 'hex'))) {
    return [
      403,
      'SignatureDoesNotMatch',
      'Access denied. The request signature we calculated does not match the signature you provided.',
    ]
  }
  const stamp = (query['X-Goog-Date'] ?? '').replace(/^(....)(..)(..T..)(..)(..)Z$/, '$1-$2-$3:$4:$5Z')
  const end = Date.parse(stamp) + Number(query['X-Goog-Expires']) * 1000
  if (world.now() > end || faultOf(request)?.kind === 'expired') {
    return [400, 'ExpiredToken', 'The provided token has expired. Request signature expired.']
  }
  return undefined
}

/** Creates the handler of storage.googleapis.com for browsers: one presigned PUT per object. */
export function createGcsWire(world: World, keys: GoogleKeys) {
  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const cors = corsHeaders(world, request, GCS_CORS)
    try {
      if (request.method === 'OPTIONS') {
        // Google answers every preflight with 200; without a matching rule the headers are missing.
        response.writeHead(200, preflight(world, request, GCS_CORS) ?? {}).end()
        return
      }
      const problem = problemOf(world, keys, request)
      if (problem || request.method !== 'PUT') {
        await drain(request)
        const [status, code, message] = problem ?? [405, 'MethodNotAllowed', 'The specified method is not allowed.']
        refuse(response, status, cors, [
          ['Code', code],
          ['Message', message],
        ])
        return
      }
      const crc = await createCRC32(CASTAGNOLI)
      const { md5, ...stored } = await world.blobs.receive({
        body: request,
        contentType: request.headers['content-type'] ?? 'application/octet-stream',
        length: lengthOf(request),
        onChunk(chunk) {
          received(request, chunk.length)
          crc.update(chunk)
        },
        bytesPerSecond: world.settings.bytesPerSecond,
        corrupt: faultOf(request)?.kind === 'corrupt',
      })
      const base64 = Buffer.from(md5, 'hex').toString('base64')
      const sent = request.headers['content-md5']
      if (sent && sent !== base64) {
        world.blobs.discard(stored)
        refuse(response, 400, cors, [
          ['Code', 'BadDigest'],
          ['Message', 'The Content-MD5 you specified did not match what we received.'],
        ])
        return
      }
      const key = decodeURIComponent((request.url ?? '').split('?', 1)[0]?.slice(1) ?? '')
      world.record({ t: 'object', key, stored })
      const crc32c = Buffer.from(crc.digest('hex'), 'hex').toString('base64')
      response.writeHead(200, {
        ...cors,
        ETag: `"${md5}"`,
        'x-goog-hash': `crc32c=${crc32c},md5=${base64}`,
        'Content-Length': 0,
      })
      response.end()
    } catch (cause) {
      if (wentAway(request, cause)) return
      console.error('sandbox store:', cause)
      if (!response.headersSent)
        refuse(response, 500, cors, [
          ['Code', 'InternalError'],
          ['Message', 'We encountered an internal error.'],
        ])
    }
  }
}
