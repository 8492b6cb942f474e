import type { UploadError } from '../errors.ts'
import { fullPath, isLarge, type Job } from '../file/job.ts'
import type { ResumePoint } from '../file/resume-point.ts'
import { ENDED, type FileEvent, type FileState, reduce } from '../file/state.ts'
import { changesReason } from '../file/stop-reason.ts'
import type { Notice, UploadFile } from '../file/upload-file.ts'
import { claimKey } from '../intake/paths.ts'
import type { Clock } from '../request/clock.ts'
import type { Log } from '../request/log.ts'
import type { Totals } from '../snapshot.ts'
import { IdleClock } from './idle-clock.ts'
import { StatusCounter, shareOf } from './status-counter.ts'

/** All files of one uploader: who they are, which path each one claims, what state each one is in, and the totals. */
export class FileStore {
  readonly counter = new StatusCounter()
  readonly #idleClock: IdleClock
  readonly #jobs = new Map<string, Job>()
  readonly #claims = new Map<string, string>()
  readonly #clock: Clock
  readonly #onChange: () => void
  readonly #log: Log
  readonly #onKeep: (job: Job, part?: number) => void
  /** Of files that ask: aborted when they ask no more. */
  readonly #asking = new Map<Job, AbortController>()
  #ids: readonly string[] | undefined

  /** @param onKeep is called with what is worth a record. */
  constructor(clock: Clock, onChange: () => void, onKeep: (job: Job, part?: number) => void, log: Log) {
    this.#clock = clock
    this.#idleClock = new IdleClock(clock, onChange)
    this.#onChange = onChange
    this.#onKeep = onKeep
    this.#log = log
  }

  get(id: string): Job | undefined {
    return this.#jobs.get(id)
  }

  /** In order of adding. A copy: the caller may remove while it walks. */
  all(): Job[] {
    return [...this.#jobs.values()]
  }

  /** One file; all of them without an id. */
  select(id: string | undefined): Job[] {
    if (id === undefined) return this.all()
    const job = this.#jobs.get(id)
    return job ? [job] : []
  }

  /** The same array until files are added or removed. */
  get ids(): readonly string[] {
    this.#ids ??= [...this.#jobs.keys()]
    return this.#ids
  }

  view(id: string): UploadFile | undefined {
    const job = this.#jobs.get(id)
    return job && this.#idleClock.view(job)
  }

  totals(): Totals {
    return { ...this.counter.snapshot(this.#clock.now()), ...this.#idleClock.standstill() }
  }

  add(job: Job): void {
    this.#jobs.set(job.id, job)
    this.#ids = undefined
    this.counter.add(shareOf(job.state, job.size, job.maxSentShown))
    this.#onChange()
  }

  remove(job: Job): void {
    this.release(job)
    this.#idleClock.follow(job, false)
    if (!this.#jobs.delete(job.id)) return
    this.#ids = undefined
    this.counter.remove(shareOf(job.state, job.size, job.maxSentShown))
    this.#onChange()
  }

  /** The file that is going to land at this file's path, if any. */
  ownerOfPath(job: Job): Job | undefined {
    return this.#jobs.get(this.#claims.get(keyOf(job)) ?? '')
  }

  /** Another tab has put something at a path: the file that is going there looks at the branch afresh. */
  contest(key: string): void {
    const job = this.#jobs.get(this.#claims.get(key) ?? '')
    if (job) job.contested = true
  }

  isClaimed({ destination }: Job, fullPath: string): boolean {
    return this.#claims.has(claimKey(destination, fullPath))
  }

  /** Takes the path for this file; false where another one has it. */
  claim(job: Job): boolean {
    const holder = this.ownerOfPath(job)
    if (holder && holder !== job) return false
    this.#claims.set(keyOf(job), job.id)
    return true
  }

  /** Gives the file another path under its prefix; false, and nothing has changed, where another file has that path. */
  move(job: Job, path: string): boolean {
    const before = job.path
    this.release(job)
    job.path = path
    if (this.claim(job)) return true
    job.path = before
    this.claim(job)
    return false
  }

  release(job: Job): void {
    if (this.ownerOfPath(job) === job) this.#claims.delete(keyOf(job))
  }

  /** @param shown bytes shown as sent from now on; without it as many as before. */
  dispatch(job: Job, event: FileEvent, shown = job.maxSentShown): void {
    const before = shareOf(job.state, job.size, job.maxSentShown)
    job.maxSentShown = shown
    const { state } = job
    if (isNewTry(state, event)) job.tries += 1
    job.state = reduce(state, event)
    job.view = undefined
    if (job.state !== state) this.#settleQuestion(job)
    if (job.state.status !== before.status || job.state.status === 'waiting') this.#note(job)
    // A file that was taken off the list may still hear the end of its last request.
    if (!this.#jobs.has(job.id)) return
    if (job.stop.reason !== 'end' && changesReason(state, job.state)) this.#onKeep(job)
    this.#idleClock.follow(job)
    this.counter.change(before, shareOf(job.state, job.size, job.maxSentShown), this.#clock.now())
    this.#onChange()
  }

  /**
   * Marks an uploaded file as failed: the branch does not have it. One that was cleared away as uploaded comes back.
   * @param left what a retry goes on with.
   */
  lose(job: Job, error: UploadError, left: ResumePoint): void {
    job.resumePoint = left
    this.dispatch(job, { type: 'lost', error })
    if (!this.get(job.id)) this.add(job)
  }

  /** A signal that is aborted as soon as the file, which is `asking`, is anything else. */
  whileAsking(job: Job): AbortSignal {
    const controller = new AbortController()
    this.#asking.set(job, controller)
    return controller.signal
  }

  /** Progress of the bytes; what is shown never falls. */
  report(job: Job, sent: number, repeating: number | undefined): void {
    const shown = Math.max(job.maxSentShown, Math.min(sent, job.size))
    const now = this.#clock.now()
    // Bytes that are sent again move too, though they take the file no further than it was.
    if (job.movement.report(sent, now)) this.#idleClock.moved(now)
    if (shown > job.maxSentShown) job.movement.measure(shown - job.maxSentShown, now, isLarge(job.size))
    this.dispatch(job, { type: 'progress', sent: shown, repeating }, shown)
  }

  /** Notes where the file was found among what was dropped. */
  foundSource(job: Job, source: NonNullable<Job['source']>): void {
    job.source = source
    if (!ENDED.has(job.state.status)) this.#onKeep(job)
  }

  save(job: Job, part: number | undefined): void {
    this.#onKeep(job, part)
  }

  /** Something a person should know of a file, beside its state. */
  notice(job: Job, notice: Notice | undefined): void {
    if (job.notice === notice) return
    job.notice = notice
    this.refresh(job)
  }

  /** A file's facts have changed. */
  refresh(job: Job): void {
    job.view = undefined
    this.#onChange()
  }

  /** Something outside the files' states has changed what they look like. */
  invalidate(): void {
    this.#onChange()
  }

  #settleQuestion(job: Job): void {
    this.#asking.get(job)?.abort()
    this.#asking.delete(job)
  }

  #note({ state, ...job }: Job): void {
    const path = job.destination.prefix + job.path
    if (state.status === 'failed') {
      const { code, status, requestId, detail } = state.error
      this.#log.add({ what: 'failed', path, code, status, requestId, detail })
    } else if (state.status === 'waiting') {
      const { reason, side, until } = state.wait
      const ms = until === undefined ? undefined : until - this.#clock.now()
      this.#log.add({ what: `waiting, ${reason}`, path, side, ms })
    } else this.#log.add({ what: state.status, path })
  }
}

/** Whether a file goes on after something went wrong; a pause, and another tab that has its path, are nothing wrong. */
function isNewTry(state: FileState, event: FileEvent): boolean {
  if (event.type === 'wait') return event.wait.reason !== 'other-tab'
  const held = state.status === 'paused' || (state.status === 'waiting' && state.wait.reason === 'other-tab')
  return event.type === 'queue' && !held
}

/** Where the file claims its path. */
export function keyOf(job: Job): string {
  return claimKey(job.destination, fullPath(job))
}
