import type { UploadError } from './errors.ts'
import type { FileStatus } from './file/state.ts'
import type { Stopped } from './file/stop-reason.ts'
import type { UploadFile } from './file/upload-file.ts'
import type { Rejection } from './intake/input.ts'
import type { Destination, ObjectStats } from './lakefs/wire.ts'

export interface Totals {
  /** Number of all files. */
  files: number
  counts: Readonly<Record<FileStatus, number>>
  /** Bytes of all files that are neither skipped nor cancelled. */
  bytes: number
  /** Bytes of these that are at the store or on the branch. */
  sent: number
  /** Bytes of these that are on the branch. */
  uploaded: number
  /** Bytes of these that belong to failed files. */
  failed: number
  /** Bytes of cancelled files. They are not part of `bytes`. */
  cancelled: number
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

/**
 * State of one upload at one moment: the files that were added together for one destination, and those that joined
 * them while they ran. It stays the same object until it changes.
 */
export interface UploadSnapshot {
  /** Id of the upload, which its files name in {@link UploadFile.upload}. */
  readonly id: string
  /** Ms since 1970 when its first file was listed. */
  readonly since: number
  /** Destination of its files. It never changes. */
  readonly destination: Destination
  /** Ids of its files that are on the list. */
  readonly ids: readonly string[]
  /** Totals of its files. Uploaded and skipped files count also after they were removed from the list. */
  readonly totals: Totals
  readonly status: UploaderStatus
  /** Ms during which at least one of its files had not ended. */
  readonly durationMs: number
  /** Like {@link Snapshot.branchCheck}, for the files of this upload. */
  readonly branchCheck?: 'running' | 'failed' | undefined
  /** Files that are joining this upload. */
  readonly adding?: Adding | undefined
}

/** State of the uploader at one moment. Each change creates a new object; between changes it stays the same. */
export interface Snapshot {
  /** Files in the order of adding. The array is built when it is read: use {@link Snapshot.ids} for very long lists. */
  readonly files: readonly UploadFile[]
  /** Ids of the files. The array stays the same until files are added or removed. */
  readonly ids: readonly string[]
  /** Uploads in the order in which they began. One stays after its rows are removed, until it is dismissed. */
  readonly uploads: readonly UploadSnapshot[]
  readonly totals: Totals
  readonly status: UploaderStatus
  /**
   * Comparison of the uploaded files with the branch, after every file has ended. `running`: in progress, and
   * {@link Snapshot.status} is `running` too. `failed`: the branch could not be read. Absent otherwise.
   */
  readonly branchCheck?: 'running' | 'failed' | undefined
  readonly sessionExpired: boolean
  /** True while lakeFS has accepted no request of this visit: no session has ended, there was none. */
  readonly neverSignedIn?: boolean | undefined
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
