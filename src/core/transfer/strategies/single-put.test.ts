import { createHash } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { ResponseError } from '../../request/response-error.ts'
import { md5, say } from '../../testing/lake.ts'
import { azureRig, gcsRig, headersOf } from '../../testing/other-stores.ts'
import { file, rig } from '../../testing/rig.ts'

const hello = md5('hello lakeFS\n')
const lost = new ResponseError({ side: 'storage', status: 0, message: 'no answer' })

describe('Azure, one PUT', () => {
  it('says what kind of blob it is and links the MD5 of Content-MD5 in hex', async () => {
    const { lake, upload, engine } = azureRig()
    await upload([file('a.csv')])
    expect(headersOf(lake, 'put')).toEqual([{ 'Content-Type': 'text/csv', 'x-ms-blob-type': 'BlockBlob' }])
    expect(lake.objects.get('a.csv')?.checksum).toBe(hello)
    expect(engine.getSnapshot().files[0]).toMatchObject({ status: 'uploaded', verified: true })
  })

  it('links the same checksum when the same bytes are sent twice', async () => {
    const { lake, upload } = azureRig()
    await upload([file('a.csv'), file('b.csv')])
    expect(lake.objects.get('a.csv')?.checksum).toBe(lake.objects.get('b.csv')?.checksum)
  })

  it('fails when Content-MD5 is that of other bytes', async () => {
    const { lake, upload, engine } = azureRig({}, { md5: async () => md5('other') })
    await upload([file('a.csv')])
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'checksum-mismatch' } })
    expect(lake.count('link')).toBe(0)
  })

  it.each([
    { name: 'our own MD5 where it hides Content-MD5', exposed: ['etag'], verifyChecksums: true, checksum: hello },
    { name: 'our own MD5 though nothing is compared', exposed: [], verifyChecksums: false, checksum: hello },
    { name: 'the ETag where we cannot hash', exposed: ['etag'], noMd5: true, checksum: '0x8D1' },
    {
      name: 'SHA-256 where there is nothing else',
      exposed: [],
      noMd5: true,
      checksum: createHash('sha256').update('hello lakeFS\n').digest('hex'),
    },
  ])('links $name', async ({ exposed, verifyChecksums: verify, noMd5, checksum }) => {
    // The real one answers from a thread that a test's clock cannot wait for.
    vi.spyOn(crypto.subtle, 'digest').mockImplementation(
      async (_, data) =>
        Uint8Array.from(
          createHash('sha256')
            .update(new Uint8Array(data as ArrayBuffer))
            .digest(),
        ).buffer,
    )
    const { lake, upload, azure, engine } = azureRig(
      { verifyChecksums: verify },
      noMd5 ? { md5: async () => undefined } : {},
    )
    azure.exposed = exposed
    await upload([file('a.csv')])
    expect(lake.objects.get('a.csv')?.checksum).toBe(checksum)
    expect(engine.getSnapshot().files[0]).toMatchObject({ status: 'uploaded', verified: false })
  })

  it('knows its own blob behind a 409 after a lost answer', async () => {
    const { lake, upload, azure } = azureRig()
    azure.immutable = true
    lake.twist = ({ route }, count) => {
      if (route !== 'put' || count > 1) return undefined
      // Arrived, and the answer was lost.
      azure.blobs.set('/lab/data/1', new TextEncoder().encode('hello lakeFS\n'))
      return lost
    }
    expect(await upload([file('a.csv')])).toMatchObject({ uploaded: 1 })
    expect(lake.objects.get('a.csv')?.checksum).toBe(hello)
  })

  it('takes a 409 to the first try for what it is', async () => {
    const { upload, azure, engine } = azureRig()
    azure.immutable = true
    azure.blobs.set('/lab/data/1', new Uint8Array(1))
    await upload([file('a.csv')])
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'storage-refused', status: 409 } })
  })
})

describe('Google Cloud Storage', () => {
  it('gets one PUT without a header of its own, however large the file', async () => {
    const { lake, upload, engine } = gcsRig({ partSize: 100 })
    await upload([file('a.bin', 1000)])
    expect(headersOf(lake, 'put')).toEqual([{ 'Content-Type': 'application/octet-stream' }])
    expect(lake.count('create')).toBe(0)
    expect(engine.getSnapshot().files[0]).toMatchObject({ verified: true })
  })

  it.each([
    { name: 'the ETag', exposed: ['etag'], customerKeys: false, checksum: hello, verified: true },
    { name: 'x-goog-hash', exposed: ['x-goog-hash'], customerKeys: false, checksum: hello, verified: true },
    { name: 'our own MD5 where keys make the ETag opaque', exposed: ['etag'], customerKeys: true, checksum: hello },
    { name: 'our own MD5 where nothing is shown', exposed: [], customerKeys: false, checksum: hello },
  ])('links $name', async ({ exposed, customerKeys, checksum, verified = false }) => {
    const { lake, upload, gcs, engine } = gcsRig()
    Object.assign(gcs, { exposed, customerKeys })
    await upload([file('a.csv')])
    expect(lake.objects.get('a.csv')?.checksum).toBe(checksum)
    expect(engine.getSnapshot().files[0]).toMatchObject({ verified })
  })

  it('says 400 ExpiredToken to an old URL, which is signed anew', async () => {
    const { lake, upload, clock } = gcsRig()
    lake.urlSeconds = 20
    lake.twist = ({ route }, count) => {
      if (route === 'put' && count === 1) clock.jump(30_000)
      return undefined
    }
    expect(await upload([file('a.csv')])).toMatchObject({ uploaded: 1 })
    expect(lake.count('address')).toBe(2)
  })

  it('without a key to sign with takes files through lakeFS', async () => {
    const { lake, upload } = gcsRig()
    lake.twist = ({ route }) =>
      route === 'address' ? say(500, 'storage: unable to detect default GoogleAccessID: dialing: x') : undefined
    expect(await upload([file('a.csv'), file('b.csv')])).toMatchObject({ uploaded: 2 })
    expect(lake.count('upload')).toBe(2)
    expect(lake.objects.get('a.csv')?.checksum).toBe(hello)
  })
})

it('an S3 store that writes its MD5 in capitals is compared with, and linked as lakeFS writes it', async () => {
  const { lake, upload, engine } = rig()
  lake.twist = ({ route }) =>
    route === 'put' ? new Response(null, { headers: { ETag: `"${hello.toUpperCase()}"` } }) : undefined
  await upload([file('a.csv')])
  expect(lake.objects.get('a.csv')?.checksum).toBe(hello)
  expect(engine.getSnapshot().files[0]).toMatchObject({ status: 'uploaded', verified: true })
})

describe('a store whose clock is behind that of lakeFS', () => {
  const early = (code: string, words: string) =>
    new Response(`<Error><Code>${code}</Code><Message>${words}</Message></Error>`, { status: 403 })
  const cases = [
    ['AuthenticationFailed', 'Signature not valid in the specified time frame'],
    ['AccessDenied', 'Request is not valid yet'],
    ['RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.'],
  ] as const

  it.each(cases.flatMap(([code, words]) => [16, 13].map((size) => [code, words, size] as const)))(
    'takes the file at the same address as soon as that is valid: %s, %s (%i)',
    async (code, words, size) => {
      const one = code === 'AuthenticationFailed' ? azureRig({ partSize: 2 ** 20 }) : rig({ partSize: 5 * 2 ** 20 })
      const { lake, clock, upload } = one
      const valid = clock.now() + 20_000
      lake.twist = ({ route }) =>
        ['put', 'part', 'block'].includes(route) && clock.now() < valid ? early(code, words) : undefined
      expect(await upload([file('a.bin', size === 13 ? 13 : size * 2 ** 20)])).toMatchObject({ uploaded: 1 })
      expect(clock.now() - valid).toBeLessThan(30_000)
      expect(lake.count('address') + lake.count('create')).toBe(1)
    },
  )

  it('is named in the row, with the time of the next try', async () => {
    const { lake, clock, engine, until } = rig()
    const valid = clock.now() + 20_000
    lake.twist = ({ route }) =>
      route === 'put' && clock.now() < valid ? early('AccessDenied', 'Request is not valid yet') : undefined
    await clock.run(engine.add([file('a.bin', 1000)]))
    const waiting = { wait: { reason: 'store-clock', side: 'storage', until: expect.any(Number) } }
    expect(await until('waiting')).toMatchObject(waiting)
    await until('uploaded')
  })

  it('is not waited for without end', async () => {
    const { lake, engine, upload } = rig({ retryTimeout: 60_000 })
    lake.twist = ({ route }) => (route === 'put' ? early('AccessDenied', 'Request is not valid yet') : undefined)
    expect(await upload([file('a.bin', 1000)])).toMatchObject({ failed: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'storage-refused', status: 403 } })
    expect(lake.count('put')).toBeLessThan(20)
  })
})
