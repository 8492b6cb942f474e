/** Shorter requests tell of round trips, not of the line. */
const LEAST = 256 * 1024
/** How much the newest request counts. */
const WEIGHT = 0.3

/** Bytes a second of one request to the store: what the size of parts follows and whether an address will last. */
export class Pace {
  #value: number | undefined

  /** Undefined until a request has told. */
  get value(): number | undefined {
    return this.#value
  }

  note(bytes: number, ms: number): void {
    if (bytes < LEAST || ms <= 0) return
    const seen = (bytes * 1000) / ms
    this.#value = this.#value === undefined ? seen : this.#value + WEIGHT * (seen - this.#value)
  }
}
