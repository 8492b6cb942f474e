export type { Configuration, ConflictPolicy, DecideConflict, GivenFiles, Prepared, UploaderOptions } from './options.ts'

import type { UploaderOptions } from './options.ts'

export type { FileDetails, Notice, UploadFile } from './file/upload-file.ts'
export type { AddInput, FileInput, Rejection } from './intake/input.ts'
export type { BranchRef, Destination, ObjectStats } from './lakefs/wire.ts'
export type { WaitReason } from './request/refusal-rules.ts'
export type { WaitState } from './request/retry.ts'
export type {
  Adding,
  Snapshot,
  Summary,
  Totals,
  Unfinished,
  UnfinishedFile,
  UploaderStatus,
  UploadSnapshot,
} from './snapshot.ts'

import { LazyUploader } from './engine/lazy-uploader.ts'
import type { Uploader } from './uploader.ts'

export { guardLeaving } from './engine/leave-guard.ts'
export type { AnswerFacts, ErrorCode, ErrorFacts, PathFault } from './error-codes.ts'
export { isUploadError, UploadError, type UploadErrorInit } from './errors.ts'
export {
  type Conflict,
  type ConflictAnswer,
  ENDED,
  type FileState,
  type FileStatus,
  type SkipReason,
  STATUSES,
} from './file/state.ts'
export type { Stopped } from './file/stop-reason.ts'
export type { LakeFSClient } from './lakefs/retrying-client.ts'
export type { RefusedBy } from './refused-by.ts'
export { isAbort, ResponseError } from './request/response-error.ts'
export { toUploadError } from './request/upload-error.ts'
export { type CorsRule, corsRuleFor } from './store/cors-rule.ts'
export type { Added, FilesOfUpload, ResumeUnfinished, Uploader } from './uploader.ts'

/**
 * Creates an uploader for one destination. It has no effect until files are added, so a server render may create it.
 * @example
 * const uploader = createUploader({ repository: 'lake', branch: 'main', prefix: 'raw/' })
 * await uploader.add(input.files)
 * const summary = await uploader.finished()
 */
export function createUploader(options: UploaderOptions): Uploader {
  return new LazyUploader(options, async (current) => (await import('./engine/browser.ts')).startEngine(current))
}
