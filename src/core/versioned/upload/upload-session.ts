import type { LakeFSClient } from '../../lakefs/retrying-client.ts'
import type { BranchRef, Destination, ObjectStats } from '../../lakefs/wire.ts'
import type { GivenFiles, Prepared } from '../../options.ts'
import { type Clock, systemClock, uniqueName } from '../../request/clock.ts'
import { openRecords, type Records } from '../../resume/database.ts'
import type { Uploader } from '../../uploader.ts'
import type { Decisions } from '../decisions.ts'
import type { AtomicUpload, UploadLocks } from '../open-uploads.ts'
import { readSaved } from '../read-receipt.ts'
import { ArrivalBuffer, type ArrivedFile } from './arrival-buffer.ts'
import { type CommitRequest, commit, lookOutside, type ReadChanges } from './commit-effect.ts'
import { branchForReview, keepLooking, resumedUpload, type Target } from './gather-effect.ts'
import { discard, keep, type LandRequest, land } from './land-effect.ts'
import { Preparations } from './preparations.ts'
import { EndedRows } from './rows.ts'
import { SavedUploads } from './saved-uploads.ts'
import type { SessionContext, UploadSessionOptions } from './session-context.ts'
import { withRecords } from './session-records.ts'
import { EMPTY_SESSION, reduceSession, type SessionEvent, type SessionState, workOn } from './session-state.ts'
import { findRecent, forget, previewTakingBack, type Taking, takeBack } from './undo-effect.ts'
import type { Upload } from './upload.ts'

/** Minimum ms between two notifications about uploaded files. */
const NOTIFY_INTERVAL_MS = 100

/** Dependencies of a session. Default: those of the browser. */
export interface UploadSessionPorts {
  clock?: Clock | undefined
  /** Opens the database; rejects where the browser has none. */
  records?: (() => Promise<Records>) | undefined
  locks?: UploadLocks | undefined
}

/**
 * Uploads of a page, from added files to a commit, a merge or an undo. {@link UploadSession.getSnapshot} has all state
 * as plain data; promises and abort controllers stay private.
 */
export class UploadSession {
  readonly #clock: Clock
  readonly #listeners = new Set<() => void>()
  readonly #context: SessionContext
  #options: UploadSessionOptions = {}
  #state = EMPTY_SESSION
  readonly #arrivals = new ArrivalBuffer()
  #notifying = false
  #attached: { uploader: Uploader; count: number; detach: () => void } | undefined
  #lastSeen: { ids: readonly string[]; uploaded: number } | undefined
  #status = ''
  #ran = false
  readonly #preparations = new Preparations()
  readonly #saved: SavedUploads
  #source: File | string | undefined
  #reading: Promise<void> = Promise.resolve()

  constructor({ clock = systemClock, records = openRecords, locks }: UploadSessionPorts = {}) {
    this.#clock = clock
    const session = this
    this.#context = {
      locks,
      rows: new EndedRows(),
      get options() {
        return session.#options
      },
      get uploader() {
        return session.#attached?.uploader
      },
      getState: this.getSnapshot,
      dispatch: (event) => this.#dispatch(event),
      nextAnswer: (id) => this.#preparations.nextAnswer(id),
      skipSignal: (id) => this.#preparations.skipSignal(id),
      withRecords: (work) => withRecords(records, this.#clock, work),
      client: () => this.#client(),
    }
    this.#saved = new SavedUploads(this.#context)
  }

  /** Resolves with the session itself; a lazy session loads its code here. */
  readonly ready = async (): Promise<UploadSession> => this

  /** Returns the same object until something changes. */
  readonly getSnapshot = (): SessionState => {
    this.#flush()
    return this.#state
  }

  /** Calls a listener after changes. The returned function unsubscribes it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  setOptions(options: UploadSessionOptions): void {
    this.#options = options
  }

  /** Follows the files of an uploader until every returned function has been called. */
  attach(uploader: Uploader): () => void {
    if (this.#attached?.uploader !== uploader) {
      this.#attached?.detach()
      this.#lastSeen = undefined
      const leave = uploader.subscribe(() => this.#follow(uploader))
      uploader.setOptions({ onArrived: this.arrived })
      const detach = () => {
        leave()
        uploader.setOptions({ onArrived: undefined })
      }
      this.#attached = { uploader, count: 0, detach }
      this.#follow(uploader)
    }
    const attached = this.#attached
    attached.count += 1
    return () => {
      attached.count -= 1
      if (attached.count > 0) return
      if (this.#attached === attached) this.close()
    }
  }

  /** Stops following the uploader, and leaves the saved uploads to other sessions and tabs. */
  close(): void {
    this.#attached?.detach()
    this.#attached = undefined
    this.#saved.release()
  }

  /** Implements {@link Configuration.agree}. Uploads are compared one at a time and queued once the user agrees. */
  readonly prepare = async (
    given: GivenFiles,
    lakefs: LakeFSClient,
    asked: Destination = given.destination,
  ): Promise<Prepared | undefined> => {
    return await this.#preparations.prepare(this.#context, given, lakefs, asked, () => this.#reading)
  }

  /** Confirms the plan of an upload. */
  confirm(id: string, decisions: Decisions): void {
    this.#preparations.answer(id, { type: 'confirm', decisions })
  }

  /** Changes the destination of an upload and compares it again. */
  redirect(id: string, destination: Destination): void {
    this.#preparations.answer(id, { type: 'redirect', destination })
  }

  /** Repeats a step that failed before the upload started. */
  retry(id: string): void {
    this.#preparations.answer(id, { type: 'retry' })
  }

  /** Cancels an upload before anything is sent. */
  cancel(id: string): void {
    this.#preparations.cancel(id)
  }

  /** Ends the comparison of an upload: what was not read counts as changed and not compared. */
  skipComparing(id: string): void {
    this.#preparations.skipComparing(id)
  }

  /** Creates the branch that an upload needs; see {@link branchForReview}. */
  makeBranch(id: string): Promise<string | undefined> {
    return branchForReview(this.#context, id)
  }

  /** Sets a receipt or plan of an earlier upload for the next plans; undefined removes it. */
  setPreviousReceipt(source: File | string | undefined): void {
    if (source === this.#source) return
    this.#source = source
    this.#reading = source === undefined ? Promise.resolve() : this.#read(source)
    if (source === undefined) this.#dispatch({ type: 'previous', previous: undefined })
  }

  /** Reports an uploaded object. An attached uploader reports its own. */
  readonly arrived = (object: ObjectStats, file: ArrivedFile): void => {
    if (!this.#arrivals.note(object, file) || this.#notifying) return
    this.#notifying = true
    this.#clock.after(NOTIFY_INTERVAL_MS, () => {
      this.#notifying = false
      this.#flush()
      this.#notify()
    })
  }

  /** Continues an open upload of an earlier visit: new files for its target join it. */
  adopt(upload: AtomicUpload): void {
    this.#dispatch({ type: 'given', upload: resumedUpload(upload, this.#clock.now()) })
  }

  /**
   * Adopts uploads to this branch that an earlier visit has left with uncommitted objects.
   * @param signal waits also for those that another tab works on, until it is aborted.
   */
  async restore(at: BranchRef, signal?: AbortSignal): Promise<void> {
    // Without the engine, the database or an answer of lakeFS nothing can be adopted.
    await this.#saved.restore(at, signal).catch(() => {})
  }

  /** Adopts open uploads of earlier visits for this target until the returned function is called. */
  watch(at: Target): () => void {
    const stop = new AbortController()
    keepLooking(this.#context, at, stop.signal).catch(() => {
      // Without the engine or an answer nothing can be adopted, and adding files shows the error.
    })
    return () => stop.abort()
  }

  /** Commits and merges an atomic upload, or opens its pull request. */
  async land(id: string, request: LandRequest): Promise<void> {
    await this.#onUpload(id, (upload) => land(this.#context, upload, request))
  }

  /** Ends an atomic upload and keeps its branch. */
  async keep(id: string): Promise<void> {
    await this.#onUpload(id, (upload) => keep(this.#context, upload))
  }

  /** Discards an atomic upload with its branch. */
  async discard(id: string): Promise<void> {
    await this.#onUpload(id, (upload) => discard(this.#context, upload))
  }

  /** Commits a branch; see {@link CommitRequest}. Returns the changes that were read immediately before. */
  commit(at: BranchRef, request: CommitRequest): Promise<ReadChanges | undefined> {
    return commit(this.#context, at, request)
  }

  /** Finds out what another user did with uploaded files that are no longer among the changes of a branch. */
  lookOutside(at: BranchRef, signal: AbortSignal): Promise<void> {
    return lookOutside(this.#context, at, signal)
  }

  /** Previews an undo; with a commit, its revert. */
  previewUndo(at: BranchRef, commit?: Taking): Promise<void> {
    return previewTakingBack(this.#context, at, commit)
  }

  /** Performs the undo that was previewed. */
  undo(at: BranchRef): Promise<void> {
    return takeBack(this.#context, at)
  }

  /** Closes the preview of an undo. */
  closeUndo(at: BranchRef): void {
    const { undo } = workOn(this.getSnapshot(), at)
    if (undo.type !== 'working') this.#dispatch({ type: 'branch', at, work: { undo: { type: 'idle' } } })
  }

  /** Finds the last commit of this browser to a branch. */
  findRecent(at: BranchRef): Promise<void> {
    return findRecent(this.#context, at)
  }

  /** Stops offering the undo of that commit. */
  async forgetRecent(at: BranchRef): Promise<void> {
    const { recent } = workOn(this.getSnapshot(), at)
    if (recent) await forget(this.#context, at, recent.commit)
  }

  /** Returns true once after each run that was observed from its start, for automatic actions. */
  takeRun(): boolean {
    const ran = this.#ran && this.#status === 'finished'
    if (ran) this.#ran = false
    return ran
  }

  async #onUpload(id: string, work: (upload: Upload) => Promise<void>): Promise<void> {
    const upload = this.getSnapshot().uploads.find((one) => one.id === id)
    if (upload) await work(upload)
  }

  async #read(source: File | string): Promise<void> {
    const name = typeof source === 'object' ? source.name : ''
    const previous = await readSaved(source).then(
      (saved) => ({ name, saved }),
      (error: unknown) => ({ name, error }),
    )
    // Another receipt may have been set meanwhile.
    if (source === this.#source) this.#dispatch({ type: 'previous', previous })
  }

  /** Handles a change of the uploader. */
  #follow(uploader: Uploader): void {
    const { status, ids, totals } = uploader.getSnapshot()
    this.#context.rows.sweep(uploader)
    const before = this.#status
    this.#status = status
    if (status === 'running') {
      if (before === status) return
      this.#ran = true
      this.#dispatch({ type: 'run-began' })
      return
    }
    const { uploaded } = totals.counts
    if (this.#lastSeen?.ids === ids && this.#lastSeen.uploaded === uploaded) return
    this.#lastSeen = { ids, uploaded }
    for (const file of uploader.getSnapshot().files) {
      if (file.status === 'uploaded') this.#arrivals.note(file.object, file)
    }
    if (this.#arrivals.isEmpty) return
    this.#flush()
    this.#notify()
  }

  #flush(): void {
    if (this.#arrivals.isEmpty) return
    const since = this.#clock.now()
    const unique = uniqueName(this.#clock)
    this.#state = reduceSession(this.#state, { type: 'arrived', arrivals: this.#arrivals.take(), since, unique })
  }

  #dispatch(event: SessionEvent): void {
    this.#flush()
    const before = this.#state
    this.#state = reduceSession(before, event)
    if (this.#state !== before) this.#notify()
  }

  #notify(): void {
    this.#saved.follow(this.#state)
    for (const listener of [...this.#listeners]) listener()
  }

  async #client(): Promise<LakeFSClient> {
    const uploader = this.#attached?.uploader
    if (!uploader) throw new Error('attach an uploader to the session first')
    return await uploader.client()
  }
}

/**
 * Creates a session for an uploader: its uploads are compared, committed and undone according to the options.
 * @example
 * const session = createUploadSession(uploader, { plan: true })
 * session.subscribe(() => draw(session.getSnapshot()))
 */
export function createUploadSession(
  uploader: Uploader,
  options: UploadSessionOptions = {},
  ports?: UploadSessionPorts,
): UploadSession {
  const session = new UploadSession(ports)
  session.setOptions(options)
  session.attach(uploader)
  uploader.setOptions({ agree: session.prepare })
  return session
}
