import type { UploadError } from '../errors.ts'
import type { ObjectStats } from '../lakefs/wire.ts'
import type { WaitState } from '../request/retry.ts'

/** The question behind `asking`: the path is taken. */
export interface Conflict {
  /** What the branch has at the path now. */
  existing: ObjectStats
  /** The path that "keep both" would use, under the prefix. */
  renamed: string
}

/** `overwrite` writes over it, `skip` leaves it, `rename` keeps both. */
export type ConflictAnswer = 'overwrite' | 'skip' | 'rename'

export type SkipReason =
  /** The path is taken and the policy or the person said skip. */
  | 'exists'
  /** The branch has the same bytes already. */
  | 'identical'

/** Bytes of this file at the store as far as known; never falls while one copy is sent. */
interface Sent {
  sent: number
}

/**
 * What one file is doing. A field exists only in the states that have it: progress where bytes move or rest, the error
 * only on `failed`, the object only on `uploaded`.
 */
export type FileState =
  | { status: 'queued' }
  | { status: 'checking' }
  | ({
      status: 'sending'
      /** Number of the part that is sent once more, if any (1-based). */
      repeating?: number
    } & Sent)
  | ({ status: 'finishing' } & Sent)
  | ({
      status: 'waiting'
      wait: WaitState /** All bytes are stored, only the link is missing. */
      stored: boolean
    } & Sent)
  | ({ status: 'paused' } & Sent)
  | { status: 'asking'; conflict: Conflict }
  | {
      status: 'uploaded'
      object: ObjectStats /** The stored checksum was compared with the file's own. */
      verified: boolean
    }
  | {
      status: 'skipped'
      reason: SkipReason /** What the branch has instead, where it was compared. */
      object?: ObjectStats
    }
  | { status: 'failed'; error: UploadError /** Where it stopped. */; sent: number }
  | { status: 'cancelled' }

export type FileStatus = FileState['status']

/** Every way a file's state can change. */
export type FileEvent =
  | { type: 'queue' }
  | { type: 'check' }
  /** `sent` is what was shown before, so that shown progress never goes back (docs/design.md, "Movement"). */
  | { type: 'send'; sent: number }
  | { type: 'progress'; sent: number; repeating?: number | undefined }
  | { type: 'finish'; sent: number }
  | { type: 'wait'; wait: WaitState; stored: boolean; sent: number }
  | { type: 'pause'; sent: number }
  | { type: 'ask'; conflict: Conflict }
  | { type: 'uploaded'; object: ObjectStats; verified: boolean }
  | { type: 'skip'; reason: SkipReason; object?: ObjectStats | undefined }
  | { type: 'fail'; error: UploadError; sent: number }
  /** Uploaded, and not on the branch when it was looked for at the end. */
  | { type: 'lost'; error: UploadError }
  | { type: 'cancel' }

/** The states a file stays in until a person acts. */
export const ENDED: ReadonlySet<FileStatus> = new Set<FileStatus>(['uploaded', 'skipped', 'failed', 'cancelled'])

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

/** Where a person's retry may start from. */
const RETRIABLE: ReadonlySet<FileStatus> = new Set<FileStatus>(['failed', 'cancelled', 'skipped'])

/**
 * The whole lifecycle in one place. Pure: an event that does not fit the state gives the state back unchanged, so a
 * late answer can never bring an ended file to life again.
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
      return { status: 'checking' }
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
      return { status: 'skipped', reason: event.reason, ...(event.object ? { object: event.object } : {}) }
    case 'fail':
      return { status: 'failed', error: event.error, sent: event.sent }
    case 'cancel':
      return { status: 'cancelled' }
  }
}
