import { type ErrorCode, toUploadError } from '../core/index.ts'

/** Ms of the first and of the longest interval. */
const FIRST = 1_000
const LONGEST = 15_000

/** The fields of a React Query query that are read here. */
export interface AskedQuery {
  readonly state: { readonly status: string; readonly error: unknown; readonly errorUpdateCount: number }
}

/** Number of failures that each query had at its last success. */
const before = new WeakMap<object, number>()

/**
 * Computes `refetchInterval` for requests to lakeFS: a request that failed without a refusal is repeated after 1 s, 2
 * s, 4 s … 15 s until it succeeds.
 * @param passes decides which failures are repeated. Default: no answer, 5xx, 429, a truncated body.
 */
export function askAgain(query: AskedQuery, passes: (thrown: unknown) => boolean = isSilence): number | false {
  const { status, error, errorUpdateCount } = query.state
  if (status === 'success') before.set(query, errorUpdateCount)
  if (status !== 'error' || !passes(error)) return false
  return distanceAfter(errorUpdateCount - (before.get(query) ?? 0))
}

/** Returns the ms before the next request after that many consecutive failures. */
export function distanceAfter(failures: number): number {
  return Math.min(FIRST * 2 ** Math.max(0, failures - 1), LONGEST)
}

const PASSES: ReadonlySet<string> = new Set<ErrorCode>(['lakefs-unreachable', 'lakefs-error', 'throttled'])

/** True when no server refused, so that the same request may succeed a moment later. */
export function isSilence(thrown: unknown): boolean {
  const { code, status = 0 } = toUploadError(thrown)
  return PASSES.has(code) || (code === 'protocol' && status > 0 && status < 300)
}
