import type { Job } from '../file/job.ts'
import type { Clock } from '../request/clock.ts'
import type { Summary } from '../uploader.ts'

/** One run: from the first file that has something to do until no file has. */
export class RunTracker {
  readonly #clock: Clock
  readonly #onBegin: () => void
  #number = 0
  #arrivals = 0
  #startedAt: number | undefined
  #last: Summary | undefined
  readonly #waiting: ((summary: Summary) => void)[] = []

  constructor(clock: Clock, onBegin: () => void) {
    this.#clock = clock
    this.#onBegin = onBegin
  }

  /** The last run has ended without a look at the branch. */
  get wasUnread(): boolean {
    return this.#startedAt === undefined && this.#last?.confirmed === false
  }

  get isOpen(): boolean {
    return this.#startedAt !== undefined
  }

  /** Counts a file in; the first one begins the run. */
  join(job: Job): void {
    if (this.#startedAt === undefined) {
      this.#startedAt = this.#clock.now()
      this.#number += 1
      this.#onBegin()
    }
    job.runNumber = this.#number
  }

  arrive(job: Job): void {
    this.#arrivals += 1
    job.arrivalOrder = this.#arrivals
  }

  /** The run that is open, or the last one. */
  summary(jobs: readonly Job[], confirmed = true): Summary {
    if (this.#startedAt === undefined && this.#last) return this.#last
    const now = this.#clock.now()
    const mine = jobs.filter(({ runNumber }) => runNumber === this.#number)
    return { ...summarize(mine, now - (this.#startedAt ?? now)), confirmed }
  }

  /** Somebody waits for the end. */
  get isAwaited(): boolean {
    return this.#waiting.length > 0
  }

  /** Resolves when it ends. */
  ended(): Promise<Summary> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** @param confirmed whether the branch could be read at the end. */
  end(jobs: readonly Job[], confirmed: boolean): Summary {
    const summary = this.summary(jobs, confirmed)
    this.#last = summary
    this.#startedAt = undefined
    for (const resolve of this.#waiting.splice(0)) resolve(summary)
    return summary
  }
}

/** The end of a run, counted from the files themselves. */
function summarize(jobs: readonly Job[], duration: number): Omit<Summary, 'confirmed'> {
  const summary = { files: 0, uploaded: 0, skipped: 0, failed: 0, cancelled: 0, bytes: 0, duration }
  const objects: Summary['objects'][number][] = []
  const byArrival = [...jobs].sort((a, b) => a.arrivalOrder - b.arrivalOrder)
  const errors: Summary['errors'][number][] = []
  for (const { state, path } of byArrival) {
    summary.files += 1
    switch (state.status) {
      case 'uploaded':
        summary.uploaded += 1
        summary.bytes += state.object.size_bytes
        objects.push(state.object)
        break
      case 'failed':
        summary.failed += 1
        errors.push({ path, error: state.error })
        break
      case 'skipped':
      case 'cancelled':
        summary[state.status] += 1
        break
    }
  }
  return { ...summary, objects, errors }
}
