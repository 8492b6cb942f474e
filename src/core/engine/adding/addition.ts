import type { BranchRef } from '../../lakefs/wire.ts'
import type { Adding, UploaderStatus } from '../../snapshot.ts'

/**
 * Files that are being added, until the last of them is on the list. Reading, preparing and joining check the state at
 * every step: `running` files are queued, `paused` files are listed as paused, `cancelled` files are listed as
 * cancelled.
 */
export class Addition {
  readonly #controller = new AbortController()
  #state: 'running' | 'paused' | 'cancelled' = 'running'
  #joining = false
  #end = () => {}
  /** Branch for which the files were added; undefined when there are several, or when it is not known yet. */
  asked: BranchRef | undefined
  /** Id of the upload that the files form or join, once it is known. */
  upload: string | undefined
  /** Number of files that are known and not on the list yet. */
  left = 0
  /** Resolves when all files are on the list, or no more will follow. */
  readonly ended = new Promise<void>((resolve) => {
    this.#end = resolve
  })
  /** Called at each change of the state. */
  onChange: () => void = () => {}

  /** @param resumes true when it resumes files of earlier visits and adds no new ones. */
  constructor(readonly resumes = false) {}

  /** Aborted when the addition is cancelled. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get isCancelled(): boolean {
    return this.#state === 'cancelled'
  }

  get isPaused(): boolean {
    return this.#state === 'paused'
  }

  /** True once its files are being added to the list. */
  get isJoining(): boolean {
    return this.#joining
  }

  join(files: number): void {
    this.#joining = true
    this.left = files
    this.onChange()
  }

  pause(): void {
    if (this.#state === 'running') this.#become('paused')
  }

  resume(): void {
    if (this.#state === 'paused') this.#become('running')
  }

  /** Cancels it for good: afterwards it is neither paused nor resumed. */
  cancel(): void {
    if (this.isCancelled) return
    this.#become('cancelled')
    this.#controller.abort()
  }

  end(): void {
    this.#end()
  }

  #become(state: 'running' | 'paused' | 'cancelled'): void {
    this.#state = state
    this.onChange()
  }
}

/** Additions of one uploader that are in progress. */
export class Additions {
  readonly #all = new Set<Addition>()
  readonly #onChange: () => void

  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  get size(): number {
    return this.#all.size
  }

  begin(addition: Addition, asked?: BranchRef): Addition {
    addition.asked = asked
    addition.onChange = this.#onChange
    this.#all.add(addition)
    this.#onChange()
    return addition
  }

  /** Removes an addition whose files are all on the list, or that another object takes over. */
  leave(addition: Addition): void {
    this.#all.delete(addition)
    this.#onChange()
  }

  end(addition: Addition): void {
    addition.end()
    this.leave(addition)
  }

  /** Pauses all additions, or those to one upload. */
  pause(upload?: string): void {
    for (const addition of this.#of(upload)) addition.pause()
  }

  /** Resumes all additions, or those to one upload. */
  resume(upload?: string): void {
    for (const addition of this.#of(upload)) addition.resume()
  }

  /** Cancels the matching additions. Resolves when their known files are on the list. */
  async cancel(meant: (addition: Addition) => boolean = () => true): Promise<void> {
    const some = [...this.#all].filter(meant)
    for (const addition of some) addition.cancel()
    await Promise.all(some.map(({ ended }) => ended))
  }

  get view(): Adding | undefined {
    return viewOf([...this.#all])
  }

  /** Returns the files that are joining an upload. */
  viewOf(upload: string): Adding | undefined {
    return viewOf(this.#of(upload).filter(({ isJoining }) => isJoining))
  }

  #of(upload: string | undefined): Addition[] {
    const all = [...this.#all]
    return upload === undefined ? all : all.filter((one) => one.upload === upload)
  }

  /**
   * Returns the status of the list, with files that are still being added: `running` instead of `finished` while some of
   * them will be listed, `paused` if all of them will be paused. Files that are still read or prepared may come to
   * nothing, so they change nothing.
   */
  statusOver(status: UploaderStatus): UploaderStatus {
    if (status !== 'finished' || this.#all.size === 0) return status
    const all = [...this.#all]
    if (all.every(({ isPaused }) => isPaused)) return 'paused'
    return all.some(({ isJoining, isCancelled }) => isJoining || isCancelled) ? 'running' : status
  }
}

function viewOf(additions: readonly Addition[]): Adding | undefined {
  if (additions.length === 0) return undefined
  return {
    files: additions.reduce((sum, { left }) => sum + left, 0),
    paused: additions.every(({ isPaused }) => isPaused),
  }
}

/** Returns a filter for additions that add, or may add, to this branch. */
export function isAskedFor(branch: BranchRef): (addition: Addition) => boolean {
  return ({ asked }) => !asked || (asked.repository === branch.repository && asked.branch === branch.branch)
}
