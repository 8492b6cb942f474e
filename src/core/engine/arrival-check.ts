import type { ErrorCode } from '../error-codes.ts'
import { UploadError } from '../errors.ts'
import { fullPath, type Job } from '../file/job.ts'
import type { ResumePoint, Stored } from '../file/resume-point.ts'
import { claimKey } from '../intake/paths.ts'
import { byBytes, listingOf, ObjectLookup } from '../lakefs/object-lookup.ts'
import { type BranchRef, isSameAddress, type ObjectStats } from '../lakefs/wire.ts'
import { hasStatus, isAbort, ResponseError } from '../request/response-error.ts'
import { Slices } from '../request/slices.ts'
import { toUploadError } from '../request/upload-error.ts'
import type { Ports, TransferManager } from '../transfer/transfer-manager.ts'
import { type FileStore, keyOf } from './file-store.ts'
import type { HostCallbacks } from './host-callbacks.ts'

/** Maximum number of objects of one branch that are requested one by one; more are looked up in listings. */
const MAX_SINGLE_LOOKUPS = 3

type CheckPorts = Pick<Ports, 'lakefs' | 'clock' | 'log' | 'breathe'>

/** Codes of temporary failures, after which the object can be put back later. */
const TEMPORARY_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'lakefs-unreachable',
  'lakefs-error',
  'throttled',
  'session-expired',
])

/** File whose object has to be compared, and what its transfer had stored. */
interface DueFile {
  readonly job: Job
  readonly stored: Stored | undefined
}

/**
 * Compares the uploaded objects with the branch before the run is reported as finished: lakeFS may confirm a link and
 * lose its entry to a concurrent commit. A missing object is put back by its address, because its bytes are at the
 * store; when that is impossible, the file fails. An object that was deleted or replaced afterwards is left as it is.
 */
export class ArrivalCheck {
  readonly #ports: CheckPorts
  readonly #fileStore: FileStore
  readonly #transfers: Pick<TransferManager, 'callAtRunEnd' | 'putBack' | 'signal'>
  readonly #host: Pick<HostCallbacks, 'failed'>
  /** Files to compare, by repository, branch and path. Of two files for one path, the last one is on the branch. */
  #due = new Map<string, DueFile>()
  #running: Promise<void> | undefined
  /** Uploads of the files that are due or being compared. */
  readonly #dueUploads = new Set<string | undefined>()
  /** Uploads whose branch could not be read. */
  readonly unreadUploads = new Set<string | undefined>()
  #unread = false

  constructor(
    ports: CheckPorts,
    fileStore: FileStore,
    transfers: Pick<TransferManager, 'callAtRunEnd' | 'putBack' | 'signal'>,
    host: Pick<HostCallbacks, 'failed'>,
  ) {
    this.#ports = ports
    this.#fileStore = fileStore
    this.#transfers = transfers
    this.#host = host
  }

  /** Adds a file to the next comparison. */
  add(job: Job, stored: Stored | undefined): void {
    this.#due.set(keyOf(job), { job, stored })
    this.#dueUploads.add(job.upload)
    this.unreadUploads.delete(job.upload)
  }

  /** True while a comparison is due or running. */
  get isDue(): boolean {
    return this.#due.size > 0 || this.isRunning
  }

  /** Returns whether the comparison that is due or running is for files of this upload. */
  isDueFor(upload: string): boolean {
    return this.#dueUploads.has(upload)
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** True when a branch could not be read since the last {@link reset}. */
  get wasUnread(): boolean {
    return this.#unread
  }

  reset(): void {
    this.#unread = false
  }

  /** Compares all files that are due, and marks those as failed that are not on their branch. Never rejects. */
  run(): Promise<void> {
    this.#running ??= this.#compareAll().finally(() => {
      this.#running = undefined
      if (this.#due.size === 0) this.#dueUploads.clear()
    })
    return this.#running
  }

  async #compareAll(): Promise<void> {
    const due = [...this.#due.values()]
    this.#due = new Map()
    // Sorted like listings, so that each page of a listing covers as many files as possible.
    due.sort((a, b) => byBytes(fullPath(a.job), fullPath(b.job)))
    for (const group of groupBy(due, ({ job }) => claimKey(job.destination, job.destination.prefix)).values()) {
      try {
        await this.#compare(group)
      } catch (thrown) {
        if (isAbort(thrown)) return
        const { code } = toUploadError(thrown)
        // These files may well be there, so the summary says that the branch could not be read. A deleted branch, such
        // as that of a discarded upload, needs no message.
        if (code !== 'branch-not-found' && code !== 'repository-not-found') {
          this.#unread = true
          for (const { job } of group) this.unreadUploads.add(job.upload)
        }
        this.#ports.log.add({ what: 'the branch cannot be read at the end', detail: String(thrown) })
      }
    }
  }

  async #compare(due: readonly DueFile[]): Promise<void> {
    const [first] = due
    if (!first) return
    const { repository, branch, prefix } = first.job.destination
    const at = { repository, branch }
    const { lakefs } = this.#ports
    const { signal } = this.#transfers
    const lookup = new ObjectLookup(listingOf(lakefs, at, prefix, signal))
    const few = due.length <= MAX_SINGLE_LOOKUPS
    if (!few) for (const { job } of due) lookup.prefetch(fullPath(job))
    const missing: DueFile[] = []
    const slices = new Slices(this.#ports.clock, this.#ports.breathe)
    for (const one of due) {
      if (slices.isOver) await slices.rest()
      const path = fullPath(one.job)
      const there = await this.#transfers.callAtRunEnd(() => (few ? lakefs.stat(at, path, signal) : lookup.get(path)))
      if (!there) missing.push(one)
      else this.#compareObjects(one.job, there)
    }
    await this.#putBackAll(missing, at)
  }

  #compareObjects(job: Job, there: ObjectStats): void {
    const { state } = job
    if (state.status !== 'uploaded' || isSame(there, state.object)) return
    this.#fileStore.notice(job, { type: 'replaced' })
  }

  async #putBackAll(missing: readonly DueFile[], at: BranchRef): Promise<void> {
    /** Set when lakeFS does not answer or the session has expired; the remaining files are then not tried. */
    let silent: UploadError | undefined
    for (const one of missing) {
      const { job } = one
      if (job.state.status !== 'uploaded') continue
      const { object } = job.state
      this.#ports.log.add({ what: 'not on the branch at the end', path: fullPath(job) })
      if (silent) {
        this.#markLost(one, object, silent)
        continue
      }
      try {
        await this.#putBack(job, object, at)
      } catch (thrown) {
        if (isAbort(thrown)) throw thrown
        const error = toUploadError(thrown)
        if (TEMPORARY_CODES.has(error.code)) silent = error
        this.#markLost(one, object, error)
      }
    }
  }

  async #putBack(job: Job, object: ObjectStats, { repository, branch }: BranchRef): Promise<void> {
    const { lakefs, log } = this.#ports
    const { signal } = this.#transfers
    // `main@` is the last commit on main. An object that is committed and not on the branch was deleted after the commit.
    const committed = await this.#transfers
      .callAtRunEnd(() => lakefs.stat({ repository, branch: `${branch}@` }, fullPath(job), signal))
      .catch((thrown: unknown) => {
        // A server that does not know such a ref gives no information about the object.
        if (!(thrown instanceof ResponseError) || TEMPORARY_CODES.has(toUploadError(thrown).code)) throw thrown
        return undefined
      })
    if (committed && isSame(committed, object)) return this.#fileStore.notice(job, { type: 'deleted' })
    try {
      await this.#transfers.putBack(job, object)
      log.add({ what: 'put back on the branch', path: fullPath(job) })
    } catch (thrown) {
      if (!hasStatus(thrown, 412)) throw thrown
      this.#fileStore.notice(job, { type: 'replaced' })
    }
  }

  /** Marks the file as failed. When its bytes are stored and the reason is temporary, a retry links them. */
  #markLost({ job, stored }: DueFile, object: ObjectStats, { code, status, detail, requestId }: UploadError): void {
    const { clock } = this.#ports
    const retryable = TEMPORARY_CODES.has(code) && stored !== undefined && stored.kind !== 'done'
    let left: ResumePoint = {}
    if (retryable) {
      const { checksum, physical_address } = object
      const location = { physical_address }
      const { verified } = stored
      left = { stored: { kind: 'link', location, checksum, verified, since: clock.now(), attempted: true } }
    }
    const facts = { path: job.path, branch: job.destination.branch, ...(retryable ? { stored: 1 } : {}) }
    const error = new UploadError('not-on-branch', { status, detail: detail ?? code, requestId, facts, retryable })
    this.#fileStore.markLost(job, error, left)
    this.#host.failed(job)
  }
}

/** Returns whether the branch has this object, or another one with the same bytes. */
function isSame(there: ObjectStats, object: ObjectStats): boolean {
  if (isSameAddress(there.physical_address, object.physical_address)) return true
  return there.checksum === object.checksum && there.size_bytes === object.size_bytes
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}
