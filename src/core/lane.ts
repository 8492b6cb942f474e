import { abortError, type Clock } from './clock.ts'

interface Waiter {
  owner: string
  start: () => void
}

/**
 * A limit on what runs at once towards one server. Fair by owner (a file): the one with the fewest requests under way
 * goes first, so that a thousand small files pass beside one that has a thousand parts.
 *
 * The limit follows the server: a refusal for load halves it, quiet success lets it grow back by one a round
 * (additive up, multiplicative down).
 */
export class Lane {
  readonly #clock: Clock
  readonly #waiting: Waiter[] = []
  readonly #running = new Map<string, number>()
  #active = 0
  #ceiling: number
  #limit: number
  #heldUntil = 0
  #slowedAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, ceiling: number) {
    this.#clock = clock
    this.#ceiling = Math.max(1, ceiling)
    this.#limit = this.#ceiling
  }

  /** How many may run now, a whole number. */
  get limit(): number {
    return Math.max(1, Math.floor(this.#limit))
  }

  get active(): number {
    return this.#active
  }

  /** A new upper bound; the limit starts from there or stays below it. */
  set ceiling(value: number) {
    const grown = value > this.#ceiling
    this.#ceiling = Math.max(1, value)
    this.#limit = grown ? this.#limit : Math.min(this.#limit, this.#ceiling)
    this.#next()
  }

  get ceiling(): number {
    return this.#ceiling
  }

  /** Runs the task when there is room; rejects with AbortError when the signal stops it before that. */
  async run<T>(owner: string, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    await this.#enter(owner, signal)
    try {
      const result = await task()
      this.#limit = Math.min(this.#ceiling, this.#limit + 1 / this.#limit)
      return result
    } finally {
      this.#leave(owner)
    }
  }

  /** The server asks everybody to slow down; `holdMs` is its Retry-After. */
  slowDown(holdMs = 0): void {
    const now = this.#clock.now()
    // Requests that were under way together bring the same news: halve once a second at most.
    if (now - this.#slowedAt > 1000) {
      this.#slowedAt = now
      this.#limit = Math.max(1, this.#limit / 2)
    }
    if (holdMs <= 0 || now + holdMs <= this.#heldUntil) return
    this.#heldUntil = now + holdMs
    this.#clock.after(holdMs, () => this.#next())
  }

  #enter(owner: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(abortError())
    if (this.#hasRoom() && this.#waiting.length === 0) {
      this.#take(owner)
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        owner,
        start: () => {
          signal.removeEventListener('abort', stop)
          resolve()
        },
      }
      const stop = () => {
        signal.removeEventListener('abort', stop)
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
        reject(abortError())
      }
      signal.addEventListener('abort', stop)
      this.#waiting.push(waiter)
      this.#next()
    })
  }

  #leave(owner: string): void {
    this.#active -= 1
    const left = (this.#running.get(owner) ?? 1) - 1
    if (left === 0) this.#running.delete(owner)
    else this.#running.set(owner, left)
    this.#next()
  }

  #take(owner: string): void {
    this.#active += 1
    this.#running.set(owner, (this.#running.get(owner) ?? 0) + 1)
  }

  #hasRoom(): boolean {
    return this.#active < this.limit && this.#clock.now() >= this.#heldUntil
  }

  #next(): void {
    while (this.#waiting.length > 0 && this.#hasRoom()) {
      let best = 0
      let fewest = Number.POSITIVE_INFINITY
      for (const [index, waiter] of this.#waiting.entries()) {
        const running = this.#running.get(waiter.owner) ?? 0
        if (running < fewest) {
          best = index
          fewest = running
        }
        if (fewest === 0) break
      }
      const [waiter] = this.#waiting.splice(best, 1)
      if (!waiter) return
      this.#take(waiter.owner)
      waiter.start()
    }
  }
}
