import { allows } from '../file/actions.ts'
import type { Job } from '../file/job.ts'
import { ENDED } from '../file/state.ts'
import { isRefusedByDestination } from '../file/stop-reason.ts'
import type { BranchRef } from '../lakefs/wire.ts'

/** Returns whether a retry sends the file again. @param isMeant false for a retry of all files. */
export function isSentAgain({ state, file, resumePoint }: Job, isMeant: boolean): boolean {
  // A cancelled file is sent again only when the user names it.
  if (!ENDED.has(state.status) || (state.status === 'cancelled' && !isMeant)) return false
  return allows(state, 'retry') && (file !== undefined || resumePoint.stored !== undefined)
}

/** Returns whether the repository or branch refused the file and the user has chosen another one since. */
export function goesElsewhere({ file, state, requestedDestination }: Job, { repository, branch }: BranchRef): boolean {
  if (!file || state.status !== 'failed' || !isRefusedByDestination(state.error.code)) return false
  return repository !== requestedDestination.repository || branch !== requestedDestination.branch
}
