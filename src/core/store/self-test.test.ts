import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { LakeFS } from '../lakefs/client.ts'
import { ResponseError } from '../request/response-error.ts'
import { TestClock } from '../testing/clock.ts'
import type { BrowserProbes } from './browser-probes.ts'
import { type StoreCheck, testStore } from './self-test.ts'
import { createStore } from './storage.ts'

const never = new AbortController().signal
const NOTHING = createHash('md5').digest()
const ETAG = `ETag: "${NOTHING.toString('hex')}"`
const MD5 = `Content-MD5: ${NOTHING.toString('base64')}`

interface Answer {
  status: number
  headers?: string
  text?: string
}

interface Look {
  blockstore?: string
  /** What lakeFS gives; a ResponseError: none. */
  address?: string | ResponseError | undefined
  pageProtocol?: string
  /** Whether something is there without CORS. */
  reached?: boolean
  /** What the page can read of the answer to the n-th try; undefined: nothing. */
  answer?: (headers: Readonly<Record<string, string>>, count: number, bytes: number) => Answer | undefined
  /** What the browser tells besides. */
  probes?: Partial<BrowserProbes>
  /** Bytes of the request that got no answer. */
  size?: number
}

/** Looks at a pretended store through the real door. */
async function look({ blockstore = 's3', pageProtocol = 'https:', reached = true, ...rest }: Look) {
  const address = 'address' in rest ? rest.address : 'https://store.test:9000/b/k?X-Amz-Signature=secret'
  const clock = new TestClock()
  let count = 0
  class FakeXhr {
    upload = {}
    status = 0
    responseText = ''
    onload: (() => void) | null = null
    onerror: (() => void) | null = null
    readonly #headers: Record<string, string> = {}
    #shown = ''
    open() {}
    setRequestHeader(name: string, value: string) {
      this.#headers[name] = value
    }
    getAllResponseHeaders() {
      return this.#shown
    }
    send(body: Blob) {
      count += 1
      const answer = rest.answer?.(this.#headers, count, body.size)
      if (!answer) return this.onerror?.()
      this.status = answer.status
      this.#shown = answer.headers ?? ''
      this.responseText = answer.text ?? ''
      this.onload?.()
    }
  }
  const store = createStore({
    clock,
    stallTimeout: () => 60_000,
    XMLHttpRequest: FakeXhr as unknown as typeof XMLHttpRequest,
    pageProtocol,
  })
  const lakefs = {
    address: async () => {
      if (address instanceof ResponseError) throw address
      return { physical_address: 's3://b/k', ...(address === undefined ? {} : { presigned_url: address }) }
    },
  } as unknown as LakeFS
  const probes: BrowserProbes = {
    policy: () => undefined,
    reached: () => {},
    permission: async () => undefined,
    answersSimple: async () => 'hidden',
    pristine: () => undefined,
    ...rest.probes,
  }
  const tools = { lakefs, store, reach: async () => reached, probes, blockstore, page: 'https://page.test', clock }
  const check = await clock.run(testStore(tools, { repository: 'lake', branch: 'main' }, 'a.csv', never, rest.size))
  return { check, tries: count }
}

const origin = 'https://store.test:9000'

describe('a look at the store', () => {
  it.each<[name: string, look: Look, expected: Partial<StoreCheck>]>([
    [
      'fine, and what its checksums are',
      { answer: () => ({ status: 200, headers: ETAG }) },
      { verdict: 'fine', origin, status: 200, tellsMd5: true },
    ],
    [
      'fine, with checksums that are no MD5s',
      { answer: () => ({ status: 200, headers: `ETag: "${'0'.repeat(32)}"` }) },
      { verdict: 'fine', tellsMd5: false },
    ],
    [
      'fine where Azure shows the checksum and no ETag',
      { blockstore: 'azure', answer: () => ({ status: 201, headers: MD5 }) },
      { verdict: 'fine', tellsMd5: true },
    ],
    ['the ETag hidden', { answer: () => ({ status: 200 }) }, { verdict: 'etag-hidden', origin, status: 200 }],
    ['refused by 403', { answer: () => ({ status: 403 }) }, { verdict: 'refused', origin, status: 403 }],
    ['refused by 405', { answer: () => ({ status: 405 }) }, { verdict: 'refused', origin, status: 405 }],
    ['busy', { answer: () => ({ status: 503 }) }, { verdict: 'busy', origin, status: 503 }],
    ['asked to slow down', { answer: () => ({ status: 429 }) }, { verdict: 'busy', origin, status: 429 }],
    ['broken', { answer: () => ({ status: 500 }) }, { verdict: 'busy', origin, status: 500 }],
    ['shut out by its CORS rule', {}, { verdict: 'cors', origin }],
    ['not reached at all', { reached: false }, { verdict: 'network', origin }],
    [
      'a line that was cut once',
      { answer: (_, count) => (count === 1 ? undefined : { status: 200, headers: ETAG }) },
      { verdict: 'fine', status: 200 },
    ],
    [
      'an http store under an https page',
      { address: 'http://store.test:9000/b/k?X-Amz-Signature=secret' },
      { verdict: 'mixed-content', origin: 'http://store.test:9000' },
    ],
    [
      'a scheme that no page sends to',
      { address: 'ftp://store.test/k?sig=1' },
      { verdict: 'bad-address', origin: 'ftp://store.test' },
    ],
    ['an address that is none', { address: 'store.test' }, { verdict: 'bad-address', origin: '' }],
    ['no address with a URL', { address: undefined }, { verdict: 'unknown', origin: '' }],
    [
      'no address at all',
      { address: new ResponseError({ side: 'lakefs', status: 403 }) },
      { verdict: 'unknown', origin: '' },
    ],
  ])('finds %s', async (_, given, expected) => {
    const { check } = await look(given)
    expect(check).toMatchObject(expected)
    // A rule is shown where one cures it, and nowhere else.
    expect(check.rule !== undefined).toBe(['cors', 'etag-hidden'].includes(check.verdict))
    expect(JSON.stringify(check)).not.toMatch(/secret|sig=/)
  })

  it('takes an http store for what it is where the page is on http too', async () => {
    const address = 'http://store.test/b/k'
    const { check } = await look({ address, pageProtocol: 'http:', answer: () => ({ status: 200, headers: ETAG }) })
    expect(check).toMatchObject({ verdict: 'fine', origin: 'http://store.test' })
  })

  it('sends nothing where the address forbids it', async () => {
    for (const address of ['http://store.test/k', 'ftp://store.test/k', 'store.test']) {
      expect((await look({ address })).tries).toBe(0)
    }
  })

  it.each([
    ['s3', ['"AllowedMethods": [\n      "PUT"', 'https://page.test', '"ETag"']],
    ['azure', ["--origins 'https://page.test'", "--allowed-headers 'content-type,content-md5,x-ms-*'", 'Content-MD5']],
    ['gs', ['https://page.test', '"x-goog-hash"']],
  ])('gives the rule in the words of %s', async (blockstore, parts) => {
    for (const answer of [() => undefined, () => ({ status: 200 })]) {
      const { check } = await look({ blockstore, answer })
      expect(check.rule).toMatchObject({ store: blockstore, origin: 'https://page.test' })
      for (const part of parts) expect(check.rule?.text).toContain(part)
    }
  })
})

describe('Content-MD5 at Azure', () => {
  const good = { status: 201, headers: MD5 }
  const azure = (answer: NonNullable<Look['answer']>) => look({ blockstore: 'azure', answer })
  const has = (headers: Readonly<Record<string, string>>) => headers['Content-MD5'] !== undefined

  it('is found to be stopped where only requests without it get through', async () => {
    const { check, tries } = await azure((headers) => (has(headers) ? undefined : good))
    expect(check).toMatchObject({ verdict: 'fine', takesMd5: false })
    // Twice with it, and each time beside one without.
    expect(tries).toBe(5)
  })

  it('is not blamed for a line that was cut once', async () => {
    const { check } = await azure((_, count) => (count === 1 ? undefined : good))
    expect(check).toMatchObject({ verdict: 'fine', takesMd5: true })
  })

  it('is not blamed for a rule that shuts the page out', async () => {
    const { check } = await azure(() => undefined)
    expect(check).toMatchObject({ verdict: 'cors' })
    expect(check.takesMd5).toBeUndefined()
  })

  it('costs nothing where it gets through', async () => {
    expect((await azure(() => good)).tries).toBe(1)
  })
})

describe('what cannot be read', () => {
  const good = { status: 200, headers: ETAG }
  const type = (headers: Readonly<Record<string, string>>) => headers['Content-Type'] !== undefined

  it('is a header that the rule lacks, where the same request passes without it', async () => {
    const { check } = await look({ answer: (headers) => (type(headers) ? undefined : good) })
    expect(check).toMatchObject({ verdict: 'cors-header', header: 'content-type', rule: { store: 's3' } })
  })

  it('names each header of Azure that its rule lacks', async () => {
    const blob = (headers: Readonly<Record<string, string>>) => headers['x-ms-blob-type'] !== undefined
    const answer = (headers: Readonly<Record<string, string>>) =>
      blob(headers) || headers['Content-MD5'] ? undefined : { status: 400 }
    expect((await look({ blockstore: 'azure', answer })).check).toMatchObject({ header: 'x-ms-blob-type' })
    const neither = await look({
      blockstore: 'azure',
      answer: (headers) => (type(headers) ? undefined : answer(headers)),
    })
    expect(neither.check).toMatchObject({ verdict: 'cors-header', header: 'content-type, x-ms-blob-type' })
  })

  it.each([
    ['readable', 'cors-preflight', true],
    ['redirected', 'cors-redirect', false],
    ['hidden', 'cors', true],
  ] as const)('with an answer to a simple request that is %s is %s', async (simple, verdict, rule) => {
    const { check } = await look({ probes: { answersSimple: async () => simple } })
    expect(check).toMatchObject({ verdict, origin })
    expect(check.rule !== undefined).toBe(rule)
  })

  it('is the work of a script of the page, where it passes without that', async () => {
    let closed = 0
    const store = { send: async () => ({ status: 200, text: '', header: () => undefined }) }
    const pristine = () => ({ store, close: () => (closed += 1) })
    for (const reached of [true, false]) {
      expect((await look({ reached, probes: { pristine } })).check).toEqual({ verdict: 'script', origin })
    }
    expect(closed).toBe(2)
  })

  it('is not blamed on a script that has only been there', async () => {
    const store = {
      send: async () => {
        throw new ResponseError({ side: 'storage', status: 0 })
      },
    }
    const { check } = await look({ probes: { pristine: () => ({ store, close: () => {} }) } })
    expect(check.verdict).toBe('cors')
  })

  it.each([true, false])('is refused by the policy of the page, where that was heard: reached %s', async (reached) => {
    const rule = "connect-src 'self' https://store.test:9000"
    const policy = (of: string) => (of === origin ? { directive: 'connect-src', origin: of, rule } : undefined)
    const { check } = await look({ reached, probes: { policy } })
    expect(check).toMatchObject({ verdict: 'policy', policy: { directive: 'connect-src', rule } })
  })
})

describe('an address where nothing answers', () => {
  const at = (address: string, state?: PermissionState) => {
    const asked: string[] = []
    const permission = async (name: string) => {
      asked.push(name)
      return state
    }
    const looked = look({ address: `${address}/b/k`, reached: false, probes: { permission } })
    return looked.then(({ check }) => ({ check, asked }))
  }

  it.each([
    ['https://192.168.1.2:9000', 'local-network'],
    ['https://minio:9000', 'local-network'],
    ['https://nas.local', 'local-network'],
    ['https://127.0.0.1:9000', 'loopback-network'],
    ['http://localhost:9000', 'loopback-network'],
  ])('near the browser is one that a denied permission explains: %s, %s', async (address, permission) => {
    const { check, asked } = await at(address, 'denied')
    expect(check).toEqual({ verdict: 'permission', origin: address, permission })
    expect(asked).toEqual([permission])
  })

  it('with any other name may be near, which is said as one of the possibilities', async () => {
    const { check } = await at('https://store.example.com', 'denied')
    expect(check).toMatchObject({ verdict: 'network', permission: 'local-network' })
    expect((await at('https://store.example.com', 'prompt')).check.permission).toBeUndefined()
  })

  it('near the browser may wait for a permission that was not given yet', async () => {
    expect((await at('https://minio:9000', 'prompt')).check).toMatchObject({
      verdict: 'network',
      permission: 'local-network',
    })
    expect((await at('https://minio:9000', 'granted')).check.permission).toBeUndefined()
  })

  it('on this machine without https is one that some browsers refuse', async () => {
    const { check } = await at('http://127.0.0.1:9000', 'granted')
    expect(check).toEqual({ verdict: 'loopback', origin: 'http://127.0.0.1:9000' })
    expect((await at('https://127.0.0.1:9000', 'granted')).check.verdict).toBe('network')
  })
})

describe('bodies of growing size', () => {
  const MIB = 2 ** 20
  const upTo = (limit: number) => (_: unknown, __: number, bytes: number) =>
    bytes <= limit ? { status: 200, headers: ETAG } : undefined

  it('find a limit of a server in between', async () => {
    const { check } = await look({ answer: upTo(MIB), size: 3 * MIB })
    expect(check).toMatchObject({ verdict: 'body-limit', passes: MIB, stops: 2 * MIB })
  })

  it('try the size itself', async () => {
    const { check } = await look({ answer: upTo(MIB), size: MIB + 1 })
    expect(check).toMatchObject({ verdict: 'body-limit', passes: MIB, stops: MIB + 1 })
    const small = await look({ answer: upTo(1000), size: 100 * 1024 })
    expect(small.check).toMatchObject({ verdict: 'body-limit', passes: 0, stops: 64 * 1024 })
  })

  it('are not tried for so small a file that no server limits it', async () => {
    const { check } = await look({ answer: upTo(1000), size: 2000 })
    expect(check).toMatchObject({ verdict: 'fine' })
  })

  it('find a limit that is told by 413, too', async () => {
    const answer = (_: unknown, __: number, bytes: number) =>
      bytes > 4 * MIB ? { status: 413 } : { status: 200, headers: ETAG }
    expect((await look({ answer, size: 9 * MIB })).check).toMatchObject({ verdict: 'body-limit', stops: 8 * MIB })
  })

  it('blame no server for one lost connection', async () => {
    let lost = 0
    const answer = (_: unknown, __: number, bytes: number) => {
      if (bytes >= MIB && lost === 0) {
        lost += 1
        return undefined
      }
      return { status: 200, headers: ETAG }
    }
    expect((await look({ answer, size: 3 * MIB })).check).toMatchObject({ verdict: 'fine' })
  })

  it('are not sent beyond what a test is worth, nor beyond the size', async () => {
    const sizes: number[] = []
    const answer = (_: unknown, __: number, bytes: number) => {
      sizes.push(bytes)
      return { status: 200, headers: ETAG }
    }
    expect((await look({ answer, size: 5 * 2 ** 30 })).check).toMatchObject({ verdict: 'fine', passes: 16 * MIB })
    expect(Math.max(...sizes)).toBe(16 * MIB)
    sizes.length = 0
    await look({ answer, size: 100_000 })
    expect(sizes).toEqual([0, 65_536, 100_000])
  })

  it('are not tried where nothing passes', async () => {
    expect((await look({ size: 3 * MIB })).check).toMatchObject({ verdict: 'cors' })
  })
})
