import { linkedAbort } from '../../request/linked-abort.ts'
import type { PieceLimits } from '../../store/limits.ts'
import type { TransferContext } from '../context.ts'

const MIB = 2 ** 20
const MIN_PIECE_BYTES = 8 * MIB
const MAX_PIECE_BYTES = 64 * MIB
/**
 * Rounds of requests that a file is cut into: few enough to waste no round trips, and enough that all requests end at
 * about the same time.
 */
const ROUNDS = 6
/**
 * Maximum seconds for one piece at the measured speed, so that a lost piece costs little and no URL expires during it.
 */
const MAX_PIECE_SECONDS = 60

/** Inputs of the size of a piece. */
export interface PieceSizeInputs {
  /** Size in bytes from the options. Only the limits of the store overrule it. */
  wished?: number | undefined
  /** Number of concurrent pieces. */
  atOnce: number
  /** Bytes per second of one request, measured so far. */
  bytesPerSecond?: number | undefined
}

/**
 * Returns the size of a piece in bytes: 8 to 64 MiB depending on the size of the file, less on a slow connection,
 * always within the limits of the store, and such that the last round is full.
 */
export function pieceSizeFor(
  size: number,
  limits: PieceLimits,
  { wished, atOnce, bytesPerSecond }: PieceSizeInputs,
): number {
  const least = Math.max(limits.least, Math.ceil(size / limits.count))
  if (wished !== undefined) return clamp(wished, least, limits.most)
  const bySize = clamp(size / (ROUNDS * atOnce), MIN_PIECE_BYTES, MAX_PIECE_BYTES)
  const bySpeed =
    bytesPerSecond === undefined ? bySize : Math.min(bySize, Math.max(MIB, bytesPerSecond * MAX_PIECE_SECONDS))
  const count = Math.ceil(size / clamp(bySpeed, least, limits.most))
  // A partial last round would leave connections idle.
  const fewer = count > atOnce ? count - (count % atOnce) : count
  const even = size / fewer > MAX_PIECE_BYTES ? Math.ceil(count / atOnce) * atOnce : fewer
  const piece = Math.ceil(size / even / 65_536) * 65_536
  return clamp(piece, least, limits.most)
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

/** File that is cut into pieces, numbered from 1, some of which may be stored. */
export interface Pieces {
  size: number
  pieceSize: number
  has: (piece: number) => boolean
}

/** Sends one piece. `onProgress` receives its bytes on their way, and its number when it is sent again. */
export type SendPiece = (
  piece: number,
  from: number,
  to: number,
  signal: AbortSignal,
  onProgress: (sent: number, repeating?: number) => void,
) => Promise<void>

/** Sends the missing pieces in parallel. The first final failure stops the others; finished pieces stay stored. */
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

  const stop = linkedAbort(context.signal)
  let next = 0
  const senders: Promise<void>[] = []
  let open = 0
  let failure: { thrown: unknown } | undefined
  const sender = async () => {
    open += 1
    try {
      // Two more than can be sent at once, so that these are prepared while the others are sent.
      while (next < todo.length && open <= context.partsAtOnce + 2 && !failure) await one(todo[next++] ?? 0)
    } catch (thrown) {
      failure ??= { thrown }
      stop.abort()
    } finally {
      open -= 1
    }
  }
  const fill = () => {
    // After a failure each new sender ends at once, and this loop would never end.
    while (!failure && open < Math.min(context.partsAtOnce + 2, open + todo.length - next)) senders.push(sender())
  }
  const one = async (piece: number) => {
    const from = (piece - 1) * pieceSize
    await send(piece, from, from + sizeOf(piece), stop.signal, (bytes, repeating) => {
      underWay.set(piece, bytes)
      report(repeating)
    })
    underWay.delete(piece)
    stored += sizeOf(piece)
    report()
    // The limit may be higher now that the speed is known.
    fill()
  }
  fill()
  for (let index = 0; index < senders.length; index += 1) await senders[index]
  stop.release()
  if (failure) throw failure.thrown
}
