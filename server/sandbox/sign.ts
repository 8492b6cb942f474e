import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import { sameText } from './ids.ts'

/** Node's SHA-256 with the interface of the signer. */
class Sha256 {
  #state: Hash | Hmac
  readonly #secret: string | Uint8Array | undefined

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret =
      secret === undefined || typeof secret === 'string'
        ? secret
        : ArrayBuffer.isView(secret)
          ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
          : new Uint8Array(secret)
    this.#state = this.#fresh()
  }

  #fresh(): Hash | Hmac {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret)
  }

  update(data: Uint8Array): void {
    this.#state.update(data)
  }

  async digest(): Promise<Uint8Array> {
    return this.#state.digest()
  }

  reset(): void {
    this.#state = this.#fresh()
  }
}

/** Signer that remembers what it has signed, because an error of S3 quotes it. */
class Signer extends SignatureV4 {
  canonicalRequest = ''
  stringToSign = ''

  protected override async createStringToSign(
    date: string,
    scope: string,
    canonicalRequest: string,
    algorithm: string,
  ): Promise<string> {
    this.canonicalRequest = canonicalRequest
    this.stringToSign = await super.createStringToSign(date, scope, canonicalRequest, algorithm)
    return this.stringToSign
  }
}

export interface StoreKeys {
  accessKeyId: string
  secretAccessKey: string
}

const REGION = 'us-east-1'

/** The body is not signed. The header tells the signer so and is not sent. */
const UNSIGNED = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
const ASIDE = { unhoistableHeaders: new Set(Object.keys(UNSIGNED)), unsignableHeaders: new Set(Object.keys(UNSIGNED)) }

function signer(credentials: StoreKeys): Signer {
  return new Signer({
    credentials,
    region: REGION,
    service: 's3',
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  })
}

export type Presigner = (request: {
  method: string
  key: string
  query?: Record<string, string>
  seconds: number
  now: number
}) => Promise<string>

/** Creates a function that presigns URLs of one store. Only `host` is signed, as in lakeFS. */
export function createPresigner(storeUrl: string, keys: StoreKeys): Presigner {
  const { host, protocol } = new URL(storeUrl)
  const sign = signer(keys)
  return async ({ method, key, query = {}, seconds, now }) => {
    const path = `/${key.split('/').map(encode).join('/')}`
    const signed = await sign.presign(
      { method, protocol, hostname: host, path, query, headers: { host, ...UNSIGNED } },
      { expiresIn: seconds, signingDate: new Date(now), ...ASIDE },
    )
    const search = Object.entries(signed.query ?? {})
      .map(([name, value]) => `${encode(name)}=${encode(String(value))}`)
      .sort()
    return `${protocol}//${host}${path}?${search.join('&')}`
  }
}

export type Verdict =
  | { ok: true }
  | { ok: false; code: 'AccessDenied'; expired?: { seconds: number; at: number } }
  | {
      ok: false
      code: 'SignatureDoesNotMatch'
      accessKeyId: string
      stringToSign: string
      canonicalRequest: string
      provided: string
    }

/**
 * Signs a request as received and compares the signatures.
 * @param request its `url` is the raw request target.
 */
export async function verify(
  request: { method: string; url: string; host: string; now: number },
  keys: StoreKeys,
): Promise<Verdict> {
  const [path = '', search = ''] = request.url.split('?', 2)
  const query: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(search)) query[name] = value
  const provided = query['X-Amz-Signature']
  const seconds = Number(query['X-Amz-Expires'])
  const signedAt = parseDate(query['X-Amz-Date'] ?? '')
  const accessKeyId = (query['X-Amz-Credential'] ?? '').split('/')[0] ?? ''
  if (!provided || !accessKeyId || !(seconds > 0) || Number.isNaN(signedAt)) return { ok: false, code: 'AccessDenied' }
  const at = signedAt + seconds * 1000
  if (request.now > at) return { ok: false, code: 'AccessDenied', expired: { seconds, at } }

  const rest = Object.fromEntries(Object.entries(query).filter(([name]) => !/^x-amz-/i.test(name)))
  const check = signer(keys)
  const signed = await check.presign(
    {
      method: request.method,
      protocol: 'http:',
      hostname: request.host,
      path,
      query: rest,
      headers: { host: request.host, ...UNSIGNED },
    },
    { expiresIn: seconds, signingDate: new Date(signedAt), ...ASIDE },
  )
  const expected = String(signed.query?.['X-Amz-Signature'])
  const ours = signed.query?.['X-Amz-Credential'] === query['X-Amz-Credential']
  if (ours && sameText(expected, provided)) return { ok: true }
  return {
    ok: false,
    code: 'SignatureDoesNotMatch',
    accessKeyId,
    stringToSign: check.stringToSign,
    canonicalRequest: check.canonicalRequest,
    provided,
  }
}

/** Parses `20261123T083126Z` to ms since 1970. */
function parseDate(text: string): number {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (!found) return Number.NaN
  const [year, month, day, hour, minute, second] = found.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
}
