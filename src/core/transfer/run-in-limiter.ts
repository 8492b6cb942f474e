import type { ConcurrencyLimiter, Kind } from '../request/limiter.ts'
import type { Side } from '../request/response-error.ts'
import type { WaitState } from '../request/retry.ts'
import type { Progress } from './progress.ts'

/** Ms of a hold that a row tells. Shorter ones end before they are read. */
const WORTH_TELLING_MS = 10_000

/** Runs a request in its limiter. While the server has asked everybody to wait, the row of the file says until when. */
export function runInLimiter<T>(
  limiter: ConcurrencyLimiter,
  { owner, side, signal, now }: { owner: string; side: Side; signal: AbortSignal; now: () => number },
  progress: Progress,
  task: () => Promise<T>,
  kind: Kind,
): Promise<T> {
  let shown: WaitState | undefined
  const stop = () => {
    if (shown) progress.stopWaiting(shown)
    shown = undefined
    signal.removeEventListener('abort', stop)
  }
  const onHold = (until: number) => {
    if (until - now() < WORTH_TELLING_MS) return
    stop()
    shown = { reason: 'busy', side, until }
    signal.addEventListener('abort', stop)
    progress.startWaiting(shown)
  }
  const begin = () => {
    stop()
    return task()
  }
  return limiter.run(owner, signal, begin, { ...kind, onHold })
}
