import { fullPath, type Job, viewOf } from '../file/job.ts'
import type { ConflictAnswer } from '../file/state.ts'
import type { Rejection } from '../intake/input.ts'
import type { ObjectStats } from '../lakefs/wire.ts'
import type { Configuration } from '../options.ts'
import type { Clock } from '../request/clock.ts'
import { guarded } from '../request/host-callback.ts'
import type { Log } from '../request/log.ts'
import { isAbort } from '../request/response-error.ts'
import type { Summary, Totals } from '../snapshot.ts'
import type { FileStore } from './file-store.ts'

const ANSWERS: ReadonlySet<unknown> = new Set<ConflictAnswer>(['overwrite', 'skip', 'rename'])

/** Calls the functions of the host. An error in one of them is reported and stops no upload. */
export class HostCallbacks {
  readonly #options: () => Configuration
  readonly #fileStore: FileStore
  readonly #clock: Clock
  readonly #log: Log

  constructor(options: () => Configuration, fileStore: FileStore, { clock, log }: { clock: Clock; log: Log }) {
    this.#options = options
    this.#fileStore = fileStore
    this.#clock = clock
    this.#log = log
  }

  /** Reports that an object is on the branch, even if its file was removed meanwhile. */
  uploaded(job: Job, object: ObjectStats): void {
    const { onUploaded, onArrived } = this.#options()
    const file = this.#viewOf(job)
    guarded(() => onUploaded?.(object, file))
    guarded(() => onArrived?.(object, file))
  }

  /**
   * Reports a file that has just become `failed` and is still on the list. Call it when all work on the file is done:
   * the host may retry or remove it at once.
   */
  failed(job: Job): void {
    const { state } = job
    if (state.status !== 'failed' || !this.#fileStore.get(job.id)) return
    guarded(() => this.#options().onError?.(this.#viewOf(job), state.error))
  }

  rejected(rejections: readonly Rejection[]): void {
    if (rejections.length > 0) guarded(() => this.#options().onRejected?.(rejections))
  }

  progressed(totals: Totals): void {
    guarded(() => this.#options().onProgress?.(totals))
  }

  finished(summary: Summary): void {
    guarded(() => this.#options().onFinished?.(summary))
  }

  /**
   * Lets the host decide the conflict of a file that is `asking`. Resolves with undefined when the host has no function
   * for it, gives no valid answer, or the conflict was settled meanwhile; the user can then still answer.
   */
  async decide(job: Job): Promise<ConflictAnswer | undefined> {
    const { onConflict } = this.#options()
    if (typeof onConflict !== 'function' || job.state.status !== 'asking') return undefined
    const signal = this.#fileStore.whileAsking(job)
    try {
      const answer = await onConflict({ ...job.state.conflict, file: this.#viewOf(job), signal })
      if (signal.aborted) return undefined
      if (ANSWERS.has(answer)) return answer
      throw new TypeError(`onConflict answered ${String(answer)}, and has to answer overwrite, skip or rename`)
    } catch (thrown) {
      if (signal.aborted && isAbort(thrown)) return undefined
      this.#log.add({ what: 'conflict undecided', path: fullPath(job), detail: String(thrown) })
      guarded(() => {
        throw thrown
      })
      return undefined
    }
  }

  #viewOf(job: Job) {
    return viewOf(job, this.#clock.now())
  }
}
