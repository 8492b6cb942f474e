import type { Job } from '../file/job.ts'
import { type Multipart, multipartOf } from '../file/resume-point.ts'
import { stoppedOf } from '../file/stop-reason.ts'
import type { Clock } from '../request/clock.ts'
import type { Log } from '../request/log.ts'
import type { Batch, FileRecord, HandleRecord, PartRecord, Records } from './database.ts'

/** Changes of this many ms are written together. */
const INTERVAL = 200
/** Files written in one go, and as many forgotten, so that 20,000 of them do not hold up the page. */
const AT_ONCE = 100
/**
 * What nobody has touched for this long is forgotten: addresses live as long (docs/lakefs-contract.md, "Presigned
 * addresses").
 */
const KEPT_FOR = 24 * 3_600_000
/** Without Web Locks a session that has written nothing for this many ms counts as ended. */
const SILENT_FOR = 60_000

/** Web Locks as far as they are needed. */
export interface Locks {
  /** Resolves once this page has the lock; the answer lets go of it. */
  hold(name: string): Promise<() => void>
  /** Names held in any tab of this origin. */
  held(): Promise<ReadonlySet<string>>
  /** Resolves once nobody holds the lock; at once where nobody does. */
  freed(name: string): Promise<void>
}

export interface ResumeStorePorts {
  clock: Clock
  /** Opens the records; called once, and not before there is something to write or to look for. */
  open: () => Promise<Records>
  locks: Locks | undefined
  /** Of the lakeFS the files go to, absolute. */
  endpoint: string
  log: Log
}

/**
 * Keeps a record of every file until it is on its branch. Best effort: nothing waits for it, whatever fails
 * here is noted in the log and the uploads go on.
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
  /** The multipart upload that a record is of. */
  readonly #uploadOf = new Map<string, string>()
  /** Sessions of other pages whose end somebody waits for. */
  readonly #awaited = new Set<string>()
  readonly #dirty = new Map<Job, Set<number>>()
  /** Multipart uploads whose id has been written. */
  readonly #uploads = new Set<string>()
  readonly #handles = new Map<FileSystemHandle, string>()
  #newHandles: HandleRecord[] = []
  #gone: string[] = []
  #left: FileRecord[] = []
  #cancelTimer: (() => void) | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(ports: ResumeStorePorts) {
    this.#ports = ports
    const { clock } = ports
    this.#session = `lakefs-uploader ${clock.now().toString(36)}-${Math.floor(clock.random() * 2 ** 40).toString(36)}`
  }

  /** The file's state, or one part of it, is going to be written. */
  save(job: Job, part?: number): void {
    if (this.#broken) return
    // A record is of one upload: parts of another one would be completed with it.
    const id = this.#ids.get(job.id)
    const before = id === undefined ? undefined : this.#uploadOf.get(id)
    if (before !== undefined && before !== uploadOf(job)) this.forget(job)
    const parts = this.#dirty.get(job) ?? new Set()
    if (part !== undefined) parts.add(part)
    this.#dirty.set(job, parts)
    const upload = uploadOf(job)
    if (upload === undefined || this.#uploads.has(upload)) {
      this.#schedule(INTERVAL)
    } else {
      // An upload that nobody remembers stays open at the store: its id is written at once.
      this.#uploads.add(upload)
      void this.#flush()
    }
  }

  /** Nothing of this file will be needed again. */
  forget(job: Job): void {
    this.#dirty.delete(job)
    const id = this.#ids.get(job.id)
    if (id === undefined) return
    this.#ids.delete(job.id)
    this.#uploadOf.delete(id)
    if (!this.#written.delete(id)) return
    this.#gone.push(id)
    this.#schedule(INTERVAL)
  }

  /**
   * An upload is going to be given up at the store; until that is done it is remembered on its own, for a later visit.
   * @returns the way to say that it is done.
   */
  saveAborted(
    job: Job,
    { upload_id: uploadId, physical_address: physicalAddress, partSize, since }: Multipart,
  ): () => void {
    if (this.#broken) return () => {}
    const id = `${this.#session} ${this.#nextId++}`
    const { source: _, ...facts } = this.#recordOf(job, id)
    this.#left.push({ ...facts, phase: 'sending', physicalAddress, uploadId, partSize, since, abandoned: true })
    void this.#flush()
    return () => {
      this.#gone.push(id)
      this.#schedule(INTERVAL)
    }
  }

  /** This file goes on with an earlier record. */
  adopt(job: Job, record: FileRecord): void {
    this.#ids.set(job.id, record.id)
    if (record.uploadId !== undefined) this.#uploadOf.set(record.id, record.uploadId)
    this.#written.add(record.id)
  }

  /**
   * Records of this lakeFS and repository that no open page works on.
   * @param onFreed told when a page that still has some lets go of them: another tab, or the page before this one,
   *   whose lock a browser may let fall only after the next one has looked.
   */
  async findOrphans(repository: string, onFreed: () => void): Promise<FileRecord[]> {
    const { clock, locks, endpoint } = this.#ports
    const records = await this.#open()
    const held = await locks?.held()
    await retire(records, clock.now(), held)
    await records.sweep(clock.now() - KEPT_FOR)
    return (await records.files()).filter((file) => {
      if (file.session === this.#session || file.endpoint !== endpoint || file.repository !== repository) return false
      const alive = held ? held.has(file.session) : clock.now() - file.touched < SILENT_FOR
      if (alive) this.#await(file.session, onFreed)
      return !alive
    })
  }

  #await(session: string, onFreed: () => void): void {
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

  /** Takes records over, as far as no other tab was faster. */
  async claim(files: readonly FileRecord[]): Promise<FileRecord[]> {
    if (files.length === 0) return []
    await this.#hold()
    return await (await this.#open()).take(files, this.#session)
  }

  async parts(file: FileRecord): Promise<Map<number, string>> {
    const parts = await (await this.#open()).parts(file.id)
    return new Map(parts.map(({ part, etag }) => [part, etag]))
  }

  async handle(file: FileRecord): Promise<FileSystemHandle | undefined> {
    return file.source && (await (await this.#open()).handle(file.source.handle))
  }

  async delete(files: readonly FileRecord[]): Promise<void> {
    const gone = files.map(({ id }) => id)
    await (await this.#open()).write({ files: [], parts: [], handles: [], gone })
  }

  /** Writes what is due and lets other tabs have the rest. */
  async release(): Promise<void> {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    await this.#flush()
    const lock = this.#lock
    this.#lock = undefined
    // Where it could not be had, the flush has said so.
    const letGo = await lock?.catch(() => undefined)
    letGo?.()
  }

  #schedule(ms: number): void {
    if (this.#broken) return
    this.#cancelTimer ??= this.#ports.clock.after(ms, () => {
      this.#cancelTimer = undefined
      void this.#flush()
    })
  }

  /** One batch after the other, so that a record is never older than one written before it. */
  #flush(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      if (this.#broken) return
      try {
        // Nothing to write is nothing to open: a drop that is done before the first batch leaves no trace.
        if (!this.#isDue) return
        await this.#hold()
        const records = await this.#open()
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
    return this.#dirty.size + this.#gone.length + this.#left.length > 0
  }

  #batch(): Batch {
    const files = this.#left.filter(({ id }) => !this.#gone.includes(id))
    const gone = this.#gone.splice(0, AT_ONCE)
    this.#left = []
    const parts: PartRecord[] = []
    for (const [job, numbers] of this.#dirty) {
      if (files.length >= AT_ONCE) break
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

  #open(): Promise<Records> {
    this.#records ??= this.#ports.open()
    return this.#records
  }

  async #hold(): Promise<void> {
    this.#lock ??= this.#ports.locks?.hold(this.#session)
    await this.#lock
  }
}

/**
 * Nobody goes on with an upload in parts that is about to be forgotten; it is given up at the store first, for which
 * its record is kept a second time and no longer.
 * @param held sessions that are alive.
 */
async function retire(records: Records, now: number, held: ReadonlySet<string> | undefined): Promise<void> {
  const files = (await records.files())
    .filter((file) => file.uploadId !== undefined && !file.abandoned && file.touched < now - KEPT_FOR)
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

/** How far a file has come. */
function progressOf({ state, resumePoint }: Job): ProgressFacts {
  if (state.status === 'uploaded') {
    return { phase: 'linked', checksum: state.object.checksum, physicalAddress: state.object.physical_address }
  }
  const { stored } = resumePoint
  // An address that needs its token at link is of no use without it, and tokens are not kept.
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
