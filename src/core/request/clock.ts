/** Time and chance, injected so that tests never wait. */
export interface Clock {
  /** Ms since 1970. */
  now(): number
  /** 0 ≤ x < 1. */
  random(): number
  /** Calls back once after `ms`. The returned function cancels it. */
  after(ms: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  after(ms, callback) {
    // setTimeout counts in a signed 32-bit integer: more than 24.8 days would fire at once.
    const timer = setTimeout(callback, Math.min(ms, 2 ** 31 - 1))
    return () => clearTimeout(timer)
  },
}

/** Returns a name that no other tab or visit has: the time and 40 random bits, both in base 36. */
export function uniqueName(clock: Pick<Clock, 'now' | 'random'>): string {
  return `${clock.now().toString(36)}-${Math.floor(clock.random() * 2 ** 40).toString(36)}`
}

/** Returns an AbortError. Callers test its name. */
export function abortError(): Error {
  return new DOMException('stopped', 'AbortError')
}

/** Awaits work that continues for others, and rejects at the caller's signal. Leaves no listener behind. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(abortError())
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
    const over = () => signal.removeEventListener('abort', stop)
    work.then(resolve, reject).finally(over)
  })
}

/** Work that sleeps until its time has come or an alarm rings. */
interface Sleeper {
  wake(): void
  /** Wakes it now, or as soon as the wait that a server has asked for is over. */
  wakeWhenAllowed(): void
}

/** Wakes all sleepers at once. */
export class Alarm {
  #sleepers: Set<Sleeper> | undefined

  /**
   * Resolves after `ms` or at a ring, rejects with AbortError at the signal. Leaves no listener behind.
   * @param asked part of `ms` for which a server has asked, by Retry-After. {@link ringForNetwork} does not end it.
   */
  sleep(ms: number, clock: Clock, signal?: AbortSignal, asked = 0): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortError())
      const allowedAt = clock.now() + asked
      const settle = (done: () => void) => {
        cancel()
        this.#sleepers?.delete(sleeper)
        signal?.removeEventListener('abort', stop)
        done()
      }
      const wake = () => settle(resolve)
      const wakeWhenAllowed = () => {
        const left = allowedAt - clock.now()
        if (left <= 0) return wake()
        cancel()
        cancel = clock.after(left, wake)
      }
      const sleeper = { wake, wakeWhenAllowed }
      const stop = () => settle(() => reject(abortError()))
      let cancel = clock.after(ms, wake)
      this.#sleepers ??= new Set()
      this.#sleepers.add(sleeper)
      signal?.addEventListener('abort', stop)
    })
  }

  /** Ends all waits, because the user asks for it. */
  ring(): void {
    for (const { wake } of [...(this.#sleepers ?? [])]) wake()
  }

  /** Ends the waits that a network which is back can end: not those for which a server has asked. */
  ringForNetwork(): void {
    for (const { wakeWhenAllowed } of [...(this.#sleepers ?? [])]) wakeWhenAllowed()
  }
}
