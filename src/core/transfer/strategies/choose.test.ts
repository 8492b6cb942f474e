import { describe, expect, it } from 'vitest'
import { sendBlocks } from './blocks.ts'
import { chooseStrategy } from './choose.ts'
import { sendParts } from './multipart.ts'
import { sendWhole } from './single-put.ts'
import { sendThroughApi } from './through-api.ts'

const MIB = 2 ** 20
const GIB = 2 ** 30
const TIB = 2 ** 40

function choose(
  type: string,
  size: number,
  more: {
    multipart?: boolean
    presign?: boolean
    viaApiBelow?: number
    metadata?: Record<string, string>
    /** Value of `pre_sign_support_ui`; absent: an older server. */
    ui?: boolean
    option?: 'auto' | 'always'
    throughLakeFS?: true
  } = {},
) {
  const {
    multipart = type === 's3',
    presign = type !== 'local',
    viaApiBelow = 0,
    metadata = {},
    ui,
    option = 'auto',
  } = more
  return chooseStrategy(
    { size, path: 'a', metadata },
    {
      storage: {
        blockstore_type: type,
        pre_sign_support: presign,
        pre_sign_multipart_upload: multipart,
        ...(ui === undefined ? {} : { pre_sign_support_ui: ui }),
      },
      server: { presign: true, multipart: true, ...(more.throughLakeFS ? { throughLakeFS: true } : {}) },
      presign: option,
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

  it('is through lakeFS where its operator keeps pages from presigned addresses, unless the host insists', () => {
    for (const type of ['s3', 'azure', 'gs']) {
      expect(choose(type, 100 * MIB, { ui: false })).toBe(sendThroughApi)
      expect(choose(type, 100 * MIB, { ui: false, option: 'always' })).not.toBe(sendThroughApi)
      expect(choose(type, 100 * MIB, { ui: true })).toBe(choose(type, 100 * MIB))
    }
    expect(choose('s3', MIB, { ui: false, presign: false, option: 'always' })).toBe(sendThroughApi)
    expect(choose('s3', 100 * MIB, { option: 'always' })).toBe(sendParts)
  })

  it('is through lakeFS once the user has chosen it, whatever the host says', () => {
    expect(choose('s3', 6 * TIB, { throughLakeFS: true })).toBe(sendThroughApi)
    expect(choose('s3', MIB, { throughLakeFS: true, ui: true, option: 'always' })).toBe(sendThroughApi)
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
