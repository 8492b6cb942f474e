import { UploadError } from '../errors.ts'
import type { BranchRef } from '../lakefs/wire.ts'
import { ResponseError } from '../request/response-error.ts'
import { type StoreCheck, type StoreTools, testStore } from './self-test.ts'
import type { Store } from './storage.ts'

/** The self-test's finding holds for this many ms. */
const CHECK_HOLDS = 30_000

/** Where on a branch the object would be that the store is tried with. */
export interface Place {
  readonly at: BranchRef
  /** Full path on the branch. */
  readonly path: string
}

/** What is known of the store as this page reaches it; looks into it when something does not add up. */
export class StoreHealth {
  readonly #tools: () => StoreTools
  readonly #signal: AbortSignal
  /** The store's door, watched. */
  readonly store: Store
  #answered = false
  #check: { at: number; finding: Promise<StoreCheck> } | undefined
  #trusted: Promise<boolean> | undefined
  #md5Answered = false

  constructor(store: Store, tools: () => StoreTools, signal: AbortSignal) {
    this.#tools = tools
    this.#signal = signal
    this.store = {
      send: async (request) => {
        const note = (answered: boolean) => {
          if (request.side === 'lakefs') return
          this.#answered ||= answered
          this.#md5Answered ||= answered && request.headers?.['Content-MD5'] !== undefined
        }
        try {
          const answer = await store.send(request)
          note(true)
          return answer
        } catch (thrown) {
          note(thrown instanceof ResponseError && thrown.status > 0)
          throw thrown
        }
      },
    }
  }

  /**
   * After two silences: waiting helps against a lost network and not against a store that shuts the page out.
   * @throws UploadError `storage-unreachable` with the facts `check`, `origin` and `rule`.
   */
  async examine(place: Place): Promise<void> {
    // A store that has answered this page before lets it in: this is the network.
    if (this.#answered) return
    const check = await this.#look(place)
    if (['cors', 'mixed-content', 'bad-address'].includes(check.verdict)) {
      throw new UploadError('storage-unreachable', { facts: factsOf(check) })
    }
  }

  /** The same error, with what the self-test says where it can say something. */
  async explain(place: Place, error: UploadError): Promise<UploadError> {
    const { code, facts, status, retryable, detail, requestId, cause } = error
    if (!['storage-unreachable', 'etag-hidden'].includes(code) || facts.check !== undefined) return error
    const check = await this.#look(place)
    return new UploadError(code, {
      ...{ status, retryable, detail, requestId, cause },
      facts: { ...facts, ...factsOf(check) },
    })
  }

  /** Whether the store's checksums are MD5s: told from what it says of nothing at all. Found out once. */
  trustsChecksums(place: Place): Promise<boolean> {
    this.#trusted ??= this.#compare(place)
    return this.#trusted
  }

  /** Whether Content-MD5 gets through to the store: yes until a look has found that it alone does not. */
  async takesMd5(place: Place): Promise<boolean> {
    if (this.#md5Answered) return true
    const { takesMd5 } = await this.#look(place)
    return takesMd5 !== false
  }

  async #compare(place: Place): Promise<boolean> {
    const { verdict, tellsMd5 } = await this.#test(place)
    if (verdict !== 'fine') this.#trusted = undefined
    return tellsMd5 !== false
  }

  async #look(place: Place): Promise<StoreCheck> {
    const now = this.#tools().clock.now()
    if (!this.#check || now - this.#check.at > CHECK_HOLDS) this.#check = { at: now, finding: this.#test(place) }
    return await this.#check.finding
  }

  #test(place: Place): Promise<StoreCheck> {
    return testStore(this.#tools(), place.at, place.path, this.#signal)
  }
}

function factsOf({ verdict, origin, status, rule }: StoreCheck) {
  return {
    check: verdict,
    ...(origin ? { origin } : {}),
    ...(status === undefined ? {} : { status }),
    ...(rule ? { rule: rule.text, store: rule.store } : {}),
  }
}
