'use client'
export type {
  Conflict,
  ConflictAnswer,
  ConflictPolicy,
  DecideConflict,
  Destination,
  ErrorCode,
  FileStatus,
  ObjectStats,
  Rejection,
  Snapshot,
  Summary,
  Uploader,
  UploaderOptions,
  UploadFile,
} from './core/index.ts'
export { createUploader, isUploadError, UploadError } from './core/index.ts'
export type { MetadataRules } from './core/versioned/index.ts'
export type { Note } from './react/drop/DropZone.tsx'
export { describe } from './react/i18n/describe.ts'
export type { Format } from './react/i18n/format.ts'
export { loadLanguage, type MessagesProp } from './react/i18n/language.ts'
export { english, type Language, type Messages } from './react/i18n/messages.ts'
export type { VersionedMessages } from './react/i18n/messages.versioned.ts'
export {
  LakeFSUploader,
  type LakeFSUploaderProps,
  type Slot,
  type SlotContext,
  type Slots,
} from './react/LakeFSUploader.tsx'
export { UploadActions, useUploadSession } from './react/panels/versioned.tsx'
export type { CommitOptions, UploadActionsProps, VersionedProps } from './react/panels/versioned-props.ts'
export type { IconName } from './react/ui/icons.tsx'
export { type UseUploader, useSnapshot, useUploader } from './react/useUploader.ts'
