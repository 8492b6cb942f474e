import type { UploadError } from '../errors.ts'
import type { Answer, SkipReason } from '../file/state.ts'
import type { ObjectStats } from '../lakefs/wire.ts'

/** A file with a say in where it lands. */
export interface FileInput {
  file: File
  /** Destination path under the prefix. Default: the file's relative path or name. */
  path?: string | undefined
  contentType?: string | undefined
  metadata?: Readonly<Record<string, string>> | undefined
  /** What to do if the path is taken, decided beforehand. */
  answer?: Answer | undefined
  /** Listed as skipped for this reason and not sent. */
  skip?: SkipReason | undefined
  /** The object of the branch with the same bytes, for receipts; goes with {@link FileInput.skip}. */
  existing?: ObjectStats | undefined
}

/** Everything {@link Uploader.add} takes. A DataTransfer must be handed over inside its drop or paste event. */
export type AddInput =
  | File
  | FileInput
  | FileList
  | DataTransfer
  | FileSystemHandle
  | readonly (File | FileInput | FileSystemHandle)[]

/** Things that were given and not taken, each by its path in the drop. */
export interface LeftOut {
  /** .DS_Store, Thumbs.db, desktop.ini, `._*`. */
  junk: readonly string[]
  emptyFolders: readonly string[]
  unreadable: readonly { path: string; error: UploadError }[]
  /** Against `accept` (type), `maxSize` (size) or `maxFiles` (count). */
  refused: readonly { path: string; reason: 'type' | 'size' | 'count'; size: number }[]
}
