import type { ErrorCode } from '../error-codes.ts'
import { UploadError } from '../errors.ts'
import { fullPath, type Job } from '../file/job.ts'
import type { ResumePoint, Stored } from '../file/resume-point.ts'
import { claimKey } from '../intake/paths.ts'
import { byBytes, listingOf, ObjectLookup } from '../lakefs/object-lookup.ts'
import { type BranchRef, isSameAddress, type ObjectStats } from '../lakefs/wire.ts'
import { hasStatus, isAbort, ResponseError, toUploadError } from '../request/response-error.ts'
import { Slices } from '../request/slices.ts'
import type { Ports, TransferManager } from '../transfer/transfer-manager.ts'
import { type FileStore, keyOf } from './file-store.ts'
import type { HostCallbacks } from './host-callbacks.ts'

/** Up to this many objects of one branch are asked for one by one; more are found in listings. */
const FEW = 3

type CheckPorts = Pick<Ports, 'lakefs' | 'clock' | 'log' | 'breathe'>

/** Codes of failures that may pass: the object can be put back later. */
const PASSES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'lakefs-unreachable',
  'lakefs-error',
  'throttled',
  'session-expired',
])

/** A file whose object is to be looked for, and what its transfer had stored. */
interface Due {
  readonly job: Job
  readonly stored: Stored | undefined
}

/**
 * Compares what was put on a branch with what the branch has, before anybody says that it arrived. lakeFS may answer a
 * link with a yes and lose the entry to a commit that runs beside it. What is missing is put back by its address, its
 * bytes being at the store; what cannot be put back has failed. What somebody has deleted or replaced since is left so.
 */
export class ArrivalCheck {
  readonly #ports: CheckPorts
  readonly #fileStore: FileStore
  readonly #transfers: Pick<TransferManager, 'callAtRunEnd' | 'putBack' | 'signal'>
  readonly #host: Pick<HostCallbacks, 'failed'>
  /** By repository, branch and path: of two files for one path the last one is on the branch. */
  #due = new Map<string, Due>()
  #running: Promise<void> | undefined
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

  /** Notes a file whose object is to be looked for at the end. */
  add(job: Job, stored: Stored | undefined): void {
    this.#due.set(keyOf(job), { job, stored })
  }

  /** True while something was not compared yet, or is being compared. */
  get isDue(): boolean {
    return this.#due.size > 0 || this.isRunning
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** True once a branch could not be read since the last {@link reset}. */
  get wasUnread(): boolean {
    return this.#unread
  }

  reset(): void {
    this.#unread = false
  }

  /** Compares what is due. Never rejects; files that are not on their branch have failed afterwards. */
  run(): Promise<void> {
    this.#running ??= this.#compareAll().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #compareAll(): Promise<void> {
    const due = [...this.#due.values()]
    this.#due = new Map()
    // In the order of listings, so that each page tells about as many of them as it can.
    due.sort((a, b) => byBytes(fullPath(a.job), fullPath(b.job)))
    for (const group of groupBy(due, ({ job }) => claimKey(job.destination, job.destination.prefix)).values()) {
      try {
        await this.#compare(group)
      } catch (thrown) {
        if (isAbort(thrown)) return
        const { code } = toUploadError(thrown)
        // Nothing is known against these files; the summary says that they were not looked for. Of a branch that is gone,
        // as with a drop that was discarded, there is nothing to say.
        if (code !== 'branch-not-found' && code !== 'repository-not-found') this.#unread = true
        this.#ports.log.add({ what: 'the branch cannot be read at the end', detail: String(thrown) })
      }
    }
  }

  async #compare(due: readonly Due[]): Promise<void> {
    const [first] = due
    if (!first) return
    const { repository, branch, prefix } = first.job.destination
    const at = { repository, branch }
    const { lakefs } = this.#ports
    const { signal } = this.#transfers
    const lookup = new ObjectLookup(listingOf(lakefs, at, prefix, signal))
    const few = due.length <= FEW
    if (!few) for (const { job } of due) lookup.prefetch(fullPath(job))
    const missing: Due[] = []
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

  async #putBackAll(missing: readonly Due[], at: BranchRef): Promise<void> {
    /** lakeFS does not answer, or nobody is signed in: the others need not be tried. */
    let silent: UploadError | undefined
    for (const one of missing) {
      const { job } = one
      if (job.state.status !== 'uploaded') continue
      const { object } = job.state
      this.#ports.log.add({ what: 'not on the branch at the end', path: fullPath(job) })
      if (silent) {
        this.#lose(one, object, silent)
        continue
      }
      try {
        await this.#putBack(job, object, at)
      } catch (thrown) {
        if (isAbort(thrown)) throw thrown
        const error = toUploadError(thrown)
        if (PASSES.has(error.code)) silent = error
        this.#lose(one, object, error)
      }
    }
  }

  async #putBack(job: Job, object: ObjectStats, { repository, branch }: BranchRef): Promise<void> {
    const { lakefs, log } = this.#ports
    const { signal } = this.#transfers
    // `main@` is what is committed on main: an object that is there and not on the branch was deleted by somebody.
    const committed = await this.#transfers
      .callAtRunEnd(() => lakefs.stat({ repository, branch: `${branch}@` }, fullPath(job), signal))
      .catch((thrown: unknown) => {
        // A server that does not know that ref tells nothing of the object.
        if (!(thrown instanceof ResponseError) || PASSES.has(toUploadError(thrown).code)) throw thrown
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

  /** The file has failed; where its bytes are stored and the reason may pass, a retry links them. */
  #lose({ job, stored }: Due, object: ObjectStats, { code, status, detail, requestId }: UploadError): void {
    const { clock } = this.#ports
    const retryable = PASSES.has(code) && stored !== undefined && stored.kind !== 'done'
    let left: ResumePoint = {}
    if (retryable) {
      const { checksum, physical_address } = object
      const location = { physical_address }
      const { verified } = stored
      left = { stored: { kind: 'link', location, checksum, verified, since: clock.now(), attempted: true } }
    }
    const facts = { path: job.path, branch: job.destination.branch, ...(retryable ? { stored: 1 } : {}) }
    const error = new UploadError('not-on-branch', { status, detail: detail ?? code, requestId, facts, retryable })
    this.#fileStore.lose(job, error, left)
    this.#host.failed(job)
  }
}

/** Whether the branch has the object that was put there, or one of the same bytes. */
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
