import type { UploadError } from '../errors.ts'
import { fullPath, isLarge, type Job } from '../file/job.ts'
import type { ResumePoint } from '../file/resume-point.ts'
import { ENDED, type FileEvent, type FileState, reduce } from '../file/state.ts'
import { changesReason } from '../file/stop-reason.ts'
import type { Notice, UploadFile } from '../file/upload-file.ts'
import { claimKey, knownFreeName } from '../intake/paths.ts'
import type { Clock } from '../request/clock.ts'
import type { Log } from '../request/log.ts'
import type { Totals } from '../snapshot.ts'
import type { FilesOfUpload } from '../uploader.ts'
import { IdleClock } from './idle-clock.ts'
import { StatusCounter, shareOf } from './status-counter.ts'
import { Uploads } from './uploads/uploads.ts'

/** Files of one uploader with their paths, states and totals. */
export class FileStore {
  readonly counter = new StatusCounter()
  readonly uploads: Uploads
  readonly #idleClock: IdleClock
  readonly #jobs = new Map<string, Job>()
  readonly #claims = new Map<string, string>()
  readonly #clock: Clock
  readonly #onChange: () => void
  readonly #log: Log
  readonly #onKeep: (job: Job, part?: number) => void
  /** Controllers of files that are `asking`, aborted when they leave that state. */
  readonly #asking = new Map<Job, AbortController>()
  #ids: readonly string[] | undefined

  /** @param onKeep is called with a file whose record has to be written, and with the number of a new part. */
  constructor(clock: Clock, onChange: () => void, onKeep: (job: Job, part?: number) => void, log: Log) {
    this.#clock = clock
    this.uploads = new Uploads(clock, () => this.#idleClock.standstill())
    this.#idleClock = new IdleClock(clock, () => {
      this.uploads.refresh()
      onChange()
    })
    this.#onChange = onChange
    this.#onKeep = onKeep
    this.#log = log
  }

  get(id: string): Job | undefined {
    return this.#jobs.get(id)
  }

  /** Returns the files in the order of adding, as a copy, so that the caller may remove files meanwhile. */
  all(): Job[] {
    return [...this.#jobs.values()]
  }

  /** Returns one file, those of an upload, or all files. */
  select(files: string | FilesOfUpload | undefined): Job[] {
    if (files === undefined) return this.all()
    if (typeof files === 'object') {
      const { upload, status } = files
      return this.all().filter((job) => job.upload === upload && (status ?? job.state.status) === job.state.status)
    }
    const job = this.#jobs.get(files)
    return job ? [job] : []
  }

  /** Ids in the order of adding. The array stays the same until files are added or removed. */
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
    const share = shareOf(job.state, job.size, job.maxSentShown)
    this.counter.add(share)
    this.uploads.add(job, share)
    this.#onChange()
  }

  remove(job: Job): void {
    this.release(job)
    this.#idleClock.follow(job, false)
    if (!this.#jobs.delete(job.id)) return
    this.#ids = undefined
    const share = shareOf(job.state, job.size, job.maxSentShown)
    this.counter.remove(share)
    this.uploads.remove(job, share)
    this.#onChange()
  }

  /** Returns the file that has claimed the path of this file, if any. */
  ownerOfPath(job: Job): Job | undefined {
    return this.#jobs.get(this.#claims.get(keyOf(job)) ?? '')
  }

  /** Marks the file for a path to which another tab has uploaded, so that it looks at the branch again. */
  contest(key: string): void {
    const job = this.#jobs.get(this.#claims.get(key) ?? '')
    if (job) job.contested = true
  }

  isClaimed({ destination }: Job, fullPath: string): boolean {
    return this.#claims.has(claimKey(destination, fullPath))
  }

  /** Claims its path for a file; returns false when another file has it. */
  claim(job: Job): boolean {
    const holder = this.ownerOfPath(job)
    if (holder && holder !== job) return false
    this.#claims.set(keyOf(job), job.id)
    return true
  }

  /**
   * Moves a file to another path under its prefix. Returns false, and changes nothing, when another file has that path.
   */
  move(job: Job, path: string): boolean {
    const before = job.path
    this.release(job)
    job.path = path
    if (this.claim(job)) return true
    job.path = before
    this.claim(job)
    return false
  }

  /** Gives a file that is not listed yet a path beside its own that no other file has. */
  placeBeside(job: Job): void {
    job.path = knownFreeName(job.path, (path) => this.isClaimed(job, job.destination.prefix + path))
  }

  release(job: Job): void {
    if (this.ownerOfPath(job) === job) this.#claims.delete(keyOf(job))
  }

  /** Applies an event to a file. @param shown bytes shown as sent from now on. Default: as before. */
  dispatch(job: Job, event: FileEvent, shown = job.maxSentShown): void {
    const before = shareOf(job.state, job.size, job.maxSentShown)
    job.maxSentShown = shown
    const { state } = job
    if (isNewTry(state, event)) job.tries += 1
    job.state = reduce(state, event)
    job.view = undefined
    if (job.state !== state) this.#endQuestion(job)
    if (job.state.status !== before.status || job.state.status === 'waiting') this.#logState(job)
    // A file that was removed may still receive the end of its last request.
    if (!this.#jobs.has(job.id)) return
    if (job.stop.reason !== 'end' && changesReason(state, job.state)) this.#onKeep(job)
    this.#idleClock.follow(job)
    const after = shareOf(job.state, job.size, job.maxSentShown)
    this.counter.change(before, after, this.#clock.now())
    this.uploads.change(job, before, after)
    this.#onChange()
  }

  /**
   * Marks an uploaded file as failed, because the branch does not have it. A removed file is listed again.
   * @param left resume point for a retry.
   */
  markLost(job: Job, error: UploadError, left: ResumePoint): void {
    job.resumePoint = left
    this.dispatch(job, { type: 'lost', error })
    if (!this.get(job.id)) this.add(job)
  }

  /** True while leaving the page would lose bytes that are being sent, or are stored and not linked. */
  get isBusy(): boolean {
    const busy = ['sending', 'finishing', 'waiting'] as const
    if (busy.some((status) => this.counter.count(status) > 0)) return true
    if (this.counter.count('asking') === 0) return false
    return this.all().some((job) => job.state.status === 'asking' && job.resumePoint.stored !== undefined)
  }

  /** Returns a signal that is aborted when the file is no longer `asking`. */
  whileAsking(job: Job): AbortSignal {
    const controller = new AbortController()
    this.#asking.set(job, controller)
    return controller.signal
  }

  /** Reports the bytes of a file that are sent. Shown progress never falls. */
  report(job: Job, sent: number, repeating: number | undefined): void {
    const shown = Math.max(job.maxSentShown, Math.min(sent, job.size))
    const now = this.#clock.now()
    // Bytes that are sent again count as movement, although the file gets no further.
    if (job.movement.report(sent, now)) this.#idleClock.moved(now)
    if (shown > job.maxSentShown) job.movement.measure(shown - job.maxSentShown, now, isLarge(job.size))
    this.dispatch(job, { type: 'progress', sent: shown, repeating }, shown)
  }

  /** Records in which dropped folder a file was found. */
  foundSource(job: Job, source: NonNullable<Job['source']>): void {
    job.source = source
    if (!ENDED.has(job.state.status)) this.#onKeep(job)
  }

  save(job: Job, part: number | undefined): void {
    this.#onKeep(job, part)
  }

  /** Sets the notice of a file; undefined removes it. */
  notice(job: Job, notice: Notice | undefined): void {
    if (job.notice === notice) return
    job.notice = notice
    this.refresh(job)
  }

  /** Rebuilds the view of a file whose facts have changed. */
  refresh(job: Job): void {
    job.view = undefined
    this.#onChange()
  }

  /** Publishes a change outside the files, such as that of the session. */
  invalidate(): void {
    this.#onChange()
  }

  #endQuestion(job: Job): void {
    this.#asking.get(job)?.abort()
    this.#asking.delete(job)
  }

  #logState({ state, ...job }: Job): void {
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

/**
 * Returns whether the event starts a new try. Continuing after a pause, another tab or a comparison is none, because
 * nothing has failed.
 */
function isNewTry(state: FileState, event: FileEvent): boolean {
  if (event.type === 'wait') return event.wait.reason !== 'other-tab'
  const held = state.status === 'paused' || (state.status === 'waiting' && state.wait.reason === 'other-tab')
  const compared = state.status === 'checking' && state.comparing === true
  return event.type === 'queue' && !held && !compared
}

/** Returns the key under which a file claims its path. */
export function keyOf(job: Job): string {
  return claimKey(job.destination, fullPath(job))
}
