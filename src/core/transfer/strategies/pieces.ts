import type { PieceLimits } from '../../store/limits.ts'
import type { TransferContext } from '../context.ts'

const MIB = 2 ** 20
const SMALLEST = 8 * MIB
const LARGEST = 64 * MIB
/** A file is cut into some six rounds of requests: few enough to waste no round trips, enough to even out the end. */
const ROUNDS = 6
/** What one piece may take at the speed seen: a lost one costs no more, and no URL dies under it. */
const SECONDS = 60

/** What the size of a piece follows. */
export interface Cutting {
  /** Bytes wished for; wins over everything but the store's limits. */
  wished?: number | undefined
  /** Pieces on their way at once. */
  atOnce: number
  /** Bytes a second of one request, as seen so far. */
  bytesPerSecond?: number | undefined
}

/**
 * Bytes of one piece: 8 to 64 MiB by the file's size, less on a line so slow that a piece would take minutes, always
 * within the store's limits, and such that the last round is a full one.
 */
export function pieceSizeFor(size: number, limits: PieceLimits, { wished, atOnce, bytesPerSecond }: Cutting): number {
  const least = Math.max(limits.least, Math.ceil(size / limits.count))
  if (wished !== undefined) return clamp(wished, least, limits.most)
  const bySize = clamp(size / (ROUNDS * atOnce), SMALLEST, LARGEST)
  const bySpeed = bytesPerSecond === undefined ? bySize : Math.min(bySize, Math.max(MIB, bytesPerSecond * SECONDS))
  const count = Math.ceil(size / clamp(bySpeed, least, limits.most))
  // Five connections that look on while the sixth sends the last piece are the whole difference to an even cut.
  const fewer = count > atOnce ? count - (count % atOnce) : count
  const even = size / fewer > LARGEST ? Math.ceil(count / atOnce) * atOnce : fewer
  const piece = Math.ceil(size / even / 65_536) * 65_536
  return clamp(piece, least, limits.most)
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

/** A file cut into pieces, numbered from 1, some of which the store has. */
export interface Pieces {
  size: number
  pieceSize: number
  has: (piece: number) => boolean
}

/** Sends one piece. `onProgress` gets its bytes that are on their way, and its number when it goes once more. */
export type SendPiece = (
  piece: number,
  from: number,
  to: number,
  signal: AbortSignal,
  onProgress: (sent: number, repeating?: number) => void,
) => Promise<void>

/**
 * Sends what is missing, several pieces at once. The first one that fails for good stops the others; what they had
 * finished stays finished.
 */
export async function sendPieces(
  { size, pieceSize, has }: Pieces,
  context: TransferContext,
  send: SendPiece,
): Promise<void> {
  const count = Math.ceil(size / pieceSize)
  const sizeOf = (piece: number) => Math.min(pieceSize, size - (piece - 1) * pieceSize)
  const underWay = new Map<number, number>()
  const todo: number[] = []
  let stored = 0
  for (let piece = 1; piece <= count; piece += 1) {
    if (has(piece)) stored += sizeOf(piece)
    else todo.push(piece)
  }
  const report = (repeating?: number) => {
    let sent = stored
    for (const bytes of underWay.values()) sent += bytes
    context.progress(sent, repeating)
  }
  report()

  const stop = new AbortController()
  const signal = AbortSignal.any([context.signal, stop.signal])
  let next = 0
  const senders: Promise<void>[] = []
  let open = 0
  let failure: { thrown: unknown } | undefined
  const sender = async () => {
    open += 1
    try {
      // Two more than can be sent at once: they get ready while the others still send.
      while (next < todo.length && open <= context.partsAtOnce + 2 && !failure) await one(todo[next++] ?? 0)
    } catch (thrown) {
      failure ??= { thrown }
      stop.abort()
    } finally {
      open -= 1
    }
  }
  const fill = () => {
    // After a failure a sender ends as it begins, and this would begin them for ever.
    while (!failure && open < Math.min(context.partsAtOnce + 2, open + todo.length - next)) senders.push(sender())
  }
  const one = async (piece: number) => {
    const from = (piece - 1) * pieceSize
    await send(piece, from, from + sizeOf(piece), signal, (bytes, repeating) => {
      underWay.set(piece, bytes)
      report(repeating)
    })
    underWay.delete(piece)
    stored += sizeOf(piece)
    report()
    // There may be room for more senders, now that the speed is known.
    fill()
  }
  fill()
  for (let index = 0; index < senders.length; index += 1) await senders[index]
  if (failure) throw failure.thrown
}
