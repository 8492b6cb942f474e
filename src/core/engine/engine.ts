import { UploadError } from '../errors.ts'
import { allows } from '../file/actions.ts'
import { detailsOf } from '../file/details.ts'
import { fullPath, type Job } from '../file/job.ts'
import { type ConflictAnswer, ENDED } from '../file/state.ts'
import type { FileDetails } from '../file/upload-file.ts'
import { type CollectedFiles, collect } from '../intake/collect.ts'
import type { LeftOutCode } from '../intake/filter.ts'
import { type AddInput, NO_REJECTIONS } from '../intake/input.ts'
import { destinationOf, givenPath, landingUnder } from '../intake/paths.ts'
import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { BranchRef, Destination } from '../lakefs/wire.ts'
import type { Configuration, UploaderOptions } from '../options.ts'
import { Slices } from '../request/slices.ts'
import { ResumeStore } from '../resume/resume-store.ts'
import { UnfinishedUploads } from '../resume/unfinished.ts'
import type { Snapshot, Summary, Unfinished } from '../snapshot.ts'
import { type Ports, TransferManager } from '../transfer/transfer-manager.ts'
import type { Added, FilesOfUpload, ResumeUnfinished, Uploader } from '../uploader.ts'
import { FileAdder } from './adding/add-files.ts'
import { Addition, Additions, isAskedFor } from './adding/addition.ts'
import { FileJoiner } from './adding/join-files.ts'
import { FileResumer } from './adding/resume-files.ts'
import { ArrivalCheck } from './arrival-check.ts'
import { validateOptions } from './check-options.ts'
import { FileStore } from './file-store.ts'
import { HostCallbacks } from './host-callbacks.ts'
import { FileLifecycle } from './lifecycle.ts'
import { Notifier } from './notifier.ts'
import { Queue } from './queue.ts'
import { goesElsewhere, isSentAgain } from './retries.ts'
import { RunEnd } from './run-end.ts'
import { RunTracker } from './run-tracker.ts'
import { Scheduler } from './scheduler.ts'
import { snapshotOf } from './snapshot-of.ts'
import { ThroughLakeFS } from './through-lakefs.ts'
import { includesAdding } from './uploads/uploads.ts'

/** Uploads many files: carries out the calls of the host and its user, and publishes the state of every file. */
export class Engine implements Uploader {
  readonly persists: boolean
  readonly #ports: Ports
  readonly #notifier: Notifier
  readonly #fileStore: FileStore
  readonly #queue = new Queue()
  readonly #additions = new Additions(() => this.#changed())
  readonly #unfinished: UnfinishedUploads | undefined
  readonly #transfers: TransferManager
  readonly #lifecycle: FileLifecycle
  readonly #scheduler: Scheduler
  readonly #throughLakeFS: ThroughLakeFS
  readonly #resumer: FileResumer | undefined
  readonly #fileAdder: FileAdder
  readonly #end: RunEnd
  #options: Configuration
  #destination: Destination
  #snapshot: Snapshot | undefined

  /** @param portsFor creates the ports, which read the current options through the function it receives. */
  constructor(options: UploaderOptions, portsFor: (options: () => Configuration) => Ports) {
    const current = () => this.#options
    this.#options = options
    this.#destination = destinationOf(options)
    const ports = portsFor(current)
    this.#ports = ports
    const { clock, log } = ports
    const changed = () => this.#changed()
    const pump = () => this.#scheduler.pump()
    this.persists = options.persist !== false
    const resumeStore =
      ports.resumeStore && this.persists ? new ResumeStore({ clock, log, ...ports.resumeStore }) : undefined
    this.#notifier = new Notifier(clock)
    // Listeners must see the start of every run, however short, because some act at its end.
    const run = new RunTracker(clock, () => this.#notifier.notifySoon())
    const files = new FileStore(clock, changed, (job, part) => resumeStore?.save(job, part), log)
    const host = new HostCallbacks(current, files, ports)
    const transfers = new TransferManager(ports, current, files, resumeStore)
    const arrivals = new ArrivalCheck(ports, files, transfers, host)
    const ask = (job: Job) => void host.decide(job).then((answer) => answer && this.resolveConflict(job.id, answer))
    const lifecycle = new FileLifecycle(files, this.#queue, run, arrivals, transfers, resumeStore, host, ask)
    const joiner = new FileJoiner(current, files, this.#queue, run, transfers, resumeStore, lifecycle, host)
    if (resumeStore) {
      this.#unfinished = new UnfinishedUploads(resumeStore, clock.now, changed)
      this.#resumer = new FileResumer(ports, this.#unfinished, resumeStore, transfers, lifecycle, joiner, pump)
    }
    this.#fileStore = files
    this.#transfers = transfers
    this.#lifecycle = lifecycle
    this.#scheduler = new Scheduler(files, this.#queue, transfers, lifecycle, ports, () => this.#end.settle())
    this.#throughLakeFS = new ThroughLakeFS(files, transfers, lifecycle, this.#scheduler)
    const { lakefs } = transfers
    const resumer = this.#resumer
    this.#fileAdder = new FileAdder(current, ports, files, lakefs, lifecycle, joiner, resumer, host, changed, pump)
    this.#end = new RunEnd(run, arrivals, this.#additions, files, host, changed, (ended) => this.#rest(ended))
    this.#notifier.subscribe(() => {
      if (run.isOpen) host.progressed(files.totals())
    })
  }

  add(input: AddInput): Promise<Added> {
    const { clock, breathe } = this.#ports
    const addition = new Addition()
    return this.take(collect(input, new Slices(clock, breathe), addition.signal), addition)
  }

  /** Adds collected files. @param addition may already be paused or cancelled. */
  async take(pending: Promise<CollectedFiles>, addition: Addition): Promise<Added> {
    const destination = this.#destination
    if (!addition.isCancelled) this.#scheduler.start()
    return await this.#adding(addition, destination, () => {
      validateOptions(this.#options)
      return this.#fileAdder.add(pending, destination, addition)
    })
  }

  addSystemFiles(): void {
    this.#addLeftOut('system-file')
  }

  addVersionControl(): void {
    this.#addLeftOut('version-control')
  }

  dismissRejections(): void {
    this.#fileAdder.dismiss()
  }

  pause(files?: string | FilesOfUpload): void {
    if (includesAdding(files)) this.#additions.pause(files?.upload)
    for (const job of this.#fileStore.select(files)) {
      if (!allows(job.state, 'pause') || job.resumePoint.stored) continue
      this.#queue.delete(job.id)
      if (!this.#scheduler.stop(job, 'pause')) this.#fileStore.dispatch(job, { type: 'pause', sent: job.maxSentShown })
    }
  }

  resume(files?: string | FilesOfUpload): void {
    if (includesAdding(files)) this.#additions.resume(files?.upload)
    for (const job of this.#fileStore.select(files)) {
      if (job.state.status === 'paused') this.#lifecycle.requeue(job)
      else job.stop.resume()
    }
    this.#scheduler.start()
  }

  cancel(files?: string | FilesOfUpload): void {
    if (includesAdding(files)) void this.#additions.cancel(files && (({ upload }) => upload === files.upload))
    for (const job of this.#fileStore.select(files)) {
      if (ENDED.has(job.state.status)) continue
      this.#queue.delete(job.id)
      if (!this.#scheduler.stop(job, 'cancel')) this.#lifecycle.cancel(job)
    }
    this.#end.settle()
  }

  cancelAdding(branch?: BranchRef): Promise<void> {
    return this.#additions.cancel(branch && isAskedFor(branch))
  }

  retry(files?: string | FilesOfUpload): void {
    this.#transfers.forgetDestinations()
    const elsewhere: Job[] = []
    const isMeant = typeof files === 'string' || files?.status !== undefined
    for (const job of this.#fileStore.select(files)) {
      if (job.state.status === 'waiting' && isMeant) this.#transfers.wake(job)
      if (!isSentAgain(job, isMeant)) continue
      if (job.undecided) void this.#sendAgain([job], job.requestedDestination)
      else if (goesElsewhere(job, this.#destination)) elsewhere.push(job)
      else if (this.#fileStore.claim(job)) this.#lifecycle.retry(job)
    }
    this.#scheduler.start()
    if (elsewhere.length > 0) void this.#sendAgain(elsewhere, this.#destination)
  }

  sendThroughLakeFS(id?: string): void {
    this.#throughLakeFS.take(id)
  }

  remove(files?: string | FilesOfUpload): void {
    for (const job of this.#fileStore.select(files)) {
      const ended = ENDED.has(job.state.status)
      if (typeof files !== 'string' && (!ended || job.state.status === 'failed')) continue
      if (!ended) this.cancel(job.id)
      this.#lifecycle.remove(job)
    }
    this.#end.settle()
  }

  dismissUpload(upload: string): void {
    this.cancel({ upload })
    for (const job of this.#fileStore.select({ upload })) this.#lifecycle.remove(job)
    this.#fileStore.uploads.dismiss(upload)
    this.#changed()
    this.#end.settle()
  }

  rename(id: string, wished: string): void {
    const job = this.#fileStore.get(id)
    if (!job?.file || !allows(job.state, 'rename')) return
    const path = landingUnder(job.destination.prefix, givenPath(wished, job.file))
    const full = job.destination.prefix + path
    if (path === job.path) return
    if (this.#fileStore.isClaimed(job, full)) throw new UploadError('path-twice', { facts: { path } })
    const stays = job.state.status === 'queued' || job.state.status === 'paused'
    this.#lifecycle.move(job, full)
    if (!stays) this.#lifecycle.requeue(job, 0)
    this.#fileStore.refresh(job)
    this.#scheduler.start()
  }

  resolveConflict(id: string, answer: ConflictAnswer, { forAll = false }: { forAll?: boolean } = {}): void {
    const upload = this.#fileStore.get(id)?.upload
    if (forAll) this.#lifecycle.answersForAll.set(upload, answer)
    for (const job of this.#fileStore.select(forAll && upload !== undefined ? { upload } : id)) {
      if (job.state.status === 'asking') this.#lifecycle.answer(job, answer)
    }
    this.#scheduler.start()
    this.#end.settle()
  }

  sessionRenewed(): void {
    this.#ports.renewToken?.()
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

  async findUnfinished(): Promise<Unfinished> {
    this.#transfers.aborts.resume()
    return (await this.#resumer?.find(this.#destination.repository)) ?? { files: [], bytesLeft: 0, landed: 0 }
  }

  resumeUnfinished({ only, branch = this.#destination.branch }: ResumeUnfinished = {}): Promise<Added> {
    this.#scheduler.start()
    const automatic = only === 'automatic' ? { ...this.#destination, branch } : undefined
    const addition = new Addition(true)
    return this.#adding(
      addition,
      undefined,
      async () => (await this.#resumer?.resume(addition, automatic)) ?? { ids: [], rejections: NO_REJECTIONS },
    )
  }

  async discardUnfinished(): Promise<void> {
    void this.#additions.cancel(({ resumes }) => resumes)
    await this.#resumer?.discard()
  }

  getReport(id?: string): string {
    const job = this.#fileStore.get(id ?? '')
    return this.#transfers.report(this.#destination, this.#fileStore.counter.counts, job && fullPath(job))
  }

  getFile(id: string) {
    return this.#fileStore.view(id)
  }

  getDetails(id: string): FileDetails | undefined {
    const job = this.#fileStore.get(id)
    return job && detailsOf(job, this.#ports.clock.now(), this.#throughLakeFS.helps(job))
  }

  subscribe(listener: () => void): () => void {
    return this.#notifier.subscribe(listener)
  }

  getSnapshot(): Snapshot {
    this.#snapshot ??= snapshotOf({
      files: this.#fileStore,
      additions: this.#additions,
      end: this.#end,
      session: this.#transfers.session,
      destination: this.#destination,
      rejections: this.#fileAdder.rejections,
      unfinished: this.#unfinished?.unfinished,
    })
    return this.#snapshot
  }

  finished(): Promise<Summary> {
    return this.#end.finished()
  }

  get isBusy(): boolean {
    return this.#end.isConfirming || this.#fileStore.isBusy
  }

  stop(): void {
    this.#scheduler.stopAll()
  }

  #addLeftOut(code: LeftOutCode): void {
    this.#scheduler.start()
    for (const group of this.#fileAdder.takeLeftOut(code))
      void this.#addMore(group.destination, 'not included', (addition) => this.#fileAdder.addLeftOut(group, addition))
  }

  #sendAgain(jobs: readonly Job[], to: Destination): Promise<void> {
    return this.#addMore(to, 'not sent again', (addition) => this.#fileAdder.addAgain(jobs, to, addition))
  }

  /** Adds files that the list or the rejections have. When that fails they stay there, and so does their button. */
  async #addMore(to: Destination, failed: string, work: (addition: Addition) => Promise<void>): Promise<void> {
    const addition = new Addition()
    try {
      await this.#adding(addition, to, () => work(addition))
    } catch (thrown) {
      this.#ports.log.add({ what: failed, detail: String(thrown) })
    }
  }

  /** Runs work that adds files. Meanwhile its addition can be paused and cancelled, and the run does not end. */
  async #adding<T>(addition: Addition, asked: Destination | undefined, work: () => Promise<T>): Promise<T> {
    this.#additions.begin(addition, asked)
    try {
      return await work()
    } finally {
      this.#additions.end(addition)
      this.#end.settle()
    }
  }

  #changed(): void {
    this.#snapshot = undefined
    this.#notifier.notify()
  }

  /** Releases what only work in progress needs. @param ended true at the end of a run. */
  #rest(ended: boolean): void {
    this.#scheduler.stopListening()
    this.#transfers.forgetDestinations()
    if (!ended) return
    this.#lifecycle.forgetFinished()
    this.#lifecycle.answersForAll.clear()
  }
}
