import type { LakeFS } from './client.ts'
import { listingOf, ObjectLookup } from './object-lookup.ts'
import { type PrecheckResult, precheck } from './precheck.ts'
import type { BranchRef, Destination, ServerConfig } from './wire.ts'

/** What is known of the places that files go to, asked once for all files that go there. */
export class DestinationCache {
  readonly #lakefs: LakeFS
  readonly #signal: AbortSignal
  readonly #prechecks = new Map<string, Promise<PrecheckResult>>()
  readonly #lookups = new Map<string, ObjectLookup>()
  #server: ServerConfig | undefined

  constructor(lakefs: LakeFS, signal: AbortSignal) {
    this.#lakefs = lakefs
    this.#signal = signal
  }

  /** What lakeFS last said of itself and its store; undefined until it was asked. */
  get server(): ServerConfig | undefined {
    return this.#server
  }

  /** Whether files may land on the branch. What was refused is asked again by whoever repeats. */
  precheck({ repository, branch }: BranchRef): Promise<PrecheckResult> {
    const key = `${repository}\n${branch}`
    const known = this.#prechecks.get(key)
    if (known) return known
    const asked = precheck(this.#lakefs, { repository, branch }, this.#signal)
    this.#prechecks.set(key, asked)
    asked.then(
      ({ config }) => {
        this.#server = config
      },
      () => this.#prechecks.delete(key),
    )
    return asked
  }

  /** What the branch has under the prefix. */
  lookup({ repository, branch, prefix }: Destination): ObjectLookup {
    const key = `${repository}\n${branch}\n${prefix}`
    let lookup = this.#lookups.get(key)
    if (!lookup) {
      lookup = new ObjectLookup(listingOf(this.#lakefs, { repository, branch }, prefix, this.#signal))
      this.#lookups.set(key, lookup)
    }
    return lookup
  }

  /** A person may have changed something: all is asked anew. */
  forget(): void {
    this.#prechecks.clear()
    this.#lookups.clear()
  }
}
