import type { ConflictAnswer, FileStatus } from './file/state.ts'
import type { FileDetails, UploadFile } from './file/upload-file.ts'
import type { AddInput, Rejection } from './intake/input.ts'
import type { LakeFSClient } from './lakefs/retrying-client.ts'
import type { Configuration } from './options.ts'
import type { Snapshot, Summary, Unfinished } from './snapshot.ts'

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

export interface Added {
  /** Ids of the files that joined, in order. */
  ids: readonly string[]
  rejections: readonly Rejection[]
}

/** Files that a call applies to: those of one upload, or only those of them that have a status. */
export interface FilesOfUpload {
  readonly upload: string
  readonly status?: FileStatus | undefined
}

/** Public interface of the engine. Every method without an id applies to all files. */
export interface Uploader {
  add(input: AddInput): Promise<Added>
  /**
   * Stops sending and keeps what the store has. Without an id, and for an upload, files that are still being added join
   * the list paused.
   */
  pause(files?: string | FilesOfUpload): void
  resume(files?: string | FilesOfUpload): void
  /**
   * Ends a file and removes its bytes from the store where the store supports it. Without an id, and for an upload,
   * adding ends too: files that were read by then are listed as cancelled, and the rest of a folder is not read.
   */
  cancel(files?: string | FilesOfUpload): void
  /**
   * Cancels the files that are still being added, as {@link Uploader.cancel} does, and leaves the list as it is. With a
   * branch, only files that were added for that branch. Resolves when the files that were read are listed as cancelled.
   */
  cancelAdding(branch?: { repository: string; branch: string }): Promise<void>
  /**
   * Retries a failed, cancelled or waiting file. Without an id, and for an upload: every failed file that can succeed;
   * cancelled files are sent again when the status `cancelled` is named. Files that their repository or branch refused
   * are sent to the destination of the current options, as an upload of their own.
   */
  retry(files?: string | FilesOfUpload): void
  /**
   * Sends the files of a repository through lakeFS from now on, for as long as this uploader exists: that of the file, or
   * without an id every one that has a file with {@link FileDetails.mayGoThroughLakeFS}. Its files that failed or wait
   * because of their store start again. This way is slower, a file is one request that begins anew after each
   * interruption, and servers before lakeFS may limit its size.
   */
  sendThroughLakeFS(id?: string): void
  /**
   * Removes a file from the list and cancels it first if necessary. Without an id, and for an upload: every file that
   * has ended and has not failed. The upload stays in {@link Snapshot.uploads}.
   */
  remove(files?: string | FilesOfUpload): void
  /** Removes an upload with all of its files from the list and from {@link Snapshot.uploads}. Open files are cancelled. */
  dismissUpload(upload: string): void
  /**
   * Sets another path under the prefix for a queued, paused, asking or failed file. A failed file is queued again.
   * @throws UploadError `path-invalid`, `path-too-long` or `path-twice`; nothing has changed then.
   */
  rename(id: string, path: string): void
  /** Answers an `asking` file. `forAll` applies the answer to every other conflict of its upload, also later ones. */
  resolveConflict(id: string, answer: ConflictAnswer, options?: { forAll?: boolean }): void
  /** Reports that the user has signed in again; waiting files continue. */
  sessionRenewed(): void
  /** Changes options. A new destination applies to files that are added later. */
  setOptions(options: Partial<Configuration>): void
  /**
   * Adds the system files that were left out so far, to where they were added for. They are an upload of their own:
   * `beforeUpload` and the plan see them, and the limits hold.
   */
  addSystemFiles(): void
  /** Adds what was left out so far as part of a version control system, like {@link Uploader.addSystemFiles}. */
  addVersionControl(): void
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
  /** True when unfinished files and uncommitted objects are recorded in the browser: `persist` is not false. */
  readonly persists: boolean
  /** True while leaving the page would lose something: bytes are being sent, or are stored and not linked. */
  readonly isBusy: boolean
  /** Stops all work and keeps what the store has. The uploader can be started again. */
  stop(): void
}
