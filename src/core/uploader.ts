import type {
  Added,
  AddInput,
  Destination,
  FileDetails,
  Snapshot,
  Summary,
  Unfinished,
  Uploader,
  UploaderOptions,
} from './api.ts'
import { detailsOf } from './details.ts'
import { Earlier } from './earlier.ts'
import { Endings } from './endings.ts'
import type { Errands } from './errands.ts'
import { UploadError } from './errors.ts'
import { collect, type Haul } from './files.ts'
import { fullPath, isLarge, type Job } from './job.ts'
import { Ledger } from './ledger.ts'
import type { Progress } from './means.ts'
import { guarded, Notifier } from './notifier.ts'
import { checkLength, destinationOf, landingPath } from './paths.ts'
import { Queue } from './queue.ts'
import { Reception } from './reception.ts'
import { Roster } from './roster.ts'
import { type Answer, ENDED, type Status } from './state.ts'
import { Run } from './summary.ts'
import { type Ports, Workshop } from './workshop.ts'

/** Large files at once: one for each connection to the store, where they go whole. */
const LARGE_AT_ONCE = 6
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
  readonly #endings: Endings
  readonly #reception: Reception
  readonly #queue = new Queue()
  readonly #running = new Map<string, Progress>()
  #options: UploaderOptions
  #destination: Destination
  #snapshot: Snapshot | undefined
  #largeRunning = 0
  #adding = 0
  /** Nothing starts until somebody asks for something. */
  #stopped = false
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
    this.#workshop = new Workshop(ports, () => this.#options, this.#roster, this.#ledger)
    const parts = {
      options: () => this.#options,
      log,
      roster: this.#roster,
      queue: this.#queue,
      run: this.#run,
      ledger: this.#ledger,
      workshop: this.#workshop,
    }
    this.#endings = new Endings(parts)
    this.#reception = new Reception({
      ...parts,
      clock,
      breathe: ports.breathe,
      earlier: this.#earlier,
      endings: this.#endings,
      changed: () => this.#changed(),
      pump: () => this.#pump(),
    })
  }

  add(input: AddInput): Promise<Added> {
    return this.take(collect(input))
  }

  /** @param pending what {@link collect} makes of a drop. */
  async take(pending: Promise<Haul>): Promise<Added> {
    this.#adding += 1
    this.#stopped = false
    try {
      return await this.#reception.take(pending, this.#destination)
    } finally {
      this.#adding -= 1
      this.#settleRun()
    }
  }

  includeJunk(): void {
    this.#stopped = false
    this.#reception.includeJunk()
  }

  dismissLeftOut(): void {
    this.#reception.dismiss()
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
    for (const job of this.#roster.some(id)) {
      if (job.state.status === 'paused') this.#endings.requeue(job)
      else if (job.stopFor === 'pause') job.stopFor = 'resume'
    }
    this.#go()
  }

  cancel(id?: string): void {
    for (const job of this.#roster.some(id)) {
      if (ENDED.has(job.state.status)) continue
      this.#queue.delete(job.id)
      if (!this.#stop(job, 'cancel')) this.#endings.giveUp(job)
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
      this.#endings.requeue(job, job.memo.stored || job.memo.multipart ? job.shown : 0)
    }
    this.#go()
  }

  remove(id?: string): void {
    for (const job of this.#roster.some(id)) {
      const ended = ENDED.has(job.state.status)
      if (id === undefined && (!ended || job.state.status === 'failed')) continue
      if (!ended) this.cancel(job.id)
      if (job.state.status === 'failed') this.#endings.takeBack(job)
      this.#ledger?.forget(job)
      this.#roster.remove(job)
    }
    this.#settleRun()
  }

  rename(id: string, wished: string): void {
    const job = this.#roster.get(id)
    if (!job?.file || !RENAMABLE.has(job.state.status)) return
    const path = landingPath(wished)
    const full = landingPath(job.destination.prefix + path)
    checkLength(full)
    if (path === job.path) return
    if (this.#roster.isClaimed(job, full)) throw new UploadError('path-twice', { facts: { path } })
    const stays = job.state.status === 'queued' || job.state.status === 'paused'
    this.#endings.move(job, full)
    if (!stays) this.#endings.requeue(job, 0)
    this.#roster.refresh(job)
    this.#go()
  }

  answer(id: string, answer: Answer, { forAll = false }: { forAll?: boolean } = {}): void {
    if (forAll) this.#endings.answerForAll = answer
    for (const job of forAll ? this.#roster.some(undefined) : this.#roster.some(id)) {
      if (job.state.status === 'asking') this.#endings.answer(job, answer)
    }
    this.#go()
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

  findUnfinished(): Promise<Unfinished> {
    return this.#reception.findUnfinished(this.#destination.repository)
  }

  resumeUnfinished(): Promise<Added> {
    this.#stopped = false
    return this.#reception.resumeUnfinished()
  }

  discardUnfinished(): Promise<void> {
    return this.#reception.discardUnfinished()
  }

  report(id?: string): string {
    const job = id === undefined ? undefined : this.#roster.get(id)
    return this.#workshop.report(this.#destination, this.#roster.tally.counts, job && fullPath(job))
  }

  file(id: string) {
    return this.#roster.view(id)
  }

  details(id: string): FileDetails | undefined {
    const job = this.#roster.get(id)
    return job && detailsOf(job, this.#ports.clock.now())
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
      leftOut: this.#reception.leftOut,
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
    this.#stopped = true
    for (const job of this.#roster.some(undefined)) {
      if (this.#stop(job, 'pause')) continue
      // A file that has not begun must not begin when the ones before it have stopped.
      if (job.state.status === 'queued') this.#roster.emit(job, { type: 'pause', sent: job.shown })
    }
    this.#queue.clear()
    this.#listen(false)
    void this.#ledger?.release()
  }

  /** A person asks for something: what was stopped may start again. */
  #go(): void {
    this.#stopped = false
    this.#pump()
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
    if (this.#stopped) return
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
    job.answer ??= this.#endings.answerForAll
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
      // What the last requests brought is written, and other tabs may have the files.
      if (this.#stopped && this.#running.size === 0) void this.#ledger?.release()
    }
    outcome.then(
      (result) => end(() => this.#endings.conclude(job, result)),
      (thrown: unknown) => end(() => this.#endings.break(job, thrown)),
    )
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
    this.#endings.forgetFinished()
    const summary = this.#run.end(this.#roster.some(undefined))
    this.#endings.answerForAll = undefined
    for (const resolve of waiting) resolve(summary)
    if (ran) guarded(() => this.#options.onFinished?.(summary))
  }
}
