import { describe, expect, it } from 'vitest'
import { ResponseError } from '../../request/response-error.ts'
import { md5, type TestLake } from '../../testing/lake.ts'
import { headersOf } from '../../testing/other-stores.ts'
import { file, rig } from '../../testing/rig.ts'

const MIB = 2 ** 20
const WORDS = [
  [
    'InvalidRequest',
    'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
  ],
  ['InvalidRequest', 'Content-MD5 HTTP header is required for Put Part requests with Object Lock parameters'],
  ['MissingContentMD5', 'Missing required header for this request: Content-Md5.'],
] as const

/** A bucket with Object Lock. */
function lock(lake: TestLake, [code, words]: readonly [string, string] = WORDS[0]) {
  lake.twist = ({ route, headers }) =>
    ['put', 'part'].includes(route) && headers['Content-MD5'] === undefined
      ? new Response(`<Error><Code>${code}</Code><Message>${words}</Message></Error>`, { status: 400 })
      : undefined
}
const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64')

describe('a bucket that asks for Content-MD5', () => {
  it.each(WORDS.flatMap((words) => [true, false].map((verify) => [words, verify] as const)))(
    'gets it, and from then on at once: %j, verifyChecksums %s',
    async (words, verifyChecksums) => {
      const { lake, upload, engine } = rig({ verifyChecksums })
      lock(lake, words)
      expect(await upload([file('a.txt', 'hello')])).toMatchObject({ uploaded: 1 })
      expect(await upload([file('b.txt', 'world')])).toMatchObject({ uploaded: 1 })
      expect(headersOf(lake, 'put').map((headers) => headers['Content-MD5'])).toEqual([
        undefined,
        base64(md5('hello')),
        base64(md5('world')),
      ])
      expect(lake.count('address')).toBe(2)
      expect(engine.getReport()).toContain('the store asks for Content-MD5')
    },
  )

  it('gets that of each part', async () => {
    const { lake, upload, engine } = rig({ partSize: 5 * MIB })
    lock(lake, WORDS[1])
    expect(await upload([file('big.bin', 16 * MIB)])).toMatchObject({ uploaded: 1 })
    expect(lake.count('create')).toBe(1)
    expect(engine.getSnapshot().files[0]).toMatchObject({ verified: true })
    const before = lake.count('part')
    expect(await upload([{ file: file('big.bin', 16 * MIB), path: 'second.bin' }])).toMatchObject({ uploaded: 1 })
    expect(lake.count('part') - before).toBe(4)
  })

  it('is another one for another repository', async () => {
    const { lake, engine, upload } = rig()
    lock(lake)
    expect(await upload([file('a.txt', 'hello')])).toMatchObject({ uploaded: 1 })
    lake.twist = () => undefined
    engine.setOptions({ repository: 'other' })
    expect(await upload([file('b.txt', 'world')])).toMatchObject({ uploaded: 1 })
    expect(headersOf(lake, 'put').at(-1)).not.toHaveProperty('Content-MD5')
  })

  it('says what it wants where nothing can compute it', async () => {
    const { lake, upload, engine } = rig({}, { md5: async () => undefined })
    lock(lake)
    expect(await upload([file('a.txt', 'hello')])).toMatchObject({ failed: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({
      error: { code: 'storage-refused', status: 400, detail: expect.stringContaining('Content-MD5') },
    })
    expect(lake.count('put')).toBe(2)
  })

  it.each([
    ['one PUT', 1000],
    ['parts', 16 * MIB],
  ])('is told with the rule to set where its CORS rule forbids the header: %s', async (_, size) => {
    const { lake, upload, engine, clock } = rig({ partSize: 5 * MIB }, { reach: async () => true })
    lock(lake)
    const { twist } = lake
    lake.twist = (seen, count) =>
      seen.headers['Content-MD5'] === undefined ? twist(seen, count) : new ResponseError({ side: 'storage', status: 0 })
    const from = clock.now()
    expect(await upload([file('a.bin', size)])).toMatchObject({ failed: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({
      error: {
        code: 'storage-unreachable',
        facts: { check: 'cors-header', rule: expect.stringContaining('"content-md5"') },
      },
    })
    expect(clock.now() - from).toBeLessThan(60_000)
  })

  it('is waited for where only the line was cut', async () => {
    const { lake, upload } = rig({}, { reach: async () => true })
    lock(lake)
    const { twist } = lake
    let cut = 0
    lake.twist = (seen, count) => {
      if (seen.headers['Content-MD5'] === undefined) return twist(seen, count)
      cut += 1
      return cut <= 3 ? new ResponseError({ side: 'storage', status: 0 }) : undefined
    }
    expect(await upload([file('a.bin', 1000)])).toMatchObject({ uploaded: 1 })
  })
})
