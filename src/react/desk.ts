import {
  type AtomicDrop,
  type Decisions,
  type Drop,
  type Errands,
  type FileInput,
  type MetadataRules,
  type ObjectStats,
  type Plan,
  type Prepared,
  type Saved,
  type UploadFile,
  versioned,
} from '../core/index.ts'

/** What a versioned store can do, each on or off. */
export interface DeskOptions {
  /** Compare with the branch and wait for the person before the first byte. */
  plan: boolean
  /** Files gather on a branch of their own and join the target together, or not at all. */
  atomic: boolean | 'review'
  /** Metadata worked out for each file. */
  metadataRules: MetadataRules | undefined
}

/** What the person said to a plan. */
export interface Answered {
  decisions: Decisions
  /** Send there instead. */
  branch?: string | undefined
}

/** What a drop waits for. */
export type Stage =
  | { type: 'idle' }
  | { type: 'planning'; files: number; done: number; of: number; step: 'listing' | 'hashing'; cancel: () => void }
  | {
      type: 'plan'
      plan: Plan
      /** `performance.now()` of the drop. */
      since: number
      errands: Errands
      missing: ReadonlyMap<string, readonly string[]>
      answer: (answer: Answered | undefined) => void
    }
  | { type: 'failed'; error: unknown; again: () => void; cancel: () => void }

/** A receipt or plan of an earlier drop, as far as it has been read. */
export interface Known {
  /** Of the file; empty where only its text was given. */
  name: string
  saved?: Saved
  /** SavedError in most cases. */
  error?: unknown
}

export interface DeskView {
  stage: Stage
  /** What an earlier drop has left, if somebody gave it. */
  known: Known | undefined
  /** The branch of its own that files gather on. */
  atomic: AtomicDrop | undefined
  /** Objects that this visit put on branches, by `repository\nbranch\npath`. */
  arrivals: ReadonlyMap<string, ObjectStats>
  /** Everything that arrived so far is committed. */
  committed: boolean
}

/** Ms between two looks at how far the comparing is. */
const SHOW_EVERY = 250

type DropFile = FileInput & { path: string }

/** What stands between a drop and the queue: metadata, the plan, a branch of the drop's own. One drop at a time. */
export class Desk {
  options: DeskOptions = { plan: false, atomic: false, metadataRules: undefined }
  readonly #listeners = new Set<() => void>()
  #view: DeskView = {
    stage: { type: 'idle' },
    known: undefined,
    atomic: undefined,
    arrivals: new Map(),
    committed: false,
  }
  #turn: Promise<unknown> = Promise.resolve()
  /** Told of already, also those that are committed or taken back since. */
  readonly #known = new WeakSet<ObjectStats>()

  readonly get = (): DeskView => this.#view

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #source: File | string | undefined
  #reading: Promise<Known | undefined> = Promise.resolve(undefined)

  /** A receipt or plan of an earlier drop for the plans to come; undefined forgets it. */
  know(source: File | string | undefined): void {
    if (source === this.#source) return
    this.#source = source
    const name = typeof source === 'object' ? source.name : ''
    if (source === undefined) {
      this.#reading = Promise.resolve(undefined)
      this.#set({ known: undefined })
      return
    }
    this.#reading = versioned()
      .then(({ readSaved }) => readSaved(source))
      .then(
        (saved) => ({ name, saved }),
        (error: unknown) => ({ name, error }),
      )
    void this.#reading.then((known) => {
      // Another one may have been given meanwhile.
      if (source === this.#source) this.#set({ known })
    })
  }

  /** {@link UploaderOptions.prepare}. */
  readonly prepare = (drop: Drop, errands: Errands): Promise<Prepared | undefined> => {
    const turn = this.#turn.then(() => this.#prepare(drop, errands))
    this.#turn = turn.catch(() => {})
    return turn
  }

  /** An object arrived; what is committed or undone later is told by this. */
  arrived(object: ObjectStats, { destination }: UploadFile): void {
    const key = `${destination.repository}\n${destination.branch}\n${object.path}`
    if (this.#known.has(object)) return
    this.#known.add(object)
    if (this.#view.committed)
      this.#set({ committed: false })
      // The map is shared by all views: it only grows, and whoever counts it does so when a run is over.
    ;(this.#view.arrivals as Map<string, ObjectStats>).set(key, object)
  }

  setAtomic(atomic: AtomicDrop | undefined): void {
    this.#set({ atomic })
  }

  /** Forgets arrivals: they are committed or taken back. */
  settle(repository: string, branch: string, committed = false): void {
    const start = `${repository}\n${branch}\n`
    const arrivals = new Map([...this.#view.arrivals].filter(([key]) => !key.startsWith(start)))
    this.#set({ arrivals, committed })
  }

  arrivalsOn(repository: string, branch: string): ObjectStats[] {
    const start = `${repository}\n${branch}\n`
    return [...this.#view.arrivals].flatMap(([key, object]) => (key.startsWith(start) ? object : []))
  }

  async #prepare({ files: dropped, destination }: Drop, errands: Errands): Promise<Prepared | undefined> {
    const { plan, atomic, metadataRules } = this.options
    const core = await versioned()
    const missing = new Map<string, readonly string[]>()
    let files: readonly DropFile[] = dropped
    if (metadataRules) {
      const described = core.describeAll(dropped, metadataRules)
      files = described.map(({ file }) => file)
      for (const { file, missing: keys } of described) if (keys.length > 0) missing.set(file.path, keys)
    }
    let given: readonly FileInput[] = files
    let to = destination
    const known = (await this.#reading)?.saved
    const compared = this.#comparedWith(destination)
    const fits = known?.repository === to.repository && [to.branch, compared.branch].includes(known.branch)
    // The drop's own branch began as a copy of the target.
    const receipt = fits ? { ...known, branch: compared.branch } : undefined
    // Missing metadata is shown where every file is shown, also with the plan switched off; so is what was known before.
    if (plan || receipt || missing.size > 0) {
      const answered = await this.#askPlan(files, compared, errands, missing, receipt)
      if (!answered) return undefined
      given = core.filesOf(answered.plan, answered.decisions)
      if (answered.branch !== undefined && answered.branch !== destination.branch) {
        to = { ...to, branch: answered.branch }
      }
    }
    if (atomic !== false) {
      const side = await this.#atomicFor(to.repository, to.branch, errands)
      to = { ...to, branch: side.branch }
    }
    return { files: given, destination: to }
  }

  async #askPlan(
    files: readonly DropFile[],
    destination: Drop['destination'],
    errands: Errands,
    missing: ReadonlyMap<string, readonly string[]>,
    receipt: Saved | undefined,
  ): Promise<(Answered & { plan: Plan }) | undefined> {
    const { planDrop } = await versioned()
    const own = new Set(this.arrivalsOn(destination.repository, destination.branch).map(({ path }) => path))
    for (;;) {
      const stop = new AbortController()
      let shownAt = 0
      const since = performance.now()
      const cancel = () => stop.abort()
      const show = (step: 'listing' | 'hashing', done: number, of: number) =>
        this.#set({ stage: { type: 'planning', files: files.length, step, done, of, cancel } })
      show('listing', 0, 0)
      try {
        const compared = await planDrop(errands, files, destination, {
          signal: stop.signal,
          own,
          receipt,
          onProgress: ({ step, done, of }) => {
            const now = errands.clock.now()
            if (now - shownAt < SHOW_EVERY) return
            shownAt = now
            show(step, done, of)
          },
        })
        const plan = this.#allowed(compared)
        const answered = await new Promise<Answered | undefined>((answer) =>
          this.#set({ stage: { type: 'plan', plan, since, errands, missing, answer } }),
        )
        this.#set({ stage: { type: 'idle' } })
        return answered && { ...answered, plan }
      } catch (error) {
        if (stop.signal.aborted) {
          this.#set({ stage: { type: 'idle' } })
          return undefined
        }
        const goOn = await new Promise<boolean>((resolve) =>
          this.#set({ stage: { type: 'failed', error, again: () => resolve(true), cancel: () => resolve(false) } }),
        )
        this.#set({ stage: { type: 'idle' } })
        if (!goOn) return undefined
      }
    }
  }

  /** A drop that is open already has some of the files; they need not be sent again. */
  #comparedWith(destination: Drop['destination']): Drop['destination'] {
    const open = this.#openDrop(destination.repository, destination.branch)
    return this.options.atomic !== false && open ? { ...destination, branch: open.branch } : destination
  }

  /** A protected branch changes by merge alone, and that is how an atomic drop gets there. */
  #allowed(plan: Plan): Plan {
    const merges = this.options.atomic !== false && plan.verdict?.code === 'protected-branch'
    return merges ? { ...plan, verdict: undefined } : plan
  }

  #openDrop(repository: string, target: string): AtomicDrop | undefined {
    const { atomic } = this.#view
    const fits = atomic?.repository === repository && atomic.target === target && atomic.state !== 'landed'
    return fits ? atomic : undefined
  }

  /** The open drop of this target, or a new one. */
  async #atomicFor(repository: string, target: string, errands: Errands): Promise<AtomicDrop> {
    const open = this.#openDrop(repository, target)
    if (open) return open
    const { beginAtomic, openRecords } = await versioned()
    const records = await openRecords().catch(() => undefined)
    const begun = await beginAtomic(errands, { repository, target, records })
    this.#set({ atomic: begun })
    return begun
  }

  #set(change: Partial<DeskView>): void {
    this.#view = { ...this.#view, ...change }
    for (const listener of [...this.#listeners]) listener()
  }
}
