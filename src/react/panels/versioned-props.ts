import type { Snapshot, Uploader } from '../../core/index.ts'
import type { MetadataRules } from '../../core/versioned/index.ts'
import type { UploadSessionHandle } from './session-handle.ts'

/** How the commit at the end is offered. */
export interface CommitOptions {
  /** What the message says at first; `{files}`, `{bytes}`, `{prefix}`, `{branch}`, `{user}`, `{date}` are filled in. */
  template?: string | undefined
  /** Pairs that are there from the start. */
  metadata?: Readonly<Record<string, string>> | undefined
  /** Commits by itself once everything has arrived and nothing else is uncommitted. Default false. */
  auto?: boolean | undefined
}

/** Props for what only a versioned store can do. Each loads its code when it is used. */
export interface VersionedProps {
  /** Show what is new, changed and identical, and wait before the first byte. Default false. */
  plan?: boolean | undefined
  /** All files or none: `true` merges at the end, `"review"` opens a pull request. Default false. */
  atomic?: boolean | 'review' | undefined
  /** Metadata worked out for each file. */
  metadataRules?: MetadataRules | undefined
  /** Offer the commit once everything has arrived. Default false. */
  commit?: boolean | CommitOptions | undefined
  /** Offer a receipt, and to check it again. Default false. */
  receipt?: boolean | undefined
  /**
   * A receipt (JSON or CSV) or plan file of an earlier upload, as the file or as its text. The next upload's plan is shown with
   * it: files that it knows by path, size and time of change are not read again, and what is on the branch already stays.
   * One that cannot be used is told, and so is one of another branch. Keep it in state: each new value is read anew.
   */
  previousReceipt?: File | string | undefined
  /** Called with `undefined` when the user takes the file away again. */
  onPreviousReceiptChange?: ((receipt: undefined) => void) | undefined
  /** Offer to take the upload back; the last one that was committed to or merged into the branch for a week, at later visits too. Default false. */
  undo?: boolean | undefined
  /** Who is signed in, for receipts. */
  user?: string | undefined
  /** Called when a plan sends to another branch than was asked for: an upload branch that it has made. */
  onBranchChange?: ((branch: string) => void) | undefined
  /** False: a plan offers to make no upload branch. Default true. */
  allowNewBranch?: boolean | undefined
  /** Offers "Choose another branch" in a plan that cannot start, or another destination where no branch would do. */
  onRequestBranchChange?: (() => void) | undefined
}

export interface UploadActionsProps extends VersionedProps {
  uploader: Uploader
  snapshot: Snapshot
  session: UploadSessionHandle
  /** The target that is asked for now. */
  repository: string
  branch: string
}
