import type { ErrorCode } from '../error-codes.ts'
import { allows } from '../file/actions.ts'
import type { Job } from '../file/job.ts'
import { ENDED } from '../file/state.ts'
import type { BranchRef } from '../lakefs/wire.ts'

/** Failures that another repository or branch is the way out of. */
const ELSEWHERE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'forbidden',
  'protected-branch',
  'read-only',
  'repository-not-found',
  'branch-not-found',
  'not-a-branch',
])

/** Tells whether a retry sends the file again. @param isMeant false for a retry of all files. */
export function isSentAgain({ state, file, resumePoint }: Job, isMeant: boolean): boolean {
  // What a user has cancelled is sent only where that file is meant.
  if (!ENDED.has(state.status) || (state.status === 'cancelled' && !isMeant)) return false
  return allows(state, 'retry') && (file !== undefined || resumePoint.stored !== undefined)
}

/** Tells whether the file failed for want of a branch that takes it, and another one has been chosen since. */
export function goesElsewhere({ file, state, requestedDestination }: Job, { repository, branch }: BranchRef): boolean {
  if (!file || state.status !== 'failed' || !ELSEWHERE.has(state.error.code)) return false
  return repository !== requestedDestination.repository || branch !== requestedDestination.branch
}
