import type { ErrorCode } from '../error-codes.ts'
import type { WaitReason } from '../request/response-error.ts'
import type { FileState, FileStatus } from './state.ts'

/** Why a file that is not on its branch stopped, as a later visit is told. */
export type Stopped =
  /** A person paused it. */
  | { type: 'paused' }
  /** It was queued or under way when the page closed. */
  | { type: 'interrupted' }
  /** It waited for something to pass. */
  | { type: 'waiting'; reason: WaitReason }
  /** It waited for an answer to a conflict. */
  | { type: 'asking' }
  /** It failed, and what the store has of it can still be used or the reason may pass. */
  | { type: 'failed'; code: ErrorCode }

const REASONS: Readonly<Record<WaitReason, 1>> = {
  offline: 1,
  session: 1,
  busy: 1,
  'lakefs-unreachable': 1,
  'storage-unreachable': 1,
  'lakefs-error': 1,
  'storage-error': 1,
  'other-tab': 1,
  token: 1,
}

/** Every code, and what a failure with it says of a later visit. */
const CODES: Readonly<Record<ErrorCode, 'passes' | 'refused' | 'other'>> = {
  'session-expired': 'passes',
  'lakefs-unreachable': 'passes',
  'storage-unreachable': 'passes',
  'lakefs-error': 'passes',
  'storage-error': 'passes',
  throttled: 'passes',
  forbidden: 'refused',
  'protected-branch': 'refused',
  'read-only': 'refused',
  'repository-not-found': 'refused',
  'branch-not-found': 'refused',
  'not-a-branch': 'refused',
  'path-too-long': 'refused',
  'path-invalid': 'refused',
  'path-twice': 'refused',
  'metadata-invalid': 'refused',
  exists: 'refused',
  'storage-refused': 'refused',
  'etag-hidden': 'refused',
  'file-changed': 'refused',
  'file-unreadable': 'refused',
  'is-folder': 'refused',
  'too-large': 'refused',
  'option-invalid': 'refused',
  // Room has to be made, and nobody but a person knows when it is.
  'storage-full': 'other',
  'not-on-branch': 'other',
  'address-expired': 'other',
  'address-taken': 'other',
  'checksum-mismatch': 'other',
  aborted: 'other',
  protocol: 'other',
}

/**
 * Whether this destination, its store or the file itself says no, so that the same file there fails again until a person
 * has changed something. `retryable` tells less: a protected branch can be retried once it is no longer protected.
 */
export function failsAgain(code: ErrorCode): boolean {
  return CODES[code] === 'refused'
}

/** Whether a file that stopped so may go on in a later visit without anybody saying so. */
export function goesOnByItself(stopped: Stopped | undefined): boolean {
  switch (stopped?.type) {
    case 'interrupted':
    case 'waiting':
      return true
    case 'failed':
      return CODES[stopped.code] === 'passes'
    default:
      // Paused and asking files are a person's; of a record without a reason nobody knows whether it was paused.
      return false
  }
}

/**
 * What a record of the file says of why it stopped, should nothing come after it; undefined where it has ended well.
 * @param file a job, or as much of one.
 */
export function stoppedOf({
  state,
  stop,
}: {
  state: FileState
  stop?: { readonly reason: string | undefined }
}): Stopped | undefined {
  switch (state.status) {
    case 'paused':
      // Stopped with its uploader, by nobody's wish.
      return { type: stop?.reason === 'end' ? 'interrupted' : 'paused' }
    case 'waiting':
      return { type: 'waiting', reason: state.wait.reason }
    case 'asking':
      return { type: 'asking' }
    case 'failed':
      return { type: 'failed', code: state.error.code }
    case 'uploaded':
    case 'skipped':
    case 'cancelled':
      return undefined
    default:
      return { type: 'interrupted' }
  }
}

/**
 * Whether a record written before this change of state would tell the next visit something else than one written after.
 * Between the states of a file under way it would not, so a queue of thousands is not written again and again.
 */
export function tellsElse(before: FileState, after: FileState): boolean {
  return !OVER.has(after.status) && toldOf(before) !== toldOf(after)
}

/** States that leave no record, or one that has no use for a reason. */
const OVER: ReadonlySet<FileStatus> = new Set<FileStatus>(['uploaded', 'skipped', 'cancelled'])

function toldOf(state: FileState): string {
  const stopped = stoppedOf({ state })
  if (stopped?.type === 'waiting') return stopped.reason
  return stopped?.type === 'failed' ? stopped.code : (stopped?.type ?? '')
}

/**
 * The reason that a record names, if it is one of ours: records are other people's text too, and those of earlier versions
 * have none.
 */
export function readStopped(stored: unknown): Stopped | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined
  const { type, reason, code } = stored as Record<'type' | 'reason' | 'code', unknown>
  switch (type) {
    case 'paused':
    case 'interrupted':
    case 'asking':
      return { type }
    case 'waiting':
      return isKey(reason, REASONS) ? { type, reason } : undefined
    case 'failed':
      return isKey(code, CODES) ? { type, code } : undefined
    default:
      return undefined
  }
}

function isKey<K extends string>(value: unknown, known: Readonly<Record<K, unknown>>): value is K {
  return typeof value === 'string' && Object.hasOwn(known, value)
}
