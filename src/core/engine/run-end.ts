import type { Summary } from '../snapshot.ts'
import type { Additions } from './adding/addition.ts'
import type { ArrivalCheck } from './arrival-check.ts'
import type { FileStore } from './file-store.ts'
import type { HostCallbacks } from './host-callbacks.ts'
import type { RunTracker } from './run-tracker.ts'

/** Ends a run: compares its files with the branch when the last one has ended, and then tells the host. */
export class RunEnd {
  readonly #run: RunTracker
  readonly #arrivals: ArrivalCheck
  readonly #additions: Additions
  readonly #fileStore: FileStore
  readonly #host: HostCallbacks
  readonly #onChange: () => void
  readonly #onRest: (ended: boolean) => void

  /**
   * @param onChange is called when a comparison with the branch begins and ends.
   * @param onRest is called when nothing is left to do, before the host is told. `ended` is true at the end of a run.
   */
  constructor(
    run: RunTracker,
    arrivals: ArrivalCheck,
    additions: Additions,
    fileStore: FileStore,
    host: HostCallbacks,
    onChange: () => void,
    onRest: (ended: boolean) => void,
  ) {
    this.#run = run
    this.#arrivals = arrivals
    this.#additions = additions
    this.#fileStore = fileStore
    this.#host = host
    this.#onChange = onChange
    this.#onRest = onRest
  }

  /** True while every file on the list has ended and the comparison with the branch is due or running. */
  get isConfirming(): boolean {
    return this.#fileStore.counter.open === 0 && this.#arrivals.isDue
  }

  /** State of the comparison: `running`, or `failed` when the last run ended without it. */
  get branchCheck(): 'running' | 'failed' | undefined {
    if (this.isConfirming) return 'running'
    return this.#run.wasUnread ? 'failed' : undefined
  }

  /** State of the comparison for the files of one upload. */
  branchCheckOf(upload: string): 'running' | 'failed' | undefined {
    if (this.isConfirming && this.#arrivals.isDueFor(upload)) return 'running'
    return this.#arrivals.unreadUploads.has(upload) ? 'failed' : undefined
  }

  /** Resolves with the summary when every file has ended and was compared. */
  finished(): Promise<Summary> {
    return this.#isAtRest && !this.#arrivals.isDue
      ? Promise.resolve(this.#run.summary(this.#fileStore.all()))
      : this.#run.ended()
  }

  /** Ends the run when nothing is left to do, and reports it once. */
  settle(): void {
    // Also while files are being added, because the files on the list are already shown as uploaded.
    if (this.isConfirming) return void this.#confirm()
    if (!this.#isAtRest) return
    const ran = this.#run.isOpen
    const ends = ran || this.#run.isAwaited
    this.#onRest(ends)
    if (!ends) return
    const summary = this.#run.end(this.#fileStore.all(), !this.#arrivals.wasUnread)
    this.#arrivals.reset()
    if (!ran) return
    this.#host.progressed(this.#fileStore.totals())
    this.#host.finished(summary)
  }

  /** True when no file is being added and every file has ended. */
  get #isAtRest(): boolean {
    return this.#additions.size === 0 && this.#fileStore.counter.open === 0
  }

  /** Compares the files with the branch before the run ends. Files that end meanwhile are compared afterwards. */
  async #confirm(): Promise<void> {
    if (this.#arrivals.isRunning) return
    const looked = this.#arrivals.run()
    this.#onChange()
    await looked
    this.#onChange()
    this.settle()
  }
}
