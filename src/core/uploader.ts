import { DEFAULTS } from './defaults.ts'
import type { UploadError } from './errors.ts'
import type { Answer, Conflict, Status } from './file/state.ts'
import type { Stopped } from './file/stop-reason.ts'
import type { FileDetails, UploadFile } from './file/upload-file.ts'
import type { AddInput, FileInput, Rejection } from './intake/input.ts'
import type { LakeFSClient } from './lakefs/retrying-client.ts'
import type { Destination, ObjectStats } from './lakefs/wire.ts'

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
 * Decides one conflict. The file is the one that is `asking`. The signal is aborted once there is nothing left to decide:
 * its user has answered, or the file was cancelled, renamed or taken off the list.
 */
export type DecideConflict = (
  conflict: Conflict & { file: UploadFile; signal: AbortSignal },
) => Answer | Promise<Answer>

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
  /** User metadata of every object. Entries of a file's own metadata override these. */
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
   * Size of a part in bytes. Default: 8 to 64 MiB depending on the size of the file, less on a slow connection, always
   * within the limits of the store.
   */
  partSize?: number | undefined
  /**
   * Compares the checksum of the store with one that is computed in the browser while the file is sent. Default true.
   */
  verifyChecksums?: boolean | undefined
  /** Keeps a record of unfinished files in the browser, so that they can be resumed after a reload. Default true. */
  persist?: boolean | undefined
  /** Ms without any progress after which a waiting file fails. Default 600,000. */
  retryTimeout?: number | undefined
  /**
   * Ms without a transferred byte after which a request is sent again. The limit is three times as long before the
   * first byte and after the last one. Default 60,000.
   */
  stallTimeout?: number | undefined
  /**
   * Accepts system files such as `.DS_Store`. By default they are left out and listed in {@link Snapshot.rejections}.
   * Default false.
   */
  acceptSystemFiles?: boolean | undefined
  /**
   * Called with the files of each upload before they are queued. Returns the files to send and, optionally, another
   * destination; `undefined` drops all of them. Plans, metadata rules and upload branches are built on it. The `plan`,
   * `atomic` and `metadataRules` of the component run after it, on the files that it returned.
   */
  beforeUpload?: ((given: GivenFiles, lakefs: LakeFSClient) => Promise<Prepared | undefined>) | undefined
  /**
   * Accepted types in the format of `<input accept>`: `.csv, image/*`. Other files are listed in
   * {@link Snapshot.rejections}. Like the two limits below, a change applies to files that are added later and leaves
   * the list as it is. Default: all types.
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

export interface Totals {
  /** Number of all files. */
  files: number
  counts: Readonly<Record<Status, number>>
  /** Bytes of all files that are neither skipped nor cancelled. */
  bytes: number
  /** Bytes of these that are at the store or on the branch. */
  sent: number
  /** Bytes of these that are on the branch. */
  uploaded: number
  /** Bytes of these that belong to failed files. */
  failed: number
  /** Bytes per second as a moving average. Absent during the first seconds and while nothing is transferred. */
  bytesPerSecond?: number | undefined
  /** Seconds left at that rate. Absent without a rate, when every byte is sent, and beyond 30 days. */
  secondsLeft?: number | undefined
  /**
   * Whole seconds since any file transferred a byte, updated every second. Present from 10 on, while a file is
   * `sending`; `bytesPerSecond` and `secondsLeft` are absent then.
   */
  idleSeconds?: number | undefined
  /** True when every byte of all files that are `sending` has left and the server has not answered for 2 seconds. */
  awaitsAnswer?: true | undefined
  /**
   * Bytes per second averaged over the recent past. It keeps its value while nothing is transferred, and is absent
   * before the first transfer.
   */
  averageBytesPerSecond?: number | undefined
}

export type UploaderStatus =
  /** Nothing was added. */
  | 'idle'
  /** At least one file is queued or in progress, or the uploaded files are being compared with the branch. */
  | 'running'
  /** Every file that has not ended is paused. */
  | 'paused'
  /** Every file that has not ended waits or asks. */
  | 'waiting'
  /** Every file on the list has ended, and no further one is being added. */
  | 'finished'

/** File of an earlier visit that is not on its branch yet. */
export interface UnfinishedFile {
  readonly id: string
  /** Path under the prefix. */
  readonly path: string
  readonly destination: Destination
  readonly size: number
  /** Bytes that are at the store. */
  readonly stored: number
  /**
   * Requirement for resuming: `nothing`, `permission` to read the file again (one click), or the `file` itself, chosen
   * or dropped again.
   */
  readonly needs: 'nothing' | 'permission' | 'file'
  /** Reason why it stopped. Absent in records of older versions of this package. */
  readonly stopped?: Stopped | undefined
  /** Ms since 1970 until which the stored bytes can be used. Absent when nothing is stored. */
  readonly deadline?: number | undefined
}

/**
 * Unfinished files of earlier visits in this browser and repository. The object stays the same until its content
 * changes.
 */
export interface Unfinished {
  readonly files: readonly UnfinishedFile[]
  /** Bytes that are still to be sent. */
  readonly bytesLeft: number
  /** Number of files of the same uploads that are on their branch. */
  readonly landed: number
  /** Earliest of the deadlines. */
  readonly deadline?: number | undefined
}

/** Files that are being added: they are read or prepared, and not all of them are on the list yet. */
export interface Adding {
  /** Number of files that are known and not on the list yet. 0 while folders are read. */
  readonly files: number
  /** True when they will join the list paused, until {@link Uploader.resume} without an id. */
  readonly paused: boolean
}

/** Selection of the unfinished files that {@link Uploader.resumeUnfinished} resumes. */
export interface ResumeUnfinished {
  /**
   * `automatic` resumes only files that need nothing from the user, are unchanged, belong to the repository, branch and
   * folder of the options, and were interrupted or waited. Files that the user paused, that wait for an answer or that
   * were refused stay. It needs no click and makes the browser ask nothing. Default: every file that can be resumed.
   */
  only?: 'automatic' | undefined
  /**
   * Branch to use with `only` in place of that of the options: an atomic upload collects its files on a branch of its
   * own.
   */
  branch?: string | undefined
}

/** State of the uploader at one moment. Each change creates a new object; between changes it stays the same. */
export interface Snapshot {
  /** Files in the order of adding. The array is built when it is read: use {@link Snapshot.ids} for very long lists. */
  readonly files: readonly UploadFile[]
  /** Ids of the files. The array stays the same until files are added or removed. */
  readonly ids: readonly string[]
  readonly totals: Totals
  readonly status: UploaderStatus
  /**
   * Comparison of the uploaded files with the branch, after every file has ended. `running`: in progress, and
   * {@link Snapshot.status} is `running` too. `failed`: the branch could not be read. Absent otherwise.
   */
  readonly branchCheck?: 'running' | 'failed' | undefined
  readonly sessionExpired: boolean
  readonly destination: Destination
  readonly rejections: readonly Rejection[]
  /** Absent while nothing is added. */
  readonly adding?: Adding | undefined
  /** Absent until {@link Uploader.findUnfinished} has found files. */
  readonly unfinished?: Unfinished | undefined
}

export interface Summary {
  files: number
  uploaded: number
  skipped: number
  failed: number
  cancelled: number
  /** Bytes that are on the branch now. */
  bytes: number
  /** Ms from the start of the first file to the end of the last one. */
  duration: number
  /**
   * True when the uploaded files were found on the branch at the end. False when the branch could not be read: lakeFS
   * confirmed each object when it was linked, and nothing more is known.
   */
  confirmed: boolean
  /** Objects of these files in order of arrival. */
  objects: readonly ObjectStats[]
  errors: readonly { path: string; error: UploadError }[]
}

/** Files that were added together, read out of their folders and not queued yet. */
export interface GivenFiles {
  readonly files: readonly (FileInput & { path: string })[]
  readonly destination: Destination
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
  /** Id of the upload that the files form. Each file keeps it, also after a reload. */
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

export interface Added {
  /** Ids of the files that joined, in order. */
  ids: readonly string[]
  rejections: readonly Rejection[]
}

/** Public interface of the engine. Every method without an id applies to all files. */
export interface Uploader {
  add(input: AddInput): Promise<Added>
  /**
   * Stops sending and keeps what the store has. Without an id, files that are still being added join the list paused.
   */
  pause(id?: string): void
  resume(id?: string): void
  /**
   * Ends a file and removes its bytes from the store where the store supports it. Without an id, adding ends too: files
   * that were read by then are listed as cancelled, and the rest of a folder is not read.
   */
  cancel(id?: string): void
  /**
   * Cancels the files that are still being added, as {@link Uploader.cancel} does, and leaves the list as it is. With a
   * branch, only files that were added for that branch. Resolves when the files that were read are listed as cancelled.
   */
  cancelAdding(branch?: { repository: string; branch: string }): Promise<void>
  /**
   * Retries a failed, cancelled or waiting file. Without an id: every failed file that can succeed. Files that their
   * repository or branch refused are sent to the destination of the current options, as an upload of their own.
   */
  retry(id?: string): void
  /**
   * Removes a file from the list and cancels it first if necessary. Without an id: every file that has ended and has
   * not failed.
   */
  remove(id?: string): void
  /**
   * Sets another path under the prefix for a queued, paused, asking or failed file. A failed file is queued again.
   * @throws UploadError `path-invalid`, `path-too-long` or `path-twice`; nothing has changed then.
   */
  rename(id: string, path: string): void
  /** Answers an `asking` file. `forAll` applies the answer to every later conflict of this uploader too. */
  resolveConflict(id: string, answer: Answer, options?: { forAll?: boolean }): void
  /** Reports that the user has signed in again; waiting files continue. */
  sessionRenewed(): void
  /** Changes options. A new destination applies to files that are added later. */
  setOptions(options: Partial<Configuration>): void
  /** Adds the system files that were left out so far. */
  addSystemFiles(): void
  /** Clears the rejections so far. */
  dismissRejections(): void
  /**
   * Looks for files that an earlier visit (closed tab, crash, reload) left unfinished and that no other tab works on.
   * The result is also in {@link Snapshot.unfinished}. A file that is added again with the same path, size and time of
   * change resumes by itself.
   */
  findUnfinished(): Promise<Unfinished>
  /**
   * Resumes the files that need nothing, or only permission. Call it in a click: the browser then asks the user. The
   * others stay in {@link Snapshot.unfinished} until they are added again.
   */
  resumeUnfinished(which?: ResumeUnfinished): Promise<Added>
  /**
   * Discards the unfinished files, also while they are being resumed, and removes their bytes from the store where the
   * store supports it.
   */
  discardUnfinished(): Promise<void>
  /**
   * Returns the last 2,000 events as text, with times, statuses and request ids, for a bug report. It contains no
   * credentials, URL queries or file content. With an id, only events of that file and general ones.
   */
  getReport(id?: string): string
  /** Returns the current state of a file. The object stays the same until the file changes. */
  getFile(id: string): UploadFile | undefined
  /** Returns details of a file, put together for this call. */
  getDetails(id: string): FileDetails | undefined
  /**
   * Returns a lakeFS client with the session and retries of this uploader, for work around an upload: plan, commit,
   * undo, receipt.
   */
  client(): Promise<LakeFSClient>
  /**
   * Calls the listener after changes, at most 10 times a second, and once a second while a file is `sending`. Returns a
   * function that unsubscribes.
   */
  subscribe(listener: () => void): () => void
  getSnapshot(): Snapshot
  /** Resolves when every file has ended. Asking and paused files have not. */
  finished(): Promise<Summary>
  /** True while leaving the page would lose something: bytes are being sent, or are stored and not linked. */
  readonly isBusy: boolean
  /** Stops all work and keeps what the store has. The uploader can be started again. */
  stop(): void
}
