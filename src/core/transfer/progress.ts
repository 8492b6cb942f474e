import type { Job } from '../file/job.ts'
import type { FileEvent } from '../file/state.ts'
import type { WaitState } from '../request/retry.ts'

/** Phase and waits of one transfer, for its row: it waits only while nothing of it moves. */
export class Progress {
  readonly #job: Job
  readonly #emit: (event: FileEvent) => void
  readonly #waits = new Set<WaitState>()
  #phase: 'check' | 'send' | 'finish' = 'check'

  constructor(job: Job, emit: (event: FileEvent) => void) {
    this.#job = job
    this.#emit = emit
  }

  get phase() {
    return this.#phase
  }

  /** True while a request of the transfer waits for its next try and no bytes of the file move. */
  get isWaiting(): boolean {
    return this.#waits.size > 0 && !this.#job.movement.isMoving
  }

  enter(phase: 'check' | 'send' | 'finish'): void {
    this.#phase = phase
    this.#show()
  }

  startWaiting(waiting: WaitState): void {
    this.#waits.add(waiting)
    this.#show()
  }

  /** Shows more about a wait; does nothing when it is over. */
  replaceWaiting(waiting: WaitState, by: WaitState): void {
    if (!this.#waits.delete(waiting)) return
    this.#waits.add(by)
    this.#show()
  }

  stopWaiting(waiting: WaitState): void {
    this.#waits.delete(waiting)
    this.#show()
  }

  /** Runs a request with bytes of the file, during which the transfer does not wait. @param now ms since 1970. */
  async moving<T>(now: number, work: () => Promise<T>): Promise<T> {
    const { movement } = this.#job
    const waited = this.isWaiting
    movement.requestBegins(now)
    if (waited) this.#show()
    try {
      return await work()
    } finally {
      movement.requestEnds()
      if (this.isWaiting) this.#show()
    }
  }

  #show(): void {
    const { maxSentShown, resumePoint } = this.#job
    const [waiting] = this.isWaiting ? this.#waits : []
    if (waiting)
      this.#emit({ type: 'wait', wait: waiting, stored: resumePoint.stored !== undefined, sent: maxSentShown })
    else if (this.#phase === 'check') this.#emit({ type: 'check' })
    else if (this.#phase === 'send') this.#emit({ type: 'send', sent: maxSentShown })
    else this.#emit({ type: 'finish', sent: this.#job.size })
  }
}
