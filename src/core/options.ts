import { DEFAULTS } from './defaults.ts'
import type { UploadError } from './errors.ts'
import type { Conflict, ConflictAnswer } from './file/state.ts'
import type { UploadFile } from './file/upload-file.ts'
import type { FileInput, Rejection } from './intake/input.ts'
import type { LakeFSClient } from './lakefs/retrying-client.ts'
import type { Destination, ObjectStats } from './lakefs/wire.ts'
import type { Summary, Totals } from './snapshot.ts'

/** Policy for a path that already has an object on the branch. */
export type ConflictPolicy =
  /** Replaces the object. */
  | 'overwrite'
  /** Keeps the object; the file ends as `skipped`. */
  | 'skip'
  /** Keeps both: `a.txt` lands as `a-2.txt`. */
  | 'rename'
  /** Stops the file at `asking` until {@link Uploader.resolveConflict}. */
  | 'ask'
  /** Ends the file as `failed` with code `exists`. */
  | 'fail'

/** Returns the policy that the option stands for: with a function, the host decides where `ask` would. */
export const policyOf = (onConflict: UploaderOptions['onConflict']): ConflictPolicy =>
  typeof onConflict === 'function' ? 'ask' : (onConflict ?? DEFAULTS.onConflict)

/**
 * Decides one conflict. The file is the one that is `asking`. The signal is aborted when no decision is needed any
 * more: the user has answered, or the file was cancelled, renamed or removed.
 */
export type DecideConflict = (
  conflict: Conflict & { file: UploadFile; signal: AbortSignal },
) => ConflictAnswer | Promise<ConflictAnswer>

export interface UploaderOptions {
  repository: string
  branch: string
  /** Folder under the branch, with or without a slash at its end. Default: the root. */
  prefix?: string | undefined
  /** Base URL of the lakeFS API, absolute or on the page's origin. Default `/api/v1`. */
  endpoint?: string | undefined
  /**
   * Returns a token; called before every lakeFS request. The value is sent as `Authorization: Bearer …`, or unchanged
   * when it names a scheme of its own ("Basic …"). It is never stored and never sent to the store. Default: the session
   * cookie. A rejection counts as a session that has expired. When no value comes within 10 s, files wait (`token`) and
   * the function is called again, until `retryTimeout`.
   */
  getToken?: (() => string | null | undefined | Promise<string | null | undefined>) | undefined
  /**
   * Policy for a path that is taken, or a function that decides for each file. While the function runs, the file is
   * `asking` and the user may answer too; the first answer holds. When the function rejects or returns another value,
   * the file stays `asking`. Default `ask`.
   */
  onConflict?: ConflictPolicy | DecideConflict | undefined
  /**
   * User metadata of every object. Entries of a file's own metadata override these. Keys are sent in lower case, because
   * lakeFS knows no other ones of files that are sent through it.
   */
  metadata?: Readonly<Record<string, string>> | undefined
  /**
   * Limits of concurrent work, whole numbers from 1. Defaults: files 24, parts 6 (over all files), api 6; files and api
   * are higher when the server speaks HTTP/2 or 3. `add` rejects with `option-invalid` when this or another number
   * below is out of its range.
   */
  concurrency?: { files?: number | undefined; parts?: number | undefined; api?: number | undefined } | undefined
  /**
   * Size in bytes below which a file is sent through the lakeFS API in one request. Default 0: every file goes straight
   * to the store.
   */
  viaApiBelow?: number | undefined
  /**
   * Whether files go straight to the store. `auto`: where lakeFS can presign, unless it is configured to keep pages from
   * it (`disable_pre_signed_ui`, which is the default of lakeFS); then every file goes through lakeFS, as on lakeFS's own
   * page. `always`: wherever lakeFS can presign, whatever that switch says. Default `auto`.
   */
  presign?: 'auto' | 'always' | undefined
  /**
   * Size of a part in bytes. Default: 8 to 64 MiB depending on the size of the file, less on a slow connection, always
   * within the limits of the store.
   */
  partSize?: number | undefined
  /**
   * Compares the checksum of the store with one that is computed in the browser while the file is sent. Default true.
   */
  verifyChecksums?: boolean | undefined
  /**
   * Keeps records in the browser: of unfinished files, so that they can be resumed after a reload, and of uploaded
   * objects until they are committed, so that they are committed or undone as those of the same upload. Default true.
   */
  persist?: boolean | undefined
  /** Ms without any progress after which a waiting file fails. Default 600,000. */
  retryTimeout?: number | undefined
  /**
   * Ms without a transferred byte after which a request is sent again. Before the first byte and after the last one the
   * limit is three times as long; it grows with bodies of more than 6 MiB, and doubles each time the same body is cut.
   * Default 60,000.
   */
  stallTimeout?: number | undefined
  /**
   * Accepts files that operating systems and programs make for themselves: `.DS_Store`, `Thumbs.db`, `~$Report.docx`,
   * `@eaDir/`. By default they are left out and listed in {@link Snapshot.rejections}, where the user can include them.
   * Default false.
   */
  acceptSystemFiles?: boolean | undefined
  /**
   * Accepts what version control systems keep in a folder: `.git/`, `.hg/`, `.svn/`. By default it is left out, because
   * it holds the whole history and may hold passwords, and listed in {@link Snapshot.rejections}, where the user can
   * include it. Default false.
   */
  acceptVersionControl?: boolean | undefined
  /**
   * Called with the files of each upload before they are queued. Returns the files to send and, optionally, another
   * destination; `undefined` drops all of them. Plans, metadata rules and upload branches are built on it. The `plan`,
   * `atomic` and `metadataRules` of the component run after it, on the files that it returned.
   */
  beforeUpload?: ((given: GivenFiles, lakefs: LakeFSClient) => Promise<Prepared | undefined>) | undefined
  /**
   * Accepted types in the format of `<input accept>`: `.csv, image/*`; `*` and `*.*` are all. A file is accepted by its
   * extension or by its type. Other files are listed in {@link Snapshot.rejections}. Like the two limits below, a change
   * applies to files that are added later and leaves the list as it is. Default: all types.
   */
  accept?: string | undefined
  /**
   * Maximum number of files of this uploader. Files beyond it are listed in {@link Snapshot.rejections}. Default: no
   * limit.
   */
  maxFiles?: number | undefined
  /**
   * Maximum size of a file in bytes. Larger files are listed in {@link Snapshot.rejections}. Default: the limit of the
   * store.
   */
  maxSize?: number | undefined
  onUploaded?: ((object: ObjectStats, file: UploadFile) => void) | undefined
  /** Called each time a file becomes `failed`, also after a retry. */
  onError?: ((file: UploadFile, error: UploadError) => void) | undefined
  /** Called with the files that were rejected, each time some were. */
  onRejected?: ((rejections: readonly Rejection[]) => void) | undefined
  /**
   * Called while files are transferred, at most 10 times a second, and once more before
   * {@link UploaderOptions.onFinished}.
   */
  onProgress?: ((totals: Totals) => void) | undefined
  /** Called each time all files have ended. */
  onFinished?: ((summary: Summary) => void) | undefined
  /** Called once for each session that expires. Call {@link Uploader.sessionRenewed} after the user has signed in. */
  onSessionExpired?: (() => void) | undefined
}

/** Files that were added together, read out of their folders and not queued yet. */
export interface GivenFiles {
  readonly files: readonly (FileInput & { path: string })[]
  readonly destination: Destination
  /** Id of the upload that the files would form. An answer with this id keeps them apart from a running one. */
  readonly upload?: string | undefined
  /** Files that were rejected among them. */
  readonly rejections?: readonly Rejection[] | undefined
  /** Aborted when the user cancels while the files are prepared. The answer is ignored then, and no file is sent. */
  readonly signal?: AbortSignal | undefined
}

/** Result of `beforeUpload`. */
export interface Prepared {
  readonly files: readonly FileInput[]
  /** Destination in place of the given one. */
  readonly destination?: Destination | undefined
  /**
   * Id of the upload that the files form. Each file keeps it, also after a reload. Default: files for the destination of
   * a running upload join it, and others form one of their own.
   */
  readonly upload?: string | undefined
}

/**
 * Settings that may change while an uploader runs: the options, and hooks of a component that run after those of the
 * host.
 */
export interface Configuration extends UploaderOptions {
  /**
   * Called with the result of {@link UploaderOptions.beforeUpload} for the user to confirm, without files that are
   * already skipped. `asked` is the destination that was given. The plan of the component is shown here.
   */
  agree?: ((given: GivenFiles, lakefs: LakeFSClient, asked: Destination) => Promise<Prepared | undefined>) | undefined
  /** Called like {@link UploaderOptions.onUploaded}, for the commit, undo and receipt of the component. */
  onArrived?: ((object: ObjectStats, file: UploadFile) => void) | undefined
}
