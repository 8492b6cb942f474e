import { distanceAfter } from '../react/ask-again.ts'

/**
 * Does work until it succeeds or fails for good: again after growing distances, at once when the network comes back or
 * the page is shown again, and when somebody asks for it.
 * @param passes which failures are tried again.
 * @param onWait told before each wait, with the way to end it.
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
      const timer = setTimeout(go, distanceAfter(failures))
      addEventListener('online', go)
      document.addEventListener('visibilitychange', shown)
      onWait(go)
    })
  }
}
