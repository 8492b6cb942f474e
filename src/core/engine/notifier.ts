import type { Clock } from '../request/clock.ts'
import { guarded } from '../request/host-callback.ts'

/** Minimum ms between two notifications. */
const INTERVAL_MS = 100

/** Notifies listeners of changes: of the first one at once, of the following ones together. */
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
    // The notification waits for the end of the current task, so that one call causes one notification.
    this.#cancel ??= this.#clock.after(0, () => this.#run())
  }

  /** Notifies after the current task and before any other event, whatever the interval. */
  notifySoon(): void {
    if (this.#listeners.size === 0) return
    this.#pending = true
    queueMicrotask(() => {
      this.#cancel?.()
      this.#run()
    })
  }

  #run(): void {
    this.#cancel = undefined
    if (!this.#pending) return
    this.#pending = false
    this.#cancel = this.#clock.after(INTERVAL_MS, () => this.#run())
    for (const listener of [...this.#listeners]) guarded(listener)
  }
}
