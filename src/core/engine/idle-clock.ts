import { figuresOf, type Job, viewOf } from '../file/job.ts'
import { type Standstill, standstillOf } from '../file/standstill.ts'
import type { UploadFile } from '../file/upload-file.ts'
import type { Clock } from '../request/clock.ts'

/** Ms between two looks at the files under way. */
const BEAT = 1000

/**
 * Tells how long nothing has moved. Bytes that move make events of their own; where none moves nothing would happen, and
 * a rate and a time left would stand as they were. So a tick a second renews the figures of the files that are sending,
 * and of no others. It runs only while there is such a file.
 */
export class IdleClock {
  readonly #clock: Clock
  readonly #onBeat: () => void
  readonly #sending = new Set<Job>()
  /** Ms since 1970 when a byte of any file moved last, or when the first file began to send. */
  #movedAt = 0
  #cancel: (() => void) | undefined

  /** @param onBeat told at each tick, when the files' views are new. */
  constructor(clock: Clock, onBeat: () => void) {
    this.#clock = clock
    this.#onBeat = onBeat
  }

  /** Takes note that a file's state may have changed. @param there false once the file has left the list. */
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
    this.#cancel ??= this.#clock.after(BEAT, () => this.#beat())
  }

  /** Takes note that bytes of some file move. */
  moved(now: number): void {
    this.#movedAt = now
  }

  /** One file as it is seen now. */
  view(job: Job): UploadFile {
    return viewOf(job, this.#clock.now(), this.#movedAt)
  }

  /** How long nothing of any file has moved; empty while something does, and while no file is sending. */
  standstill(): Standstill {
    if (this.#sending.size === 0) return {}
    const sent = [...this.#sending].every(({ movement, size }) => movement.hasSentAll(size))
    return standstillOf(this.#clock.now() - this.#movedAt, sent)
  }

  #beat(): void {
    this.#cancel = this.#clock.after(BEAT, () => this.#beat())
    for (const job of this.#sending) {
      const { view } = job
      if (!view) continue
      const figures = figuresOf(job, this.#clock.now(), this.#movedAt)
      // Who looks at a file is shown the same object for as long as it would say the same.
      const same = (Object.keys(figures) as (keyof typeof figures)[]).every((name) => figures[name] === view[name])
      if (!same) job.view = undefined
    }
    this.#onBeat()
  }

  #stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }
}
