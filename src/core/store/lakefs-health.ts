import type { ErrorFacts } from '../error-codes.ts'
import { UploadError } from '../errors.ts'
import type { BranchRef } from '../lakefs/wire.ts'
import { blockedName, type LakeFSTools, testLakeFS } from './lakefs-test.ts'

/** Ms for which a result of the test is valid. */
const CHECK_VALID_MS = 15_000

/** Finds out why requests to lakeFS get no answer, once for all files that ask at a time. */
export class LakeFSHealth {
  readonly #tools: () => LakeFSTools
  readonly #signal: AbortSignal
  #check: { at: number; finding: Promise<ErrorFacts | undefined> } | undefined
  #queue: Promise<unknown> = Promise.resolve()

  constructor(tools: () => LakeFSTools, signal: AbortSignal) {
    this.#tools = tools
    this.#signal = signal
  }

  /**
   * Tests lakeFS after a request about a path got no answer, and returns what the row of the file says meanwhile;
   * undefined when there is nothing to say.
   * @param listing the request was a listing, which a file can do without.
   * @throws UploadError `blocked-by-policy`; `blocked` with the `name` that stops the requests, or with `what:
   *   'listing'` where only listings get no answer.
   */
  async examine(at: BranchRef, path: string, listing: boolean): Promise<ErrorFacts | undefined> {
    const found = await this.#recentCheck()
    if (found?.check === 'policy') throw new UploadError('blocked-by-policy', { facts: found })
    if (found) return found
    // One after the other: many files may have lost the same connection.
    const turn = this.#queue.then(() => blockedName(this.#tools(), at, path, this.#signal))
    this.#queue = turn.catch(() => {})
    const name = await turn
    if (name !== undefined) throw new UploadError('blocked', { facts: { name } })
    if (listing) throw new UploadError('blocked', { facts: { what: 'listing' } })
    return undefined
  }

  /** Returns the error with what was found last, if that explains it. */
  async explain(error: UploadError): Promise<UploadError> {
    const { code, facts, status, retryable, detail, requestId, cause } = error
    // With a status it was answered, by a gateway.
    if (code !== 'lakefs-unreachable' || facts.check !== undefined || status !== undefined) return error
    const found = await this.#recentCheck()
    if (found?.check === 'policy') return new UploadError('blocked-by-policy', { facts: found })
    if (!found) return error
    return new UploadError(code, { ...{ retryable, detail, requestId, cause }, facts: { ...facts, ...found } })
  }

  #recentCheck(): Promise<ErrorFacts | undefined> {
    const { clock } = this.#tools()
    const now = clock.now()
    if (!this.#check || now - this.#check.at > CHECK_VALID_MS)
      this.#check = { at: now, finding: testLakeFS(this.#tools(), this.#signal) }
    return this.#check.finding
  }
}

/** True for a listing that alone gets no answer. The file is looked up by itself instead. */
export function isListingBlocked(thrown: unknown): boolean {
  return thrown instanceof UploadError && thrown.code === 'blocked' && thrown.facts.what === 'listing'
}
