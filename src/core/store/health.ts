import { UploadError } from '../errors.ts'
import type { BranchRef } from '../lakefs/wire.ts'
import { ResponseError } from '../request/response-error.ts'
import { type StoreCheck, type StoreTools, testStore } from './self-test.ts'
import type { Store } from './storage.ts'

/** Ms for which a result of the self-test is valid. */
const CHECK_VALID_MS = 30_000

/** Path on a branch for the self-test. */
export interface Place {
  readonly at: BranchRef
  /** Full path on the branch. */
  readonly path: string
}

/** Remembers whether the store accepts requests of this page, and tests it when requests fail. */
export class StoreHealth {
  readonly #tools: () => StoreTools
  readonly #signal: AbortSignal
  /** Store whose answers are observed. */
  readonly store: Store
  #answered = false
  #check: { at: number; finding: Promise<StoreCheck> } | undefined
  #trusted: Promise<boolean> | undefined
  #md5Answered = false
  /** Last refusal that the page could read. */
  #refusal: { origin: string; status: number } | undefined
  /** True once the store has refused a body without Content-MD5. */
  #md5Needed = false

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
          if (request.side !== 'lakefs' && thrown instanceof ResponseError && thrown.status >= 400) {
            this.#refusal = { origin: new URL(request.url).origin, status: thrown.status }
          }
          throw thrown
        }
      },
    }
  }

  /**
   * Tests the store after two requests without an answer: waiting helps when the network is lost, but not when the
   * store does not allow this page.
   * @throws UploadError `storage-unreachable` with the facts `check`, `origin` and `rule`.
   */
  async examine(place: Place): Promise<void> {
    // A store that has answered this page before allows it, so the network is lost; unless it has only answered bodies
    // without the header that it asks for.
    if (this.#answered && (this.#md5Answered || !this.#md5Needed)) return
    const check = await this.#recentCheck(place)
    if (['cors', 'mixed-content', 'bad-address'].includes(check.verdict)) {
      throw new UploadError('storage-unreachable', { facts: factsOf(check) })
    }
  }

  /** Returns the error with the result of the self-test, if it explains it. */
  async explain(place: Place, error: UploadError): Promise<UploadError> {
    const { code, facts, status, retryable, detail, requestId, cause } = error
    if (code === 'storage-refused' && facts.check === undefined && this.#refusal?.status === status) {
      // The request of the file itself was the test.
      const told = { ...facts, check: 'refused', ...this.#refusal }
      return new UploadError(code, { status, retryable, detail, requestId, cause, facts: told })
    }
    if (!['storage-unreachable', 'etag-hidden'].includes(code) || facts.check !== undefined) return error
    const check = await this.#recentCheck(place)
    return new UploadError(code, {
      ...{ status, retryable, detail, requestId, cause },
      facts: { ...facts, ...factsOf(check) },
    })
  }

  /** Returns whether the checksums of the store are MD5s, judged by that of an empty body. Tested once. */
  trustsChecksums(place: Place): Promise<boolean> {
    this.#trusted ??= this.#compare(place)
    return this.#trusted
  }

  /** Returns whether the store accepts Content-MD5: true until a test has shown that it fails only with this header. */
  async takesMd5(place: Place): Promise<boolean> {
    if (this.#md5Answered) return true
    const { takesMd5 } = await this.#recentCheck(place)
    return takesMd5 !== false
  }

  /** True when the store refuses bodies without Content-MD5, as a bucket with Object Lock does. */
  get needsMd5(): boolean {
    return this.#md5Needed
  }

  /** Remembers for this visit that the store refuses bodies without Content-MD5. */
  requireMd5(): void {
    if (this.#md5Needed) return
    this.#md5Needed = true
    this.#check = undefined
  }

  async #compare(place: Place): Promise<boolean> {
    const { verdict, tellsMd5 } = await this.#test(place)
    if (verdict !== 'fine') this.#trusted = undefined
    return tellsMd5 !== false
  }

  async #recentCheck(place: Place): Promise<StoreCheck> {
    const now = this.#tools().clock.now()
    if (!this.#check || now - this.#check.at > CHECK_VALID_MS) this.#check = { at: now, finding: this.#test(place) }
    return await this.#check.finding
  }

  #test(place: Place): Promise<StoreCheck> {
    const tools = { ...this.#tools(), needsMd5: this.#md5Needed }
    return testStore(tools, place.at, place.path, this.#signal)
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
