import type { UploadFile } from '../../file/upload-file.ts'
import type { LakeFSClient } from '../../lakefs/retrying-client.ts'
import type { BranchRef, Destination, ObjectStats } from '../../lakefs/wire.ts'
import type { GivenFiles, Prepared } from '../../options.ts'
import { type Clock, systemClock } from '../../request/clock.ts'
import { openRecords, type Records } from '../../resume/database.ts'
import type { Uploader } from '../../uploader.ts'
import type { Decisions } from '../decisions.ts'
import type { AtomicUpload, UploadLocks } from '../open-uploads.ts'
import { readSaved } from '../read-receipt.ts'
import { ArrivalBuffer } from './arrival-buffer.ts'
import { type CommitRequest, commit, lookOutside, type ReadChanges } from './commit-effect.ts'
import { branchForReview, keepLooking, resumedUpload, type Target } from './gather-effect.ts'
import { discard, keep, type LandRequest, land } from './land-effect.ts'
import { Preparations } from './preparations.ts'
import { EndedRows } from './rows.ts'
import type { SessionContext, UploadSessionOptions } from './session-context.ts'
import { EMPTY_SESSION, reduceSession, type SessionEvent, type SessionState, workOn } from './session-state.ts'
import { findRecent, forget, previewTakingBack, type Taking, takeBack } from './undo-effect.ts'
import type { Upload } from './upload.ts'

/** Ms between two notices of arrivals: thousands come one by one. */
const TELL_EVERY = 100

/** What a session has of the browser. Default: the browser's own. */
export interface UploadSessionPorts {
  clock?: Clock | undefined
  /** Rejects where nothing is remembered. */
  records?: (() => Promise<Records>) | undefined
  locks?: UploadLocks | undefined
}

/**
 * The uploads of one page, from the moment files are given until they are committed, merged or taken back. All that can
 * be shown of them is in {@link UploadSession.getSnapshot}, as data; promises and what stops them stay inside.
 */
export class UploadSession {
  readonly #clock: Clock
  readonly #records: () => Promise<Records>
  readonly #listeners = new Set<() => void>()
  readonly #context: SessionContext
  #options: UploadSessionOptions = {}
  #state = EMPTY_SESSION
  readonly #arrivals = new ArrivalBuffer()
  #telling = false
  #attached: { uploader: Uploader; count: number; detach: () => void } | undefined
  #looked: { ids: readonly string[]; uploaded: number } | undefined
  #status = ''
  #ran = false
  readonly #preparations = new Preparations()
  #source: File | string | undefined
  #reading: Promise<void> = Promise.resolve()

  constructor({ clock = systemClock, records = openRecords, locks }: UploadSessionPorts = {}) {
    this.#clock = clock
    this.#records = records
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
      withRecords: (work) => this.#withRecords(work),
      client: () => this.#client(),
    }
  }

  /** The session itself: what waits for its code has it here. */
  readonly ready = async (): Promise<UploadSession> => this

  /** The same object until something changes. */
  readonly getSnapshot = (): SessionState => {
    this.#flush()
    return this.#state
  }

  /** Called after changes. Returns the way to stop. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  setOptions(options: UploadSessionOptions): void {
    this.#options = options
  }

  /** Follows the files of this uploader. Returns the way to stop; what was attached twice is detached twice. */
  attach(uploader: Uploader): () => void {
    if (this.#attached?.uploader !== uploader) {
      this.#attached?.detach()
      this.#looked = undefined
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
      attached.detach()
      if (this.#attached === attached) this.#attached = undefined
    }
  }

  /**
   * What {@link Configuration.agree} calls: the files given together become an upload, and join the queue once it is
   * agreed to. One upload at a time is compared; the others wait.
   */
  readonly prepare = async (
    given: GivenFiles,
    lakefs: LakeFSClient,
    asked: Destination = given.destination,
  ): Promise<Prepared | undefined> => {
    return await this.#preparations.prepare(this.#context, given, lakefs, asked, () => this.#reading)
  }

  /** Agrees to the plan of an upload. */
  confirm(id: string, decisions: Decisions): void {
    this.#preparations.answer(id, { type: 'confirm', decisions })
  }

  /** Has an upload compared with another destination, to go there. */
  redirect(id: string, destination: Destination): void {
    this.#preparations.answer(id, { type: 'redirect', destination })
  }

  /** Tries again what has failed before an upload could start. */
  retry(id: string): void {
    this.#preparations.answer(id, { type: 'retry' })
  }

  /** Ends an upload before anything of it is sent. */
  cancel(id: string): void {
    this.#preparations.cancel(id)
  }

  /** Makes the branch that an upload needs; see {@link branchForReview}. */
  makeBranch(id: string): Promise<string | undefined> {
    return branchForReview(this.#context, id)
  }

  /** A receipt or plan of an earlier upload for the plans to come; undefined forgets it. */
  setPreviousReceipt(source: File | string | undefined): void {
    if (source === this.#source) return
    this.#source = source
    this.#reading = source === undefined ? Promise.resolve() : this.#read(source)
    if (source === undefined) this.#dispatch({ type: 'previous', previous: undefined })
  }

  /** Tells of an object that has arrived; an uploader that is attached tells of its own. */
  readonly arrived = (object: ObjectStats, file: Pick<UploadFile, 'destination' | 'upload'>): void => {
    if (!this.#arrivals.note(object, file) || this.#telling) return
    this.#telling = true
    this.#clock.after(TELL_EVERY, () => {
      this.#telling = false
      this.#flush()
      this.#tell()
    })
  }

  /** Goes on with an open upload of an earlier visit: files for its target join it. */
  adopt(upload: AtomicUpload): void {
    this.#dispatch({ type: 'given', upload: resumedUpload(upload, this.#clock.now()) })
  }

  /** Adopts what an earlier visit has left open for this target, now or once another tab lets go of it. */
  watch(at: Target): () => void {
    const stop = new AbortController()
    keepLooking(this.#context, at, stop.signal).catch(() => {
      // Without the engine, or without an answer, there is nothing to take up; adding files says what is wrong.
    })
    return () => stop.abort()
  }

  /** Commits and merges an upload with a branch of its own, or opens its pull request. */
  async land(id: string, request: LandRequest): Promise<void> {
    await this.#onUpload(id, (upload) => land(this.#context, upload, request))
  }

  /** Leaves an upload on its own branch. */
  async keep(id: string): Promise<void> {
    await this.#onUpload(id, (upload) => keep(this.#context, upload))
  }

  /** Gives an upload up, with its own branch. */
  async discard(id: string): Promise<void> {
    await this.#onUpload(id, (upload) => discard(this.#context, upload))
  }

  /** Commits a branch; see {@link CommitRequest}. Returns the changes as they were read immediately before. */
  commit(at: BranchRef, request: CommitRequest): Promise<ReadChanges | undefined> {
    return commit(this.#context, at, request)
  }

  /** Looks what somebody else has done with what has arrived on a branch and is not among its changes. */
  lookOutside(at: BranchRef, signal: AbortSignal): Promise<void> {
    return lookOutside(this.#context, at, signal)
  }

  /** Reads what taking back would do; with a commit: its revert. */
  previewUndo(at: BranchRef, commit?: Taking): Promise<void> {
    return previewTakingBack(this.#context, at, commit)
  }

  /** Takes back what was shown. */
  undo(at: BranchRef): Promise<void> {
    return takeBack(this.#context, at)
  }

  /** Leaves everything as it is. */
  closeUndo(at: BranchRef): void {
    const { undo } = workOn(this.getSnapshot(), at)
    if (undo.type !== 'working') this.#dispatch({ type: 'branch', at, work: { undo: { type: 'idle' } } })
  }

  /** Looks up what this browser has committed on a branch last. */
  findRecent(at: BranchRef): Promise<void> {
    return findRecent(this.#context, at)
  }

  /** Offers that commit no longer to be taken back. */
  async forgetRecent(at: BranchRef): Promise<void> {
    const { recent } = workOn(this.getSnapshot(), at)
    if (recent) await forget(this.#context, at, recent.commit)
  }

  /** Whether a run is over that was seen from its start; true once for each, for what is done without a press. */
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
    // Another one may have been given meanwhile.
    if (source === this.#source) this.#dispatch({ type: 'previous', previous })
  }

  /** Hears of a change of the uploader. */
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
    if (this.#looked?.ids === ids && this.#looked.uploaded === uploaded) return
    this.#looked = { ids, uploaded }
    for (const file of uploader.getSnapshot().files) {
      if (file.status === 'uploaded') this.#arrivals.note(file.object, file)
    }
    if (this.#arrivals.isEmpty) return
    this.#flush()
    this.#tell()
  }

  #flush(): void {
    if (this.#arrivals.isEmpty) return
    const event = { type: 'arrived', arrivals: this.#arrivals.take(), since: this.#clock.now() } as const
    this.#state = reduceSession(this.#state, event)
  }

  #dispatch(event: SessionEvent): void {
    this.#flush()
    const before = this.#state
    this.#state = reduceSession(before, event)
    if (this.#state !== before) this.#tell()
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }

  async #client(): Promise<LakeFSClient> {
    const uploader = this.#attached?.uploader
    if (!uploader) throw new Error('attach an uploader to the session first')
    return await uploader.client()
  }

  async #withRecords<T>(work: (records: Records | undefined) => Promise<T>): Promise<T> {
    // A private window without IndexedDB: the upload goes on and only a reload forgets it.
    const records = await this.#records().catch(() => undefined)
    try {
      return await work(records)
    } finally {
      records?.close()
    }
  }
}

/**
 * A session for an uploader: its uploads are compared, agreed to, committed and taken back as the options say.
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
