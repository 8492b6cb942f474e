/** Shorter requests tell of round trips, not of the line. */
const LEAST = 256 * 1024
/** How much the newest request counts. */
const WEIGHT = 0.3
/** Bytes a second, some gigabits, beyond which the machine is the limit and each further connection only costs it. */
const FAST = 150_000_000
/** An API that answers within this many ms is near, and its store too, until large requests tell better. */
const NEAR = 8
/** Connections that carry what a machine can send over a fast line. */
const FEW = 2

/** Bytes a second of one request to the store: what the size of parts and the number of requests at once follow. */
export class Throughput {
  #value: number | undefined
  #total: number | undefined

  /** Undefined until a request has told. */
  get value(): number | undefined {
    return this.#value
  }

  /** @param beside how many requests went on together, this one too. */
  note(bytes: number, ms: number, beside: number): void {
    if (bytes < LEAST || ms <= 0) return
    const seen = (bytes * 1000) / ms
    this.#value = this.#value === undefined ? seen : this.#value + WEIGHT * (seen - this.#value)
    this.#total = this.#value * beside
  }

  /**
   * How many pieces of large files are worth sending at once.
   * @param limit of the limiter. @param latency shortest answer of the API in ms.
   */
  partsAtOnce(limit: number, latency: number): number {
    const fast = this.#total === undefined ? latency <= NEAR : this.#total >= FAST
    return fast ? Math.min(FEW, limit) : limit
  }
}
