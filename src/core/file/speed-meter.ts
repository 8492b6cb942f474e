/** Seconds that the average looks back. */
const WINDOW = 8
/** No rate is told before this many ms of movement: the first seconds say nothing. */
const QUIET = 3000
/** No time left is told beyond this many seconds, 30 days: nobody plans by it. */
const LONGEST = 30 * 86_400

/** Bytes a second as a moving average over wall time, in one bucket a second. */
export class SpeedMeter {
  /** Made when something moves: most of 20,000 files wait. */
  #made: Float64Array | undefined
  #second = 0
  #since = 0

  get #buckets(): Float64Array {
    this.#made ??= new Float64Array(WINDOW + 1)
    return this.#made
  }

  get #sum(): number {
    return this.#buckets.reduce((total, bytes) => total + bytes, 0)
  }

  add(bytes: number, now: number): void {
    this.#advance(now)
    // After a pause longer than the window the quiet seconds begin anew.
    if (this.#sum === 0) this.#since = now
    const slot = this.#second % this.#buckets.length
    this.#buckets[slot] = (this.#buckets[slot] ?? 0) + bytes
  }

  /** Undefined for the first seconds, below a byte a second, and once nothing has moved for the whole window. */
  rate(now: number): number | undefined {
    if (!this.#made) return undefined
    this.#advance(now)
    const elapsed = now - this.#since
    if (this.#sum === 0 || elapsed < QUIET) return undefined
    const rate = this.#sum / Math.min(WINDOW + (now % 1000) / 1000, elapsed / 1000)
    return rate >= 1 ? rate : undefined
  }

  #advance(now: number): void {
    const second = Math.floor(now / 1000)
    const steps = Math.min(second - this.#second, this.#buckets.length)
    for (let step = 1; step <= steps; step += 1) this.#buckets[(this.#second + step) % this.#buckets.length] = 0
    if (steps === this.#buckets.length) this.#buckets.fill(0)
    this.#second = Math.max(second, this.#second)
  }
}

/** Seconds that these bytes take at this rate. Undefined without a rate, without bytes, and beyond 30 days. */
export function secondsLeft(bytes: number, rate: number | undefined): number | undefined {
  const seconds = rate && bytes > 0 ? bytes / rate : undefined
  return seconds !== undefined && seconds <= LONGEST ? seconds : undefined
}
