import type { BranchRef, LakeFSClient, UploadFile } from '../../core/index.ts'
import type { SessionState, UploadSession } from '../../core/versioned/index.ts'

/** What the panels of one branch share. */
export interface PanelContext {
  lakefs: LakeFSClient
  at: BranchRef
  session: UploadSession
  state: SessionState
  /** Everything known of the branch is asked again. */
  refresh: () => void
}

/** Files of one branch, for receipts. @param ownBranch a branch whose files have been merged into it. */
export const filesOn = (files: readonly UploadFile[], { repository, branch }: BranchRef, ownBranch?: string) =>
  files.filter(
    ({ destination }) =>
      destination.repository === repository && (destination.branch === branch || destination.branch === ownBranch),
  )
