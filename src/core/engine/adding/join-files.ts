import { UploadError } from '../../errors.ts'
import { createJob, fullPath, isLarge, type Job } from '../../file/job.ts'
import type { ResumePoint } from '../../file/resume-point.ts'
import type { PickedFile } from '../../intake/collect.ts'
import { hasMadeUpName } from '../../intake/made-up-names.ts'
import type { Destination } from '../../lakefs/wire.ts'
import { type Configuration, policyOf } from '../../options.ts'
import type { FileRecord } from '../../resume/database.ts'
import type { ResumeStore } from '../../resume/resume-store.ts'
import { carryOver, type ResumeMatch } from '../../resume/unfinished.ts'
import type { TransferManager } from '../../transfer/transfer-manager.ts'
import { type FileStore, keyOf } from '../file-store.ts'
import type { HostCallbacks } from '../host-callbacks.ts'
import type { FileLifecycle } from '../lifecycle.ts'
import type { Queue } from '../queue.ts'
import type { RunTracker } from '../run-tracker.ts'
import type { Addition } from './addition.ts'
import { jobFromFile } from './job-from-file.ts'

/** Facts that files added together share. */
export interface AddedTogether {
  /** Absent when all of them join at once. */
  addition?: Addition
  /** True when they were cancelled before `beforeUpload` and `agree` had answered. */
  undecided?: boolean | undefined
  destination: Destination
  /** Id of the upload that the host or the session has named for all of them. */
  named?: string | undefined
  /** Id of the upload that they form or join otherwise, but for those that an earlier visit had in another one. */
  upload?: string | undefined
  /** Destination that the user chose. */
  asked: Destination
  /** Ids of the files that have joined. Two of these with one path are two files, and not the same file added again. */
  ids?: Set<string>
  /** Files that have failed before, by {@link keyOf}. */
  failed?: Map<string, Job> | undefined
}

/** Adds files to the list in their first state, and queues those that will be sent. */
export class FileJoiner {
  readonly #options: () => Configuration
  readonly #fileStore: FileStore
  readonly #queue: Queue
  readonly #run: RunTracker
  readonly #transfers: TransferManager
  readonly #resumeStore: ResumeStore | undefined
  readonly #lifecycle: FileLifecycle
  readonly #host: HostCallbacks
  #nextId = 1

  constructor(
    options: () => Configuration,
    fileStore: FileStore,
    queue: Queue,
    run: RunTracker,
    transfers: TransferManager,
    resumeStore: ResumeStore | undefined,
    lifecycle: FileLifecycle,
    host: HostCallbacks,
  ) {
    this.#options = options
    this.#fileStore = fileStore
    this.#queue = queue
    this.#run = run
    this.#transfers = transfers
    this.#resumeStore = resumeStore
    this.#lifecycle = lifecycle
    this.#host = host
  }

  /** Adds a file to the list. Returns its id, or that of the same file if it is already on the list. */
  join(picked: PickedFile, together: AddedTogether, match?: ResumeMatch): string {
    const { destination, asked } = together
    const upload = together.named ?? match?.record.upload ?? together.upload
    const job = this.#jobOf(picked, destination, asked, upload)
    if (job.state.status === 'queued' && together.addition?.isCancelled) {
      job.state = { status: 'cancelled' }
      job.undecided = together.undecided ?? false
    }
    const holder = this.#fileStore.ownerOfPath(job)
    if (holder && job.state.status === 'queued') {
      if (isAddedAgain(job, holder, picked) && !together.ids?.has(holder.id)) return holder.id
      if (hasMadeUpName(picked)) {
        this.#fileStore.placeBeside(job)
        match = undefined
      } else {
        const error = new UploadError('path-twice', { facts: { path: job.path } })
        job.state = { status: 'failed', error, sent: 0 }
      }
    }
    together.ids?.add(job.id)
    this.#enter(job, match, together.addition)
    // The user has added a failed file again, so its old row is removed.
    const isNews = job.state.status !== 'failed' && job.state.status !== 'cancelled'
    const before = isNews ? together.failed?.get(keyOf(job)) : undefined
    if (before?.state.status === 'failed') this.#lifecycle.remove(before)
    return job.id
  }

  /** Adds a file of an earlier visit. Returns undefined when its path was added again meanwhile. */
  joinUnfinished({ record, match, picked }: UnfinishedMatch, addition: Addition): string | undefined {
    const destination = destinationOf(record)
    const upload = record.upload ?? this.#fileStore.uploads.forResumed(destination)
    const job = picked
      ? this.#jobOf(picked, destination, destination, upload)
      : jobWithoutFile({ ...record, upload, id: `f${this.#nextId++}` })
    // The user added the path before the records were read: only that file is sent.
    if (this.#fileStore.ownerOfPath(job)) return undefined
    this.#enter(job, match, addition)
    return job.id
  }

  /** Returns the failed files by {@link keyOf}, without those whose path another file had. */
  failed(): Map<string, Job> | undefined {
    if (this.#fileStore.counter.count('failed') === 0) return undefined
    const failed = this.#fileStore
      .all()
      .filter(({ state }) => state.status === 'failed' && state.error.code !== 'path-twice')
    return new Map(failed.map((job) => [keyOf(job), job]))
  }

  #jobOf(picked: PickedFile, destination: Destination, asked: Destination, upload: string | undefined): Job {
    const facts = { id: `f${this.#nextId++}`, destination, requestedDestination: asked, upload }
    const job = jobFromFile(picked, facts, this.#options().metadata ?? {})
    void picked.root?.then((root) => {
      if (root) this.#fileStore.foundSource(job, { root, inside: picked.path.split('/').slice(1) })
    })
    return job
  }

  /** Adds a file to the list, and to the queue unless its addition is paused or cancelled. */
  #enter(job: Job, match: ResumeMatch | undefined, addition: Addition | undefined): void {
    if (addition?.isCancelled && job.state.status === 'queued') job.state = { status: 'cancelled' }
    if (match) this.#carryOver(job, match)
    const open = job.state.status === 'queued'
    if (open && addition?.isPaused) job.state = { status: 'paused', sent: job.maxSentShown }
    this.#run.join(job)
    this.#fileStore.add(job)
    if (open) this.#open(job)
    this.#host.failed(job)
  }

  /** Takes over what an earlier visit has sent of the file. */
  #carryOver(job: Job, match: ResumeMatch): void {
    const { status } = job.state
    if (status !== 'queued' && status !== 'cancelled') return
    if (status === 'queued') carryOver(job, match)
    this.#resumeStore?.adopt(job, match.record)
    if (match.spent) this.#transfers.abortUpload(job, match.spent)
    if (status === 'queued' && match.kind !== 'changed') return
    // The file has changed or is cancelled, so its stored bytes are discarded.
    job.resumePoint = match.resumePoint
    this.#lifecycle.abortUpload(job)
  }

  /** Prepares a file that will be sent: claims its path, queues it unless paused, and announces it for the listing. */
  #open(job: Job): void {
    this.#fileStore.claim(job)
    if (job.state.status === 'queued') this.#queue.add(job.id, isLarge(job.size))
    this.#resumeStore?.save(job)
    const asks = policyOf(this.#options().onConflict) !== 'overwrite' || job.resumePoint.landed !== undefined
    if (asks && !job.resumePoint.stored) this.#transfers.prefetch(job.destination, fullPath(job))
  }
}

/** Returns whether a file is the one that has its path. With a name that the browser made up, many are alike. */
function isAddedAgain(job: Job, holder: Job, picked: PickedFile): boolean {
  if (hasMadeUpName(picked)) return holder.file === job.file
  return holder.size === job.size && holder.lastModified === job.lastModified
}

/** File of an earlier visit that is resumed. */
export interface UnfinishedMatch {
  record: FileRecord
  match: ResumeMatch
  /** The browser's file, if its handle could be read. */
  picked?: PickedFile | undefined
}

/** Creates the job of a file of an earlier visit without the browser's file. */
export function jobWithoutFile(record: FileRecord, resumePoint: ResumePoint = {}): Job {
  const { id, path, size, lastModified, contentType, metadata, upload } = record
  const facts = { id, path, size, lastModified, contentType, metadata, upload }
  return createJob({ ...facts, destination: destinationOf(record), file: undefined, resumePoint })
}

function destinationOf({ repository, branch, prefix }: FileRecord): Destination {
  return { repository, branch, prefix }
}
