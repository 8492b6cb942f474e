import { describe, expect, it } from 'vitest'
import { type PieceLimits, STORES } from '../../store/limits.ts'
import { sendBlocks } from './blocks.ts'
import { chooseStrategy } from './choose.ts'
import { sendParts } from './multipart.ts'
import { pieceSizeFor } from './pieces.ts'
import { sendWhole } from './single-put.ts'
import { sendThroughApi } from './through-api.ts'

const MIB = 2 ** 20
const GIB = 2 ** 30
const TIB = 2 ** 40

function choose(
  type: string,
  size: number,
  more: { multipart?: boolean; presign?: boolean; viaApiBelow?: number; metadata?: Record<string, string> } = {},
) {
  const { multipart = type === 's3', presign = type !== 'local', viaApiBelow = 0, metadata = {} } = more
  return chooseStrategy(
    { size, path: 'a', metadata },
    {
      storage: { blockstore_type: type, pre_sign_support: presign, pre_sign_multipart_upload: multipart },
      server: { presign: true, multipart: true },
      partSize: undefined,
      viaApiBelow,
    },
  )
}

describe('the way of a file', () => {
  it('follows the store that lakeFS names', () => {
    expect(choose('s3', MIB)).toBe(sendWhole)
    expect(choose('s3', 100 * MIB)).toBe(sendParts)
    expect(choose('s3', 100 * MIB, { multipart: false })).toBe(sendWhole)
    expect(choose('azure', 8 * MIB)).toBe(sendWhole)
    expect(choose('azure', 8 * MIB + 1)).toBe(sendBlocks)
    expect(choose('gs', TIB)).toBe(sendWhole)
    expect(choose('local', TIB)).toBe(sendThroughApi)
    expect(choose('azure', TIB, { presign: false })).toBe(sendThroughApi)
    expect(choose('s3', 4095, { viaApiBelow: 4096 })).toBe(sendThroughApi)
    expect(choose('s3', 4096, { viaApiBelow: 4096 })).toBe(sendWhole)
  })

  it.each([{ 'Camera model': 'X1' }, { ключ: 'x' }, { note: 'two\nlines' }])(
    'keeps %j, which a header cannot carry, out of requests to lakeFS',
    (metadata) => {
      expect(choose('s3', 10, { viaApiBelow: 4096, metadata })).toBe(sendWhole)
      expect(() => choose('local', 10, { metadata })).toThrow(
        expect.objectContaining({ code: 'metadata-invalid', retryable: false }),
      )
      expect(choose('local', 10, { metadata: { camera_model: 'größer 🐟', 'x-1.b': '' } })).toBe(sendThroughApi)
    },
  )

  it.each([
    ['s3', 5 * TIB, true],
    ['s3', 5 * GIB, false],
    ['azure', 50_000 * 4000 * MIB, false],
    ['gs', 5 * TIB, false],
  ])('ends at the limit of %s: %d bytes (multipart %s)', (type, limit, multipart) => {
    expect(() => choose(type, limit, { multipart })).not.toThrow()
    expect(() => choose(type, limit + 1, { multipart })).toThrow(
      expect.objectContaining({ code: 'too-large', facts: { size: limit + 1, limit, path: 'a' } }),
    )
  })
})

describe('the size of a piece', () => {
  const s3 = STORES.s3.pieces as PieceLimits
  const azure = STORES.azure.pieces as PieceLimits
  const atOnce = 6

  it.each([s3, azure])('lets the largest object fit into $count pieces', (limits) => {
    const most = limits === s3 ? STORES.s3.object : STORES.azure.object
    for (const size of [100 * MIB, GIB, 200 * GIB, TIB, most]) {
      const piece = pieceSizeFor(size, limits, { atOnce })
      expect(Math.ceil(size / piece)).toBeLessThanOrEqual(limits.count)
      expect(piece).toBeGreaterThanOrEqual(limits.least)
      expect(piece).toBeLessThanOrEqual(limits.most)
    }
  })

  it('grows with the file from 8 to 64 MiB and fills the last round of requests', () => {
    const sizes = [100 * MIB, 256 * MIB, GIB, 4 * GIB, 100 * GIB].map((size) => {
      const piece = pieceSizeFor(size, s3, { atOnce })
      expect(Math.ceil(size / piece) % atOnce).toBe(0)
      return piece / MIB
    })
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b))
    expect(sizes[0]).toBeLessThan(10)
    expect(sizes.at(-1)).toBeGreaterThan(63)
    expect(sizes.at(-1)).toBeLessThan(65)
  })

  it('takes parts of a minute on a slow line, and never below the least of the store', () => {
    const slow = 20_000
    expect(pieceSizeFor(GIB, azure, { atOnce, bytesPerSecond: slow })).toBeLessThan(slow * 90)
    expect(pieceSizeFor(GIB, s3, { atOnce, bytesPerSecond: slow })).toBeGreaterThanOrEqual(5 * MIB)
    expect(pieceSizeFor(GIB, s3, { atOnce, bytesPerSecond: 1e9 })).toBe(pieceSizeFor(GIB, s3, { atOnce }))
  })

  it('is as wished within the limits', () => {
    expect(pieceSizeFor(GIB, s3, { atOnce, wished: 16 * MIB })).toBe(16 * MIB)
    expect(pieceSizeFor(GIB, s3, { atOnce, wished: 1 })).toBe(5 * MIB)
    expect(pieceSizeFor(TIB, s3, { atOnce, wished: 5 * MIB })).toBe(Math.ceil(TIB / 10_000))
  })
})
