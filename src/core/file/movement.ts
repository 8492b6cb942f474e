import { SpeedHistory } from './speed-history.ts'
import { SpeedMeter } from './speed-meter.ts'
import { type Standstill, standstillOf } from './standstill.ts'

/** Measures the transfer of one file: bytes sent, speed, and time since the last byte. */
export class Movement {
  readonly #meter = new SpeedMeter()
  #history: SpeedHistory | undefined
  #requests = 0
  #movedAt = 0
  #sentNow = 0

  /** Bytes that are stored or on their way now. Falls when bytes have to be sent again. */
  get sentNow(): number {
    return this.#sentNow
  }

  /** True while a request with bytes of the file is running. */
  get isMoving(): boolean {
    return this.#requests > 0
  }

  /** Ms since 1970 when the file last transferred a byte, began to send, or began to send again. */
  get movedAt(): number {
    return this.#movedAt
  }

  /** Restarts the time without movement. @param now ms since 1970. */
  restart(now: number): void {
    this.#movedAt = now
  }

  /** Counts a request with bytes of the file. @param now ms since 1970. */
  requestBegins(now: number): void {
    // The time that the file waited for its turn does not count against it.
    if (this.#requests === 0) this.#movedAt = now
    this.#requests += 1
  }

  requestEnds(): void {
    this.#requests -= 1
  }

  /** Records the number of bytes sent now. Returns whether bytes have moved; bytes that are sent again count too. */
  report(sent: number, now: number): boolean {
    const moved = sent > this.#sentNow
    this.#sentNow = sent
    if (moved) this.#movedAt = now
    return moved
  }

  /** Adds bytes to the current speed and, with `keepsHistory`, to the speed of the last three minutes. */
  measure(bytes: number, now: number, keepsHistory: boolean): void {
    this.#meter.add(bytes, now)
    if (!keepsHistory) return
    this.#history ??= new SpeedHistory()
    this.#history.add(bytes, now)
  }

  /** Returns bytes per second as a moving average; undefined while it is unknown. */
  rate(now: number): number | undefined {
    return this.#meter.rate(now)
  }

  /** Returns bytes per second of the last three minutes, oldest first. */
  rates(now: number): readonly number[] {
    return this.#history?.rates(now) ?? []
  }

  /** Returns whether every byte has left and the server has not answered yet. */
  hasSentAll(size: number): boolean {
    return this.isMoving && this.#sentNow >= size
  }

  /**
   * Returns for how long nothing has moved. A file that waits for its turn is idle only while all files are.
   * @param anyMovedAt ms since 1970 when any file last transferred a byte.
   */
  standstill(size: number, now: number, anyMovedAt: number): Standstill {
    const since = this.isMoving ? this.#movedAt : Math.max(this.#movedAt, anyMovedAt)
    return standstillOf(now - since, this.hasSentAll(size))
  }
}
