/** Bytes below which a request measures the round trip and not the bandwidth. */
const MIN_BYTES = 256 * 1024
/** Weight of the newest request. */
const WEIGHT = 0.3
/**
 * Bytes per second (some gigabits) above which the machine is the limit, and each further connection only costs CPU.
 */
const FAST_BYTES_PER_SECOND = 150_000_000
/** Ms within which the API answers when it is near. The store counts as near too, until large requests are measured. */
const NEAR_MS = 8
/** Connections that are enough to use a fast line. */
const FEW_CONNECTIONS = 2

/**
 * Measures the bytes per second of one request to the store. The size of parts and the number of concurrent parts depend
 * on it.
 */
export class Throughput {
  #value: number | undefined
  #total: number | undefined

  /** Undefined until a request was measured. */
  get value(): number | undefined {
    return this.#value
  }

  /** @param beside number of requests that ran together, including this one. */
  note(bytes: number, ms: number, beside: number): void {
    if (bytes < MIN_BYTES || ms <= 0) return
    const seen = (bytes * 1000) / ms
    this.#value = this.#value === undefined ? seen : this.#value + WEIGHT * (seen - this.#value)
    this.#total = this.#value * beside
  }

  /**
   * Returns how many pieces of large files are worth sending at once.
   * @param limit of the limiter.
   * @param latency shortest answer of the API in ms.
   */
  partsAtOnce(limit: number, latency: number): number {
    const fast = this.#total === undefined ? latency <= NEAR_MS : this.#total >= FAST_BYTES_PER_SECOND
    return fast ? Math.min(FEW_CONNECTIONS, limit) : limit
  }
}
