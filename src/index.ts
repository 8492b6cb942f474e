export type {
  Added,
  AddInput,
  Answer,
  AnswerFacts,
  Branch,
  BranchRef,
  Change,
  Commit,
  Configuration,
  Conflict,
  ConflictPolicy,
  DecideConflict,
  Destination,
  ErrorCode,
  ErrorFacts,
  FileDetails,
  FileInput,
  FileState,
  GivenFiles,
  LakeFS,
  LakeFSClient,
  Listing,
  LoginConfig,
  MetadataRules,
  ObjectStats,
  Page,
  PathFault,
  Prepared,
  Rejection,
  Repository,
  ServerConfig,
  SkipReason,
  Snapshot,
  Status,
  Stopped,
  Summary,
  Totals,
  UploadErrorInit,
  Uploader,
  UploaderOptions,
  UploaderStatus,
  UploadFile,
  Verdict,
  Waiting,
  WaitReason,
} from './core/index.ts'
export {
  createLakeFS,
  createUploader,
  ENDED,
  isUploadError,
  precheck,
  ResponseError,
  STATUSES,
  toUploadError,
  UploadError,
  versioned,
} from './core/index.ts'
export { type AskedQuery, askAgain, distanceAfter } from './react/ask-again.ts'
export { addressOf } from './react/drop/Address.tsx'
export type { Note } from './react/drop/DropZone.tsx'
export { describe } from './react/i18n/describe.ts'
export { createFormat, directionOf, type Format, type Units } from './react/i18n/format.ts'
export {
  createI18n,
  type I18n,
  I18nProvider,
  loadLanguage,
  type MessagesProp,
  useI18n,
  useLocale,
} from './react/i18n/language.ts'
export {
  type Detail,
  english,
  type Language,
  type Messages,
  type StoppedFiles,
} from './react/i18n/messages.ts'
export type { VersionedMessages } from './react/i18n/messages.versioned.ts'
export { LakeFSUploader, type LakeFSUploaderProps, type Slot, type SlotContext } from './react/LakeFSUploader.tsx'
export { UploadActions, useUploadSession } from './react/panels/versioned.tsx'
export type { CommitOptions, UploadActionsProps, VersionedProps } from './react/panels/versioned-props.ts'
export { type LakeFSQuery, lakefsKeys, lakefsQueries } from './react/queries.ts'
export { useFreshListings, useLakeFS, useLakeFSQueryClient } from './react/query-client.ts'
export { Icon, type IconName } from './react/ui/icons.tsx'
export { Panel } from './react/ui/Panel.tsx'
export { Path } from './react/ui/Path.tsx'
export { type UseUploader, useSnapshot, useUploader } from './react/useUploader.ts'
