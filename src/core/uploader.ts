import { DEFAULTS } from './defaults.ts'
import type { UploadError } from './errors.ts'
import type { Answer, Conflict, Status } from './file/state.ts'
import type { Stopped } from './file/stop-reason.ts'
import type { FileDetails, UploadFile } from './file/upload-file.ts'
import type { AddInput, FileInput, Rejection } from './intake/input.ts'
import type { LakeFSClient } from './lakefs/retrying-client.ts'
import type { Destination, ObjectStats } from './lakefs/wire.ts'

/** What to do when the branch has an object at the path. */
export type ConflictPolicy =
  /** Write over it. */
  | 'overwrite'
  /** Leave it, end as `skipped`. */
  | 'skip'
  /** Keep both: `a.txt` lands as `a-2.txt`. */
  | 'rename'
  /** Stop at `asking` until {@link Uploader.resolveConflict}. */
  | 'ask'
  /** End as `failed` with code `exists`. */
  | 'fail'

/** The policy that an option stands for: a host's function decides where the policy would ask. */
export const policyOf = (onConflict: UploaderOptions['onConflict']): ConflictPolicy =>
  typeof onConflict === 'function' ? 'ask' : (onConflict ?? DEFAULTS.onConflict)

/**
 * Decides one conflict; the file is the one that is `asking`. The signal is aborted once there is nothing left to decide:
 * its user has answered, or the file was cancelled, renamed or taken off the list.
 */
export type DecideConflict = (
  conflict: Conflict & { file: UploadFile; signal: AbortSignal },
) => Answer | Promise<Answer>

export interface UploaderOptions {
  repository: string
  branch: string
  /** Folder under the branch, with or without the slash at its end. Default: the root. */
  prefix?: string | undefined
  /** Base URL of the lakeFS API, absolute or on this origin. Default `/api/v1`. */
  endpoint?: string | undefined
  /**
   * Called before every lakeFS request; the value goes as `Authorization: Bearer …`, or as it is when it names a scheme
   * of its own ("Basic …"). Never stored, never sent to the store. Absent: the session cookie. One that rejects counts as a
   * session that has ended; without an answer for 10 s files wait (`token`) and it is called again, for as long as `retryTimeout`.
   */
  getToken?: (() => string | null | undefined | Promise<string | null | undefined>) | undefined
  /**
   * What to do when the path is taken, or a function that decides it for each file. Until the function has answered, the
   * file is `asking` and its user may answer too: the first answer holds. Without an answer that can be used (it rejects,
   * or gives another value) the file stays `asking`. Default `ask`.
   */
  onConflict?: ConflictPolicy | DecideConflict | undefined
  /** User metadata for every object of this uploader; a file's own entries win. */
  metadata?: Readonly<Record<string, string>> | undefined
  /**
   * Limits of what runs at once, whole numbers from 1. Defaults: files 24, parts 6 (over all files), api 6; of files and api
   * more where the server speaks HTTP/2 or 3. With a figure here or below that cannot be, `add` rejects with `option-invalid`.
   */
  concurrency?: { files?: number | undefined; parts?: number | undefined; api?: number | undefined } | undefined
  /** Files smaller than this many bytes go through the lakeFS API in one request. Default 0: always straight to the store. */
  viaApiBelow?: number | undefined
  /** Bytes of one part. Default: 8 to 64 MiB by the file's size, less on a slow line, within the store's limits. */
  partSize?: number | undefined
  /** Compare the store's checksum with one computed here while sending. Default true. */
  verifyChecksums?: boolean | undefined
  /** Remember unfinished files in this browser, to go on after a reload. Default true. */
  persist?: boolean | undefined
  /** Ms without any progress after which a file stops waiting and fails. Default 600,000. */
  retryTimeout?: number | undefined
  /**
   * Ms without a byte moving after which a request is sent again; three times that before the first byte and after the
   * last one. Default 60,000.
   */
  stallTimeout?: number | undefined
  /** Junk such as .DS_Store is set aside and named in {@link Snapshot.rejections}; true takes it along. Default false. */
  acceptSystemFiles?: boolean | undefined
  /**
   * Called with the files of every upload before they join the queue: gives back what is to be sent, and where to. A plan,
   * metadata by rule and a branch of the upload's own are made this way. `undefined`: nothing of them is taken. The component's
   * `plan`, `atomic` and `metadataRules` come after it and see what it gave back.
   */
  beforeUpload?: ((given: GivenFiles, lakefs: LakeFSClient) => Promise<Prepared | undefined>) | undefined
  /**
   * What may be added, as `<input accept>` has it: `.csv, image/*`. Others are named in {@link Snapshot.rejections}. Like the two
   * limits below it holds for what is added from then on: a change touches no file that is there. Default: all.
   */
  accept?: string | undefined
  /** Most files of this uploader; those beyond are named in {@link Snapshot.rejections}. Default: no limit. */
  maxFiles?: number | undefined
  /** Most bytes of one file; larger ones are named in {@link Snapshot.rejections}. Default: the store's limit. */
  maxSize?: number | undefined
  onUploaded?: ((object: ObjectStats, file: UploadFile) => void) | undefined
  /** Called each time a file has become `failed`, after a retry too. */
  onError?: ((file: UploadFile, error: UploadError) => void) | undefined
  /** Called with what was left out of the files that were given, each time something was. */
  onRejected?: ((rejections: readonly Rejection[]) => void) | undefined
  /** Called while files are under way, at most 10 times a second, and once more before {@link UploaderOptions.onFinished}. */
  onProgress?: ((totals: Totals) => void) | undefined
  /** Each time nothing is left to do after something was. */
  onFinished?: ((summary: Summary) => void) | undefined
  /** Once per lost session. Call {@link Uploader.sessionRenewed} after signing in. */
  onSessionExpired?: (() => void) | undefined
}

export interface Totals {
  /** All files. */
  files: number
  counts: Readonly<Record<Status, number>>
  /** Bytes of all files that are neither skipped nor cancelled. */
  bytes: number
  /** Of these, bytes at the store or on the branch. */
  sent: number
  /** Of these, bytes on the branch. */
  uploaded: number
  /** Of these, bytes of failed files. */
  failed: number
  /** Bytes a second, moving average; absent for the first seconds and while nothing moves. */
  bytesPerSecond?: number | undefined
  /** Seconds left at that rate; absent with the rate, once every byte is sent, and beyond 30 days. */
  secondsLeft?: number | undefined
  /**
   * Whole seconds since the last byte of any file moved, from 10 on, renewed every second. Only while a file is `sending`;
   * where it is there, there is neither a rate nor a time left.
   */
  idleSeconds?: number | undefined
  /** True while of all files that are `sending` every byte has left, from 2 seconds without the server's answer on. */
  awaitsAnswer?: true | undefined
  /** What the rate was on average lately; stays when nothing moves, absent until there was one. */
  averageBytesPerSecond?: number | undefined
}

export type UploaderStatus =
  /** Nothing was added. */
  | 'idle'
  /** At least one file is under way or queued, or the end of a run is compared with the branch. */
  | 'running'
  /** Everything that is left is paused. */
  | 'paused'
  /** Everything that is left waits or asks. */
  | 'waiting'
  /** Every file on the list has ended, and none is about to join them. */
  | 'finished'

/** A file of an earlier visit that is not on its branch yet. */
export interface UnfinishedFile {
  readonly id: string
  /** Under the prefix. */
  readonly path: string
  readonly destination: Destination
  readonly size: number
  /** Bytes of it at the store. */
  readonly stored: number
  /**
   * What it takes to go on: `nothing`, `permission` to read it again (one click), or the `file` itself, chosen or
   * dropped once more.
   */
  readonly needs: 'nothing' | 'permission' | 'file'
  /** Why it stopped; absent where an earlier version of this package has kept it, which noted no reason. */
  readonly stopped?: Stopped | undefined
  /** Ms since 1970 until which what is stored can be used; absent where nothing is. */
  readonly deadline?: number | undefined
}

/** What earlier visits of this browser have left undone in this repository. The same object until something of it changes. */
export interface Unfinished {
  readonly files: readonly UnfinishedFile[]
  /** Bytes that have to travel yet. */
  readonly bytesLeft: number
  /** Files of the same drops that are on their branch. */
  readonly landed: number
  /** The first of the deadlines. */
  readonly deadline?: number | undefined
}

/** Files that are being added: read, prepared, agreed to, and not all on the list yet. */
export interface Adding {
  /** Known and not on the list yet; 0 while folders are still read. */
  readonly files: number
  /** They join paused, until {@link Uploader.resume} without an id. */
  readonly paused: boolean
}

/** Which unfinished files {@link Uploader.resumeUnfinished} goes on with. */
export interface ResumeUnfinished {
  /**
   * `automatic`: only those that need nothing from a person, have not changed since, are for the repository, branch and
   * folder of the options, and were interrupted or waited for something to pass. Files that a person paused, that wait for
   * an answer or that were refused stay, and the browser is not made to ask anybody. Needs no click. Default: all that can.
   */
  only?: 'automatic' | undefined
  /** With `only`: a branch in place of the one of the options, as a drop that lands as one gathers on a branch of its own. */
  branch?: string | undefined
}

/** One moment of the uploader. A new object after every change, the same one between changes. */
export interface Snapshot {
  /** In the order of adding. Built when it is read: code for very long lists uses {@link Snapshot.ids} instead. */
  readonly files: readonly UploadFile[]
  /** Same array until files are added or removed. */
  readonly ids: readonly string[]
  readonly totals: Totals
  readonly status: UploaderStatus
  /**
   * What was uploaded is compared with the branch once every file of a run has ended. `running`: right now, and
   * {@link Snapshot.status} is `running` too; `failed`: the branch could not be read. Absent otherwise.
   */
  readonly branchCheck?: 'running' | 'failed' | undefined
  readonly sessionExpired: boolean
  readonly destination: Destination
  readonly rejections: readonly Rejection[]
  /** Absent while nothing is being added. */
  readonly adding?: Adding | undefined
  /** Absent until {@link Uploader.findUnfinished} has looked, and where it found nothing. */
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
  /** Ms from the first file's start to the last one's end. */
  duration: number
  /**
   * Whether what was uploaded was found on the branch at the end. False where the branch could not be read then: each
   * object was confirmed by lakeFS when it was linked, and that is all that is known.
   */
  confirmed: boolean
  /** The objects of this run in order of arrival. */
  objects: readonly ObjectStats[]
  errors: readonly { path: string; error: UploadError }[]
}

/** Files that were given together, read out of their folders and not in the queue yet. */
export interface GivenFiles {
  readonly files: readonly (FileInput & { path: string })[]
  readonly destination: Destination
  /** What lay between these files and was not taken. */
  readonly rejections?: readonly Rejection[] | undefined
  /** Aborted when somebody cancels while they are prepared: nobody waits for the answer then, and nothing of them is sent. */
  readonly signal?: AbortSignal | undefined
}

/** What is made of files that were given together. */
export interface Prepared {
  readonly files: readonly FileInput[]
  /** Where they land instead. */
  readonly destination?: Destination | undefined
  /** Id of what they are together; each file keeps it, after a reload too. */
  readonly upload?: string | undefined
}

/** What may change while an uploader runs: its options, and what a component puts behind the host's own. */
export interface Configuration extends UploaderOptions {
  /**
   * Called with what {@link UploaderOptions.beforeUpload} has made of the files, for the user to agree to; without what is skipped
   * already. `asked` is where the files were given. The component's plan stands here.
   */
  agree?: ((given: GivenFiles, lakefs: LakeFSClient, asked: Destination) => Promise<Prepared | undefined>) | undefined
  /** Called like {@link UploaderOptions.onUploaded}, for what follows the uploads of the component. */
  onArrived?: ((object: ObjectStats, file: UploadFile) => void) | undefined
}

export interface Added {
  /** Ids of the files that joined, in order. */
  ids: readonly string[]
  rejections: readonly Rejection[]
}

/** The engine's face. All methods without an id act on all files. */
export interface Uploader {
  add(input: AddInput): Promise<Added>
  /** Stops sending and keeps what the store has. Without an id, what is still being added joins the list paused, too. */
  pause(id?: string): void
  resume(id?: string): void
  /**
   * Ends the file; what the store had of it is taken back where the store can. Without an id, adding ends as well: what has
   * been read by then is listed as cancelled, and the rest of a folder is not read.
   */
  cancel(id?: string): void
  /**
   * Ends only what is still being added, as {@link Uploader.cancel} does; files on the list go on. With a branch: only what
   * was added for that branch. Resolves once what had been read is listed as cancelled.
   */
  cancelAdding(branch?: { repository: string; branch: string }): Promise<void>
  /**
   * Without id: every failed file that can succeed. With id also a cancelled or waiting one. Files that their repository
   * or branch would not take go to the one that the options name now, as a drop of their own.
   */
  retry(id?: string): void
  /** Takes a file off the list, cancelling it first if need be. Without id: every ended file but the failed ones. */
  remove(id?: string): void
  /**
   * Another destination path under the prefix for a queued, paused, asking or failed file; a failed one is queued again.
   * @throws UploadError `path-invalid`, `path-too-long` or `path-twice`; then nothing has changed.
   */
  rename(id: string, path: string): void
  /** Answers an `asking` file; `forAll` answers every later conflict of this uploader too. */
  resolveConflict(id: string, answer: Answer, options?: { forAll?: boolean }): void
  /** Tells that the person has signed in again. */
  sessionRenewed(): void
  /** New options; a new destination holds for files added from now on. */
  setOptions(options: Partial<Configuration>): void
  /** Adds the system files that were left out so far. */
  addSystemFiles(): void
  /** Forgets what was left out of the drops so far. */
  dismissRejections(): void
  /**
   * Looks for files that an earlier visit (closed tab, crash, reload) has not finished and no other tab works on; the
   * answer is in {@link Snapshot.unfinished} too. Files that are added again by the same path, size and time of change
   * go on from there by themselves.
   */
  findUnfinished(): Promise<Unfinished>
  /**
   * Goes on with those that need no file, or only permission: call it in a click, the browser asks the person then.
   * The others stay in {@link Snapshot.unfinished} until they are added again.
   */
  resumeUnfinished(which?: ResumeUnfinished): Promise<Added>
  /** Gives them up, also while they are being resumed: what the store has of them is taken back where it can be. */
  discardUnfinished(): Promise<void>
  /**
   * What happened, as text for a report: the last 2,000 events with times, statuses and request ids. Without
   * credentials, URL queries or content. With an id only the events of that file and those of all.
   */
  getReport(id?: string): string
  /** One file's current state; the same object until it changes. */
  getFile(id: string): UploadFile | undefined
  /** More of one file, put together for this call. */
  getDetails(id: string): FileDetails | undefined
  /** lakeFS as this uploader talks to it, for what goes around an upload: plan, commit, undo, receipt. */
  client(): Promise<LakeFSClient>
  /** Called after changes, at most 10 times a second, and once a second while a file is `sending`. Returns the way to stop. */
  subscribe(listener: () => void): () => void
  getSnapshot(): Snapshot
  /** Resolves when every file has ended (asking and paused ones have not). */
  finished(): Promise<Summary>
  /** True while leaving the page would lose something: bytes moving, or stored and not linked. */
  readonly isBusy: boolean
  /** Stops everything without taking anything back. The uploader may be used again. */
  stop(): void
}
