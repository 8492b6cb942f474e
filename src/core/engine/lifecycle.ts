import { partsOf } from '../file/details.ts'
import { isLarge, type Job } from '../file/job.ts'
import { multipartOf } from '../file/resume-point.ts'
import type { ConflictAnswer, SkipReason } from '../file/state.ts'
import { failsAgain } from '../file/stop-reason.ts'
import type { ObjectStats } from '../lakefs/wire.ts'
import { isAbort, toUploadError } from '../request/response-error.ts'
import type { ResumeStore } from '../resume/resume-store.ts'
import type { Outcome } from '../transfer/transfer.ts'
import type { TransferManager } from '../transfer/transfer-manager.ts'
import type { ArrivalCheck } from './arrival-check.ts'
import type { FileStore } from './file-store.ts'
import type { HostCallbacks } from './host-callbacks.ts'
import type { Queue } from './queue.ts'
import type { RunTracker } from './run-tracker.ts'

/** Decides what becomes of a file when its transfer has come to an end, or when a user says so. */
export class FileLifecycle {
  readonly #fileStore: FileStore
  readonly #queue: Queue
  readonly #run: RunTracker
  readonly #arrivals: ArrivalCheck
  readonly #transfers: TransferManager
  readonly #resumeStore: ResumeStore | undefined
  readonly #host: HostCallbacks
  readonly #onAsk: (job: Job) => void
  /** Answer that the user gave for every conflict of this run. */
  answerForAll: ConflictAnswer | undefined

  /** @param onAsk is called with a file whose conflict nobody has answered yet. */
  constructor(
    fileStore: FileStore,
    queue: Queue,
    run: RunTracker,
    arrivals: ArrivalCheck,
    transfers: TransferManager,
    resumeStore: ResumeStore | undefined,
    host: HostCallbacks,
    onAsk: (job: Job) => void,
  ) {
    this.#fileStore = fileStore
    this.#queue = queue
    this.#run = run
    this.#arrivals = arrivals
    this.#transfers = transfers
    this.#resumeStore = resumeStore
    this.#host = host
    this.#onAsk = onAsk
  }

  /** The file begins to be transferred. */
  onStart(job: Job): void {
    job.answer ??= this.answerForAll
  }

  onOutcome(job: Job, outcome: Outcome): void {
    if (outcome.type === 'uploaded') {
      this.#run.arrive(job)
      this.#arrivals.add(job, job.resumePoint.stored)
      this.#fileStore.dispatch(job, outcome, job.size)
      // The browser may hold the file open, or in memory, as long as a reference to it is kept
      // (https://github.com/FineUploader/fine-uploader/issues/2048).
      job.file = undefined
      job.sentParts = partsOf(job)
      job.resumePoint = {}
      this.#fileStore.release(job)
      if (this.#fileStore.get(job.id)) this.#resumeStore?.save(job)
      this.#host.uploaded(job, outcome.object)
      return
    }
    if (job.stop.reason === 'cancel') this.cancel(job)
    else if (outcome.type === 'skip') this.#skip(job, outcome.reason, outcome.object)
    else if (outcome.type === 'rename') this.#rename(job, outcome.path)
    else {
      const renamed = outcome.conflict.renamed.slice(job.destination.prefix.length)
      this.#fileStore.dispatch(job, { type: 'ask', conflict: { ...outcome.conflict, renamed } })
      if (this.answerForAll) this.answer(job, this.answerForAll)
      else this.#onAsk(job)
    }
  }

  /** A transfer that was stopped, or that failed. */
  onFailure(job: Job, thrown: unknown): void {
    if (job.stop.reason === 'cancel') {
      this.cancel(job)
    } else if (isAbort(thrown) && (job.stop.reason === 'pause' || job.stop.reason === 'end')) {
      this.#fileStore.dispatch(job, { type: 'pause', sent: job.maxSentShown })
    } else if (isAbort(thrown) && job.stop.reason === 'resume') {
      this.requeue(job)
    } else {
      const error = toUploadError(thrown, { branch: job.destination.branch })
      this.#fileStore.dispatch(job, { type: 'fail', error, sent: job.maxSentShown })
      this.#fileStore.release(job)
      if (!error.retryable) this.abortUpload(job)
      else if (failsAgain(error.code)) this.#forgetRefused(job)
      this.#host.failed(job)
    }
  }

  /**
   * Of a file that its destination refused a later visit has nothing to go on with, unless the store has some of it: it
   * would be offered, and refused again. Whoever mends the destination retries it here, or gives it again.
   */
  #forgetRefused(job: Job): void {
    const { multipart } = job.resumePoint
    if (hasAtStore(job)) return
    this.#resumeStore?.forget(job)
    if (!multipart) return
    // Begun at the store, and nothing in it: a retry begins another one.
    job.resumePoint.multipart = undefined
    this.#transfers.abortUpload(job, multipart)
  }

  /** An answer to the conflict of a file that asks. */
  answer(job: Job, answer: ConflictAnswer): void {
    if (job.state.status !== 'asking') return
    job.answer = answer
    if (answer === 'skip') this.#skip(job, 'exists')
    else if (answer === 'rename') this.#rename(job, job.destination.prefix + job.state.conflict.renamed)
    else this.requeue(job)
  }

  /** Sends a failed or cancelled file once more. */
  retry(job: Job): void {
    job.answer = undefined
    // What the store has stays on the bar; what has to travel again does not.
    this.requeue(job, job.resumePoint.stored || job.resumePoint.multipart ? job.maxSentShown : 0)
  }

  requeue(job: Job, shown = job.maxSentShown): void {
    job.stop.clear()
    this.#run.join(job)
    this.#resumeStore?.save(job)
    this.#fileStore.dispatch(job, { type: 'queue' }, shown)
    this.#queue.addFirst(job.id, isLarge(job.size))
  }

  /** @param path on the branch. What was sent for the old path cannot be used: an address is signed for one path. */
  move(job: Job, path: string): void {
    this.abortUpload(job)
    const free = this.#fileStore.move(job, path.slice(job.destination.prefix.length))
    // Another file came for that name while the user thought: the next free one is looked for.
    job.answer = free ? undefined : 'rename'
  }

  cancel(job: Job): void {
    this.#fileStore.dispatch(job, { type: 'cancel' })
    this.abortUpload(job)
    this.#fileStore.release(job)
  }

  /** Off the list, and nothing of it stays. */
  remove(job: Job): void {
    if (job.state.status === 'failed') this.abortUpload(job)
    this.#resumeStore?.forget(job)
    this.#fileStore.remove(job)
  }

  /** What the store has of a file that will not land is given up. */
  abortUpload(job: Job): void {
    const multipart = multipartOf(job.resumePoint)
    job.resumePoint = {}
    this.#resumeStore?.forget(job)
    if (multipart) this.#transfers.abortUpload(job, multipart)
  }

  /** Once nothing is left that could be gone on with, no record is needed of what has landed. */
  forgetFinished(): void {
    const jobs = this.#fileStore.all()
    if (jobs.some(isOpenFailure)) return
    for (const job of jobs) this.#resumeStore?.forget(job)
  }

  #skip(job: Job, reason: SkipReason, object?: ObjectStats): void {
    this.#fileStore.dispatch(job, { type: 'skip', reason, object })
    this.abortUpload(job)
    this.#fileStore.release(job)
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
