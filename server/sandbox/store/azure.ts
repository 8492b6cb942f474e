import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { World } from '../world.ts'
import { agentFor, type Certificate } from './azurite.ts'
import { disposition } from './s3.ts'
import type { BlockStore, PresignOptions } from './store.ts'

export const ACCOUNT = 'devstoreaccount1'
const CONTAINER = 'lakefs-sandbox'
const DOMAIN = 'azurite.test'
const VERSION = '2026-06-06'

/** Returns the minimal CORS rule for an uploader, with GET, which lists the blocks that arrived. */
function corsRule(origins: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><StorageServiceProperties><Cors><CorsRule><AllowedOrigins>${origins}</AllowedOrigins><AllowedMethods>PUT,GET</AllowedMethods><AllowedHeaders>content-type,content-md5,x-ms-*</AllowedHeaders><ExposedHeaders>ETag,Content-MD5</ExposedHeaders><MaxAgeInSeconds>3600</MaxAgeInSeconds></CorsRule></Cors></StorageServiceProperties>`
}

/** Formats a time like `2026-11-23T08:59:43Z`. */
function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

export interface AzureOptions {
  /** URL for browsers. */
  url: string
  /** Port of Azurite. */
  port: number
  accountKey: string
  certificate: Certificate
}

/**
 * Creates the store behind lakeFS on Azure Blob Storage: one SAS for each blob with `sp=raw` and `spr=https`, signed as
 * Azure documents for a service SAS.
 */
export async function createAzureStore(world: World, options: AzureOptions): Promise<BlockStore> {
  const agent = agentFor(options.certificate)
  const key = Buffer.from(options.accountKey, 'base64')
  const hmac = (text: string) => createHmac('sha256', key).update(text).digest('base64')

  /** Returns container and name without the host. */
  const pathOf = (address: string) => new URL(address).pathname.slice(1).split('/').map(decodeURIComponent).join('/')
  const urlPath = (path: string) =>
    `/${ACCOUNT}/${path
      .split('/')
      .map((part) => encodeURIComponent(part).replaceAll('%2C', ','))
      .join('/')}`

  function sas(path: string, permissions: string, { seconds, now, filename }: Omit<PresignOptions, 'method'>): string {
    const se = time(now + seconds * 1000)
    const rscd = filename ? disposition(filename) : ''
    const fields = [
      permissions,
      '',
      se,
      `/blob/${ACCOUNT}/${path}`,
      '',
      '',
      'https',
      VERSION,
      'b',
      '',
      '',
      '',
      rscd,
      '',
      '',
      '',
    ]
    const query = {
      ...(rscd ? { rscd } : {}),
      se,
      sig: hmac(fields.join('\n')),
      sp: permissions,
      spr: 'https',
      sr: 'b',
      sv: VERSION,
    }
    return new URLSearchParams(query).toString()
  }

  /** Signs administrative requests: they create the container and set the CORS rule. */
  function accountSas(): string {
    const se = time(Date.now() + 3600_000)
    const fields = [ACCOUNT, 'rwdlac', 'b', 'sco', '', se, '', 'https', VERSION, '', '']
    return new URLSearchParams({
      se,
      sig: hmac(fields.join('\n')),
      sp: 'rwdlac',
      spr: 'https',
      srt: 'sco',
      ss: 'b',
      sv: VERSION,
    }).toString()
  }

  async function send(
    method: string,
    path: string,
    headers: Record<string, string | number> = {},
    body: AsyncIterable<Uint8Array> | undefined = undefined,
  ): Promise<IncomingMessage> {
    // With `Connection: close` Azurite could answer and close the connection before the request has ended.
    const all = { ...headers, Connection: 'keep-alive' }
    const request = httpsRequest({ host: '127.0.0.1', port: options.port, method, path, headers: all, agent })
    const answered = new Promise<IncomingMessage>((done, refuse) => {
      request.once('response', done)
      request.once('error', refuse)
    })
    if (body) await pipeline(Readable.from(body), request)
    else request.end()
    return answered
  }

  async function expect(answer: IncomingMessage, ...statuses: number[]): Promise<void> {
    const text = (await answer.toArray()).join('')
    if (!statuses.includes(answer.statusCode ?? 0)) throw new Error(`Azurite: ${answer.statusCode} ${text}`)
  }

  async function* once(text: string): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text)
  }

  const makeContainer = async (name: string) =>
    expect(
      await send('PUT', `/${ACCOUNT}/${name}?restype=container&${accountSas()}`, { 'Content-Length': 0 }),
      201,
      409,
    )
  await makeContainer(CONTAINER)
  const rule = corsRule(world.allowedOrigins === '*' ? '*' : world.allowedOrigins.join(','))
  const headers = { 'Content-Type': 'application/xml', 'Content-Length': Buffer.byteLength(rule) }
  await expect(
    await send('PUT', `/${ACCOUNT}/?restype=service&comp=properties&${accountSas()}`, headers, once(rule)),
    202,
  )

  const none = async (): Promise<never> => {
    throw new Error('operation not supported')
  }
  return {
    facts: {
      type: 'azure',
      presigns: true,
      multipart: false,
      namespacePattern: `^https?://[a-z0-9_-]+\\.${DOMAIN}`,
      namespaceExample: `https://mystorageaccount.${DOMAIN}/mycontainer/`,
      namespacePrefix: '',
      imports: true,
    },
    url: options.url,
    namespace: (repository) => `https://${ACCOUNT}.${DOMAIN}/${CONTAINER}/${repository}`,
    async reaches(namespace) {
      const { hostname, pathname } = new URL(namespace)
      if (hostname !== `${ACCOUNT}.${DOMAIN}`) return false
      await makeContainer(pathname.split('/')[1] ?? '')
      return true
    },
    async presign(address, { method, ...rest }) {
      const path = pathOf(address)
      return `${options.url}${urlPath(path)}?${sas(path, method === 'PUT' ? 'raw' : 'r', rest)}`
    },
    createMultipart: none,
    presignPart: none,
    completeMultipart: none,
    abortMultipart: none,
    async put(address, { stream, contentType, length }) {
      const path = pathOf(address)
      // Azure needs the length first, so a body without one is stored until its length is known.
      const { md5, ...kept } = await world.blobs.receive({ body: stream, contentType, length })
      try {
        const headers = { 'x-ms-blob-type': 'BlockBlob', 'Content-Type': contentType, 'Content-Length': kept.size }
        const target = `${urlPath(path)}?${sas(path, 'raw', { seconds: 3600, now: Date.now() })}`
        await expect(await send('PUT', target, headers, world.blobs.read(kept)), 201)
      } finally {
        world.blobs.discard(kept)
      }
      return { checksum: md5, size: kept.size }
    },
    async get(address, start, end) {
      const path = pathOf(address)
      const range: Record<string, string> = end > start ? { Range: `bytes=${start}-${end - 1}` } : {}
      const answer = await send('GET', `${urlPath(path)}?${sas(path, 'r', { seconds: 3600, now: Date.now() })}`, range)
      if (answer.statusCode === 404) {
        answer.resume()
        return undefined
      }
      if (answer.statusCode !== 200 && answer.statusCode !== 206) await expect(answer, 200)
      return answer
    },
    async close() {
      agent.destroy()
    },
  }
}

/** Derives the account key from a secret, so that the blobs of a folder stay readable. */
export function accountKeyOf(secret: string): string {
  return createHash('sha512').update(secret).digest('base64')
}
