import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { BranchRef } from '../lakefs/wire.ts'
import type { Records } from '../resume/database.ts'

/** Last upload of this browser on a branch, by its commit or merge; `revertCommit` undoes it. */
export interface RecentCommit extends BranchRef {
  readonly commit: string
  /** True when the commit is a merge. */
  readonly merge: boolean
  /** Ms since 1970. */
  readonly when: number
}

/** Ms for which an undo of the last upload is offered. */
const OFFERED_FOR_MS = 7 * 24 * 3_600_000

type Remembered = Pick<Records, 'lastCommit' | 'putLastCommit' | 'deleteLastCommit'>

/** Records the last commit on a branch. Errors are ignored: without the record only this visit can undo the upload. */
export async function rememberCommit(
  { clock, endpoint }: LakeFSClient,
  { repository, branch, commit, merge }: Omit<RecentCommit, 'when'>,
  records: Pick<Remembered, 'putLastCommit'> | undefined,
): Promise<void> {
  await records?.putLastCommit({ endpoint, repository, branch, commit, merge, when: clock.now() }).catch(() => {})
}

/** Returns the last upload of this browser on a branch, if it is at most a week old. */
export async function findRecentCommit(
  { clock, endpoint }: LakeFSClient,
  { repository, branch }: BranchRef,
  records: Pick<Remembered, 'lastCommit' | 'deleteLastCommit'>,
): Promise<RecentCommit | undefined> {
  const found = await records.lastCommit({ endpoint, repository, branch })
  if (!found) return undefined
  const { endpoint: _endpoint, ...last } = found
  if (clock.now() - last.when <= OFFERED_FOR_MS) return last
  await records.deleteLastCommit(found)
  return undefined
}

/**
 * Deletes the record after an undo, or when the user dismisses the offer. A newer record of another tab stays. Errors
 * are ignored.
 */
export async function forgetCommit(
  { endpoint }: LakeFSClient,
  { repository, branch, commit }: Pick<RecentCommit, 'repository' | 'branch' | 'commit'>,
  records: Pick<Remembered, 'deleteLastCommit'> | undefined,
): Promise<void> {
  await records?.deleteLastCommit({ endpoint, repository, branch, commit }).catch(() => {})
}
