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
} from './atomic.ts'
export { claimDrop, type DropLocks, releaseDrop } from './claims.ts'
export type { Clash } from './clashes.ts'
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
export { type Comparison, compareBytes, partSizesFor } from './compare.ts'
export type { Kind, PlanEntry } from './comparing.ts'
export { byName, type Decisions, filesOf, isBeyondTab, listOfMissing, travelOf } from './decisions.ts'
export { uncommittedOn } from './differences.ts'
export { createErrands, type Errands } from './errands.ts'
export { type HookRun, history } from './history.ts'
export { forgetLanding, type LastDrop, lastLanding, rememberLanding } from './landings.ts'
export {
  type Described,
  describe,
  describeAll,
  type MetadataRules,
  matchPattern,
  readSidecar,
  SidecarError,
} from './metadata.ts'
export { type AtomicDrop, type DropState, openDrops, takeUpDrop } from './opendrops.ts'
export { type Plan, type PlanOptions, planDrop, type SavedUse, type Share } from './plan.ts'
export { type PlanFile, type PlanFileRow, planFile } from './planfile.ts'
export {
  type Checked,
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
export { openRecords, type Records } from './records.ts'
export {
  readSaved,
  type Saved,
  SavedError,
  type SavedErrorCode,
} from './saved.ts'
export { makeSideBranch, type SideBranch, type SideBranchOptions, sideBranchName } from './side-branch.ts'
export { type Taken, takenMeanwhile } from './taken.ts'
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
