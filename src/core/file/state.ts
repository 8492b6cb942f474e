import type { UploadError } from '../errors.ts'
import type { ObjectStats } from '../lakefs/wire.ts'
import type { WaitState } from '../request/retry.ts'

/** Conflict of a file that is `asking`: its path is taken. */
export interface Conflict {
  /** Object that the branch has at the path. */
  existing: ObjectStats
  /** Path under the prefix that the answer `rename` would use. */
  renamed: string
  /**
   * `different`: the bytes differ, by size or checksum. `unknown`: the sizes are equal, and the checksum of the object
   * says nothing about its bytes. Absent where a name was taken in the midst of the upload.
   */
  compared?: 'different' | 'unknown' | undefined
}

/** `overwrite` replaces the object, `skip` keeps it, `rename` keeps both. */
export type ConflictAnswer = 'overwrite' | 'skip' | 'rename'

export type SkipReason =
  /** The path is taken, and the policy or the user chose to skip. */
  | 'exists'
  /** The branch already has the same bytes. */
  | 'identical'

/** Bytes of this file that are shown as sent. Never falls. */
interface Sent {
  sent: number
}

/**
 * State of one file. A field exists only in the states that use it, such as `error` only in `failed` and `object` only
 * in `uploaded`.
 */
export type FileState =
  | { status: 'queued' }
  | {
      status: 'checking'
      /** True while the bytes are compared with those on the branch, or wait for it. */
      comparing?: true
    }
  | ({
      status: 'sending'
      /** Number of the part that is being sent again, from 1. */
      repeating?: number
    } & Sent)
  | ({ status: 'finishing' } & Sent)
  | ({
      status: 'waiting'
      wait: WaitState /** True when all bytes are stored and only the link is missing. */
      stored: boolean
    } & Sent)
  | ({ status: 'paused' } & Sent)
  | { status: 'asking'; conflict: Conflict }
  | {
      status: 'uploaded'
      object: ObjectStats /** True when the stored checksum was compared with that of the file. */
      verified: boolean
    }
  | {
      status: 'skipped'
      reason: SkipReason /** Object on the branch, if it was compared. */
      object?: ObjectStats
      /**
       * True when the file has not changed since this browser uploaded it and the branch still has its object. Its bytes
       * were not read then.
       */
      unchanged?: true
    }
  | { status: 'failed'; error: UploadError /** Bytes shown as sent when it failed. */; sent: number }
  | { status: 'cancelled' }

export type FileStatus = FileState['status']

/** Every event that can change the state of a file. */
export type FileEvent =
  | { type: 'queue' }
  | { type: 'check'; comparing?: true }
  /** `sent` is the number shown before, so that shown progress never goes back (docs/design.md, "Movement"). */
  | { type: 'send'; sent: number }
  | { type: 'progress'; sent: number; repeating?: number | undefined }
  | { type: 'finish'; sent: number }
  | { type: 'wait'; wait: WaitState; stored: boolean; sent: number }
  | { type: 'pause'; sent: number }
  | { type: 'ask'; conflict: Conflict }
  | { type: 'uploaded'; object: ObjectStats; verified: boolean }
  | { type: 'skip'; reason: SkipReason; object?: ObjectStats | undefined; unchanged?: true | undefined }
  | { type: 'fail'; error: UploadError; sent: number }
  /** The file was uploaded, and the comparison at the end of the run did not find it on the branch. */
  | { type: 'lost'; error: UploadError }
  | { type: 'cancel' }

/** States of a file that has ended. */
export const ENDED: ReadonlySet<FileStatus> = new Set<FileStatus>(['uploaded', 'skipped', 'failed', 'cancelled'])

/** All statuses, in the order of a file's life. */
export const STATUSES: readonly FileStatus[] = [
  'queued',
  'checking',
  'sending',
  'finishing',
  'waiting',
  'paused',
  'asking',
  'uploaded',
  'skipped',
  'failed',
  'cancelled',
]

/** States from which a file can be queued again. */
const RETRIABLE: ReadonlySet<FileStatus> = new Set<FileStatus>(['failed', 'cancelled', 'skipped'])

/**
 * Returns the next state of a file. An event that does not fit returns the same state, so a late answer never revives a
 * file that has ended.
 */
export function reduce(state: FileState, event: FileEvent): FileState {
  const ended = ENDED.has(state.status)
  if (event.type === 'lost')
    return state.status === 'uploaded' ? { status: 'failed', error: event.error, sent: 0 } : state
  if (ended) return event.type === 'queue' && RETRIABLE.has(state.status) ? { status: 'queued' } : state
  switch (event.type) {
    case 'queue':
      return { status: 'queued' }
    case 'check':
      return { status: 'checking', ...(event.comparing ? { comparing: true } : {}) }
    case 'send':
      return { status: 'sending', sent: event.sent }
    case 'progress':
      if (state.status !== 'sending') return state
      return {
        status: 'sending',
        sent: Math.max(state.sent, event.sent),
        ...(event.repeating === undefined ? {} : { repeating: event.repeating }),
      }
    case 'finish':
      return { status: 'finishing', sent: event.sent }
    case 'wait':
      return { status: 'waiting', wait: event.wait, stored: event.stored, sent: event.sent }
    case 'pause':
      return { status: 'paused', sent: event.sent }
    case 'ask':
      return { status: 'asking', conflict: event.conflict }
    case 'uploaded':
      return { status: 'uploaded', object: event.object, verified: event.verified }
    case 'skip':
      return {
        status: 'skipped',
        reason: event.reason,
        ...(event.object ? { object: event.object } : {}),
        ...(event.unchanged ? { unchanged: true } : {}),
      }
    case 'fail':
      return { status: 'failed', error: event.error, sent: event.sent }
    case 'cancel':
      return { status: 'cancelled' }
  }
}
