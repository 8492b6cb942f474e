import type {
  Added,
  AddInput,
  Destination,
  LeftOut,
  Snapshot,
  Summary,
  Unfinished,
  Uploader,
  UploaderOptions,
} from './api.ts'
import { carryOver, Earlier, type Match } from './earlier.ts'
import { enroll } from './enroll.ts'
import type { Errands } from './errands.ts'
import { UploadError } from './errors.ts'
import { collect, type Haul, type Picked } from './files.ts'
import { NOTHING_LEFT, sift } from './intake.ts'
import { createJob, fullPath, isLarge, type Job } from './job.ts'
import { Ledger } from './ledger.ts'
import type { Progress } from './means.ts'
import { guarded, Notifier } from './notifier.ts'
import { checkLength, destinationOf, landingPath } from './paths.ts'
import { Queue } from './queue.ts'
import { isAbort, toUploadError } from './refusal.ts'
import { Roster } from './roster.ts'
import { type Answer, ENDED, type SkipReason, type Status } from './state.ts'
import { takeBack } from './strategies/parts.ts'
import { Run } from './summary.ts'
import type { Outcome } from './transfer.ts'
import { type Ports, Workshop } from './workshop.ts'

/** Ms that adding files waits for the records of earlier visits. */
const LONGEST_RECALL = 1000
/** Large files at once: one for each connection to the store, where they go whole. */
const LARGE_AT_ONCE = 6
/** Files compared with the records of earlier visits together. */
const MATCHED = 200
/** Ms of taking files in before the page gets a turn. */
const SLICE = 8
/** Ms of taking files in before the first ones start. */
const GATHER = 250

/** States in which a file's destination may still be changed. */
const RENAMABLE: ReadonlySet<Status> = new Set<Status>(['queued', 'paused', 'asking', 'failed'])

/** What the engine hears from the page. */
export interface Surroundings {
  /** Calls back when the network is back; returns the way to stop. */
  onOnline: (callback: () => void) => () => void
  /** Calls back when the person looks at the page again. */
  onShown: (callback: () => void) => () => void
}

/** Many files: who is next, what a person asks for, and what everybody sees. */
export class Engine implements Uploader {
  readonly #ports: Ports
  readonly #surroundings: Surroundings
  readonly #workshop: Workshop
  readonly #notifier: Notifier
  readonly #roster: Roster
  readonly #ledger: Ledger | undefined
  readonly #earlier: Earlier | undefined
  readonly #queue = new Queue()
  readonly #running = new Map<string, Progress>()
  #options: UploaderOptions
  #destination: Destination
  #leftOut: LeftOut = NOTHING_LEFT
  #setAside: { picked: Picked; destination: Destination }[] = []
  #answerForAll: Answer | undefined
  #snapshot: Snapshot | undefined
  #nextId = 1
  #largeRunning = 0
  #adding = 0
  readonly #run: Run
  #stopListening: (() => void) | undefined
  #waitingForEnd: ((summary: Summary) => void)[] = []

  constructor(options: UploaderOptions, ports: Ports, surroundings: Surroundings) {
    this.#options = options
    this.#destination = destinationOf(options)
    this.#ports = ports
    this.#surroundings = surroundings
    this.#notifier = new Notifier(ports.clock)
    this.#run = new Run(ports.clock)
    const { clock, log, ledger } = ports
    if (ledger && options.resume !== false) {
      this.#ledger = new Ledger({ clock, log, ...ledger })
      this.#earlier = new Earlier(this.#ledger, clock.now, () => this.#changed())
    }
    const keep = (job: Job, part?: number) => this.#ledger?.keep(job, part)
    this.#roster = new Roster(clock, () => this.#changed(), keep, log)
    this.#workshop = new Workshop(ports, () => this.#options, this.#roster)
  }

  add(input: AddInput): Promise<Added> {
    return this.take(collect(input))
  }

  /** @param pending what {@link collect} makes of a drop. */
  async take(pending: Promise<Haul>): Promise<Added> {
    const destination = this.#destination
    this.#adding += 1
    try {
      const haul = await pending
      await this.#recall()
      const { files, junk, leftOut } = sift(haul, this.#options, this.#roster.ids.length)
      this.#setAside.push(...junk.map((picked) => ({ picked, destination })))
      this.#leftOut = {
        junk: [...this.#leftOut.junk, ...leftOut.junk],
        emptyFolders: [...this.#leftOut.emptyFolders, ...leftOut.emptyFolders],
        unreadable: [...this.#leftOut.unreadable, ...leftOut.unreadable],
        refused: [...this.#leftOut.refused, ...leftOut.refused],
      }
      this.#changed()
      const prepared = await this.#prepare(files, destination)
      return { ids: await this.#enrollAll(prepared.files, prepared.destination), leftOut }
    } finally {
      this.#adding -= 1
      this.#settleRun()
    }
  }

  includeJunk(): void {
    const groups = this.#setAside
    this.#setAside = []
    this.#leftOut = { ...this.#leftOut, junk: [] }
    for (const { picked, destination } of groups) this.#take(picked, destination)
    this.#changed()
    this.#pump()
  }

  dismissLeftOut(): void {
    this.#leftOut = NOTHING_LEFT
    this.#setAside = []
    this.#changed()
  }

  pause(id?: string): void {
    for (const job of this.#roster.some(id)) {
      const { status } = job.state
      // Once all bytes are stored there is nothing to pause: the rest is one call.
      if (ENDED.has(status) || status === 'paused' || status === 'asking' || job.memo.stored) continue
      this.#queue.delete(job.id)
      if (!this.#stop(job, 'pause')) this.#roster.emit(job, { type: 'pause', sent: job.shown })
    }
  }

  resume(id?: string): void {
    for (const job of this.#roster.some(id)) if (job.state.status === 'paused') this.#requeue(job)
    this.#pump()
  }

  cancel(id?: string): void {
    for (const job of this.#roster.some(id)) {
      if (ENDED.has(job.state.status)) continue
      this.#queue.delete(job.id)
      if (!this.#stop(job, 'cancel')) this.#giveUp(job)
    }
    this.#settleRun()
  }

  retry(id?: string): void {
    this.#workshop.forget()
    for (const job of this.#roster.some(id)) {
      const { state } = job
      if (state.status === 'waiting' && id !== undefined) this.#workshop.wake(job)
      const again = state.status === 'failed' ? state.error.retryable : id !== undefined && state.status === 'cancelled'
      if (!again || !(job.file || job.memo.stored) || !this.#roster.claim(job)) continue
      job.answer = undefined
      // What the store has stays on the bar; what has to travel again does not.
      this.#requeue(job, job.memo.stored || job.memo.multipart ? job.shown : 0)
    }
    this.#pump()
  }

  remove(id?: string): void {
    for (const job of this.#roster.some(id)) {
      const ended = ENDED.has(job.state.status)
      if (id === undefined && (!ended || job.state.status === 'failed')) continue
      if (!ended) this.cancel(job.id)
      if (job.state.status === 'failed') this.#takeBack(job)
      this.#ledger?.forget(job)
      this.#roster.remove(job)
    }
    this.#settleRun()
  }

  rename(id: string, wished: string): void {
    const job = this.#roster.get(id)
    if (!job?.file || !RENAMABLE.has(job.state.status)) return
    const path = landingPath(wished)
    const full = job.destination.prefix + path
    checkLength(full)
    if (path === job.path) return
    if (this.#roster.isClaimed(job, full)) throw new UploadError('path-twice', { facts: { path } })
    const stays = job.state.status === 'queued' || job.state.status === 'paused'
    this.#move(job, full)
    if (!stays) this.#requeue(job, 0)
    this.#roster.refresh(job)
    this.#pump()
  }

  answer(id: string, answer: Answer, { forAll = false }: { forAll?: boolean } = {}): void {
    if (forAll) this.#answerForAll = answer
    for (const job of forAll ? this.#roster.some(undefined) : this.#roster.some(id)) {
      if (job.state.status === 'asking') this.#settleConflict(job, answer)
    }
    this.#pump()
    this.#settleRun()
  }

  sessionRenewed(): void {
    this.#workshop.session.renewed()
  }

  configure(options: Partial<UploaderOptions>): void {
    this.#options = { ...this.#options, ...options }
    const next = destinationOf(this.#options)
    const { repository, branch, prefix } = this.#destination
    if (next.repository !== repository || next.branch !== branch || next.prefix !== prefix) {
      this.#destination = next
      this.#changed()
    }
    this.#workshop.adopt()
    this.#pump()
  }

  async errands(): Promise<Errands> {
    return this.#workshop.errands
  }

  async findUnfinished(): Promise<Unfinished> {
    await this.#recall(true)
    return this.#earlier?.unfinished ?? { files: [], bytesLeft: 0, landed: 0 }
  }

  async resumeUnfinished(): Promise<Added> {
    const ids: string[] = []
    for (const { record, match, picked } of (await this.#earlier?.resume()) ?? []) {
      const { repository, branch, prefix } = record
      const job = picked
        ? this.#jobOf(picked, { repository, branch, prefix })
        : createJob({
            ...record,
            id: `f${this.#nextId++}`,
            destination: { repository, branch, prefix },
            file: undefined,
          })
      ids.push(this.#join(job, match))
    }
    this.#pump()
    return { ids, leftOut: NOTHING_LEFT }
  }

  async discardUnfinished(): Promise<void> {
    for (const { record, memo } of (await this.#earlier?.discard()) ?? []) {
      const { repository, branch, prefix } = record
      const job = createJob({ ...record, destination: { repository, branch, prefix }, file: undefined })
      job.memo = memo
      this.#takeBack(job)
    }
  }

  report(id?: string): string {
    const job = id === undefined ? undefined : this.#roster.get(id)
    return this.#workshop.report(this.#destination, this.#roster.tally.counts, job && fullPath(job))
  }

  file(id: string) {
    return this.#roster.view(id)
  }

  subscribe(listener: () => void): () => void {
    return this.#notifier.subscribe(listener)
  }

  getSnapshot(): Snapshot {
    if (this.#snapshot) return this.#snapshot
    const roster = this.#roster
    const { ids, tally } = roster
    let files: Snapshot['files'] | undefined
    this.#snapshot = {
      ids,
      get files() {
        files ??= ids.flatMap((id) => roster.view(id) ?? [])
        return files
      },
      totals: tally.snapshot(this.#ports.clock.now()),
      status: tally.status,
      session: this.#workshop.session.expired ? 'expired' : 'ok',
      destination: this.#destination,
      leftOut: this.#leftOut,
      unfinished: this.#earlier?.unfinished,
    }
    return this.#snapshot
  }

  finished(): Promise<Summary> {
    if (this.#adding === 0 && this.#roster.tally.open === 0) {
      return Promise.resolve(this.#run.summary(this.#roster.some(undefined)))
    }
    return new Promise((resolve) => this.#waitingForEnd.push(resolve))
  }

  get isBusy(): boolean {
    const { tally } = this.#roster
    const busy = ['sending', 'finishing', 'waiting'] as const
    if (busy.some((status) => tally.count(status) > 0)) return true
    if (tally.count('asking') === 0) return false
    return this.#roster.some(undefined).some((job) => job.state.status === 'asking' && job.memo.stored !== undefined)
  }

  destroy(): void {
    for (const job of this.#roster.some(undefined)) {
      if (this.#stop(job, 'pause')) continue
      // A file that has not begun must not begin when the ones before it have stopped.
      if (job.state.status === 'queued') this.#roster.emit(job, { type: 'pause', sent: job.shown })
    }
    this.#queue.clear()
    this.#listen(false)
    void this.#ledger?.release()
  }

  /** What earlier visits have left. An upload waits for it a moment and never fails by it. */
  async #recall(again = false): Promise<void> {
    const { clock, log } = this.#ports
    const found = this.#earlier?.find(this.#destination.repository, again).catch((thrown: unknown) => {
      log.add({ what: 'records cannot be read', detail: String(thrown) })
    })
    if (!found) return
    await new Promise<void>((resolve) => {
      const cancel = clock.after(LONGEST_RECALL, resolve)
      void found.then(() => {
        cancel()
        resolve()
      })
    })
  }

  async #prepare(files: Picked[], destination: Destination): Promise<{ files: Picked[]; destination: Destination }> {
    const { prepare } = this.#options
    if (!prepare || files.length === 0) return { files, destination }
    const prepared = await prepare({ files, destination }, this.#workshop.errands)
    const named = (prepared?.files ?? []).map((one) => ({ ...one, path: one.path ?? one.file.name }))
    return { files: named, destination: prepared?.destination ?? destination }
  }

  /** In slices of a few ms, so that no frame waits for them however many files there are. */
  async #enrollAll(files: readonly Picked[], destination: Destination): Promise<string[]> {
    const batch = new Set<string>()
    const ids: string[] = []
    const { clock, breathe } = this.#ports
    let sliceEnd = clock.now() + SLICE
    // A long drop is looked up on the branch in few pages, so most of it is known before the first file asks.
    let pumpAt = clock.now() + GATHER
    let matches: Awaited<ReturnType<Earlier['match']>> | undefined
    for (const [index, picked] of files.entries()) {
      if (index % MATCHED === 0) matches = await this.#earlier?.match(files.slice(index, index + MATCHED), destination)
      ids.push(this.#take(picked, destination, batch, matches?.get(picked)))
      if (clock.now() < sliceEnd) continue
      this.#changed()
      if (clock.now() >= pumpAt) {
        this.#pump()
        pumpAt = clock.now() + GATHER
      }
      await breathe()
      sliceEnd = clock.now() + SLICE
    }
    this.#changed()
    this.#pump()
    return ids
  }

  /** @param batch ids of the same drop: the same file dropped twice later is no second source. */
  #take(picked: Picked, destination: Destination, batch?: Set<string>, match?: Match): string {
    const job = this.#jobOf(picked, destination)
    const holder = this.#roster.holder(job)
    if (holder && job.state.status === 'queued') {
      const same = holder.size === job.size && holder.lastModified === job.lastModified
      if (same && !batch?.has(holder.id)) return holder.id
      const error = new UploadError('path-twice', { facts: { path: job.path } })
      job.state = { status: 'failed', error, sent: 0 }
    }
    batch?.add(job.id)
    return this.#join(job, match)
  }

  #jobOf(picked: Picked, destination: Destination): Job {
    const job = enroll(picked, `f${this.#nextId++}`, destination, this.#options.metadata ?? {})
    job.handle = picked.handle
    void picked.root?.then((root) => {
      if (!root) return
      job.source = { root, inside: picked.path.split('/').slice(1) }
      if (!ENDED.has(job.state.status)) this.#ledger?.keep(job)
    })
    return job
  }

  /** Puts a file on the list and in the queue. */
  #join(job: Job, match: Match | undefined): string {
    const open = job.state.status === 'queued'
    if (open && match) {
      carryOver(job, match)
      this.#ledger?.adopt(job, match.record)
      if (match.kind === 'changed') this.#startAnew(job, match)
    }
    this.#run.join(job)
    this.#roster.add(job)
    if (open) {
      this.#roster.claim(job)
      this.#queue.add(job.id, isLarge(job.size))
      this.#ledger?.keep(job)
      if ((this.#checksPresence || job.memo.landed) && !job.memo.stored)
        this.#workshop.announce(job.destination, fullPath(job))
    }
    return job.id
  }

  /** The file is another one than the one that was begun: what the store has of that one is given up. */
  #startAnew(job: Job, { memo }: Match): void {
    job.memo = memo
    this.#takeBack(job)
  }

  get #checksPresence(): boolean {
    return (this.#options.onConflict ?? 'ask') !== 'overwrite'
  }

  #requeue(job: Job, shown = job.shown): void {
    this.#run.join(job)
    this.#ledger?.keep(job)
    this.#roster.emit(job, { type: 'queue' }, shown)
    this.#queue.addFirst(job.id, isLarge(job.size))
  }

  /** Asks a running transfer to stop; false where there is none. */
  #stop(job: Job, reason: NonNullable<Job['stopFor']>): boolean {
    if (!job.controller) return false
    job.stopFor = reason
    const progress = this.#running.get(job.id)
    // A link under way cannot be called back: its answer decides what became of the file.
    if (reason === 'cancel' && progress?.phase === 'finish' && !progress.isWaiting) return true
    job.controller.abort()
    return true
  }

  #pump(): void {
    const limit = this.#options.concurrency?.files ?? this.#workshop.filesAtOnce
    while (this.#running.size < limit) {
      const id = this.#queue.take(this.#largeRunning < LARGE_AT_ONCE)
      if (id === undefined) break
      const job = this.#roster.get(id)
      if (job?.state.status === 'queued') this.#start(job)
    }
    if (this.#running.size > 0) this.#listen(true)
  }

  #start(job: Job): void {
    job.answer ??= this.#answerForAll
    job.stopFor = undefined
    job.controller = new AbortController()
    const { outcome, progress } = this.#workshop.run(job, job.controller.signal)
    this.#running.set(job.id, progress)
    const weight = isLarge(job.size) ? 1 : 0
    this.#largeRunning += weight
    const end = (act: () => void) => {
      this.#running.delete(job.id)
      this.#largeRunning -= weight
      job.controller = undefined
      act()
      this.#pump()
      this.#settleRun()
    }
    outcome.then(
      (result) => end(() => this.#conclude(job, result)),
      (thrown: unknown) => end(() => this.#break(job, thrown)),
    )
  }

  #conclude(job: Job, outcome: Outcome): void {
    if (outcome.type === 'uploaded') {
      this.#run.arrive(job)
      this.#roster.emit(job, outcome, job.size)
      // The browser may hold the file open, or in memory, as long as somebody refers to it (peers B31).
      job.file = undefined
      job.memo = {}
      this.#roster.release(job)
      this.#ledger?.keep(job)
      const view = this.#roster.view(job.id)
      if (view) guarded(() => this.#options.onUploaded?.(outcome.object, view))
      return
    }
    if (job.stopFor === 'cancel') this.#giveUp(job)
    else if (outcome.type === 'skip') this.#skip(job, outcome.reason)
    else if (outcome.type === 'rename') this.#rename(job, outcome.path)
    else {
      const renamed = outcome.conflict.renamed.slice(job.destination.prefix.length)
      this.#roster.emit(job, { type: 'ask', conflict: { ...outcome.conflict, renamed } })
      if (this.#answerForAll) this.#settleConflict(job, this.#answerForAll)
    }
  }

  /** A transfer that was stopped, or that failed. */
  #break(job: Job, thrown: unknown): void {
    if (job.stopFor === 'cancel') {
      this.#giveUp(job)
    } else if (isAbort(thrown) && job.stopFor === 'pause') {
      this.#roster.emit(job, { type: 'pause', sent: job.shown })
    } else {
      const error = toUploadError(thrown)
      this.#roster.emit(job, { type: 'fail', error, sent: job.shown })
      this.#roster.release(job)
      if (!error.retryable) this.#takeBack(job)
    }
  }

  #settleConflict(job: Job, answer: Answer): void {
    if (job.state.status !== 'asking') return
    job.answer = answer
    if (answer === 'skip') this.#skip(job, 'exists')
    else if (answer === 'rename') this.#rename(job, job.destination.prefix + job.state.conflict.renamed)
    else this.#requeue(job)
  }

  #skip(job: Job, reason: SkipReason): void {
    this.#roster.emit(job, { type: 'skip', reason })
    this.#takeBack(job)
    this.#roster.release(job)
  }

  /** @param path on the branch. What was sent for the old path cannot be used: an address is signed for one path. */
  #rename(job: Job, path: string): void {
    this.#move(job, path)
    this.#requeue(job, 0)
  }

  #move(job: Job, path: string): void {
    this.#takeBack(job)
    this.#roster.release(job)
    const before = job.path
    job.path = path.slice(job.destination.prefix.length)
    const free = this.#roster.claim(job)
    // Another file came for that name while the person thought: look for the next one.
    if (!free) {
      job.path = before
      this.#roster.claim(job)
    }
    job.answer = free ? undefined : 'rename'
  }

  #giveUp(job: Job): void {
    this.#roster.emit(job, { type: 'cancel' })
    this.#takeBack(job)
    this.#roster.release(job)
  }

  /** What the store has of a file that will not land is given up; parts cost money and nobody sees them (peers B14). */
  #takeBack(job: Job): void {
    const { stored, multipart = stored?.kind === 'complete' ? stored.multipart : undefined } = job.memo
    job.memo = {}
    this.#ledger?.forget(job)
    if (!multipart) return
    const parcel = this.#workshop.parcel(job, new Blob())
    takeBack(parcel, this.#workshop.quietMeans(job), multipart).catch((thrown: unknown) => {
      // Nothing a person could do about it now; stores are set to sweep such leftovers.
      this.#ports.log.add({ what: 'a multipart upload stays open', path: parcel.path, detail: String(thrown) })
    })
  }

  #changed(): void {
    this.#snapshot = undefined
    this.#notifier.notify()
  }

  #listen(on: boolean): void {
    if (on === (this.#stopListening !== undefined)) return
    this.#stopListening?.()
    this.#stopListening = undefined
    if (!on) return
    const wakeAll = () => {
      for (const job of this.#roster.some(undefined)) if (job.state.status === 'waiting') job.alarm.ring()
    }
    const stops = [
      this.#surroundings.onOnline(wakeAll),
      this.#surroundings.onShown(() => this.#workshop.session.look()),
    ]
    this.#stopListening = () => {
      for (const stop of stops) stop()
    }
  }

  /** When the last file has ended, says so once. */
  #settleRun(): void {
    if (this.#adding > 0 || this.#roster.tally.open > 0) return
    this.#listen(false)
    this.#workshop.forget()
    const waiting = this.#waitingForEnd
    this.#waitingForEnd = []
    if (!this.#run.isOpen && waiting.length === 0) return
    const ran = this.#run.isOpen
    this.#forgetFinished()
    const summary = this.#run.end(this.#roster.some(undefined))
    this.#answerForAll = undefined
    for (const resolve of waiting) resolve(summary)
    if (ran) guarded(() => this.#options.onFinished?.(summary))
  }

  /** Once nothing is left that could be gone on with, no record is needed of what has landed. */
  #forgetFinished(): void {
    const jobs = this.#roster.some(undefined)
    if (jobs.some(({ state }) => state.status === 'failed' && state.error.retryable)) return
    for (const job of jobs) this.#ledger?.forget(job)
  }
}
