import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { LakeFS } from '../lakefs/client.ts'
import { ResponseError } from '../request/response-error.ts'
import { TestClock } from '../testing/clock.ts'
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
  answer?: (headers: Readonly<Record<string, string>>, count: number) => Answer | undefined
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
    send() {
      count += 1
      const answer = rest.answer?.(this.#headers, count)
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
  const tools = { lakefs, store, reach: async () => reached, blockstore, page: 'https://page.test', clock }
  const check = await clock.run(testStore(tools, { repository: 'lake', branch: 'main' }, 'a.csv', never))
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
