/** Seconds that the average covers. */
const WINDOW_SECONDS = 8
/** Ms of movement before the first rate: the first seconds vary too much. */
const MIN_MEASURED_MS = 3000
/** Maximum seconds left that are shown (30 days): a longer time helps no user. */
const MAX_SECONDS_LEFT = 30 * 86_400

/** Measures bytes per second as a moving average over wall time, in buckets of one second. */
export class SpeedMeter {
  /** Created with the first byte: most of 20,000 files are queued and need no buckets. */
  #made: Float64Array | undefined
  #second = 0
  #since = 0

  get #buckets(): Float64Array {
    this.#made ??= new Float64Array(WINDOW_SECONDS + 1)
    return this.#made
  }

  get #sum(): number {
    return this.#buckets.reduce((total, bytes) => total + bytes, 0)
  }

  add(bytes: number, now: number): void {
    this.#advance(now)
    // After a pause longer than the window, the first seconds count anew.
    if (this.#sum === 0) this.#since = now
    const slot = this.#second % this.#buckets.length
    this.#buckets[slot] = (this.#buckets[slot] ?? 0) + bytes
  }

  /**
   * Returns bytes per second. Undefined during the first seconds, below one byte per second, and when nothing moved
   * during the whole window.
   */
  rate(now: number): number | undefined {
    if (!this.#made) return undefined
    this.#advance(now)
    const elapsed = now - this.#since
    if (this.#sum === 0 || elapsed < MIN_MEASURED_MS) return undefined
    const rate = this.#sum / Math.min(WINDOW_SECONDS + (now % 1000) / 1000, elapsed / 1000)
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

/**
 * Returns the seconds that these bytes take at this rate. Undefined without a rate, without bytes, and beyond 30 days.
 */
export function secondsLeft(bytes: number, rate: number | undefined): number | undefined {
  const seconds = rate && bytes > 0 ? bytes / rate : undefined
  return seconds !== undefined && seconds <= MAX_SECONDS_LEFT ? seconds : undefined
}
