import type { ErrorCode } from '../error-codes.ts'
import type { WaitReason } from '../request/refusal-rules.ts'
import type { FileState, FileStatus } from './state.ts'

/** Reason why a file that is not on its branch stopped. Its record keeps it for later visits. */
export type Stopped =
  /** The user paused it. */
  | { type: 'paused' }
  /** It was queued or in progress when the page closed. */
  | { type: 'interrupted' }
  /** It waited for a temporary condition to end. */
  | { type: 'waiting'; reason: WaitReason }
  /** It waited for an answer to a conflict. */
  | { type: 'asking' }
  /** It failed, and either its stored bytes can still be used or the reason may be temporary. */
  | { type: 'failed'; code: ErrorCode }

const WAIT_REASONS: Readonly<Record<WaitReason, 1>> = {
  offline: 1,
  session: 1,
  busy: 1,
  'lakefs-unreachable': 1,
  'storage-unreachable': 1,
  'lakefs-error': 1,
  'storage-error': 1,
  'other-tab': 1,
  token: 1,
  'store-clock': 1,
  'file-unreadable': 1,
}

/**
 * What each error code means for another try: `passes` may succeed without the user, `destination` fails again until the
 * user chooses another repository or branch or that one changes, `refused` fails again until the user changes something
 * else, `other` is none of these.
 */
const CODES: Readonly<Record<ErrorCode, 'passes' | 'destination' | 'refused' | 'other'>> = {
  'session-expired': 'passes',
  'lakefs-unreachable': 'passes',
  'storage-unreachable': 'passes',
  'lakefs-error': 'passes',
  'storage-error': 'passes',
  throttled: 'passes',
  forbidden: 'destination',
  'protected-branch': 'destination',
  'read-only': 'destination',
  'repository-not-found': 'destination',
  'store-unknown': 'destination',
  'proxy-refused': 'refused',
  'not-lakefs': 'refused',
  'blocked-by-policy': 'refused',
  blocked: 'refused',
  'branch-not-found': 'destination',
  'not-a-branch': 'destination',
  'path-too-long': 'refused',
  'path-invalid': 'refused',
  'path-twice': 'refused',
  'metadata-invalid': 'refused',
  exists: 'refused',
  'storage-refused': 'refused',
  'etag-hidden': 'refused',
  'file-changed': 'refused',
  'is-folder': 'refused',
  'too-large': 'refused',
  'option-invalid': 'refused',
  // Only the user knows when its drive is back.
  'file-unreadable': 'other',
  // Only the user knows when there is room again.
  'storage-full': 'other',
  'not-on-branch': 'other',
  'address-expired': 'other',
  'address-taken': 'other',
  'checksum-mismatch': 'other',
  'path-mismatch': 'other',
  'size-mismatch': 'other',
  'object-unreadable': 'other',
  aborted: 'other',
  protocol: 'other',
}

/**
 * Returns whether the destination, its store or the file itself is the cause, so that the same file fails again until
 * the user has changed something. `retryable` says less: a protected branch can be retried once it is no longer
 * protected.
 */
export function failsAgain(code: ErrorCode): boolean {
  return CODES[code] === 'refused' || isRefusedByDestination(code)
}

/** Returns whether another repository or branch can avoid the failure. */
export function isRefusedByDestination(code: ErrorCode): boolean {
  return CODES[code] === 'destination'
}

/** Returns whether a file that stopped for this reason may resume in a later visit without a click. */
export function resumesAutomatically(stopped: Stopped | undefined): boolean {
  switch (stopped?.type) {
    case 'interrupted':
    case 'waiting':
      return true
    case 'failed':
      return CODES[stopped.code] === 'passes'
    default:
      // Paused and asking files need a decision of the user. A record without a reason may be that of a paused file.
      return false
  }
}

/**
 * Returns the reason to keep in the record of a file in this state; undefined when the file needs no reason.
 * @param file the job, or these two fields of it.
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
      // The uploader was stopped; the user did not pause the file.
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
 * Returns whether this change of state changes the reason in the record. It does not between the states of a file in
 * progress, so that a queue of thousands is not written again and again.
 */
export function changesReason(before: FileState, after: FileState): boolean {
  return !WITHOUT_REASON.has(after.status) && reasonOf(before) !== reasonOf(after)
}

/** States without a record, or whose record needs no reason. */
const WITHOUT_REASON: ReadonlySet<FileStatus> = new Set<FileStatus>(['uploaded', 'skipped', 'cancelled'])

function reasonOf(state: FileState): string {
  const stopped = stoppedOf({ state })
  if (stopped?.type === 'waiting') return stopped.reason
  return stopped?.type === 'failed' ? stopped.code : (stopped?.type ?? '')
}

/**
 * Returns the reason that a record names, or undefined. Other code of the same origin can write to the database too,
 * and records of earlier versions have no reason.
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
      return isKey(reason, WAIT_REASONS) ? { type, reason } : undefined
    case 'failed':
      return isKey(code, CODES) ? { type, code } : undefined
    default:
      return undefined
  }
}

function isKey<K extends string>(value: unknown, known: Readonly<Record<K, unknown>>): value is K {
  return typeof value === 'string' && Object.hasOwn(known, value)
}
