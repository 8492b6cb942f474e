import { abortError } from '../../request/clock.ts'

/** Runs work in the order of the calls, a fixed number at once. The cost of a call does not depend on how many wait. */
export class ReadLimiter {
  #free: number
  readonly #waiting = new Set<() => void>()

  constructor(atOnce: number) {
    this.#free = atOnce
  }

  /** Runs the work when there is room. Rejects with AbortError when the signal is aborted before. */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (signal.aborted) throw abortError()
    if (this.#free > 0) this.#free -= 1
    else await this.#turn(signal)
    try {
      return await work()
    } finally {
      const [next] = this.#waiting
      if (next) next()
      else this.#free += 1
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(go)
        signal.removeEventListener('abort', stop)
      }
      const go = () => {
        leave()
        resolve()
      }
      const stop = () => {
        leave()
        reject(abortError())
      }
      this.#waiting.add(go)
      signal.addEventListener('abort', stop)
    })
  }
}
