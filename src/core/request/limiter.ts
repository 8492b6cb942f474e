import { abortError, type Clock } from './clock.ts'

interface Waiter {
  owner: string
  large: boolean
  start: () => void
  onHold: ((until: number) => void) | undefined
}

/** Traits of a request that decide its turn. */
export interface Kind {
  /** Piece of a large file. While large and small files both wait, each kind gets half of the limit. */
  large?: boolean
  /** Its duration shows how busy the server is (a call with hardly any body). */
  timed?: boolean
  /** Called with the time in ms since 1970 until which it is held, when the server asks to wait. */
  onHold?: (until: number) => void
}

/** Weight of the newest answer in the average. */
const WEIGHT = 0.2
/**
 * Requests queue up at the server when the average is this many times the shortest answer, and longer by this many ms.
 */
const BUSY = { factor: 2, ms: 30 }
const OVERLOADED = { factor: 6, ms: 500 }
/** Slow answers alone never lower the limit below this: they may have other causes. */
const MIN_LIMIT_FOR_LATENCY = 4
/** Ms for which requests are held at most, whatever Retry-After says. */
const MAX_HOLD_MS = 3_600_000

/**
 * Limits concurrent requests to one server. It is fair by owner (a file): the owner with the fewest running requests is
 * served first. Small files get half of the limit beside large ones, so that a thousand small files need not wait for a
 * file of a thousand parts.
 *
 * The limit follows the server. It is halved when the server refuses for load, when a connection is lost, or when
 * answers get slower; it grows again while requests succeed, quickly until the first halving, then by one a round
 * (additive increase, multiplicative decrease).
 */
export class ConcurrencyLimiter {
  readonly #clock: Clock
  readonly #start: number
  readonly #waiting: Waiter[] = []
  readonly #running = new Map<string, number>()
  #active = 0
  #largeActive = 0
  #largeWaiting = 0
  #largeLast = false
  #maxLarge = Number.POSITIVE_INFINITY
  #ceiling: number
  #limit: number
  #heldUntil = 0
  #slowedAt = Number.NEGATIVE_INFINITY
  #timedAt = 0
  #minLatency = Number.POSITIVE_INFINITY
  #average: number | undefined

  /**
   * @param ceiling upper bound.
   * @param start first limit; the upper bound by default.
   */
  constructor(clock: Clock, ceiling: number, start?: number) {
    this.#clock = clock
    this.#ceiling = Math.max(1, ceiling)
    this.#start = start ?? Number.POSITIVE_INFINITY
    this.#limit = Math.min(this.#ceiling, this.#start)
  }

  /** Number of requests that may run now, a whole number. */
  get limit(): number {
    return Math.max(1, Math.floor(this.#limit))
  }

  get active(): number {
    return this.#active
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Time in ms since 1970 until which no request starts, because the server asked for that; undefined without one. */
  get heldUntil(): number | undefined {
    return this.#heldUntil > this.#clock.now() ? this.#heldUntil : undefined
  }

  /** Sets a new upper bound. */
  set ceiling(value: number) {
    this.#ceiling = Math.max(1, value)
    const quiet = this.#slowedAt === Number.NEGATIVE_INFINITY
    this.#limit = Math.min(
      this.#ceiling,
      quiet && this.#start === Number.POSITIVE_INFINITY ? this.#ceiling : this.#limit,
    )
    this.#next()
  }

  get ceiling(): number {
    return this.#ceiling
  }

  /** Ms of the shortest recent timed answer; Infinity before the first. */
  get minLatency(): number {
    return this.#minLatency
  }

  /** Sets how many large requests may run at once, within the limit. */
  set maxLarge(value: number) {
    this.#maxLarge = value
    this.#next()
  }

  /** Runs the task when there is room. Rejects with AbortError when the signal stops it before that. */
  async run<T>(owner: string, signal: AbortSignal, task: () => Promise<T>, kind: Kind = {}): Promise<T> {
    const leave = await this.enter(owner, signal, kind)
    const from = this.#clock.now()
    const full = this.#waiting.length > 0
    try {
      const result = await task()
      if (kind.timed) this.#time(this.#clock.now() - from)
      if (kind.timed && this.#isBeyond(BUSY)) this.#shrink()
      else this.#grow(full)
      return result
    } finally {
      leave()
    }
  }

  /** Waits for room and takes it until the returned function is called. */
  enter(owner: string, signal: AbortSignal, { large = false, onHold }: Kind = {}): Promise<() => void> {
    let inside = true
    const leave = () => {
      if (inside) this.#leave(owner, large)
      inside = false
    }
    if (signal.aborted) return Promise.reject(abortError())
    const held = large && this.#largeActive >= this.#maxLarge
    if (this.#hasRoom() && this.#waiting.length === 0 && !held) {
      this.#take(owner, large)
      return Promise.resolve(leave)
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        owner,
        large,
        onHold,
        start: () => {
          signal.removeEventListener('abort', stop)
          resolve(leave)
        },
      }
      const stop = () => {
        signal.removeEventListener('abort', stop)
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
        if (large) this.#largeWaiting -= 1
        reject(abortError())
      }
      signal.addEventListener('abort', stop)
      this.#waiting.push(waiter)
      if (this.heldUntil !== undefined) onHold?.(this.heldUntil)
      if (large) this.#largeWaiting += 1
      this.#next()
    })
  }

  /** Halves the limit after a refusal for load. No request starts before the Retry-After of the server is over. */
  slowDown(retryAfterMs = 0): void {
    this.#halve(1)
    const now = this.#clock.now()
    const holdMs = Math.min(retryAfterMs, MAX_HOLD_MS)
    if (holdMs <= 0 || now + holdMs <= this.#heldUntil) return
    const until = now + holdMs
    this.#heldUntil = until
    for (const { onHold } of this.#waiting) onHold?.(until)
    this.#clock.after(holdMs, () => {
      // Timers fire a little early at times and clocks are set back: the limiter must not wait for a moment that has
      // passed.
      if (this.#heldUntil === until) this.#heldUntil = 0
      this.#next()
    })
  }

  /** Halves the limit once a second at most: requests that ran together report the same state of the server. */
  #halve(least: number): void {
    const now = this.#clock.now()
    if (now - this.#slowedAt <= 1000) return
    this.#slowedAt = now
    this.#limit = Math.max(Math.min(least, this.#limit), this.#limit / 2)
  }

  #grow(full: boolean): void {
    // Requests below the limit do not show that a higher limit is possible.
    if (!full && this.#limit >= Math.min(this.#start, this.#ceiling)) return
    const quick = this.#slowedAt === Number.NEGATIVE_INFINITY
    this.#limit = Math.min(this.#ceiling, this.#limit + (quick ? 1 : 1 / this.#limit))
  }

  /** Lowers the limit to where answers are quick, but not below the first limit. */
  #shrink(): void {
    if (this.#limit <= this.#start) return
    if (this.#slowedAt === Number.NEGATIVE_INFINITY) this.#halve(this.#start)
    else this.#limit = Math.max(this.#start, this.#limit - 1 / this.#limit)
  }

  #time(ms: number): void {
    // The shortest time rises by 1 % per second, so that a route that has become longer does not look like a busy server.
    const now = this.#clock.now()
    this.#minLatency = Math.min(this.#minLatency * 1.01 ** ((now - this.#timedAt) / 1000), Math.max(1, ms))
    this.#timedAt = now
    this.#average = this.#average === undefined ? ms : this.#average + WEIGHT * (ms - this.#average)
    if (!this.#isBeyond(OVERLOADED)) return
    this.#halve(MIN_LIMIT_FOR_LATENCY)
    this.#average = this.#minLatency
  }

  #isBeyond({ factor, ms }: typeof BUSY): boolean {
    return this.#average !== undefined && this.#average > this.#minLatency * factor + ms
  }

  #leave(owner: string, large: boolean): void {
    this.#active -= 1
    if (large) this.#largeActive -= 1
    const left = (this.#running.get(owner) ?? 1) - 1
    if (left === 0) this.#running.delete(owner)
    else this.#running.set(owner, left)
    this.#next()
  }

  #take(owner: string, large: boolean): void {
    this.#active += 1
    if (large) this.#largeActive += 1
    this.#largeLast = large
    this.#running.set(owner, (this.#running.get(owner) ?? 0) + 1)
  }

  #hasRoom(): boolean {
    return this.#active < this.limit && this.#heldUntil === 0
  }

  #next(): void {
    while (this.#waiting.length > 0 && this.#hasRoom()) {
      const best = this.#best()
      if (best === undefined) return
      const [waiter] = this.#waiting.splice(best, 1)
      if (!waiter) return
      if (waiter.large) this.#largeWaiting -= 1
      this.#take(waiter.owner, waiter.large)
      waiter.start()
    }
  }

  /**
   * Returns the index of the next request: the class whose turn it is, then the owner with the fewest running requests,
   * then the first. Undefined when none may run.
   */
  #best(): number | undefined {
    const noLarge = this.#largeActive >= this.#maxLarge
    const both = this.#largeWaiting > 0 && this.#largeWaiting < this.#waiting.length
    const large = this.limit === 1 ? !this.#largeLast : this.#largeActive < Math.floor(this.limit / 2)
    let best: number | undefined
    let fewest = Number.POSITIVE_INFINITY
    for (const [index, waiter] of this.#waiting.entries()) {
      if (waiter.large && noLarge) continue
      if (both && !noLarge && waiter.large !== large) continue
      const running = this.#running.get(waiter.owner) ?? 0
      if (running < fewest) {
        best = index
        fewest = running
      }
      if (fewest === 0) break
    }
    return best
  }
}
