import { expect, test } from 'vitest'
import { type Given, MAIN, started } from '../testing.ts'

const URL_OF = `${MAIN}/staging/backing?presign=true&path=x`

test('a PUT answers as Google does: ETag, x-goog-hash, no body', async () => {
  const { ok } = await started({ store: 'gcs' })
  const { presigned_url } = await ok<Given>('GET', URL_OF)
  const put = await fetch(presigned_url, {
    method: 'PUT',
    body: 'hello lakeFS\n',
    headers: { Origin: 'http://a.example' },
  })
  expect(put.status).toBe(200)
  expect(put.headers.get('ETag')).toBe('"7f570162e13f43c76dcb12d84627f237"')
  expect(put.headers.get('x-goog-hash')).toBe('crc32c=kOr8Hg==,md5=f1cBYuE/Q8dtyxLYRifyNw==')
  expect(put.headers.get('Access-Control-Expose-Headers')).toContain('x-goog-hash')
  expect(await put.text()).toBe('')
})

test('what Google refuses: unsigned x-goog headers, expired, tampered', async () => {
  const { ok, sandbox } = await started({ store: 'gcs' })
  const { presigned_url } = await ok<Given>('GET', URL_OF)
  const refused = async (url: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(url, { method: 'PUT', body: 'x', headers })
    return [answer.status, /<Code>(\w+)/.exec(await answer.text())?.[1]]
  }
  expect(await refused(presigned_url, { 'x-goog-meta-a': 'b' })).toEqual([400, 'MalformedSecurityHeader'])
  expect(await refused(presigned_url.replace('/data/', '/atad/'))).toEqual([403, 'SignatureDoesNotMatch'])
  sandbox.faults.add({ route: 'store-put', fault: { kind: 'expired' } })
  expect(await refused(presigned_url)).toEqual([400, 'ExpiredToken'])
})

test('without a signing key the config promises URLs and presign=true is 500', async () => {
  const { ok, call } = await started({ store: 'gcs', settings: { signingKey: false } })
  expect(await ok('GET', '/config')).toMatchObject({
    storage_config: { blockstore_type: 'gs', pre_sign_support: true },
  })
  expect(await call('GET', URL_OF)).toMatchObject({
    status: 500,
    body: { message: expect.stringContaining('GoogleAccessID') },
  })
})
