import { StoreHealth } from '../store/health.ts'
import type { StoreTools } from '../store/self-test.ts'
import type { Store } from '../store/storage.ts'
import type { ServerTraits } from './services.ts'

/**
 * What is known of the way to the store of each repository. One lakeFS can have several stores, and the CORS rule and
 * the policy of a bucket are its own, so what one repository has shown says nothing about another.
 */
export class RepositoryStores {
  readonly #create: (repository: string) => StoreHealth
  readonly #health = new Map<string, StoreHealth>()
  readonly #traits = new Map<string, ServerTraits>()

  /** @param tools returns the tools for a test of the store of a repository. */
  constructor(store: Store, tools: (repository: string) => StoreTools, signal: AbortSignal) {
    this.#create = (repository) => new StoreHealth(store, () => tools(repository), signal)
  }

  /** Returns whether the store of a repository accepts requests of this page, as far as it was tried. */
  health(repository: string): StoreHealth {
    return entryOf(this.#health, repository, this.#create)
  }

  /** Returns the features of the store of a repository. The object stays the same and may be corrected. */
  traits(repository: string): ServerTraits {
    return entryOf(this.#traits, repository, () => ({ presign: true, multipart: true, signsParts: true }))
  }
}

function entryOf<T>(entries: Map<string, T>, key: string, create: (key: string) => T): T {
  let entry = entries.get(key)
  if (entry === undefined) {
    entry = create(key)
    entries.set(key, entry)
  }
  return entry
}
