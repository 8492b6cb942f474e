import type { Faults } from './faults.ts'
import type { Journal } from './journal.ts'
import type { Requests } from './requests.ts'
import type { Settings } from './settings.ts'
import type { Event, Identity, State } from './state.ts'
import type { Blobs } from './store/blobs.ts'
import type { BlockStore } from './store/store.ts'

/** What every part of the sandbox shares. */
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
  /** Sessions given before this (ms) are over. */
  sessionsFrom: number
}

/** A commit that takes its time. */
export interface RunningCommit {
  /** Paths of conditional writes that were answered 412 meanwhile, with the physical address that was written. */
  readonly raced: Map<string, string>
}

/** The world with its store: what the API serves. */
export interface Lake extends World {
  readonly store: BlockStore
  /** Addresses linked since the start, for servers that take each only once. */
  readonly linked: Set<string>
  /** Commits under way, by repository and branch. */
  readonly commits: Map<string, RunningCommit>
  /** When the rules of a repository were read, and what they were. */
  readonly rulesSeen: Map<string, { at: number; rules: { pattern: string }[] }>
}

export function seconds(world: World): number {
  return Math.floor(world.now() / 1000)
}
