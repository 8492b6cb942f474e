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

/** What nothing was left out of: the same array each time, so that nobody renders for it. */
export const NO_REJECTIONS: readonly Rejection[] = []

/** Something that was given and not taken. */
export interface Rejection {
  /** Its path in what was given. */
  readonly path: string
  readonly code: /** Against `accept`. */
    | 'file-invalid-type'
    /** Over `maxSize`. */
    | 'file-too-large'
    /** Beyond `maxFiles`. */
    | 'too-many-files'
    /** The browser could not read it: {@link Rejection.error}. */
    | 'file-unreadable'
    /** .DS_Store, Thumbs.db, desktop.ini, `._*`; {@link Uploader.addSystemFiles} takes them along. */
    | 'system-file'
    /** lakeFS keeps files only. */
    | 'empty-folder'
  /** An English sentence. */
  readonly message: string
  /** Bytes of a file that could be read. */
  readonly size?: number
  /** Of what is `file-unreadable`. */
  readonly error?: UploadError
}
