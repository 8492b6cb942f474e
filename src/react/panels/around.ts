import type { BranchRef, Errands, UploadFile } from '../../core/index.ts'

/** What the pieces below share. */
export interface Around {
  errands: Errands
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
