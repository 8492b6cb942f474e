import { isLarge, type Job } from '../file/job.ts'
import type { StopReason } from '../file/stop-control.ts'
import type { ObjectStats } from '../lakefs/wire.ts'
import { abortError } from '../request/clock.ts'
import type { Progress } from '../transfer/progress.ts'
import { OTHER_TAB } from '../transfer/tabs/path-lock.ts'
import type { Ports, TransferManager } from '../transfer/transfer-manager.ts'
import type { FileStore } from './file-store.ts'
import type { FileLifecycle } from './lifecycle.ts'
import type { Queue } from './queue.ts'

/** Maximum number of large files in progress: one for each connection to the store, for files that are sent whole. */
const MAX_LARGE_FILES = 6
/**
 * Maximum number of files that start without a pause: creating the first requests of each takes about a millisecond.
 */
const MAX_STARTS_AT_ONCE = 8

type Page = Pick<Ports, 'breathe' | 'onOnline' | 'onShown'>

/** Starts files from the queue within the limits, and stops them. */
export class Scheduler {
  readonly #fileStore: FileStore
  readonly #queue: Queue
  readonly #transfers: TransferManager
  readonly #lifecycle: FileLifecycle
  readonly #page: Page
  readonly #onSettled: () => void
  readonly #running = new Map<string, Progress>()
  #largeRunning = 0
  /** True from {@link stopAll} until the next call of the user. */
  #stopped = false
  #stopListening: (() => void) | undefined

  /** @param onSettled is called when a file has ended or waits for its user. */
  constructor(
    fileStore: FileStore,
    queue: Queue,
    transfers: TransferManager,
    lifecycle: FileLifecycle,
    page: Page,
    onSettled: () => void,
  ) {
    this.#fileStore = fileStore
    this.#queue = queue
    this.#transfers = transfers
    this.#lifecycle = lifecycle
    this.#page = page
    this.#onSettled = onSettled
  }

  /** Starts queued files, also after {@link stopAll}, because the user has called. */
  start(): void {
    this.#stopped = false
    this.#transfers.aborts.resume()
    this.pump()
  }

  /** Starts queued files within the limits. */
  pump(): void {
    if (this.#stopped) return
    const limit = this.#transfers.filesAtOnce
    for (let started = 0; this.#running.size < limit; started += 1) {
      if (started === MAX_STARTS_AT_ONCE) {
        void this.#page.breathe().then(() => this.pump())
        break
      }
      const id = this.#queue.take(this.#largeRunning < MAX_LARGE_FILES)
      if (id === undefined) break
      const job = this.#fileStore.get(id)
      if (job?.state.status === 'queued') this.#start(job)
    }
    if (this.#running.size > 0) this.#listen(true)
  }

  /** Stops the transfer of a file; returns whether there is one. */
  stop(job: Job, reason: StopReason): boolean {
    const progress = this.#running.get(job.id)
    // A link that was sent cannot be revoked: its answer decides what becomes of the file.
    const links = progress?.phase === 'finish' && !progress.isWaiting
    return job.stop.stop(reason, reason !== 'cancel' || !links)
  }

  /** Stops all files, and lets other tabs have them. */
  stopAll(): void {
    this.#stopped = true
    this.#transfers.aborts.pause()
    for (const job of this.#fileStore.all()) {
      if (this.stop(job, 'end')) continue
      // A queued file must not start when the files before it have stopped.
      if (job.state.status !== 'queued') continue
      job.stop.endBeforeBegin()
      this.#fileStore.dispatch(job, { type: 'pause', sent: job.maxSentShown })
    }
    this.#queue.clear()
    this.stopListening()
    this.#transfers.releaseRecords()
  }

  /** Unsubscribes from the events of the page, because no file is in progress. */
  stopListening(): void {
    this.#listen(false)
  }

  #start(job: Job): void {
    this.#lifecycle.onStart(job)
    const signal = job.stop.begin()
    const { outcome, progress } = this.#transfers.run(job, signal)
    this.#running.set(job.id, progress)
    const weight = isLarge(job.size) ? 1 : 0
    this.#largeRunning += weight
    const leave = () => {
      this.#running.delete(job.id)
      this.#largeRunning -= weight
    }
    const end = (act: () => void) => {
      leave()
      this.#end(job, act)
    }
    outcome.then(
      (result) => {
        if (result === OTHER_TAB) {
          leave()
          void this.#waitForOtherTab(job, signal)
        } else if (result.type === 'compare') {
          leave()
          void this.#compare(job, result.existing, signal)
        } else {
          end(() => this.#lifecycle.onOutcome(job, result))
        }
      },
      (thrown: unknown) => end(() => this.#lifecycle.onFailure(job, thrown)),
    )
  }

  /** Waits until another tab releases the path of the file. Other files can start meanwhile. */
  async #waitForOtherTab(job: Job, signal: AbortSignal): Promise<void> {
    this.#fileStore.dispatch(job, {
      type: 'wait',
      wait: { reason: OTHER_TAB, side: 'lakefs' },
      stored: job.resumePoint.stored !== undefined,
      sent: job.maxSentShown,
    })
    this.pump()
    let next = () => this.#lifecycle.requeue(job)
    try {
      await this.#transfers.paths.freed(job, signal)
      if (signal.aborted) throw abortError()
    } catch (thrown) {
      next = () => this.#lifecycle.onFailure(job, thrown)
    }
    this.#end(job, next)
  }

  /** Compares a file with the object at its path. Other files can start meanwhile. */
  async #compare(job: Job, existing: ObjectStats, signal: AbortSignal): Promise<void> {
    this.#fileStore.dispatch(job, { type: 'check', comparing: true })
    this.pump()
    let next = () => this.#lifecycle.requeue(job)
    try {
      const same = await this.#transfers.comparer.compare(job, existing, signal)
      if (same) next = () => this.#lifecycle.onOutcome(job, same)
    } catch (thrown) {
      next = () => this.#lifecycle.onFailure(job, thrown)
    }
    this.#end(job, next)
  }

  #end(job: Job, act: () => void): void {
    job.stop.end()
    act()
    this.pump()
    this.#onSettled()
    // The results of the last requests are in the records now, and other tabs may have the files.
    if (this.#stopped && this.#running.size === 0) this.#transfers.releaseRecords()
  }

  #listen(on: boolean): void {
    if (on === (this.#stopListening !== undefined)) return
    this.#stopListening?.()
    this.#stopListening = undefined
    if (!on) return
    // Also of files that are sending: some of their parts may wait while another one moves.
    const wakeAll = () => {
      for (const job of this.#fileStore.all()) job.alarm.ringForNetwork()
    }
    const stops = [
      this.#page.onOnline(wakeAll),
      this.#page.onShown(() => this.#transfers.session.look()),
      this.#transfers.paths.onLanded((key) => this.#fileStore.contest(key)),
    ]
    this.#stopListening = () => {
      for (const stop of stops) stop()
    }
  }
}
