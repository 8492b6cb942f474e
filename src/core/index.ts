import type { Uploader, UploaderOptions } from './api.ts'
import { LateUploader } from './late.ts'

export type {
  Added,
  AddInput,
  Adding,
  Configuration,
  ConflictPolicy,
  Destination,
  Drop,
  FileDetails,
  FileInput,
  LeftOut,
  Notice,
  Prepared,
  ResumeUnfinished,
  Snapshot,
  Summary,
  Totals,
  Unfinished,
  UnfinishedFile,
  Uploader,
  UploaderOptions,
  UploaderStatus,
  UploadFile,
} from './api.ts'
export {
  type Branch,
  type Change,
  type Commit,
  catalog,
  type LoginConfig,
  type Page,
  type Repository,
} from './catalog.ts'
export { type CorsRule, corsRuleFor } from './corsrule.ts'
export type { Errands } from './errands.ts'
export {
  type AnswerFacts,
  type ErrorCode,
  type ErrorFacts,
  isUploadError,
  UploadError,
  type UploadErrorInit,
} from './errors.ts'
export { createLakeFS, type LakeFS, type LakeFSOptions } from './lakefs.ts'
export { guardLeaving } from './leaving.ts'
export type { PathFault } from './paths.ts'
export { precheck, type Verdict } from './precheck.ts'
export { isAbort, Refusal, toUploadError } from './refusal.ts'
export {
  type Answer,
  type Conflict,
  ENDED,
  type FileState,
  type ObjectStats,
  type SkipReason,
  STATUSES,
  type Status,
  type Waiting,
  type WaitReason,
} from './state.ts'
export type { Stopped } from './stops.ts'
export type {
  AtomicDrop,
  Checked,
  Clash,
  Decisions,
  HookVerdict,
  MetadataRules,
  PendingChanges,
  Plan,
  PlanEntry,
  PlanFile,
  ReadyCommand,
  Receipt,
  ReceiptRow,
  Saved,
  SavedErrorCode,
  SavedUse,
  UndoPreview,
} from './versioned.ts'
export type { BranchRef, Listing, ServerConfig } from './wire.ts'

/**
 * An uploader for one destination. Touches nothing until files are added, so it may be made during a server render.
 * @example
 * const uploader = createUploader({ repository: 'lake', branch: 'main', prefix: 'raw/' })
 * await uploader.add(input.files)
 * const summary = await uploader.finished()
 */
export function createUploader(options: UploaderOptions): Uploader {
  return new LateUploader(options, async (current) => (await import('./browser.ts')).startEngine(current))
}

/**
 * What only a versioned store can do: plan, all or nothing, commit, undo, metadata by rule, receipts. Loaded when it is
 * wanted, so that it weighs nothing on a page that only uploads.
 * @example const { planDrop } = await versioned()
 */
export const versioned = () => import('./versioned.ts')
