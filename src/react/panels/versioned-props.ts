import type { Snapshot, Uploader } from '../../core/index.ts'
import type { MetadataRules } from '../../core/versioned/index.ts'
import type { UploadSessionHandle } from './session-handle.ts'

/** Options of the commit after an upload. */
export interface CommitOptions {
  /**
   * Default message; `{files}`, `{bytes}`, `{prefix}`, `{branch}`, `{repository}`, `{user}` and `{date}` are replaced.
   */
  template?: string | undefined
  /** Initial metadata of the commit. */
  metadata?: Readonly<Record<string, string>> | undefined
  /** Commits automatically once every file is uploaded and the branch has no other changes. Default false. */
  auto?: boolean | undefined
}

/** Props for the features of a versioned store. Their code is loaded when they are used. */
export interface VersionedProps {
  /** Shows which files are new, changed and identical, and asks before the first byte is sent. Default false. */
  plan?: boolean | undefined
  /** Uploads all files or none: `true` merges at the end, `"review"` opens a pull request. Default false. */
  atomic?: boolean | 'review' | undefined
  /** Rules that derive metadata for each file. */
  metadataRules?: MetadataRules | undefined
  /** Offers a commit once every file is uploaded. Default false. */
  commit?: boolean | CommitOptions | undefined
  /** Offers a receipt and its verification. Default false. */
  receipt?: boolean | undefined
  /**
   * Receipt (JSON or CSV) or plan file of an earlier upload, as a file or its text. The next plan uses it: files that
   * have the same path, size and time of change are not read again, and files that are on the branch already are not
   * sent. The widget says so when it is unusable or belongs to another branch. Keep it in state: each new value is read
   * again.
   */
  previousReceipt?: File | string | undefined
  /** Called with `undefined` when the user removes the receipt. */
  onPreviousReceiptChange?: ((receipt: undefined) => void) | undefined
  /**
   * Offers to undo the upload; for a week, and on later visits too, also the last commit to the branch or merge into
   * it. Default false.
   */
  undo?: boolean | undefined
  /** Name of the user, for receipts. */
  user?: string | undefined
  /** Called when a plan uses another branch than the requested one: an upload branch that it created. */
  onBranchChange?: ((branch: string) => void) | undefined
  /** False: a plan does not offer to create an upload branch. Default true. */
  allowNewBranch?: boolean | undefined
  /**
   * Called by the button "Choose another branch" of a plan that cannot start; where no branch of the repository would
   * help, the button offers another destination.
   */
  onRequestBranchChange?: (() => void) | undefined
}

export interface UploadActionsProps extends VersionedProps {
  uploader: Uploader
  snapshot: Snapshot
  session: UploadSessionHandle
  /** Current destination. */
  repository: string
  branch: string
}
