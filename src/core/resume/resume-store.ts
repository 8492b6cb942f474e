import type { Job } from '../file/job.ts'
import { type Multipart, multipartOf } from '../file/resume-point.ts'
import { stoppedOf } from '../file/stop-reason.ts'
import { type Clock, uniqueName } from '../request/clock.ts'
import type { Log } from '../request/log.ts'
import type { Batch, FileRecord, HandleRecord, PartRecord, Records } from './database.ts'

/** Ms during which changes are collected for one write. */
const WRITE_INTERVAL_MS = 200
/** Maximum number of files per write, so that 20,000 of them do not block the page. */
const MAX_FILES_PER_WRITE = 100
/**
 * Ms after which a record that was not written is deleted; addresses expire after the same time
 * (docs/lakefs-contract.md, "Presigned addresses").
 */
const KEEP_MS = 24 * 3_600_000
/** Ms after which an upload with uncommitted objects is forgotten that no visit has worked on since. */
const KEEP_UPLOADS_MS = 7 * 24 * 3_600_000
/** Without Web Locks: ms without a write after which a session counts as ended. */
const SESSION_TIMEOUT_MS = 60_000

/** Web Locks that the uploads use. */
export interface Locks {
  /** Resolves once this page has the lock, with a function that releases it. */
  hold(name: string): Promise<() => void>
  /** Returns the locks that any tab of this origin holds. */
  held(): Promise<ReadonlySet<string>>
  /** Resolves once no tab holds the lock. */
  freed(name: string): Promise<void>
}

export interface ResumeStorePorts {
  clock: Clock
  /** Opens the database. Called once, when there is something to write or to look for. */
  open: () => Promise<Records>
  locks: Locks | undefined
  /** Absolute URL of the lakeFS API. */
  endpoint: string
  log: Log
}

/**
 * Records every file until it is on its branch. Uploads never wait for it: an error here is logged and they continue.
 */
export class ResumeStore {
  readonly #ports: ResumeStorePorts
  readonly #session: string
  #records: Promise<Records> | undefined
  #lock: Promise<() => void> | undefined
  #broken = false
  #nextId = 1
  readonly #ids = new Map<string, string>()
  readonly #written = new Set<string>()
  /** Multipart upload of each record. */
  readonly #uploadOf = new Map<string, string>()
  /** Sessions of other pages whose end is awaited. */
  readonly #awaited = new Set<string>()
  readonly #dirty = new Map<Job, Set<number>>()
  /** Multipart uploads whose id was written. */
  readonly #uploads = new Set<string>()
  readonly #handles = new Map<FileSystemHandle, string>()
  #newHandles: HandleRecord[] = []
  #deleted: string[] = []
  #aborted: FileRecord[] = []
  #cancelTimer: (() => void) | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(ports: ResumeStorePorts) {
    this.#ports = ports
    const { clock } = ports
    this.#session = `lakefs-uploader ${uniqueName(clock)}`
  }

  /** Schedules a write of the state of a file, or of one of its parts. */
  save(job: Job, part?: number): void {
    if (this.#broken) return
    // A record belongs to one multipart upload: parts of another one would be completed with it.
    const id = this.#ids.get(job.id)
    const before = id === undefined ? undefined : this.#uploadOf.get(id)
    if (before !== undefined && before !== uploadOf(job)) this.forget(job)
    const parts = this.#dirty.get(job) ?? new Set()
    if (part !== undefined) parts.add(part)
    this.#dirty.set(job, parts)
    const upload = uploadOf(job)
    if (upload === undefined || this.#uploads.has(upload)) {
      this.#schedule(WRITE_INTERVAL_MS)
    } else {
      // The id of a multipart upload is written at once: without a record the upload would stay open at the store.
      this.#uploads.add(upload)
      void this.#flush()
    }
  }

  /** Deletes the record of a file. */
  forget(job: Job): void {
    this.#dirty.delete(job)
    const id = this.#ids.get(job.id)
    if (id === undefined) return
    this.#ids.delete(job.id)
    this.#uploadOf.delete(id)
    if (!this.#written.delete(id)) return
    this.#deleted.push(id)
    this.#schedule(WRITE_INTERVAL_MS)
  }

  /**
   * Records a multipart upload that is being aborted, so that a later visit can abort it.
   * @returns a function that deletes the record.
   */
  saveAborted(
    job: Job,
    { upload_id: uploadId, physical_address: physicalAddress, partSize, since }: Multipart,
  ): () => void {
    if (this.#broken) return () => {}
    const id = `${this.#session} ${this.#nextId++}`
    const { source: _, ...facts } = this.#recordOf(job, id)
    this.#aborted.push({ ...facts, phase: 'sending', physicalAddress, uploadId, partSize, since, abandoned: true })
    void this.#flush()
    return () => {
      this.#deleted.push(id)
      this.#schedule(WRITE_INTERVAL_MS)
    }
  }

  /** Continues an existing record with this file. */
  adopt(job: Job, record: FileRecord): void {
    this.#ids.set(job.id, record.id)
    if (record.uploadId !== undefined) this.#uploadOf.set(record.id, record.uploadId)
    this.#written.add(record.id)
  }

  /**
   * Returns the records of this lakeFS and repository that no open page works on.
   * @param onFreed called when a page that still has some releases them: another tab, or the previous page of this tab,
   *   whose lock a browser may release only after the new page has looked.
   */
  async findOrphans(repository: string, onFreed: () => void): Promise<FileRecord[]> {
    const { clock, locks, endpoint } = this.#ports
    const records = await this.open()
    await keepForAbort(records, clock.now(), locks)
    await records.sweep(clock.now() - KEEP_MS, clock.now() - KEEP_UPLOADS_MS)
    const [files, held] = await filesAndLocks(records, locks)
    return files.filter((file) => {
      if (file.session === this.#session || file.endpoint !== endpoint || file.repository !== repository) return false
      const alive = held ? held.has(file.session) : clock.now() - file.touched < SESSION_TIMEOUT_MS
      if (alive) this.#awaitRelease(file.session, onFreed)
      return !alive
    })
  }

  #awaitRelease(session: string, onFreed: () => void): void {
    const { locks, log } = this.#ports
    if (!locks || this.#awaited.has(session)) return
    this.#awaited.add(session)
    locks.freed(session).then(
      () => {
        this.#awaited.delete(session)
        onFreed()
      },
      (thrown: unknown) => log.add({ what: 'the end of another page cannot be seen', detail: String(thrown) }),
    )
  }

  /** Claims records, except those that another tab has claimed before. */
  async claim(files: readonly FileRecord[]): Promise<FileRecord[]> {
    if (files.length === 0) return []
    await this.#acquireLock()
    return await (await this.open()).take(files, this.#session)
  }

  async parts(file: FileRecord): Promise<Map<number, string>> {
    const parts = await (await this.open()).parts(file.id)
    return new Map(parts.map(({ part, etag }) => [part, etag]))
  }

  async handle(file: FileRecord): Promise<FileSystemHandle | undefined> {
    return file.source && (await (await this.open()).handle(file.source.handle))
  }

  async delete(files: readonly FileRecord[]): Promise<void> {
    const gone = files.map(({ id }) => id)
    await (await this.open()).write({ files: [], parts: [], handles: [], gone })
  }

  /** Writes the pending changes and releases the lock, so that other tabs can resume the files. */
  async release(): Promise<void> {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    await this.#flush()
    const lock = this.#lock
    this.#lock = undefined
    // If the lock was not acquired, the flush has logged it.
    const release = await lock?.catch(() => undefined)
    release?.()
  }

  #schedule(ms: number): void {
    if (this.#broken) return
    this.#cancelTimer ??= this.#ports.clock.after(ms, () => {
      this.#cancelTimer = undefined
      void this.#flush()
    })
  }

  /** Writes one batch after another, so that no record is overwritten by an older one. */
  #flush(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      if (this.#broken) return
      try {
        // Without a change nothing is opened: uploads that end before the first batch leave no trace.
        if (!this.#isDue) return
        await this.#acquireLock()
        const records = await this.open()
        while (this.#isDue) await records.write(this.#batch())
      } catch (thrown) {
        this.#broken = true
        this.#dirty.clear()
        const detail = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
        this.#ports.log.add({ what: 'records are not kept', detail })
      }
    })
    return this.#writing
  }

  get #isDue(): boolean {
    return this.#dirty.size + this.#deleted.length + this.#aborted.length > 0
  }

  #batch(): Batch {
    const files = this.#aborted.filter(({ id }) => !this.#deleted.includes(id))
    const gone = this.#deleted.splice(0, MAX_FILES_PER_WRITE)
    this.#aborted = []
    const parts: PartRecord[] = []
    for (const [job, numbers] of this.#dirty) {
      if (files.length >= MAX_FILES_PER_WRITE) break
      this.#dirty.delete(job)
      const id = this.#ids.get(job.id) ?? `${this.#session} ${this.#nextId++}`
      this.#ids.set(job.id, id)
      this.#written.add(id)
      const upload = uploadOf(job)
      if (upload !== undefined) this.#uploadOf.set(id, upload)
      const { multipart } = job.resumePoint
      for (const part of numbers) {
        const etag = multipart?.etags.get(part)
        if (etag !== undefined) parts.push({ file: id, part, etag })
      }
      files.push(this.#recordOf(job, id))
    }
    const handles = this.#newHandles
    this.#newHandles = []
    return { files, parts, handles, gone }
  }

  #recordOf(job: Job, id: string): FileRecord {
    const { repository, branch, prefix } = job.destination
    const { path, size, lastModified, contentType, metadata, source, upload } = job
    const handle = source && this.#handleId(source.root)
    const stopped = stoppedOf(job)
    return {
      id,
      session: this.#session,
      endpoint: this.#ports.endpoint,
      ...{ repository, branch, prefix, path, size, lastModified, contentType, metadata: { ...metadata } },
      ...progressOf(job),
      ...(stopped ? { stopped } : {}),
      ...(upload === undefined ? {} : { upload }),
      touched: this.#ports.clock.now(),
      ...(source && handle !== undefined ? { source: { handle, inside: source.inside } } : {}),
    }
  }

  #handleId(root: FileSystemHandle): string {
    const known = this.#handles.get(root)
    if (known !== undefined) return known
    const id = `${this.#session} ${this.#nextId++}`
    this.#handles.set(root, id)
    this.#newHandles.push({ id, session: this.#session, handle: root })
    return id
  }

  /** Opens the database once. */
  open(): Promise<Records> {
    this.#records ??= this.#ports.open()
    return this.#records
  }

  get endpoint(): string {
    return this.#ports.endpoint
  }

  async #acquireLock(): Promise<void> {
    this.#lock ??= this.#ports.locks?.hold(this.#session)
    await this.#lock
  }
}

/**
 * Reads the records, and then the locks. A page locks its session before it writes it into a record, so in this order
 * the lock of every session is seen; the other way round, files that another page has just claimed would count as free.
 */
async function filesAndLocks(
  records: Records,
  locks: Locks | undefined,
): Promise<[FileRecord[], ReadonlySet<string> | undefined]> {
  const files = await records.files()
  return [files, await locks?.held()]
}

/**
 * Prepares multipart uploads whose records are about to be deleted for an abort at the store: their records are kept
 * once more for the same time.
 */
async function keepForAbort(records: Records, now: number, locks: Locks | undefined): Promise<void> {
  const [all, held] = await filesAndLocks(records, locks)
  const files = all
    .filter((file) => file.uploadId !== undefined && !file.abandoned && file.touched < now - KEEP_MS)
    .filter(({ session }) => !held?.has(session))
    .map(({ source: _, ...facts }) => ({ ...facts, abandoned: true, touched: now }))
  if (files.length > 0) await records.write({ files, parts: [], handles: [], gone: [] })
}

type ProgressFacts = Pick<
  FileRecord,
  'phase' | 'physicalAddress' | 'uploadId' | 'partSize' | 'checksum' | 'verified' | 'completing' | 'since'
>

function uploadOf({ state, resumePoint }: Job): string | undefined {
  return state.status === 'uploaded' ? undefined : multipartOf(resumePoint)?.upload_id
}

/** Returns the progress of a file. */
function progressOf({ state, resumePoint }: Job): ProgressFacts {
  if (state.status === 'uploaded') {
    return { phase: 'linked', checksum: state.object.checksum, physicalAddress: state.object.physical_address }
  }
  const { stored } = resumePoint
  // An address with a token cannot be linked without it, and tokens are not recorded.
  if (stored?.kind === 'link' && stored.location.token === undefined) {
    const { location, checksum, verified, since } = stored
    return { phase: 'stored', physicalAddress: location.physical_address, checksum, verified, since }
  }
  const multipart = multipartOf(resumePoint)
  if (!multipart) return { phase: 'sending' }
  const { physical_address, upload_id, partSize, since, completing = false } = multipart
  const phase = stored ? 'stored' : 'sending'
  const verified = stored?.verified ?? multipart.verified
  return { phase, physicalAddress: physical_address, uploadId: upload_id, partSize, since, completing, verified }
}
