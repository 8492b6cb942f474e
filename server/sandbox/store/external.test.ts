import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Given, MAIN, ON_MAIN, started, uploaded } from '../testing.ts'
import { externalS3 } from './external.ts'

test('the variables name a server whole or not at all', () => {
  expect(externalS3({})).toBeUndefined()
  expect(() => externalS3({ S3_ENDPOINT: 'http://s3.example' })).toThrow('S3_BUCKET')
})

const external = externalS3(process.env) ?? null

test.runIf(external)('an S3 server of someone else takes a file, and parts, and refuses a wrong part', async () => {
  const { ok, call, sandbox } = await started({ external })
  await uploaded({ ok, call, sandbox }, 'ü b+.txt', 'hello')
  expect((await call('GET', `${ON_MAIN}/objects?path=${encodeURIComponent('ü b+.txt')}`)).body).toBe('hello')

  const upload = await ok<Given & { upload_id: string }>('POST', `${MAIN}/staging/pmpu?path=big`)
  const { physical_address } = upload
  const at = `${MAIN}/staging/pmpu/${upload.upload_id}`
  const parts: { part_number: number; etag: string | null }[] = []
  for (const [index, size] of [5 * 1024 * 1024, 1000].entries()) {
    const part_number = index + 1
    const { presigned_url } = await ok<Given>('PUT', `${at}/parts/${part_number}?path=big`, { physical_address })
    const put = await fetch(presigned_url, { method: 'PUT', body: new Uint8Array(randomBytes(size)) })
    parts.push({ part_number, etag: put.headers.get('ETag') })
  }
  const wrong = await call('PUT', `${at}?path=big`, { physical_address, parts: [{ part_number: 1, etag: '"bad"' }] })
  expect(wrong).toMatchObject({ status: 500, body: { message: expect.stringMatching(/StatusCode: 4.*InvalidPart/) } })
  expect(await ok('PUT', `${at}?path=big`, { physical_address, parts })).toMatchObject({
    size_bytes: 5 * 1024 * 1024 + 1000,
    checksum: expect.stringMatching(/^[0-9a-f]{32}-2$/),
  })
  const gone = await call('DELETE', `${MAIN}/staging/pmpu/nope?path=big`, { physical_address })
  expect(gone).toMatchObject({ status: 500, body: { message: expect.stringContaining('NoSuchUpload') } })
})
