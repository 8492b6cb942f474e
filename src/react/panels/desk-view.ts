import type {
  AtomicUpload,
  Decisions,
  Destination,
  LakeFSClient,
  MetadataRules,
  ObjectStats,
  Plan,
  Rejection,
  Saved,
} from '../../core/index.ts'

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
  /** Nothing yet: compare with this destination first. */
  elsewhere?: Destination | undefined
}

/** What a drop waits for. */
export type Stage =
  | { type: 'idle' }
  | { type: 'planning'; files: number; done: number; of: number; step: 'listing' | 'hashing'; cancel: () => void }
  | {
      type: 'plan'
      plan: Plan
      /** Where the person dropped the files. */
      asked: Destination
      /** Where they go: the host may send them elsewhere, and the plan of an open drop is of its own branch. */
      to: Destination
      /** `performance.now()` of the drop. */
      since: number
      lakefs: LakeFSClient
      missing: ReadonlyMap<string, readonly string[]>
      /** What lay between the files and is not in the plan. */
      rejections?: readonly Rejection[] | undefined
      answer: (answer: Answered | undefined) => void
    }
  /** `what` could not be done: comparing, or making the drop's own branch. */
  | { type: 'failed'; what: 'plan' | 'branch'; branch: string; error: unknown; again: () => void; cancel: () => void }

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
  /** Files of drops that wait for the one on the desk. */
  behind: number
  /** What an earlier drop has left, if somebody gave it. */
  known: Known | undefined
  /** The branch of its own that files gather on. */
  atomic: AtomicUpload | undefined
  /** A drop that another tab works on. */
  elsewhere?: AtomicUpload | undefined
  /** The branch of a drop that was kept or waits for its review: its files are there, not on the target. */
  aside: string | undefined
  /** Objects that this visit put on branches, by `repository\nbranch\npath`. */
  arrivals: ReadonlyMap<string, ObjectStats>
  /** Everything that arrived so far is committed. */
  committed: boolean
}

/** What works behind the desk has of it. */
export interface DeskTop {
  readonly options: DeskOptions
  givenUp: boolean
  readonly reading: Promise<Known | undefined>
  get(): DeskView
  set(change: Partial<DeskView>): void
  arrivalsOn(repository: string, branch: string): ObjectStats[]
}
