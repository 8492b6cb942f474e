import type { BranchRef, LakeFSClient, UploadFile } from '../../core/index.ts'

/** What the pieces below share. */
export interface Around {
  lakefs: LakeFSClient
  at: BranchRef
  /** Everything known of the branch is asked again. */
  refresh: () => void
}

/** Files of one branch, for receipts. */
export const filesOn = (files: readonly UploadFile[], { repository, branch }: BranchRef, aside?: string) =>
  files.filter(
    ({ destination }) =>
      destination.repository === repository && (destination.branch === branch || destination.branch === aside),
  )
