import { delayAfterFailures } from '../react/refetch-after-failure.ts'

/**
 * Repeats work until it succeeds or fails for good: after growing intervals, when the browser is online again, when the
 * page is shown again, and when the user asks for it.
 * @param passes decides which failures are repeated.
 * @param onWait called before each wait with a function that ends it.
 */
export async function untilAnswered<T>(
  work: () => Promise<T>,
  passes: (thrown: unknown) => boolean,
  onWait: (askNow: () => void) => void,
): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await work()
    } catch (thrown) {
      if (!passes(thrown)) throw thrown
    }
    await new Promise<void>((resolve) => {
      const shown = () => document.visibilityState === 'visible' && go()
      const go = () => {
        clearTimeout(timer)
        removeEventListener('online', go)
        document.removeEventListener('visibilitychange', shown)
        resolve()
      }
      const timer = setTimeout(go, delayAfterFailures(failures))
      addEventListener('online', go)
      document.addEventListener('visibilitychange', shown)
      onWait(go)
    })
  }
}
