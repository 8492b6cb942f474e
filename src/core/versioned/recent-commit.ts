import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { BranchRef } from '../lakefs/wire.ts'
import type { Records } from '../resume/database.ts'

/** An upload that is on its branch by a commit or a merge of its own: `revertCommit` of it takes the upload back. */
export interface RecentCommit extends BranchRef {
  readonly commit: string
  /** The commit is a merge. */
  readonly merge: boolean
  /** Ms since 1970. */
  readonly when: number
}

/** Ms that a landed upload is offered to be taken back. */
const OFFERED_FOR = 7 * 24 * 3_600_000

type Remembered = Pick<Records, 'landing' | 'putLanding' | 'deleteLanding'>

/** Remembers it as the last one on its branch. Best effort: without it, only this visit can take the upload back. */
export async function rememberCommit(
  { clock, endpoint }: LakeFSClient,
  { repository, branch, commit, merge }: Omit<RecentCommit, 'when'>,
  records: Pick<Remembered, 'putLanding'> | undefined,
): Promise<void> {
  await records?.putLanding({ endpoint, repository, branch, commit, merge, when: clock.now() }).catch(() => {})
}

/** The last upload of this browser that landed there, at most a week ago; undefined where none is known. */
export async function findRecentCommit(
  { clock, endpoint }: LakeFSClient,
  { repository, branch }: BranchRef,
  records: Pick<Remembered, 'landing' | 'deleteLanding'>,
): Promise<RecentCommit | undefined> {
  const found = await records.landing({ endpoint, repository, branch })
  if (!found) return undefined
  const { endpoint: _endpoint, ...last } = found
  if (clock.now() - last.when <= OFFERED_FOR) return last
  await records.deleteLanding(found)
  return undefined
}

/** It is taken back, or nobody wants to be asked. A newer one of another tab stays. Best effort. */
export async function forgetCommit(
  { endpoint }: LakeFSClient,
  { repository, branch, commit }: Pick<RecentCommit, 'repository' | 'branch' | 'commit'>,
  records: Pick<Remembered, 'deleteLanding'> | undefined,
): Promise<void> {
  await records?.deleteLanding({ endpoint, repository, branch, commit }).catch(() => {})
}
