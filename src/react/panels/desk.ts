import type { Destination, GivenFiles, LakeFSClient, ObjectStats, Prepared, UploadFile } from '../../core/index.ts'
import type { DeskOptions, DeskTop, DeskView, Known } from './desk-view.ts'

/** Loaded with the first drop, or the first list of an earlier one. */
const work = () => import('./desk-work.ts')

/** What stands between a drop and the queue: metadata, the plan, a branch of the drop's own. One drop at a time. */
export class Desk implements DeskTop {
  options: DeskOptions = { plan: false, atomic: false, metadataRules: undefined }
  readonly #listeners = new Set<() => void>()
  #view: DeskView = {
    stage: { type: 'idle' },
    behind: 0,
    known: undefined,
    atomic: undefined,
    aside: undefined,
    arrivals: new Map(),
    committed: false,
  }
  /** The drop that waits was given up, since what asks for it could not be shown. */
  givenUp = false
  /** Told of already, also those that are committed or taken back since. */
  readonly #told = new WeakSet<ObjectStats>()
  /** The receipt or plan that was given, and what is read out of it. */
  #source: File | string | undefined
  reading: Promise<Known | undefined> = Promise.resolve(undefined)

  readonly get = (): DeskView => this.#view

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** A receipt or plan of an earlier drop for the plans to come; undefined forgets it. */
  know(source: File | string | undefined): void {
    if (source === this.#source) return
    this.#source = source
    if (source === undefined) {
      this.reading = Promise.resolve(undefined)
      this.set({ known: undefined })
      return
    }
    this.reading = work()
      .then(({ read }) => read(source))
      // The code for it did not come over the network.
      .catch((error: unknown) => ({ name: '', error }))
    // Another one may have been given meanwhile.
    void this.reading.then((known) => source === this.#source && this.set({ known }))
  }

  /** {@link Configuration.agree}. */
  readonly prepare = async (
    drop: GivenFiles,
    lakefs: LakeFSClient,
    asked?: Destination,
  ): Promise<Prepared | undefined> => (await work()).inTurn(this, drop, lakefs, asked)

  /** Ends the drop that waits: {@link prepare} rejects, so that whoever gave its files hears that they were not taken. */
  readonly giveUp = (): void => {
    const { stage } = this.#view
    if (stage.type === 'idle') return
    this.givenUp = true
    if (stage.type === 'plan') stage.answer(undefined)
    else stage.cancel()
  }

  /** An object arrived; what is committed or undone later is told by this. */
  arrived(object: ObjectStats, { destination }: UploadFile): void {
    const key = `${destination.repository}\n${destination.branch}\n${object.path}`
    if (this.#told.has(object)) return
    this.#told.add(object)
    const { committed, aside } = this.#view
    if (committed) this.set({ committed: false })
    // Another drop than the one that was put aside, and its files are where they were sent to.
    if (aside !== undefined && aside !== destination.branch) this.set({ aside: undefined })
    // The map is shared by all views: it only grows, and whoever counts it does so when a run is over.
    const arrivals = this.#view.arrivals as Map<string, ObjectStats>
    arrivals.set(key, object)
  }

  /** Forgets arrivals: they are committed or taken back. */
  settle(repository: string, branch: string, committed = false): void {
    const start = `${repository}\n${branch}\n`
    const arrivals = new Map([...this.#view.arrivals].filter(([key]) => !key.startsWith(start)))
    this.set({ arrivals, committed })
  }

  arrivalsOn(repository: string, branch: string): ObjectStats[] {
    const start = `${repository}\n${branch}\n`
    return [...this.#view.arrivals].flatMap(([key, object]) => (key.startsWith(start) ? object : []))
  }

  /** For what works behind the desk. */
  set(change: Partial<DeskView>): void {
    this.#view = { ...this.#view, ...change }
    for (const listener of [...this.#listeners]) listener()
  }
}
