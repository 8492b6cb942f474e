import type { Faults } from './faults.ts'
import type { Journal } from './journal.ts'
import type { Requests } from './requests.ts'
import type { Settings } from './settings.ts'
import type { Event, Identity, Repository, State } from './state.ts'
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

/** Context with the stores, for the API. */
export interface Lake extends World {
  /** Stores by their ids. A server with one store has it under the empty id. */
  readonly stores: ReadonlyMap<string, BlockStore>
  /** Addresses that were linked since the start, for servers that accept each only once. */
  readonly linked: Set<string>
  /** Running commits by repository and branch. */
  readonly commits: Map<string, RunningCommit>
  /** Cached rules of each repository, with the time when they were read. */
  readonly rulesSeen: Map<string, { at: number; rules: { pattern: string }[] }>
}

/** Returns the store of a repository. */
export function storeOf(lake: Lake, { storage_id = '' }: Pick<Repository, 'storage_id'>): BlockStore {
  const store = lake.stores.get(storage_id)
  if (!store) throw new Error(`no store "${storage_id}"`)
  return store
}

/** Returns the store of repositories that name none: the first one. */
export function firstStore({ stores }: Lake): BlockStore {
  const [store] = stores.values()
  if (!store) throw new Error('no store')
  return store
}

export function seconds(world: World): number {
  return Math.floor(world.now() / 1000)
}
