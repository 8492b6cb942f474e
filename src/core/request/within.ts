import type { Clock } from './clock.ts'
import { linkedAbort } from './linked-abort.ts'

/**
 * Runs work that ends with a signal of its own: after `ms`, or with the caller's signal. Returns undefined when it took
 * too long; rejects like the work otherwise.
 */
export async function within<T>(
  ms: number,
  clock: Clock,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const own = linkedAbort(signal)
  let late = false
  const cancel = clock.after(ms, () => {
    late = true
    own.abort()
  })
  try {
    return await work(own.signal)
  } catch (thrown) {
    if (late && !signal.aborted) return undefined
    throw thrown
  } finally {
    cancel()
    own.release()
  }
}
