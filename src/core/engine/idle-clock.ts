import { figuresOf, type Job, viewOf } from '../file/job.ts'
import { type Standstill, standstillOf } from '../file/standstill.ts'
import type { UploadFile } from '../file/upload-file.ts'
import type { Clock } from '../request/clock.ts'

/** Ms between two ticks. */
const TICK_MS = 1000

/**
 * Measures how long nothing has moved. Only moving bytes cause events, so without them a rate and a time left would
 * stay on the screen. A tick per second updates the figures of the files that are sending; it runs only while there are
 * some.
 */
export class IdleClock {
  readonly #clock: Clock
  readonly #onTick: () => void
  readonly #sending = new Set<Job>()
  /** Ms since 1970 when any file last transferred a byte, or when the first file began to send. */
  #movedAt = 0
  #cancel: (() => void) | undefined

  /** @param onTick is called at each tick, after the views were updated. */
  constructor(clock: Clock, onTick: () => void) {
    this.#clock = clock
    this.#onTick = onTick
  }

  /** Follows a change of the state of a file. @param there false once the file was removed from the list. */
  follow(job: Job, there = true): void {
    const sends = there && job.state.status === 'sending'
    if (sends === this.#sending.has(job)) return
    if (!sends) {
      this.#sending.delete(job)
      if (this.#sending.size === 0) this.#stop()
      return
    }
    const now = this.#clock.now()
    job.movement.restart(now)
    if (this.#sending.size === 0) this.#movedAt = now
    this.#sending.add(job)
    this.#cancel ??= this.#clock.after(TICK_MS, () => this.#tick())
  }

  /** Records that bytes of a file have moved. @param now ms since 1970. */
  moved(now: number): void {
    this.#movedAt = now
  }

  /** Returns the view of a file. */
  view(job: Job): UploadFile {
    return viewOf(job, this.#clock.now(), this.#movedAt)
  }

  /** Returns for how long no file has moved; empty while one moves, and while no file is sending. */
  standstill(): Standstill {
    if (this.#sending.size === 0) return {}
    const sent = [...this.#sending].every(({ movement, size }) => movement.hasSentAll(size))
    return standstillOf(this.#clock.now() - this.#movedAt, sent)
  }

  #tick(): void {
    this.#cancel = this.#clock.after(TICK_MS, () => this.#tick())
    for (const job of this.#sending) {
      const { view } = job
      if (!view) continue
      const figures = figuresOf(job, this.#clock.now(), this.#movedAt)
      // The view object stays the same as long as its figures do.
      const same = (Object.keys(figures) as (keyof typeof figures)[]).every((name) => figures[name] === view[name])
      if (!same) job.view = undefined
    }
    this.#onTick()
  }

  #stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }
}
