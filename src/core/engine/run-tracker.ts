import type { Job } from '../file/job.ts'
import type { Clock } from '../request/clock.ts'
import type { Summary } from '../snapshot.ts'

/** Tracks one run: it begins with the first file that has work left and ends when no file has. */
export class RunTracker {
  readonly #clock: Clock
  readonly #onBegin: () => void
  /** Files of the run. Weak, because a removed file may hold its bytes in memory. */
  #files = new WeakSet<Job>()
  /** Place of a file in the order in which they got onto their branch. */
  #places = new WeakMap<Job, number>()
  #arrivals = 0
  #startedAt: number | undefined
  #last: Summary | undefined
  readonly #waiting: ((summary: Summary) => void)[] = []

  constructor(clock: Clock, onBegin: () => void) {
    this.#clock = clock
    this.#onBegin = onBegin
  }

  /** True when the last run ended without a readable branch. */
  get wasUnread(): boolean {
    return this.#startedAt === undefined && this.#last?.confirmed === false
  }

  get isOpen(): boolean {
    return this.#startedAt !== undefined
  }

  /** Adds a file to the run; the first file begins the run. */
  join(job: Job): void {
    if (this.#startedAt === undefined) {
      this.#startedAt = this.#clock.now()
      this.#files = new WeakSet()
      this.#places = new WeakMap()
      this.#onBegin()
    }
    this.#files.add(job)
  }

  /** Records that a file is on its branch. */
  arrive(job: Job): void {
    this.#arrivals += 1
    this.#places.set(job, this.#arrivals)
  }

  /** Returns the summary of the open run, or else of the last one. */
  summary(jobs: readonly Job[], confirmed = true): Summary {
    if (this.#startedAt === undefined && this.#last) return this.#last
    const now = this.#clock.now()
    const placeOf = (job: Job) => this.#places.get(job) ?? 0
    const mine = jobs.filter((job) => this.#files.has(job)).sort((a, b) => placeOf(a) - placeOf(b))
    return { ...summarize(mine, now - (this.#startedAt ?? now)), confirmed }
  }

  /** True when a caller waits for the end. */
  get isAwaited(): boolean {
    return this.#waiting.length > 0
  }

  /** Resolves with the summary when the run ends. */
  ended(): Promise<Summary> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Ends the run and returns its summary. @param confirmed whether the branch could be read at the end. */
  end(jobs: readonly Job[], confirmed: boolean): Summary {
    const summary = this.summary(jobs, confirmed)
    this.#last = summary
    this.#startedAt = undefined
    for (const resolve of this.#waiting.splice(0)) resolve(summary)
    return summary
  }
}

/** Returns the summary of these files. @param jobs arrived files last, in the order of their arrival. */
function summarize(jobs: readonly Job[], duration: number): Omit<Summary, 'confirmed'> {
  const summary = { files: 0, uploaded: 0, skipped: 0, failed: 0, cancelled: 0, bytes: 0, duration }
  const objects: Summary['objects'][number][] = []
  const errors: Summary['errors'][number][] = []
  for (const { state, path } of jobs) {
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
