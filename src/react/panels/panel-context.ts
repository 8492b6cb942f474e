import type { BranchRef, LakeFSClient, UploadFile } from '../../core/index.ts'
import type { SessionState, UploadSession } from '../../core/versioned/index.ts'

/** Context of the panels of one branch. */
export interface PanelContext {
  lakefs: LakeFSClient
  at: BranchRef
  session: UploadSession
  state: SessionState
  /** Refetches all queries of the repository. */
  refresh: () => void
}

/**
 * Returns the files of one branch, for receipts.
 * @param ownBranch branch that has been merged into it, whose files count too.
 */
export const filesOn = (files: readonly UploadFile[], { repository, branch }: BranchRef, ownBranch?: string) =>
  files.filter(
    ({ destination }) =>
      destination.repository === repository && (destination.branch === branch || destination.branch === ownBranch),
  )
