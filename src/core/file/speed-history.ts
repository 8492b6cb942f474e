/** Ms of one bucket, and number of buckets: three minutes together. */
const BUCKET_MS = 5000
const BUCKETS = 36

/** Speed of a file over the last three minutes, for the chart in its details. */
export class SpeedHistory {
  readonly #bytes = new Float64Array(BUCKETS)
  #bucket = 0
  #first = 0

  add(bytes: number, now: number): void {
    this.#advance(now)
    if (this.#first === 0) this.#first = this.#bucket
    const slot = this.#bucket % BUCKETS
    this.#bytes[slot] = (this.#bytes[slot] ?? 0) + bytes
  }

  /** Returns bytes per second, oldest first. The bucket that is still being filled is left out. */
  rates(now: number): number[] {
    this.#advance(now)
    const from = Math.max(this.#first, this.#bucket - BUCKETS + 1)
    const rates: number[] = []
    for (let bucket = from; bucket < this.#bucket; bucket += 1) {
      rates.push((this.#bytes[bucket % BUCKETS] ?? 0) / (BUCKET_MS / 1000))
    }
    return this.#first === 0 ? [] : rates
  }

  #advance(now: number): void {
    const next = Math.floor(now / BUCKET_MS)
    const steps = Math.min(next - this.#bucket, BUCKETS)
    for (let step = 1; step <= steps; step += 1) this.#bytes[(this.#bucket + step) % BUCKETS] = 0
    if (steps === BUCKETS) this.#bytes.fill(0)
    this.#bucket = Math.max(next, this.#bucket)
  }
}
