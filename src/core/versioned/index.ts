/**
 * Features of a versioned store: plan, atomic upload, commit, undo, metadata rules, receipts. A page that imports it on
 * demand loads nothing of it for plain uploads.
 * @example const { planUpload } = await import('lakefs-uploader/versioned')
 * @module versioned
 */

export { type Comparison, compareBytes, partSizesFor } from '../file/compare-bytes.ts'
export { createLakeFSClient, type LakeFSClient } from '../lakefs/retrying-client.ts'
export type { HookRun } from '../lakefs/wire.ts'
export { openRecords, type Records } from '../resume/database.ts'
export {
  type AtomicOptions,
  beginAtomic,
  discardAtomic,
  gatheredChanges,
  keepAtomic,
  type Landed,
  type LandOptions,
  landAtomic,
  MergeConflict,
  MergeNotTakenBack,
  MergeUnchecked,
  pullAddress,
} from './atomic-upload.ts'
export {
  LIST_NAME,
  type ReadyCommand,
  readyCommands,
  TAB_LIMITS,
  type TabLimits,
  type TooBigReason,
  type Tool,
  tooBigForTab,
} from './commands.ts'
export {
  type CommitText,
  commitBranch,
  fillTemplate,
  HookRefusal,
  type HookVerdict,
  type MessageFacts,
  type PendingChanges,
  partChanges,
  pendingChanges,
  saysNothingChanged,
} from './commit.ts'
export type { Clash, Kind, PlanEntry, PlanProgress, Remembered } from './compare.ts'
export { byName, type Decisions, filesOf, isBeyondTab, listOfMissing, travelOf } from './decisions.ts'
export { uncommittedOn } from './diff.ts'
export { type ExternalChange, findExternalChange } from './external-changes.ts'
export {
  type Described,
  describe,
  describeAll,
  type MetadataRules,
  matchPattern,
  readSidecar,
  SidecarError,
} from './metadata.ts'
export {
  type AtomicState,
  type AtomicUpload,
  lockUpload,
  openUploads,
  takeUpUpload,
  type UploadLocks,
  unlockUpload,
} from './open-uploads.ts'
export { type Plan, type PlanOptions, planUpload, type SavedUse, type Share } from './plan.ts'
export { type PlanFile, type PlanFileRow, planFile } from './plan-file.ts'
export {
  readSaved,
  type Saved,
  SavedError,
  type SavedFault,
} from './read-receipt.ts'
export {
  type Checked,
  type LandedObject,
  parseReceipt,
  type Receipt,
  type ReceiptFacts,
  type ReceiptRow,
  receiptCsv,
  receiptJson,
  receiptOf,
  receiptPath,
  storeReceipt,
  verifyReceipt,
  wasThere,
} from './receipt.ts'
export { findRecentCommit, forgetCommit, type RecentCommit, rememberCommit } from './recent-commit.ts'
export { type ReviewKind, reviewKindOf } from './review/review-kind.ts'
export {
  isInHistory,
  previewRevert,
  previewUndo,
  revertCommit,
  sameObject,
  type Undone,
  type UndoPreview,
  type UndoStep,
  undoUploads,
} from './undo.ts'
export type { CommitRequest, ReadChanges } from './upload/commit-effect.ts'
export { partOf, readChanges } from './upload/commit-effect.ts'
export type { Target } from './upload/gather-effect.ts'
export type { LandRequest } from './upload/land-effect.ts'
export {
  type CommitBlock,
  type CommitContent,
  commitBlock,
  type LandBlock,
  landBlocks,
  mayCommitUnasked,
  notArrived,
} from './upload/readiness.ts'
export type { UploadSessionOptions } from './upload/session-context.ts'
export {
  type BranchWork,
  type CommitState,
  EMPTY_SESSION,
  endedFor,
  gatheringFor,
  type PreviousReceipt,
  reduceSession,
  type SessionEvent,
  type SessionState,
  type UndoLook,
  type UndoState,
  uncommittedAt,
  workOn,
} from './upload/session-state.ts'
export type { Taking } from './upload/undo-effect.ts'
export {
  isAsking,
  isEnded,
  isOpen,
  type LandProblem,
  type Review,
  reduceUpload,
  type Upload,
  type UploadEvent,
  type UploadStage,
} from './upload/upload.ts'
export { createUploadSession, UploadSession, type UploadSessionPorts } from './upload/upload-session.ts'
export { createUploadBranch, type UploadBranch, type UploadBranchOptions, uploadBranchName } from './upload-branch.ts'
