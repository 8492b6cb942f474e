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
  Destination,
  Drop,
  Errands,
  ErrorCode,
  ErrorFacts,
  FileDetails,
  FileInput,
  FileState,
  LakeFS,
  LeftOut,
  Listing,
  LoginConfig,
  MetadataRules,
  ObjectStats,
  Page,
  PathFault,
  Prepared,
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
  catalog,
  createLakeFS,
  createUploader,
  ENDED,
  isUploadError,
  precheck,
  Refusal,
  STATUSES,
  toUploadError,
  UploadError,
  versioned,
} from './core/index.ts'
export { addressOf } from './react/Address.tsx'
export { type AskedQuery, askAgain, distanceAfter } from './react/asking.ts'
export { useFreshListings, useLakeFS, useLakeFSQueryClient } from './react/client.ts'
export type { Fact } from './react/DropZone.tsx'
export { createFormat, directionOf, type Format, type Units } from './react/format.ts'
export { Icon, type IconName } from './react/icons.tsx'
export { LakeFSUploader, type LakeFSUploaderProps, type Slot, type SlotContext } from './react/LakeFSUploader.tsx'
export {
  createSpeech,
  loadLanguage,
  type MessagesProp,
  type Speech,
  SpeechProvider,
  useLocale,
  useSpeech,
} from './react/language.ts'
export {
  type Detail,
  english,
  type Language,
  type Messages,
  type Place,
  type Refused,
  type StoppedFiles,
} from './react/messages.ts'
export type { VersionedMessages } from './react/messages.versioned.ts'
export { Panel } from './react/Panel.tsx'
export { Path } from './react/Path.tsx'
export { type LakeFSQuery, lakefsKeys, lakefsQueries } from './react/queries.ts'
export { type UseUploader, useSnapshot, useUploader } from './react/useUploader.ts'
export { AfterDrop, useDesk } from './react/versioned.tsx'
export type { AfterDropProps, CommitOptions, VersionedProps } from './react/versionedprops.ts'
