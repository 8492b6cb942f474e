import { type ErrorCode, toUploadError } from '../core/index.ts'

/** Ms of the first and of the longest interval. */
const FIRST_MS = 1_000
const MAX_MS = 15_000

/** The fields of a React Query query that are read here. */
export interface QueryWithState {
  readonly state: { readonly status: string; readonly error: unknown; readonly errorUpdateCount: number }
}

/** Number of failures that each query had at its last success. */
const failuresBefore = new WeakMap<object, number>()

/**
 * Computes `refetchInterval` for requests to lakeFS: a request that failed without a refusal is repeated after 1 s, 2
 * s, 4 s … 15 s until it succeeds.
 * @param passes decides which failures are repeated. Default: no answer, 5xx, 429, a truncated body.
 */
export function refetchAfterFailure(
  query: QueryWithState,
  passes: (thrown: unknown) => boolean = isTransient,
): number | false {
  const { status, error, errorUpdateCount } = query.state
  if (status === 'success') failuresBefore.set(query, errorUpdateCount)
  if (status !== 'error' || !passes(error)) return false
  return delayAfterFailures(errorUpdateCount - (failuresBefore.get(query) ?? 0))
}

/** Returns the ms before the next request after that many consecutive failures. */
export function delayAfterFailures(failures: number): number {
  return Math.min(FIRST_MS * 2 ** Math.max(0, failures - 1), MAX_MS)
}

const TRANSIENT: ReadonlySet<string> = new Set<ErrorCode>(['lakefs-unreachable', 'lakefs-error', 'throttled'])

/** True when no server refused, so that the same request may succeed a moment later. */
export function isTransient(thrown: unknown): boolean {
  const { code, status = 0 } = toUploadError(thrown)
  return TRANSIENT.has(code) || (code === 'protocol' && status > 0 && status < 300)
}
