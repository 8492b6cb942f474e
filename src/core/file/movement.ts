import { SpeedHistory } from './speed-history.ts'
import { SpeedMeter } from './speed-meter.ts'
import { type Standstill, standstillOf } from './standstill.ts'

/** Measures how the bytes of one file move: how many are sent, how fast, and since when none moves. */
export class Movement {
  readonly #meter = new SpeedMeter()
  #history: SpeedHistory | undefined
  #requests = 0
  #movedAt = 0
  #sentNow = 0

  /** Bytes known to be stored or on the way right now. Falls when they have to be sent again. */
  get sentNow(): number {
    return this.#sentNow
  }

  /** True while a request with bytes of the file is under way. */
  get isMoving(): boolean {
    return this.#requests > 0
  }

  /** Ms since 1970 when a byte of the file moved last, or when it began to send or to be sent again. */
  get movedAt(): number {
    return this.#movedAt
  }

  /** Counts the time without movement from now. @param now ms since 1970. */
  restart(now: number): void {
    this.#movedAt = now
  }

  /** Counts a request with bytes of the file in. @param now ms since 1970. */
  requestBegins(now: number): void {
    // It had to wait for its turn; from here on it is its own.
    if (this.#requests === 0) this.#movedAt = now
    this.#requests += 1
  }

  requestEnds(): void {
    this.#requests -= 1
  }

  /** Notes how many bytes are sent now; returns whether some have moved. Bytes that are sent again move too. */
  report(sent: number, now: number): boolean {
    const moved = sent > this.#sentNow
    this.#sentNow = sent
    if (moved) this.#movedAt = now
    return moved
  }

  /** Adds bytes to the speed, and for a file that takes its time to the speed of the last minutes. */
  measure(bytes: number, now: number, keepsHistory: boolean): void {
    this.#meter.add(bytes, now)
    if (!keepsHistory) return
    this.#history ??= new SpeedHistory()
    this.#history.add(bytes, now)
  }

  /** Bytes per second as a moving average; undefined where it is not known yet. */
  rate(now: number): number | undefined {
    return this.#meter.rate(now)
  }

  /** Bytes per second of the last minutes, oldest first. */
  rates(now: number): readonly number[] {
    return this.#history?.rates(now) ?? []
  }

  /** True when every byte has left and the answer of the server is missing. */
  hasSentAll(size: number): boolean {
    return this.isMoving && this.#sentNow >= size
  }

  /**
   * Tells for how long nothing has moved. A file that waits for its turn stands still only if those before it do.
   * @param anyMovedAt ms since 1970 when a byte of any file moved last.
   */
  standstill(size: number, now: number, anyMovedAt: number): Standstill {
    const since = this.isMoving ? this.#movedAt : Math.max(this.#movedAt, anyMovedAt)
    return standstillOf(now - since, this.hasSentAll(size))
  }
}
