import type { BranchRef } from '../../lakefs/wire.ts'
import type { Adding, UploaderStatus } from '../../snapshot.ts'

/**
 * One addition under way, from the moment files are given until the last of them is on the list. Reading, preparing and
 * joining ask it at every step what is to become of what comes next: `running` joins the queue, `paused` is listed and
 * waits, `cancelled` is listed and ends.
 */
export class Addition {
  readonly #controller = new AbortController()
  #state: 'running' | 'paused' | 'cancelled' = 'running'
  #joining = false
  #end = () => {}
  /** Where its files were asked to go; undefined where that is not one branch, or not known yet. */
  asked: BranchRef | undefined
  /** Files that are known and not on the list yet. */
  left = 0
  /** Resolves when all of it is on the list, or nothing more comes of it. */
  readonly ended = new Promise<void>((resolve) => {
    this.#end = resolve
  })
  /** Hears of each change of state. */
  onChange: () => void = () => {}

  /** @param resumes goes on with what earlier visits have left undone, and takes no new files. */
  constructor(readonly resumes = false) {}

  /** Aborted when it is cancelled. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get isCancelled(): boolean {
    return this.#state === 'cancelled'
  }

  get isPaused(): boolean {
    return this.#state === 'paused'
  }

  /** Its files get onto the list from now on. */
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

  /** For good: a cancelled addition is neither paused nor resumed. */
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

/** All additions of one uploader that are under way. */
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

  /** It is all on the list, or somebody else looks after it from here on. */
  leave(addition: Addition): void {
    this.#all.delete(addition)
    this.#onChange()
  }

  end(addition: Addition): void {
    addition.end()
    this.leave(addition)
  }

  pause(): void {
    for (const addition of this.#all) addition.pause()
  }

  resume(): void {
    for (const addition of this.#all) addition.resume()
  }

  /** @returns once what was known of those meant is on the list. */
  async cancel(meant: (addition: Addition) => boolean = () => true): Promise<void> {
    const some = [...this.#all].filter(meant)
    for (const addition of some) addition.cancel()
    await Promise.all(some.map(({ ended }) => ended))
  }

  get view(): Adding | undefined {
    if (this.#all.size === 0) return undefined
    const all = [...this.#all]
    return { files: all.reduce((sum, { left }) => sum + left, 0), paused: all.every(({ isPaused }) => isPaused) }
  }

  /**
   * The status of the files on the list, corrected by those that are known to come: as long as some do, it has not
   * finished. What is still read or asked about may come to nothing.
   */
  statusOver(status: UploaderStatus): UploaderStatus {
    if (status !== 'finished' || this.#all.size === 0) return status
    const all = [...this.#all]
    if (all.every(({ isPaused }) => isPaused)) return 'paused'
    return all.some(({ isJoining, isCancelled }) => isJoining || isCancelled) ? 'running' : status
  }
}

/** Whether it adds to this branch, or may do so. */
export function isAskedFor(branch: BranchRef): (addition: Addition) => boolean {
  return ({ asked }) => !asked || (asked.repository === branch.repository && asked.branch === branch.branch)
}
