import type { UploadError } from '../errors.ts'
import type { ConflictAnswer, SkipReason } from '../file/state.ts'
import type { ObjectStats } from '../lakefs/wire.ts'

/** File with its own path, content type or metadata. */
export interface FileInput {
  file: File
  /** Destination path below the prefix. Default: the relative path or the name of the file. */
  path?: string | undefined
  contentType?: string | undefined
  metadata?: Readonly<Record<string, string>> | undefined
  /** Answer to a conflict at this path, decided in advance. */
  answer?: ConflictAnswer | undefined
  /** Lists the file as skipped for this reason and does not send it. */
  skip?: SkipReason | undefined
  /** Object on the branch with the same bytes, for receipts; used with {@link FileInput.skip}. */
  existing?: ObjectStats | undefined
}

/** Input of {@link Uploader.add}. A DataTransfer must be passed during its drop or paste event. */
export type AddInput =
  | File
  | FileInput
  | FileList
  | DataTransfer
  | FileSystemHandle
  | readonly (File | FileInput | FileSystemHandle)[]

/** Empty list. All snapshots share it, so that components do not render for a new one. */
export const NO_REJECTIONS: readonly Rejection[] = []

/** Input that was not accepted. */
export interface Rejection {
  /** Path in the input. */
  readonly path: string
  readonly code: /** The file does not match `accept`. */
    | 'file-invalid-type'
    /** The file is larger than `maxSize`. */
    | 'file-too-large'
    /** The file exceeds `maxFiles`. */
    | 'too-many-files'
    /** The browser could not read the file; see {@link Rejection.error}. */
    | 'file-unreadable'
    /**
     * The operating system or a program has made the file: `.DS_Store`, `Thumbs.db`, `~$Report.docx`, all of `@eaDir/`.
     * {@link Uploader.addSystemFiles} adds it.
     */
    | 'system-file'
    /**
     * The file belongs to a version control system: all of `.git/`, `.hg/`, `.svn/`.
     * {@link Uploader.addVersionControl} adds it.
     */
    | 'version-control'
    /** The folder is empty, and lakeFS only has files. */
    | 'empty-folder'
  /** English sentence. */
  readonly message: string
  /** Bytes of a file that could be read. */
  readonly size?: number
  /**
   * Name in the path that tells a `system-file` or `version-control`, with a slash if it is that of a folder: `.git/`.
   */
  readonly matched?: string
  /** Error of what could not be read. Such a file cannot be included. */
  readonly error?: UploadError
}
