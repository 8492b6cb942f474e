import { describe, expect, it, vi } from 'vitest'
import { toUploadError } from '../request/upload-error.ts'
import { createLakeFS } from './client.ts'

const at = { repository: 'lake', branch: 'feature/a b' }
const upload = { upload_id: 'u', physical_address: 's3://bucket/x' }
const page = (status: number) =>
  new Response('<html><a href="/login?rd=secret">Sign in</a></html>', {
    status,
    headers: { 'Content-Type': 'text/html' },
  })

const NOON = Date.UTC(2026, 5, 14, 12)

function door(answer: () => Response, getToken?: () => string) {
  const urls: string[] = []
  const lakefs = createLakeFS({
    endpoint: 'http://lakefs.test/api/v1/',
    getToken,
    now: () => NOON,
    fetch: async (input, init) => {
      urls.push(new Request(input, init).url)
      return answer()
    },
  })
  return { lakefs, urls }
}

describe('a server that is not lakeFS', () => {
  it('redirects to a sign-in page: the session is over, and nothing goes there', async () => {
    const { lakefs, urls } = door(() => new Response(null, { status: 302, headers: { Location: 'http://idp.test/' } }))
    await expect(lakefs.config()).rejects.toMatchObject({ status: 401 })
    expect(urls).toEqual(['http://lakefs.test/api/v1/config'])
  })

  const calls: [string, (lakefs: ReturnType<typeof createLakeFS>) => Promise<unknown>][] = [
    ['config', (lakefs) => lakefs.config()],
    ['stat', (lakefs) => lakefs.stat(at, 'p')],
    ['list', (lakefs) => lakefs.list(at, {})],
    ['address', (lakefs) => lakefs.address(at, 'p')],
    ['link', (lakefs) => lakefs.link(at, 'p', { staging: upload, checksum: 'c', size_bytes: 1 }, false)],
    ['create', (lakefs) => lakefs.createMultipart(at, 'p', 0)],
    ['sign', (lakefs) => lakefs.signPart(at, 'p', upload, 1)],
    ['complete', (lakefs) => lakefs.completeMultipart(at, 'p', upload, { parts: [] })],
    ['abort', (lakefs) => lakefs.abortMultipart(at, 'p', upload)],
    ['reset', (lakefs) => lakefs.resetObject(at, 'p')],
    ['branch', (lakefs) => lakefs.createBranch('lake', { name: 'b', source: 'main' })],
    ['delete', (lakefs) => lakefs.deleteBranch(at)],
    ['revert', (lakefs) => lakefs.revert(at, 'c1', 0)],
    ['pulls', (lakefs) => lakefs.hasPulls('lake')],
  ]

  it('is told to the developer once, with the address and where to read on', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {})
    for (const path of ['/one', '/one', '/two']) {
      const lakefs = createLakeFS({ endpoint: `http://page.test${path}`, fetch: async () => page(200) })
      await lakefs.config().catch(() => {})
    }
    expect(said.mock.calls.map(([line]) => String(line))).toEqual([
      expect.stringMatching(/^lakefs-uploader: a web page answers at http:\/\/page\.test\/one, not lakeFS\..*docs\//),
      expect.stringContaining('http://page.test/two'),
    ])
    said.mockRestore()
  })

  it.each(calls)('gives no yes to %s by a page with 200', async (_, call) => {
    const thrown = await call(door(() => page(200)).lakefs).catch((error: unknown) => error)
    expect(toUploadError(thrown)).toMatchObject({ code: 'not-lakefs', status: 200 })
    expect(JSON.stringify([toUploadError(thrown).message, toUploadError(thrown).detail])).not.toContain('secret')
  })

  it.each(calls)('gives no yes to %s by a page with 404', async (_, call) => {
    const thrown = await call(door(() => page(404)).lakefs).catch((error: unknown) => error)
    expect(toUploadError(thrown)).toMatchObject({ code: 'not-lakefs', status: 404 })
  })

  it.each(calls.slice(0, 8))('gives no yes to %s by JSON that is cut off', async (_, call) => {
    await expect(call(door(() => new Response('{"physical_address":"s3://b')).lakefs)).rejects.toMatchObject({
      status: 200,
    })
  })
})

it('an empty list may be null, as Go writes it', async () => {
  const pagination = { has_more: false, next_offset: '', results: 0 }
  const { lakefs } = door(() => new Response(JSON.stringify({ pagination, results: null })))
  expect(await lakefs.list(at, {})).toEqual({ pagination, results: [] })
  expect(await lakefs.uncommitted(at)).toEqual({ pagination, results: [] })
})

describe('a request', () => {
  it('has each name encoded as one', async () => {
    const { lakefs, urls } = door(() => new Response('{"message":"not found"}', { status: 404 }))
    expect(await lakefs.stat(at, 'a/b c%2F?#&=+.txt')).toBeUndefined()
    expect(urls).toEqual([
      'http://lakefs.test/api/v1/repositories/lake/refs/feature%2Fa%20b/objects/stat?path=a%2Fb%20c%252F%3F%23%26%3D%2B.txt',
    ])
  })

  it.each([
    ['jwt', 'Bearer jwt'],
    ['Basic eA==', 'Basic eA=='],
  ])('carries the token %j as %j', async (token, header) => {
    const { lakefs } = door(
      () => page(200),
      () => token,
    )
    expect(await lakefs.headers()).toMatchObject({ Authorization: header })
  })

  it("tells the server's clock from its Date header, and goes without", async () => {
    const date = new Date(NOON + 7_200_000).toUTCString()
    const skewed = door(() => new Response('{"storage_config":{}}', { headers: { Date: date } })).lakefs
    await skewed.config()
    expect(Math.abs(skewed.clockOffset - 7_200_000)).toBeLessThan(1000)
    const plain = door(() => new Response('{"storage_config":{}}')).lakefs
    await plain.config()
    expect(plain.clockOffset).toBe(0)
  })
})
