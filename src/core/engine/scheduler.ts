import { isLarge, type Job } from '../file/job.ts'
import { abortError } from '../request/clock.ts'
import { OTHER_TAB } from '../transfer/path-lock.ts'
import type { Progress } from '../transfer/progress.ts'
import type { FileLifecycle, Parts } from './lifecycle.ts'

/** Large files at once: one for each connection to the store, where they go whole. */
const LARGE_AT_ONCE = 6
/** Files that start in one go: each one's first requests take about a millisecond to make. */
const STARTS = 8

/** What the engine hears from the page. */
export interface PageEvents {
  /** Calls back when the network is back, or a token that was late; returns the way to stop. */
  onOnline: (callback: () => void) => () => void
  /** Calls back when the person looks at the page again. */
  onShown: (callback: () => void) => () => void
}

export interface RunnerParts extends Parts {
  readonly breathe: () => Promise<void>
  readonly surroundings: PageEvents
  readonly lifecycle: FileLifecycle
  /** Told whenever a file has ended. */
  readonly settle: () => void
}

/** Who is next: starts files from the queue while there is room, and stops them. */
export class Scheduler {
  readonly #parts: RunnerParts
  readonly #running = new Map<string, Progress>()
  #largeRunning = 0
  /** Nothing starts until somebody asks for something. */
  #stopped = false
  #stopListening: (() => void) | undefined

  constructor(parts: RunnerParts) {
    this.#parts = parts
  }

  /** A person asks for something: what was stopped may start again. */
  start(): void {
    this.#stopped = false
    this.#parts.transfers.aborts.resume()
    this.pump()
  }

  pump(): void {
    if (this.#stopped) return
    const { options, breathe, queue, fileStore, transfers } = this.#parts
    // One that cannot be is refused with the next files, and holds none of those that are there.
    const limit = Math.max(1, options().concurrency?.files || transfers.filesAtOnce)
    for (let started = 0; this.#running.size < limit; started += 1) {
      if (started === STARTS) {
        void breathe().then(() => this.pump())
        break
      }
      const id = queue.take(this.#largeRunning < LARGE_AT_ONCE)
      if (id === undefined) break
      const job = fileStore.get(id)
      if (job?.state.status === 'queued') this.#start(job)
    }
    if (this.#running.size > 0) this.#listen(true)
  }

  /** Asks a running transfer to stop; false where there is none. */
  stop(job: Job, reason: NonNullable<Job['stopReason']>): boolean {
    if (!job.controller) return false
    job.stopReason = reason
    const progress = this.#running.get(job.id)
    // A link under way cannot be called back: its answer decides what became of the file.
    if (reason === 'cancel' && progress?.phase === 'finish' && !progress.isWaiting) return true
    job.controller.abort()
    return true
  }

  /** Stops everything, and lets other tabs have the files. */
  stopAll(): void {
    const { queue, fileStore, resumeStore, transfers } = this.#parts
    this.#stopped = true
    transfers.aborts.pause()
    for (const job of fileStore.all()) {
      if (this.stop(job, 'end')) continue
      // A file that has not begun must not begin when the ones before it have stopped.
      if (job.state.status !== 'queued') continue
      job.stopReason = 'end'
      fileStore.dispatch(job, { type: 'pause', sent: job.maxSentShown })
    }
    queue.clear()
    this.stopListening()
    void resumeStore?.release()
  }

  /** Nothing is under way: the page need not be listened to. */
  stopListening(): void {
    this.#listen(false)
  }

  #start(job: Job): void {
    const { lifecycle, resumeStore, transfers, settle } = this.#parts
    job.answer ??= lifecycle.answerForAll
    job.stopReason = undefined
    job.controller = new AbortController()
    const { signal } = job.controller
    const { outcome, progress } = transfers.run(job, signal)
    this.#running.set(job.id, progress)
    const weight = isLarge(job.size) ? 1 : 0
    this.#largeRunning += weight
    const leave = () => {
      this.#running.delete(job.id)
      this.#largeRunning -= weight
    }
    const end = (act: () => void) => {
      leave()
      job.controller = undefined
      act()
      this.pump()
      settle()
      // What the last requests brought is written, and other tabs may have the files.
      if (this.#stopped && this.#running.size === 0) void resumeStore?.release()
    }
    outcome.then(
      (result) => {
        if (result !== OTHER_TAB) return end(() => lifecycle.onOutcome(job, result))
        leave()
        void this.#standBy(job, signal)
      },
      (thrown: unknown) => end(() => lifecycle.onFailure(job, thrown)),
    )
  }

  /** Another tab has the file's path: until that lets go of it, the file's place is for others. */
  async #standBy(job: Job, signal: AbortSignal): Promise<void> {
    const { lifecycle, resumeStore, fileStore, settle, transfers } = this.#parts
    const stored = job.resumePoint.stored !== undefined
    fileStore.dispatch(job, {
      type: 'wait',
      wait: { reason: OTHER_TAB, side: 'lakefs' },
      stored,
      sent: job.maxSentShown,
    })
    this.pump()
    try {
      await transfers.paths.freed(job, signal)
      if (signal.aborted) throw abortError()
      job.controller = undefined
      lifecycle.requeue(job)
    } catch (thrown) {
      job.controller = undefined
      lifecycle.onFailure(job, thrown)
    }
    this.pump()
    settle()
    if (this.#stopped && this.#running.size === 0) void resumeStore?.release()
  }

  #listen(on: boolean): void {
    if (on === (this.#stopListening !== undefined)) return
    this.#stopListening?.()
    this.#stopListening = undefined
    if (!on) return
    const { fileStore, transfers, surroundings } = this.#parts
    const wakeAll = () => {
      for (const job of fileStore.all()) if (job.state.status === 'waiting') job.alarm.ring()
    }
    const stops = [
      surroundings.onOnline(wakeAll),
      surroundings.onShown(() => transfers.session.look()),
      transfers.paths.onLanded((key) => fileStore.contest(key)),
    ]
    this.#stopListening = () => {
      for (const stop of stops) stop()
    }
  }
}
