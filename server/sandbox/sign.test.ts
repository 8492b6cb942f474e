import { expect, test } from 'vitest'
import { createPresigner, verify } from './sign.ts'

const keys = { accessKeyId: 'id', secretAccessKey: 'secret' }
const now = Date.parse('2026-11-23T08:31:26Z')
const sign = createPresigner('http://127.0.0.1:7070', keys)

async function signed(change: (url: string) => string = (url) => url) {
  const url = change(
    await sign({ method: 'PUT', key: "bucket/a/b,c d'é", query: { 'x-id': 'PutObject' }, seconds: 900, now }),
  )
  const { host, pathname, search } = new URL(url)
  return { method: 'PUT', url: pathname + search, host, now: now + 1000 }
}

test('a URL signs nothing but the host', async () => {
  const { url } = await signed()
  const names = [...new URL(url, 'http://x').searchParams.keys()].sort()
  expect(names).toEqual([
    'X-Amz-Algorithm',
    'X-Amz-Credential',
    'X-Amz-Date',
    'X-Amz-Expires',
    'X-Amz-Signature',
    'X-Amz-SignedHeaders',
    'x-id',
  ])
  expect(url).toContain('/bucket/a/b%2Cc%20d%27%C3%A9?')
  expect(url).toContain('X-Amz-SignedHeaders=host&')
})

test('a URL is good as it was given, until its end', async () => {
  expect(await verify(await signed(), keys)).toEqual({ ok: true })
  expect(await verify({ ...(await signed()), now: now + 900_000 }, keys)).toEqual({ ok: true })
  expect(await verify({ ...(await signed()), now: now + 900_001 }, keys)).toEqual({
    ok: false,
    code: 'AccessDenied',
    expired: { seconds: 900, at: now + 900_000 },
  })
})

test.each([
  ['another path', (url: string) => url.replace('/a/', '/z/')],
  ['a longer life', (url: string) => url.replace('Expires=900', 'Expires=9000')],
  ['another parameter', (url: string) => url.replace('x-id=PutObject', 'x-id=PutObject&acl=')],
  ['another signature', (url: string) => url.replace(/X-Amz-Signature=..../, 'X-Amz-Signature=0000')],
  ['another key', (url: string) => url.replace('Credential=id', 'Credential=di')],
])('%s is not what was signed', async (_what, change) => {
  expect(await verify(await signed(change), keys)).toMatchObject({ ok: false, code: 'SignatureDoesNotMatch' })
})

test('another method, host or secret is not what was signed', async () => {
  const request = await signed()
  const no = { ok: false, code: 'SignatureDoesNotMatch' }
  expect(await verify({ ...request, method: 'GET' }, keys)).toMatchObject(no)
  expect(await verify({ ...request, host: 'localhost:7070' }, keys)).toMatchObject(no)
  expect(await verify(request, { ...keys, secretAccessKey: 'other' })).toMatchObject(no)
  expect(await verify({ ...request, url: '/bucket/key' }, keys)).toEqual({ ok: false, code: 'AccessDenied' })
})
