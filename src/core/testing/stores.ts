import { createHash } from 'node:crypto'

/** Request that reached a fake store. */
export interface StoreCall {
  method: string
  url: URL
  /** Headers with names in lower case. */
  headers: Record<string, string>
  bytes: Uint8Array
}

/**
 * Store other than S3, which answers as recorded or documented (docs/lakefs-contract.md, "Azure", "Google Cloud
 * Storage").
 */
export interface OtherStore {
  readonly type: 'azure' | 'gs'
  /** Committed bytes by the path of the URL. */
  readonly blobs: Map<string, Uint8Array>
  /** Returns physical address and signed URL as lakeFS would. */
  sign(key: string, expiry: number): { physical_address: string; presigned_url: string }
  /** Returns the name of a request for counts: put, block, list or look. */
  route(call: Pick<StoreCall, 'method' | 'url'>): string
  answer(call: StoreCall, now: number): Response
}

const md5 = (bytes: Uint8Array | string) => createHash('md5').update(bytes).digest()
const xml = (status: number, code: string, message = '') =>
  new Response(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`, {
    status,
    headers: { 'x-ms-error-code': code },
  })

/** Azure Blob Storage as in server/sandbox/fixtures/azure.json. */
export class TestAzure implements OtherStore {
  readonly type = 'azure'
  readonly blobs = new Map<string, Uint8Array>()
  readonly blocks = new Map<string, Map<string, Uint8Array>>()
  /** Headers that the CORS rule exposes. */
  exposed = ['etag', 'content-md5']
  /** True for a container that refuses to overwrite blobs. */
  immutable = false
  #version = 0

  sign(key: string, expiry: number) {
    const place = `acc.blob.test/lab/${key}`
    const sas = `se=${encodeURIComponent(new Date(expiry * 1000).toISOString())}&sig=secret&sp=raw&spr=https&sr=b`
    return { physical_address: `https://${place}`, presigned_url: `https://${place}?${sas}` }
  }

  route({ method, url }: Pick<StoreCall, 'method' | 'url'>): string {
    const comp = url.searchParams.get('comp')
    if (comp === 'block') return 'block'
    if (comp === 'blocklist') return method === 'GET' ? 'look' : 'blocklist'
    return 'put'
  }

  answer({ method, url, headers, bytes }: StoreCall, now: number): Response {
    const key = url.pathname
    const until = Date.parse(url.searchParams.get('se') ?? '')
    if (url.searchParams.get('sig') !== 'secret' || now >= until) return xml(403, 'AuthorizationFailure')
    const waiting = this.blocks.get(key) ?? new Map<string, Uint8Array>()
    switch (this.route({ method, url })) {
      case 'block': {
        const id = url.searchParams.get('blockid') ?? ''
        if (!/^[A-Za-z0-9+/]+=*$/.test(id)) return xml(400, 'InvalidQueryParameterValue')
        if ([...waiting.keys()].some((other) => other.length !== id.length)) return xml(400, 'InvalidBlobOrBlock')
        const told = headers['content-md5']
        if (told !== undefined && told !== md5(bytes).toString('base64')) return xml(400, 'Md5Mismatch')
        waiting.set(id, bytes)
        this.blocks.set(key, waiting)
        return new Response(null, { status: 201 })
      }
      case 'look': {
        const list = [...waiting].map(([id, block]) => `<Block><Name>${id}</Name><Size>${block.length}</Size></Block>`)
        return new Response(
          `<BlockList><CommittedBlocks/><UncommittedBlocks>${list.join('')}</UncommittedBlocks></BlockList>`,
        )
      }
      case 'blocklist': {
        const text = new TextDecoder().decode(bytes)
        const ids = [...text.matchAll(/<Latest>([^<]+)<\/Latest>/g)].map(([, id = '']) => id)
        if (ids.length === 0) return new Response(null, { status: 400 })
        if (this.immutable && this.blobs.has(key)) return xml(409, 'BlobAlreadyExists')
        if (ids.some((id) => !waiting.has(id))) return xml(400, 'InvalidBlockList')
        this.blobs.set(key, Buffer.concat(ids.map((id) => waiting.get(id) ?? new Uint8Array())))
        // Azure returns the MD5 of the list and not of the bytes.
        return this.#created(bytes)
      }
      default:
        if (headers['x-ms-blob-type'] !== 'BlockBlob') return new Response(null, { status: 400 })
        if (this.immutable && this.blobs.has(key)) return xml(409, 'BlobAlreadyExists')
        this.blobs.set(key, bytes)
        return this.#created(bytes)
    }
  }

  #created(bytes: Uint8Array): Response {
    this.#version += 1
    const all = { etag: `"0x8D${this.#version}"`, 'content-md5': md5(bytes).toString('base64') }
    const headers = Object.fromEntries(Object.entries(all).filter(([name]) => this.exposed.includes(name)))
    return new Response(null, { status: 201, headers })
  }
}

/** Google Cloud Storage as documented (docs/lakefs-contract.md, "Google Cloud Storage"). */
export class TestGcs implements OtherStore {
  readonly type = 'gs'
  readonly blobs = new Map<string, Uint8Array>()
  exposed = ['etag', 'x-goog-hash']
  /** True for keys of the customer: the ETag is opaque and there is no MD5. */
  customerKeys = false

  sign(key: string, expiry: number) {
    const query = `X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Expires=899&X-Goog-Signature=secret&until=${expiry}`
    return {
      physical_address: `gs://lab/${key}`,
      presigned_url: `https://storage.googleapis.test/lab/${key}?${query}`,
    }
  }

  route(): string {
    return 'put'
  }

  answer({ url, headers, bytes }: StoreCall, now: number): Response {
    if (Object.keys(headers).some((name) => name.startsWith('x-goog-'))) {
      return xml(400, 'MalformedSecurityHeader', 'Header must be signed')
    }
    if (now >= Number(url.searchParams.get('until')) * 1000) return xml(400, 'ExpiredToken')
    this.blobs.set(url.pathname, bytes)
    const hash = md5(bytes)
    const all = this.customerKeys
      ? { etag: '"CPDmxqmp2uICEAE="', 'x-goog-hash': 'crc32c=AAAAAA==' }
      : { etag: `"${hash.toString('hex')}"`, 'x-goog-hash': `crc32c=AAAAAA==,md5=${hash.toString('base64')}` }
    return new Response(null, {
      status: 200,
      headers: Object.fromEntries(Object.entries(all).filter(([name]) => this.exposed.includes(name))),
    })
  }
}
