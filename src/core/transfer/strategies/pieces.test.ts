import { describe, expect, it } from 'vitest'
import { type PieceLimits, STORES } from '../../store/limits.ts'
import type { TransferContext } from '../context.ts'
import { pieceSizeFor, sendPieces } from './pieces.ts'

const MIB = 2 ** 20
const GIB = 2 ** 30
const TIB = 2 ** 40

it('ends with the first refusal, also where a piece arrives after it and others have not begun', async () => {
  let looks = 0
  const context = {
    signal: new AbortController().signal,
    progress: () => {},
    get partsAtOnce() {
      looks += 1
      // A loop that nothing else would end.
      if (looks > 1000) throw new Error('requests are begun without end')
      return 1
    },
  } as unknown as TransferContext
  let arrive: () => void = () => {}
  const late = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const begun: number[] = []
  const sending = sendPieces({ size: 10, pieceSize: 1, has: () => false }, context, async (piece) => {
    begun.push(piece)
    if (piece === 1) await late
    else throw new Error(`piece ${piece} is refused`)
  })
  arrive()
  await expect(sending).rejects.toThrow('piece 2 is refused')
  expect(begun).toEqual([1, 2, 3])
  expect(looks).toBeLessThan(20)
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
