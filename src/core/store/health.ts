import type { ErrorFacts } from '../error-codes.ts'
import { UploadError } from '../errors.ts'
import type { BranchRef } from '../lakefs/wire.ts'
import { abortError } from '../request/clock.ts'
import { linkedAbort } from '../request/linked-abort.ts'
import { ResponseError } from '../request/response-error.ts'
import { LARGE_REQUEST_BYTES } from './body-limit.ts'
import type { StoreCheck, StoreTools } from './self-test.ts'
import type { Store, StoreAnswer, StoreRequest } from './storage.ts'

/** Ms for which a result of the self-test is valid. */
const CHECK_VALID_MS = 30_000
/** Ms without a byte or an answer after which a store that has never answered is tested. */
const HANGS_AFTER_MS = 15_000
/** Requests without an answer after which a finding ends the file. A single one may be a lost connection. */
const SURE_AFTER = 2
/** Requests without an answer after which their size is suspected where smaller ones get through. */
const SUSPECT_SIZE_AFTER = 3
/** Bytes below which no server is known to limit bodies. */
const UNLIMITED = 2 ** 20

/** Findings that waiting does not change. */
const LASTS: ReadonlySet<StoreCheck['verdict']> = new Set<StoreCheck['verdict']>([
  'cors',
  'cors-header',
  'cors-preflight',
  'cors-redirect',
  'mixed-content',
  'bad-address',
  'policy',
  'script',
  'body-limit',
])
/** Findings that say why a request is pending for so long, so that it need not be waited for. */
const NO_ANSWER: ReadonlySet<StoreCheck['verdict']> = new Set<StoreCheck['verdict']>([
  'network',
  'loopback',
  'permission',
  'policy',
])

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
  /** Bytes of a request have moved, so something takes them. */
  #moved = false
  #check: { at: number; size: number; finding: Promise<StoreCheck> } | undefined
  #suspected: { passes: number; stops: number } | undefined
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
          if (request.side === 'lakefs' || !answered) return
          this.#answered = true
          if (request.body instanceof Blob && request.body.size >= (this.#suspected?.stops ?? 0))
            this.#suspected = undefined
          this.#md5Answered ||= request.headers?.['Content-MD5'] !== undefined
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
   * Sends a request. Where the store has never answered and nothing moves, it is tested meanwhile; if nothing answers
   * the test either, the request is given up as one without an answer, so that its row can say why.
   */
  async send(request: StoreRequest, place: Place): Promise<StoreAnswer> {
    if (this.#answered || this.#moved || request.side === 'lakefs') return await this.store.send(request)
    const own = linkedAbort(request.signal)
    let ended = false
    let givenUp = false
    const isPending = () => !ended && !this.#moved && !this.#answered && !own.signal.aborted
    const cancel = this.#tools().clock.after(HANGS_AFTER_MS, async () => {
      if (!isPending()) return
      const check = await this.#recentCheck(place, 0).catch(() => undefined)
      if (!isPending() || !check || !NO_ANSWER.has(check.verdict)) return
      givenUp = true
      own.abort()
    })
    try {
      return await this.store.send({
        ...request,
        signal: own.signal,
        onProgress: (sent) => {
          this.#moved ||= sent > 0
          request.onProgress?.(sent)
        },
      })
    } catch (thrown) {
      if (request.signal.aborted) throw abortError()
      if (givenUp) throw new ResponseError({ side: 'storage', status: 0, message: 'nothing was sent' })
      throw thrown
    } finally {
      ended = true
      cancel()
      own.release()
    }
  }

  /**
   * Tests the store after requests without an answer, and returns what the row of the file says meanwhile; undefined
   * when there is nothing to say. Waiting helps when the network is lost, but not when the store does not allow this
   * page.
   * @param silences requests without an answer in a row.
   * @param size bytes of the file.
   * @throws UploadError `storage-unreachable` with the facts `check`, `origin` and `rule`, or `blocked-by-policy`.
   */
  async examine(place: Place, silences: number, size: number): Promise<ErrorFacts | undefined> {
    // A store that has answered this page before allows it, so the network is lost, more likely than not; unless it has
    // only answered bodies without the header that it asks for.
    const answered = this.#answered && (this.#md5Answered || !this.#md5Needed)
    // So does one that has let bytes move, and so few bytes are no body that a server in between finds too large.
    const passes = this.#moved && size < LARGE_REQUEST_BYTES
    if ((answered || passes) && silences < SURE_AFTER) return undefined
    const check = await this.#recentCheck(place, size)
    const { verdict, origin, passes: largest = 0 } = check
    if (verdict === 'fine' && silences >= SUSPECT_SIZE_AFTER && size > Math.max(largest, UNLIMITED)) {
      this.#suspected = { passes: largest, stops: size }
      return { check: 'body-limit', origin, passes: largest, stops: size }
    }
    if (verdict === 'fine' || verdict === 'unknown') return undefined
    // An answer without CORS headers is that of another server, such as a gateway with a fault.
    if (answered && verdict.startsWith('cors')) return { check: 'hidden', origin }
    if (LASTS.has(verdict) && (silences >= SURE_AFTER || verdict === 'policy')) throw errorOf(check)
    return factsOf(check)
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
    const check = await this.#recentCheck(place, 0)
    if (check.verdict === 'policy') return errorOf(check)
    const suspected = check.verdict === 'fine' && code === 'storage-unreachable' ? this.#suspected : undefined
    return new UploadError(code, {
      ...{ status, retryable, detail, requestId, cause },
      facts: { ...facts, ...factsOf(check), ...(suspected ? { check: 'body-limit', ...suspected } : {}) },
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
    const { takesMd5 } = await this.#recentCheck(place, 0)
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
    const { verdict, tellsMd5 } = await this.#test(place, 0)
    if (verdict !== 'fine') this.#trusted = undefined
    return tellsMd5 !== false
  }

  /** Returns a recent result, if it has tried bodies of that size where an empty one got through. */
  async #recentCheck(place: Place, size: number): Promise<StoreCheck> {
    const now = this.#tools().clock.now()
    const known = this.#check
    const isRecent = known !== undefined && now - known.at <= CHECK_VALID_MS
    if (isRecent) {
      const check = await known.finding
      if (check.verdict !== 'fine' || size <= known.size) return check
      if (this.#check !== known) return await this.#recentCheck(place, size)
    }
    const next = { at: this.#tools().clock.now(), size, finding: this.#test(place, size) }
    this.#check = next
    return await next.finding
  }

  async #test(place: Place, size: number): Promise<StoreCheck> {
    const tools = { ...this.#tools(), needsMd5: this.#md5Needed }
    // Most uploads never need the test, so its code is loaded with the first one. Where even that does not arrive, the
    // network is lost, and a later test loads it again.
    const loaded = await import('./self-test.ts').catch(() => undefined)
    if (!loaded) return { verdict: 'network', origin: '' }
    return await loaded.testStore(tools, place.at, place.path, this.#signal, size)
  }
}

function errorOf(check: StoreCheck): UploadError {
  const code = check.verdict === 'policy' ? 'blocked-by-policy' : 'storage-unreachable'
  return new UploadError(code, { facts: factsOf(check) })
}

/** Returns the facts of a result for the sentences about it. */
export function factsOf(check: StoreCheck): ErrorFacts {
  const { verdict, origin, status, rule, header, policy, permission, passes, stops } = check
  return {
    check: verdict,
    ...(origin ? { origin } : {}),
    ...(status === undefined ? {} : { status }),
    ...(rule ? { rule: rule.text, store: rule.store } : {}),
    ...(header === undefined ? {} : { header }),
    ...(policy ? { directive: policy.directive, rule: policy.rule } : {}),
    ...(permission === undefined ? {} : { permission }),
    ...(stops === undefined ? {} : { stops, passes: passes ?? 0 }),
  }
}
