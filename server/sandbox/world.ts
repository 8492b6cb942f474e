import type { Faults } from './faults.ts'
import type { Journal } from './journal.ts'
import type { Requests } from './requests.ts'
import type { Settings } from './settings.ts'
import type { Event, Identity, State } from './state.ts'
import type { Blobs } from './store/blobs.ts'
import type { BlockStore } from './store/store.ts'

/** Context of all parts of the sandbox. */
export interface World {
  readonly state: State
  readonly record: (event: Event) => void
  readonly journal: Journal
  readonly identity: Identity
  readonly settings: Settings
  readonly faults: Faults
  readonly requests: Requests
  readonly blobs: Blobs
  /** Ms since 1970. */
  readonly now: () => number
  readonly allowedOrigins: readonly string[] | '*'
  /** Ms since 1970; sessions from before are expired. */
  sessionsFrom: number
}

/** Commit that is running. */
export interface RunningCommit {
  /** Paths of conditional writes that were answered 412 meanwhile, with the physical addresses that were staged. */
  readonly raced: Map<string, string>
}

/** Context with the store, for the API. */
export interface Lake extends World {
  readonly store: BlockStore
  /** Addresses that were linked since the start, for servers that accept each only once. */
  readonly linked: Set<string>
  /** Running commits by repository and branch. */
  readonly commits: Map<string, RunningCommit>
  /** Cached rules of each repository, with the time when they were read. */
  readonly rulesSeen: Map<string, { at: number; rules: { pattern: string }[] }>
}

export function seconds(world: World): number {
  return Math.floor(world.now() / 1000)
}
