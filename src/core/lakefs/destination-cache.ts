import type { LakeFS } from './client.ts'
import { listingOf, ObjectLookup } from './object-lookup.ts'
import { type PrecheckResult, precheck } from './precheck.ts'
import type { BranchRef, Destination, ServerConfig, StorageConfig } from './wire.ts'

/** Caches prechecks and listings of destinations, so that all files to one destination share them. */
export class DestinationCache {
  readonly #lakefs: LakeFS
  readonly #signal: AbortSignal
  readonly #prechecks = new Map<string, Promise<PrecheckResult>>()
  readonly #lookups = new Map<string, ObjectLookup>()
  readonly #storages = new Map<string, StorageConfig>()
  #server: ServerConfig | undefined

  constructor(lakefs: LakeFS, signal: AbortSignal) {
    this.#lakefs = lakefs
    this.#signal = signal
  }

  /** Last answer about the server; undefined before the first precheck. */
  get server(): ServerConfig | undefined {
    return this.#server
  }

  /** Returns the store of a repository as last heard of; undefined before its first precheck. */
  storageOf(repository: string): StorageConfig | undefined {
    return this.#storages.get(repository)
  }

  /** Prechecks a branch. A failed request is not cached, so a caller who retries requests it again. */
  precheck({ repository, branch }: BranchRef): Promise<PrecheckResult> {
    const key = `${repository}\n${branch}`
    const known = this.#prechecks.get(key)
    if (known) return known
    const asked = precheck(this.#lakefs, { repository, branch }, this.#signal)
    this.#prechecks.set(key, asked)
    asked.then(
      ({ config, storage }) => {
        this.#server = config
        this.#storages.set(repository, storage)
      },
      () => this.#prechecks.delete(key),
    )
    return asked
  }

  /** Returns the lookup of objects below the prefix of a destination. */
  lookup({ repository, branch, prefix }: Destination): ObjectLookup {
    const key = `${repository}\n${branch}\n${prefix}`
    let lookup = this.#lookups.get(key)
    if (!lookup) {
      lookup = new ObjectLookup(listingOf(this.#lakefs, { repository, branch }, prefix, this.#signal))
      this.#lookups.set(key, lookup)
    }
    return lookup
  }

  /** Clears the cache, because the user may have changed something on the server. */
  forget(): void {
    this.#prechecks.clear()
    this.#lookups.clear()
  }
}
