import type { Summary } from '../snapshot.ts'
import type { Additions } from './adding/addition.ts'
import type { ArrivalCheck } from './arrival-check.ts'
import type { FileStore } from './file-store.ts'
import type { HostCallbacks } from './host-callbacks.ts'
import type { RunTracker } from './run-tracker.ts'

/** Ends a run: looks at the branch when its last file has ended, and then tells the host. */
export class RunEnd {
  readonly #run: RunTracker
  readonly #arrivals: ArrivalCheck
  readonly #additions: Additions
  readonly #fileStore: FileStore
  readonly #host: HostCallbacks
  readonly #onChange: () => void
  readonly #onRest: (ended: boolean) => void

  /**
   * @param onChange is called when a look at the branch begins and ends.
   * @param onRest is called when nothing is left to do; `ended` where that is the end of a run, before the host is told.
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

  /** True while every file on the list has ended and the branch has not been looked at yet. */
  get isConfirming(): boolean {
    return this.#fileStore.counter.open === 0 && this.#arrivals.isDue
  }

  /** The look at the branch that is under way, or has failed at the end of the last run. */
  get branchCheck(): 'running' | 'failed' | undefined {
    if (this.isConfirming) return 'running'
    return this.#run.wasUnread ? 'failed' : undefined
  }

  /** Resolves with the summary when every file has ended and was looked for. */
  finished(): Promise<Summary> {
    return this.#isAtRest && !this.#arrivals.isDue
      ? Promise.resolve(this.#run.summary(this.#fileStore.all()))
      : this.#run.ended()
  }

  /** Ends the run if nothing is left to do; says so once. */
  settle(): void {
    // Not only at rest: while more is added, what is listed is shown as arrived already.
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

  /** Nothing comes in and every file has ended. */
  get #isAtRest(): boolean {
    return this.#additions.size === 0 && this.#fileStore.counter.open === 0
  }

  /** Looks at the branch before an end is told; files that came meanwhile have their own look. */
  async #confirm(): Promise<void> {
    if (this.#arrivals.isRunning) return
    const looked = this.#arrivals.run()
    this.#onChange()
    await looked
    this.#onChange()
    this.settle()
  }
}
