import { expect, it } from 'vitest'
import type { TransferContext } from '../context.ts'
import { sendPieces } from './pieces.ts'

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
