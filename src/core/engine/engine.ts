import type { ErrorCode } from '../error-codes.ts'
import { UploadError } from '../errors.ts'
import { allows } from '../file/actions.ts'
import { detailsOf } from '../file/details.ts'
import { fullPath, type Job, viewOf } from '../file/job.ts'
import { type Answer, ENDED } from '../file/state.ts'
import type { FileDetails } from '../file/upload-file.ts'
import { type CollectedFiles, collect } from '../intake/collect.ts'
import type { AddInput } from '../intake/input.ts'
import { destinationOf, landingUnder } from '../intake/paths.ts'
import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { BranchRef, Destination } from '../lakefs/wire.ts'
import { guarded } from '../request/host-callback.ts'
import { Slices } from '../request/slices.ts'
import { ResumeStore } from '../resume/resume-store.ts'
import { UnfinishedUploads } from '../resume/unfinished.ts'
import { type Ports, TransferManager } from '../transfer/transfer-manager.ts'
import type {
  Added,
  Configuration,
  ResumeUnfinished,
  Snapshot,
  Summary,
  Unfinished,
  Uploader,
  UploaderOptions,
} from '../uploader.ts'
import { FileAdder } from './add-files.ts'
import { Addition, Additions, isAskedFor } from './addition.ts'
import { ArrivalCheck } from './arrival-check.ts'
import { validateOptions } from './check-options.ts'
import { FileStore } from './file-store.ts'
import { FileLifecycle } from './lifecycle.ts'
import { Notifier } from './notifier.ts'
import { Queue } from './queue.ts'
import { RunTracker } from './run-tracker.ts'
import { type PageEvents, Scheduler } from './scheduler.ts'

/** Failures that another repository or branch is the way out of. */
const ELSEWHERE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'forbidden',
  'protected-branch',
  'read-only',
  'repository-not-found',
  'branch-not-found',
  'not-a-branch',
])

/** Many files: what a person asks for, and what everybody sees. */
export class Engine implements Uploader {
  readonly #ports: Ports
  readonly #transfers: TransferManager
  readonly #notifier: Notifier
  readonly #fileStore: FileStore
  readonly #resumeStore: ResumeStore | undefined
  readonly #unfinished: UnfinishedUploads | undefined
  readonly #lifecycle: FileLifecycle
  readonly #fileAdder: FileAdder
  readonly #queue = new Queue()
  readonly #scheduler: Scheduler
  #options: Configuration
  #destination: Destination
  #snapshot: Snapshot | undefined
  readonly #additions = new Additions(() => this.#changed())
  readonly #run: RunTracker
  readonly #arrivals: ArrivalCheck

  constructor(options: UploaderOptions, ports: Ports, surroundings: PageEvents) {
    this.#options = options
    this.#destination = destinationOf(options)
    this.#ports = ports
    this.#notifier = new Notifier(ports.clock)
    this.#notifier.subscribe(() => {
      if (this.#run.isOpen) this.#tellProgress()
    })
    // Whoever shows a run acts at its end, and so must have heard that it began, however soon it is over.
    this.#run = new RunTracker(ports.clock, () => this.#notifier.notifySoon())
    const { clock, log, resumeStore } = ports
    if (resumeStore && options.persist !== false) {
      this.#resumeStore = new ResumeStore({ clock, log, ...resumeStore })
      this.#unfinished = new UnfinishedUploads(this.#resumeStore, clock.now, () => this.#changed())
    }
    const save = (job: Job, part?: number) => this.#resumeStore?.save(job, part)
    const tellFailed = (job: Job) => this.#tellFailed(job)
    this.#fileStore = new FileStore(clock, () => this.#changed(), save, log)
    this.#transfers = new TransferManager(ports, () => this.#options, this.#fileStore, this.#resumeStore)
    const { lakefs } = ports
    this.#arrivals = new ArrivalCheck({
      lakefs,
      clock,
      log,
      fileStore: this.#fileStore,
      breathe: ports.breathe,
      signal: this.#transfers.signal,
      tellFailed,
      ask: (call) => this.#transfers.askAtEnd(call),
      putBack: (job, object) => this.#transfers.putBack(job, object),
    })
    const parts = {
      options: () => this.#options,
      log,
      fileStore: this.#fileStore,
      queue: this.#queue,
      run: this.#run,
      resumeStore: this.#resumeStore,
      arrivals: this.#arrivals,
      transfers: this.#transfers,
      tellFailed,
      go: () => this.#goOn(),
    }
    this.#lifecycle = new FileLifecycle(parts)
    this.#scheduler = new Scheduler({
      ...parts,
      breathe: ports.breathe,
      surroundings,
      lifecycle: this.#lifecycle,
      settle: () => this.#settleRun(),
    })
    this.#fileAdder = new FileAdder({
      ...parts,
      clock,
      breathe: ports.breathe,
      earlier: this.#unfinished,
      lifecycle: this.#lifecycle,
      changed: () => this.#changed(),
      pump: () => this.#scheduler.pump(),
    })
  }

  add(input: AddInput): Promise<Added> {
    const { clock, breathe } = this.#ports
    const addition = new Addition()
    return this.take(collect(input, new Slices(clock, breathe), addition.signal), addition)
  }

  /**
   * @param pending what {@link collect} makes of a drop.
   * @param addition may be paused or cancelled already.
   */
  async take(pending: Promise<CollectedFiles>, addition: Addition): Promise<Added> {
    const destination = this.#destination
    if (!addition.isCancelled) this.#scheduler.start()
    return await this.#adding(addition, destination, () => {
      validateOptions(this.#options)
      return this.#fileAdder.take(pending, destination, addition)
    })
  }

  addSystemFiles(): void {
    this.#scheduler.start()
    this.#fileAdder.addSystemFiles()
  }

  dismissRejections(): void {
    this.#fileAdder.dismiss()
  }

  pause(id?: string): void {
    if (id === undefined) this.#additions.pause()
    for (const job of this.#fileStore.select(id)) {
      if (!allows(job.state, 'pause') || job.resumePoint.stored) continue
      this.#queue.delete(job.id)
      if (!this.#scheduler.stop(job, 'pause')) this.#fileStore.dispatch(job, { type: 'pause', sent: job.maxSentShown })
    }
  }

  resume(id?: string): void {
    if (id === undefined) this.#additions.resume()
    for (const job of this.#fileStore.select(id)) {
      if (job.state.status === 'paused') this.#lifecycle.requeue(job)
      else if (job.stopReason === 'pause' || job.stopReason === 'end') job.stopReason = 'resume'
    }
    this.#scheduler.start()
  }

  cancel(id?: string): void {
    if (id === undefined) void this.#additions.cancel()
    for (const job of this.#fileStore.select(id)) {
      if (ENDED.has(job.state.status)) continue
      this.#queue.delete(job.id)
      if (!this.#scheduler.stop(job, 'cancel')) this.#lifecycle.cancel(job)
    }
    this.#settleRun()
  }

  cancelAdding(branch?: BranchRef): Promise<void> {
    return this.#additions.cancel(branch && isAskedFor(branch))
  }

  retry(id?: string): void {
    this.#transfers.forgetDestinations()
    const elsewhere: Job[] = []
    for (const job of this.#fileStore.select(id)) {
      const { state } = job
      if (state.status === 'waiting' && id !== undefined) this.#transfers.wake(job)
      // What a user has cancelled is sent only where that file is meant.
      if (!ENDED.has(state.status) || (id === undefined && state.status === 'cancelled')) continue
      if (!allows(state, 'retry') || !(job.file || job.resumePoint.stored)) continue
      if (job.undecided) {
        void this.#sendAgain([job], job.requestedDestination)
        continue
      }
      if (this.#isMeantForElsewhere(job)) {
        elsewhere.push(job)
        continue
      }
      if (!this.#fileStore.claim(job)) continue
      job.answer = undefined
      // What the store has stays on the bar; what has to travel again does not.
      this.#lifecycle.requeue(job, job.resumePoint.stored || job.resumePoint.multipart ? job.maxSentShown : 0)
    }
    this.#scheduler.start()
    if (elsewhere.length > 0) void this.#sendAgain(elsewhere, this.#destination)
  }

  remove(id?: string): void {
    for (const job of this.#fileStore.select(id)) {
      const ended = ENDED.has(job.state.status)
      if (id === undefined && (!ended || job.state.status === 'failed')) continue
      if (!ended) this.cancel(job.id)
      this.#lifecycle.remove(job)
    }
    this.#settleRun()
  }

  rename(id: string, wished: string): void {
    const job = this.#fileStore.get(id)
    if (!job?.file || !allows(job.state, 'rename')) return
    const path = landingUnder(job.destination.prefix, wished)
    const full = job.destination.prefix + path
    if (path === job.path) return
    if (this.#fileStore.isClaimed(job, full)) throw new UploadError('path-twice', { facts: { path } })
    const stays = job.state.status === 'queued' || job.state.status === 'paused'
    this.#lifecycle.move(job, full)
    if (!stays) this.#lifecycle.requeue(job, 0)
    this.#fileStore.refresh(job)
    this.#scheduler.start()
  }

  resolveConflict(id: string, answer: Answer, { forAll = false }: { forAll?: boolean } = {}): void {
    if (forAll) this.#lifecycle.answerForAll = answer
    for (const job of this.#fileStore.select(forAll ? undefined : id)) {
      if (job.state.status === 'asking') this.#lifecycle.answer(job, answer)
    }
    this.#goOn()
  }

  sessionRenewed(): void {
    this.#transfers.session.renewed()
  }

  setOptions(options: Partial<Configuration>): void {
    this.#options = { ...this.#options, ...options }
    const next = destinationOf(this.#options)
    const { repository, branch, prefix } = this.#destination
    if (next.repository !== repository || next.branch !== branch || next.prefix !== prefix) {
      this.#destination = next
      this.#changed()
    }
    this.#transfers.applyLimits()
    this.#scheduler.pump()
  }

  async client(): Promise<LakeFSClient> {
    return this.#transfers.lakefs
  }

  findUnfinished(): Promise<Unfinished> {
    return this.#fileAdder.findUnfinished(this.#destination.repository)
  }

  resumeUnfinished({ only, branch = this.#destination.branch }: ResumeUnfinished = {}): Promise<Added> {
    this.#scheduler.start()
    const automatic = only === 'automatic' ? { ...this.#destination, branch } : undefined
    const addition = new Addition(true)
    return this.#adding(addition, undefined, () => this.#fileAdder.resumeUnfinished(addition, automatic))
  }

  discardUnfinished(): Promise<void> {
    void this.#additions.cancel(({ resumes }) => resumes)
    return this.#fileAdder.discardUnfinished()
  }

  getReport(id?: string): string {
    const job = id === undefined ? undefined : this.#fileStore.get(id)
    return this.#transfers.report(this.#destination, this.#fileStore.counter.counts, job && fullPath(job))
  }

  getFile(id: string) {
    return this.#fileStore.view(id)
  }

  getDetails(id: string): FileDetails | undefined {
    const job = this.#fileStore.get(id)
    return job && detailsOf(job, this.#ports.clock.now())
  }

  subscribe(listener: () => void): () => void {
    return this.#notifier.subscribe(listener)
  }

  getSnapshot(): Snapshot {
    if (this.#snapshot) return this.#snapshot
    const fileStore = this.#fileStore
    const { ids, counter } = fileStore
    let files: Snapshot['files'] | undefined
    this.#snapshot = {
      ids,
      get files() {
        files ??= ids.flatMap((id) => fileStore.view(id) ?? [])
        return files
      },
      totals: fileStore.totals(),
      status: this.#isConfirming ? 'running' : this.#additions.statusOver(counter.status),
      branchCheck: this.#isConfirming ? 'running' : this.#run.wasUnread ? 'failed' : undefined,
      sessionExpired: this.#transfers.session.expired,
      destination: this.#destination,
      rejections: this.#fileAdder.rejections,
      adding: this.#additions.view,
      unfinished: this.#unfinished?.unfinished,
    }
    return this.#snapshot
  }

  finished(): Promise<Summary> {
    return this.#isAtRest && !this.#arrivals.isDue
      ? Promise.resolve(this.#run.summary(this.#fileStore.all()))
      : this.#run.ended()
  }

  get isBusy(): boolean {
    const { counter } = this.#fileStore
    const busy = ['sending', 'finishing', 'waiting'] as const
    if (this.#isConfirming || busy.some((status) => counter.count(status) > 0)) return true
    if (counter.count('asking') === 0) return false
    return this.#fileStore.all().some((job) => job.state.status === 'asking' && job.resumePoint.stored !== undefined)
  }

  stop(): void {
    this.#scheduler.stopAll()
  }

  /** It failed for want of a branch that takes it, and another one has been chosen since. */
  #isMeantForElsewhere({ file, state, requestedDestination }: Job): boolean {
    if (!file || state.status !== 'failed' || !ELSEWHERE.has(state.error.code)) return false
    const { repository, branch } = this.#destination
    return repository !== requestedDestination.repository || branch !== requestedDestination.branch
  }

  async #sendAgain(jobs: readonly Job[], destination: Destination): Promise<void> {
    const addition = new Addition()
    try {
      await this.#adding(addition, destination, () => this.#fileAdder.again(jobs, destination, addition))
    } catch (thrown) {
      // The rows stay as they were, with their way out.
      this.#ports.log.add({ what: 'not sent again', detail: String(thrown) })
    }
  }

  /** As long as the work goes on, the addition hears of what is paused, resumed and cancelled, and nothing has finished. */
  async #adding<T>(addition: Addition, asked: Destination | undefined, work: () => Promise<T>): Promise<T> {
    this.#additions.begin(addition, asked)
    try {
      return await work()
    } finally {
      this.#additions.end(addition)
      this.#settleRun()
    }
  }

  #tellFailed(job: Job): void {
    const { state } = job
    // What was taken off the list meanwhile is no file of anybody's any more.
    if (state.status !== 'failed' || !this.#fileStore.get(job.id)) return
    guarded(() => this.#options.onError?.(viewOf(job, this.#ports.clock.now()), state.error))
  }

  #tellProgress(): void {
    guarded(() => this.#options.onProgress?.(this.#fileStore.totals()))
  }

  #goOn(): void {
    this.#scheduler.start()
    this.#settleRun()
  }

  #changed(): void {
    this.#snapshot = undefined
    this.#notifier.notify()
  }

  /** Nothing comes in and every file has ended. */
  get #isAtRest(): boolean {
    return this.#additions.size === 0 && this.#fileStore.counter.open === 0
  }

  /** Every file that is listed has ended, and the branch has not been looked at yet. */
  get #isConfirming(): boolean {
    return this.#fileStore.counter.open === 0 && this.#arrivals.isDue
  }

  /** Looks at the branch before an end is told; files that came meanwhile have their own look. */
  async #confirm(): Promise<void> {
    if (this.#arrivals.isRunning) return
    const looked = this.#arrivals.run()
    this.#changed()
    await looked
    this.#changed()
    this.#settleRun()
  }

  /** When the last file has ended and was found on the branch, says so once. */
  #settleRun(): void {
    // Not only at rest: while more is added, what is listed is shown as arrived already.
    if (this.#isConfirming) return void this.#confirm()
    if (!this.#isAtRest) return
    this.#scheduler.stopListening()
    this.#transfers.forgetDestinations()
    const ran = this.#run.isOpen
    if (!ran && !this.#run.isAwaited) return
    this.#lifecycle.forgetFinished()
    const summary = this.#run.end(this.#fileStore.all(), !this.#arrivals.wasUnread)
    this.#arrivals.reset()
    this.#lifecycle.answerForAll = undefined
    if (!ran) return
    this.#tellProgress()
    guarded(() => this.#options.onFinished?.(summary))
  }
}
