import { partsOf } from '../file/details.ts'
import { isLarge, type Job } from '../file/job.ts'
import { multipartOf } from '../file/resume-point.ts'
import type { ConflictAnswer, SkipReason } from '../file/state.ts'
import { failsAgain } from '../file/stop-reason.ts'
import { hasMadeUpName } from '../intake/made-up-names.ts'
import type { ObjectStats } from '../lakefs/wire.ts'
import { isAbort } from '../request/response-error.ts'
import { toUploadError } from '../request/upload-error.ts'
import type { ResumeStore } from '../resume/resume-store.ts'
import type { Outcome } from '../transfer/transfer.ts'
import type { TransferManager } from '../transfer/transfer-manager.ts'
import type { ArrivalCheck } from './arrival-check.ts'
import type { FileStore } from './file-store.ts'
import type { HostCallbacks } from './host-callbacks.ts'
import type { Queue } from './queue.ts'
import type { RunTracker } from './run-tracker.ts'

/** Decides what happens to a file when its transfer has ended, or when the user acts on it. */
export class FileLifecycle {
  readonly #fileStore: FileStore
  readonly #queue: Queue
  readonly #run: RunTracker
  readonly #arrivals: ArrivalCheck
  readonly #transfers: TransferManager
  readonly #resumeStore: ResumeStore | undefined
  readonly #host: HostCallbacks
  readonly #onAsk: (job: Job) => void
  /** Answers of the user to all conflicts of an upload in this run, by its id. */
  readonly answersForAll = new Map<string | undefined, ConflictAnswer>()

  /** @param onAsk is called with a file whose conflict has no answer yet. */
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

  /** Prepares a file whose transfer starts. */
  onStart(job: Job): void {
    const { file, path } = job
    // The user has not seen this name, which is changed instead.
    if (!file || !hasMadeUpName({ file, path })) job.answer ??= this.answersForAll.get(job.upload)
  }

  onOutcome(job: Job, outcome: Outcome): void {
    if (outcome.type === 'uploaded') {
      this.#run.arrive(job)
      this.#arrivals.add(job, job.resumePoint.stored)
      this.#fileStore.dispatch(job, outcome, job.size)
      // The browser may keep the file open or in memory as long as a reference exists
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
    else if (outcome.type === 'skip') this.#skip(job, outcome.reason, outcome.object, outcome.unchanged)
    else if (outcome.type === 'rename') this.#rename(job, outcome.path)
    else if (outcome.type === 'ask') {
      const renamed = outcome.conflict.renamed.slice(job.destination.prefix.length)
      this.#fileStore.dispatch(job, { type: 'ask', conflict: { ...outcome.conflict, renamed } })
      const forAll = this.answersForAll.get(job.upload)
      if (forAll) this.answer(job, forAll)
      else this.#onAsk(job)
    }
  }

  /** Handles a transfer that was stopped or has failed. */
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
   * Deletes the record of a file that its destination refused, unless some of it is stored: a later visit would offer
   * it and be refused again. Once the cause is removed, the user retries the file here or adds it again.
   */
  #forgetRefused(job: Job): void {
    const { multipart } = job.resumePoint
    if (hasAtStore(job)) return
    this.#resumeStore?.forget(job)
    if (!multipart) return
    // The multipart upload has no parts; a retry creates another one.
    job.resumePoint.multipart = undefined
    this.#transfers.abortUpload(job, multipart)
  }

  /** Applies an answer to the conflict of a file that is `asking`. */
  answer(job: Job, answer: ConflictAnswer): void {
    if (job.state.status !== 'asking') return
    job.answer = answer
    if (answer === 'skip') this.#skip(job, 'exists')
    else if (answer === 'rename') this.#rename(job, job.destination.prefix + job.state.conflict.renamed)
    else this.requeue(job)
  }

  /** Sends a failed or cancelled file again. */
  retry(job: Job): void {
    job.answer = undefined
    // Stored bytes stay in the progress bar; bytes that have to be sent again do not.
    this.requeue(job, job.resumePoint.stored || job.resumePoint.multipart ? job.maxSentShown : 0)
  }

  /** Sends a failed file again in another way. What the store has of it cannot be used there. */
  sendAnew(job: Job): void {
    const { landed, posted } = job.resumePoint
    this.abortUpload(job)
    job.resumePoint = { landed, posted }
    this.retry(job)
  }

  requeue(job: Job, shown = job.maxSentShown): void {
    job.stop.clear()
    this.#run.join(job)
    this.#resumeStore?.save(job)
    this.#fileStore.dispatch(job, { type: 'queue' }, shown)
    this.#queue.addFirst(job.id, isLarge(job.size))
  }

  /**
   * Moves a file to another path and discards what was sent: an address is signed for one path.
   * @param path full path on the branch.
   */
  move(job: Job, path: string): void {
    this.abortUpload(job)
    const free = this.#fileStore.move(job, path.slice(job.destination.prefix.length))
    // Another file took that path while the user decided, so the next free one is chosen.
    job.answer = free ? undefined : 'rename'
  }

  cancel(job: Job): void {
    this.#fileStore.dispatch(job, { type: 'cancel' })
    this.abortUpload(job)
    this.#fileStore.release(job)
  }

  /** Removes a file from the list, its record, and the stored bytes of a failed file. */
  remove(job: Job): void {
    if (job.state.status === 'failed') this.abortUpload(job)
    this.#resumeStore?.forget(job)
    this.#fileStore.remove(job)
  }

  /** Deletes the record and the stored bytes of a file that will not be uploaded. */
  abortUpload(job: Job): void {
    const multipart = multipartOf(job.resumePoint)
    job.resumePoint = {}
    this.#resumeStore?.forget(job)
    if (multipart) this.#transfers.abortUpload(job, multipart)
  }

  /** Deletes the records of all files when none of them can be resumed. */
  forgetFinished(): void {
    const jobs = this.#fileStore.all()
    if (jobs.some(isOpenFailure)) return
    for (const job of jobs) this.#resumeStore?.forget(job)
  }

  #skip(job: Job, reason: SkipReason, object?: ObjectStats, unchanged?: true): void {
    this.#fileStore.dispatch(job, { type: 'skip', reason, object, unchanged })
    this.abortUpload(job)
    this.#fileStore.release(job)
    job.file = undefined
  }

  #rename(job: Job, path: string): void {
    this.move(job, path)
    this.requeue(job, 0)
  }
}

/** Returns whether some of the file is stored and can be used. */
function hasAtStore({ resumePoint: { stored, multipart } }: Job): boolean {
  return stored !== undefined || (multipart !== undefined && multipart.etags.size > 0)
}

/** Returns whether the file has failed and a later visit can resume it. */
function isOpenFailure(job: Job): boolean {
  const { state } = job
  return state.status === 'failed' && state.error.retryable && (!failsAgain(state.error.code) || hasAtStore(job))
}
