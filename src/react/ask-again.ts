import { type ErrorCode, toUploadError } from '../core/index.ts'

/** Ms before the first and at most before any question that had no answer is asked again. */
const FIRST = 1_000
const LONGEST = 15_000

/** A query of React Query as far as it is looked at here. */
export interface AskedQuery {
  readonly state: { readonly status: string; readonly error: unknown; readonly errorUpdateCount: number }
}

/** Failures that each query had seen when it last had an answer. */
const before = new WeakMap<object, number>()

/**
 * `refetchInterval` for what lakeFS is asked: a question that it, or a server before it, had no answer to is asked again
 * after 1 s, 2 s, 4 s … 15 s, until there is one. A refusal is an answer.
 * @param passes which failures are asked again. Default: silence, 5xx, a server that is too busy, a body cut off on its way.
 */
export function askAgain(query: AskedQuery, passes: (thrown: unknown) => boolean = isSilence): number | false {
  const { status, error, errorUpdateCount } = query.state
  if (status === 'success') before.set(query, errorUpdateCount)
  if (status !== 'error' || !passes(error)) return false
  return distanceAfter(errorUpdateCount - (before.get(query) ?? 0))
}

/** Ms to wait after so many questions in a row without an answer. */
export function distanceAfter(failures: number): number {
  return Math.min(FIRST * 2 ** Math.max(0, failures - 1), LONGEST)
}

const PASSES: ReadonlySet<string> = new Set<ErrorCode>(['lakefs-unreachable', 'lakefs-error', 'throttled'])

/** Whether nobody refused: the same question may be answered a moment later. */
export function isSilence(thrown: unknown): boolean {
  const { code, status = 0 } = toUploadError(thrown)
  return PASSES.has(code) || (code === 'protocol' && status > 0 && status < 300)
}
