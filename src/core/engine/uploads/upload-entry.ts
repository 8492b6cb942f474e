import type { Job } from '../../file/job.ts'
import type { Standstill } from '../../file/standstill.ts'
import type { Destination } from '../../lakefs/wire.ts'
import type { UploadSnapshot } from '../../snapshot.ts'
import { type Share, StatusCounter } from '../status-counter.ts'

/** One upload of the engine: its files, its totals, and how long it has run. */
export class UploadEntry {
  readonly #counter = new StatusCounter()
  readonly #listed = new Set<string>()
  /** Contributions of uploaded and skipped files that were removed from the list. They stay part of the upload. */
  readonly #unlisted = new WeakMap<Job, Share>()
  #ids: readonly string[] | undefined
  /** Ms since 1970 since which a file has work left. */
  #runningSince: number | undefined
  #ranMs = 0
  #view: UploadSnapshot | undefined

  constructor(
    readonly id: string,
    readonly since: number,
    readonly destination: Destination,
  ) {}

  /** True while one of its files has not ended. */
  get isOpen(): boolean {
    return this.#counter.open > 0
  }

  /** True when it has no file, neither on the list nor removed from it. */
  get isEmpty(): boolean {
    return this.#counter.files === 0
  }

  add(job: Job, share: Share, now: number): void {
    this.#listed.add(job.id)
    this.#ids = undefined
    const before = this.#unlisted.get(job)
    if (before) this.#counter.change(before, share, now)
    else this.#counter.add(share)
    this.#unlisted.delete(job)
    this.#changed(now)
  }

  remove(job: Job, share: Share, now: number): void {
    if (!this.#listed.delete(job.id)) return
    this.#ids = undefined
    if (share.status === 'uploaded' || share.status === 'skipped') this.#unlisted.set(job, share)
    else this.#counter.remove(share)
    this.#changed(now)
  }

  change(before: Share, after: Share, now: number): void {
    this.#counter.change(before, after, now)
    this.#changed(now)
  }

  refresh(): void {
    this.#view = undefined
  }

  /** Returns the state at one moment; the same object until something changes. */
  snapshot(now: number, facts: Pick<UploadSnapshot, 'branchCheck' | 'adding'>, standstill: Standstill): UploadSnapshot {
    const view = this.#view
    if (view && view.branchCheck === facts.branchCheck && isSame(view.adding, facts.adding)) return view
    this.#ids ??= [...this.#listed]
    const { status } = this.#counter
    const isBusy = facts.branchCheck === 'running' || facts.adding !== undefined
    this.#view = {
      id: this.id,
      since: this.since,
      destination: this.destination,
      ids: this.#ids,
      totals: { ...this.#counter.snapshot(now), ...(this.#counter.count('sending') > 0 ? standstill : {}) },
      status: status === 'finished' && isBusy ? 'running' : status,
      durationMs: this.#ranMs + (this.#runningSince === undefined ? 0 : now - this.#runningSince),
      ...facts,
    }
    return this.#view
  }

  /** Counts the time while a file has work left, so that a retry on the next day does not count the night. */
  #changed(now: number): void {
    this.#view = undefined
    if (this.isOpen) this.#runningSince ??= now
    else if (this.#runningSince !== undefined) {
      this.#ranMs += now - this.#runningSince
      this.#runningSince = undefined
    }
  }
}

const isSame = (a: UploadSnapshot['adding'], b: UploadSnapshot['adding']): boolean =>
  a?.files === b?.files && a?.paused === b?.paused
