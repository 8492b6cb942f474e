import type { ErrorCode } from '../error-codes.ts'
import type { FileState } from './state.ts'

/** Codes of failures between this page and the store, which the way through lakeFS avoids. */
const AVOIDED: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['storage-unreachable', 'storage-refused', 'etag-hidden'])

/** Returns whether the way through lakeFS avoids a failure: then lakeFS alone speaks with the store. */
export function isAvoidedByLakeFS(code: ErrorCode): boolean {
  return AVOIDED.has(code)
}

/** Returns whether a file has failed, or waits, because of the way from this page to the store. */
export function isStoppedByStore(state: FileState): boolean {
  if (state.status === 'failed') return isAvoidedByLakeFS(state.error.code)
  return state.status === 'waiting' && !state.stored && state.wait.reason === 'storage-unreachable'
}
