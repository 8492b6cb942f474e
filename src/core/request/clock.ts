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

/** Wakes all sleepers at once. */
export class Alarm {
  #sleepers: Set<() => void> | undefined

  /** Resolves after `ms` or at {@link ring}, rejects with AbortError at the signal. Leaves no listener behind. */
  sleep(ms: number, clock: Clock, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortError())
      const settle = (done: () => void) => {
        cancel()
        this.#sleepers?.delete(wake)
        signal?.removeEventListener('abort', stop)
        done()
      }
      const wake = () => settle(resolve)
      const stop = () => settle(() => reject(abortError()))
      const cancel = clock.after(ms, wake)
      this.#sleepers ??= new Set()
      this.#sleepers.add(wake)
      signal?.addEventListener('abort', stop)
    })
  }

  ring(): void {
    for (const wake of [...(this.#sleepers ?? [])]) wake()
  }
}
