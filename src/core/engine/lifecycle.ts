import { partsOf } from '../file/details.ts'
import { fullPath, isLarge, type Job, viewOf } from '../file/job.ts'
import { multipartOf } from '../file/resume-point.ts'
import type { Answer, SkipReason } from '../file/state.ts'
import { failsAgain } from '../file/stop-reason.ts'
import type { ObjectStats } from '../lakefs/wire.ts'
import { guarded } from '../request/host-callback.ts'
import type { Log } from '../request/log.ts'
import { isAbort, toUploadError } from '../request/response-error.ts'
import type { ResumeStore } from '../resume/resume-store.ts'
import type { Outcome } from '../transfer/transfer.ts'
import type { TransferManager } from '../transfer/transfer-manager.ts'
import type { Configuration } from '../uploader.ts'
import type { ArrivalCheck } from './arrival-check.ts'
import type { FileStore } from './file-store.ts'
import type { Queue } from './queue.ts'
import type { RunTracker } from './run-tracker.ts'

/** What the parts of one engine share. */
export interface Parts {
  readonly options: () => Configuration
  readonly log: Log
  readonly fileStore: FileStore
  readonly queue: Queue
  readonly run: RunTracker
  readonly resumeStore: ResumeStore | undefined
  readonly arrivals: ArrivalCheck
  readonly transfers: TransferManager
  /** Tells the host of a file that has become `failed`, once all is done for it: the host may retry or remove it at once. */
  readonly tellFailed: (job: Job) => void
  /** Goes on after a conflict was answered. */
  readonly go: () => void
}

const ANSWERS: ReadonlySet<unknown> = new Set<Answer>(['overwrite', 'skip', 'rename'])

/** What becomes of a file when its transfer has come to an end, or when a person says so. */
export class FileLifecycle {
  readonly #parts: Parts
  /** What a person said for all conflicts of this drop. */
  answerForAll: Answer | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  onOutcome(job: Job, outcome: Outcome): void {
    const { fileStore, run, resumeStore, options, transfers, arrivals } = this.#parts
    if (outcome.type === 'uploaded') {
      run.arrive(job)
      arrivals.add(job, job.resumePoint.stored)
      fileStore.dispatch(job, outcome, job.size)
      // The browser may hold the file open, or in memory, as long as a reference to it is kept
      // (https://github.com/FineUploader/fine-uploader/issues/2048).
      job.file = undefined
      job.sentParts = partsOf(job)
      job.resumePoint = {}
      fileStore.release(job)
      if (fileStore.get(job.id)) resumeStore?.save(job)
      // Also where it was taken off the list while lakeFS put it on the branch: it is there.
      const { onUploaded, onArrived } = options()
      const file = viewOf(job, transfers.lakefs.clock.now())
      guarded(() => onUploaded?.(outcome.object, file))
      guarded(() => onArrived?.(outcome.object, file))
      return
    }
    if (job.stopReason === 'cancel') this.cancel(job)
    else if (outcome.type === 'skip') this.#skip(job, outcome.reason, outcome.object)
    else if (outcome.type === 'rename') this.#rename(job, outcome.path)
    else {
      const renamed = outcome.conflict.renamed.slice(job.destination.prefix.length)
      fileStore.dispatch(job, { type: 'ask', conflict: { ...outcome.conflict, renamed } })
      if (this.answerForAll) this.answer(job, this.answerForAll)
      else void this.#decide(job)
    }
  }

  /** A transfer that was stopped, or that failed. */
  onFailure(job: Job, thrown: unknown): void {
    const { fileStore, tellFailed } = this.#parts
    if (job.stopReason === 'cancel') {
      this.cancel(job)
    } else if (isAbort(thrown) && (job.stopReason === 'pause' || job.stopReason === 'end')) {
      fileStore.dispatch(job, { type: 'pause', sent: job.maxSentShown })
    } else if (isAbort(thrown) && job.stopReason === 'resume') {
      this.requeue(job)
    } else {
      const error = toUploadError(thrown, { branch: job.destination.branch })
      fileStore.dispatch(job, { type: 'fail', error, sent: job.maxSentShown })
      fileStore.release(job)
      if (!error.retryable) this.abortUpload(job)
      else if (failsAgain(error.code)) this.#forgetRefused(job)
      tellFailed(job)
    }
  }

  /**
   * Of a file that its destination refused a later visit has nothing to go on with, unless the store has some of it: it
   * would be offered, and refused again. Whoever mends the destination retries it here, or gives it again.
   */
  #forgetRefused(job: Job): void {
    const { resumeStore, transfers } = this.#parts
    const { multipart } = job.resumePoint
    if (hasAtStore(job)) return
    resumeStore?.forget(job)
    if (!multipart) return
    // Begun at the store, and nothing in it: a retry begins another one.
    job.resumePoint.multipart = undefined
    transfers.abortUpload(job, multipart)
  }

  /** An answer to the conflict of a file that asks. */
  answer(job: Job, answer: Answer): void {
    if (job.state.status !== 'asking') return
    job.answer = answer
    if (answer === 'skip') this.#skip(job, 'exists')
    else if (answer === 'rename') this.#rename(job, job.destination.prefix + job.state.conflict.renamed)
    else this.requeue(job)
  }

  /** Lets the host answer a file that asks, where it gave a function for that. */
  async #decide(job: Job): Promise<void> {
    const { options, fileStore, transfers, log, go } = this.#parts
    const { onConflict } = options()
    if (typeof onConflict !== 'function' || job.state.status !== 'asking') return
    const file = viewOf(job, transfers.lakefs.clock.now())
    const signal = fileStore.whileAsking(job)
    try {
      const answer = await onConflict({ ...job.state.conflict, file, signal })
      // Its user was faster, or took the question back.
      if (signal.aborted) return
      if (!ANSWERS.has(answer))
        throw new TypeError(`onConflict answered ${String(answer)}, and has to answer overwrite, skip or rename`)
      this.answer(job, answer)
      go()
    } catch (thrown) {
      if (signal.aborted && isAbort(thrown)) return
      log.add({ what: 'conflict undecided', path: fullPath(job), detail: String(thrown) })
      guarded(() => {
        throw thrown
      })
    }
  }

  requeue(job: Job, shown = job.maxSentShown): void {
    const { run, resumeStore, fileStore, queue } = this.#parts
    job.stopReason = undefined
    run.join(job)
    resumeStore?.save(job)
    fileStore.dispatch(job, { type: 'queue' }, shown)
    queue.addFirst(job.id, isLarge(job.size))
  }

  /** @param path on the branch. What was sent for the old path cannot be used: an address is signed for one path. */
  move(job: Job, path: string): void {
    const { fileStore } = this.#parts
    this.abortUpload(job)
    fileStore.release(job)
    const before = job.path
    job.path = path.slice(job.destination.prefix.length)
    const free = fileStore.claim(job)
    // Another file came for that name while the person thought: look for the next one.
    if (!free) {
      job.path = before
      fileStore.claim(job)
    }
    job.answer = free ? undefined : 'rename'
  }

  cancel(job: Job): void {
    const { fileStore } = this.#parts
    fileStore.dispatch(job, { type: 'cancel' })
    this.abortUpload(job)
    fileStore.release(job)
  }

  /** Off the list, and nothing of it stays. */
  remove(job: Job): void {
    const { resumeStore, fileStore } = this.#parts
    if (job.state.status === 'failed') this.abortUpload(job)
    resumeStore?.forget(job)
    fileStore.remove(job)
  }

  /** What the store has of a file that will not land is given up. */
  abortUpload(job: Job): void {
    const { resumeStore, transfers } = this.#parts
    const multipart = multipartOf(job.resumePoint)
    job.resumePoint = {}
    resumeStore?.forget(job)
    if (multipart) transfers.abortUpload(job, multipart)
  }

  /** Once nothing is left that could be gone on with, no record is needed of what has landed. */
  forgetFinished(): void {
    const { fileStore, resumeStore } = this.#parts
    const jobs = fileStore.all()
    if (jobs.some(isOpenFailure)) return
    for (const job of jobs) resumeStore?.forget(job)
  }

  #skip(job: Job, reason: SkipReason, object?: ObjectStats): void {
    const { fileStore } = this.#parts
    fileStore.dispatch(job, { type: 'skip', reason, object })
    this.abortUpload(job)
    fileStore.release(job)
    job.file = undefined
  }

  #rename(job: Job, path: string): void {
    this.move(job, path)
    this.requeue(job, 0)
  }
}

/** Whether the store has some of the file that can be gone on with. */
function hasAtStore({ resumePoint: { stored, multipart } }: Job): boolean {
  return stored !== undefined || (multipart !== undefined && multipart.etags.size > 0)
}

/** Whether it failed, and a later visit can go on with it. */
function isOpenFailure(job: Job): boolean {
  const { state } = job
  return state.status === 'failed' && state.error.retryable && (!failsAgain(state.error.code) || hasAtStore(job))
}
