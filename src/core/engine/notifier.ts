import type { Clock } from '../request/clock.ts'
import { guarded } from '../request/host-callback.ts'

/** Listeners hear of changes at most once in this many ms. */
const INTERVAL = 100

/** Many changes, few notices: the first at once, the following ones together. */
export class Notifier {
  readonly #listeners = new Set<() => void>()
  readonly #clock: Clock
  #cancel: (() => void) | undefined
  #pending = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  notify(): void {
    if (this.#listeners.size === 0) return
    this.#pending = true
    // The first notice waits for the end of the current work, so that one call gives one notice.
    this.#cancel ??= this.#clock.after(0, () => this.#tell())
  }

  /** Past the interval, once the current work is done and before anything can come of it. */
  notifySoon(): void {
    if (this.#listeners.size === 0) return
    this.#pending = true
    queueMicrotask(() => {
      this.#cancel?.()
      this.#tell()
    })
  }

  #tell(): void {
    this.#cancel = undefined
    if (!this.#pending) return
    this.#pending = false
    this.#cancel = this.#clock.after(INTERVAL, () => this.#tell())
    for (const listener of [...this.#listeners]) guarded(listener)
  }
}
