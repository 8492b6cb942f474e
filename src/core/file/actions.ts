import type { WaitReason } from '../request/response-error.ts'
import type { FileState, FileStatus } from './state.ts'

/** What a user can do with one file; `answer` settles its conflict. */
export type FileAction = 'pause' | 'resume' | 'cancel' | 'retry' | 'rename' | 'answer' | 'remove'

const ACTIONS: Readonly<Record<FileStatus, readonly FileAction[]>> = {
  queued: ['pause', 'cancel', 'rename'],
  checking: ['pause', 'cancel'],
  sending: ['pause', 'cancel'],
  finishing: ['cancel'],
  waiting: ['retry', 'pause', 'cancel'],
  paused: ['resume', 'cancel', 'rename'],
  asking: ['answer', 'cancel', 'rename'],
  uploaded: ['remove'],
  skipped: ['remove'],
  failed: ['retry', 'rename', 'remove'],
  cancelled: ['retry', 'remove'],
}

/** Waits that a retry does not shorten: a user has to sign in, or another tab has to finish. */
const HELD_BY: ReadonlySet<WaitReason> = new Set<WaitReason>(['session', 'other-tab'])

/** Tells whether a user can do this with some file of this status; which file, {@link allows} tells. */
export function mayAllow(status: FileStatus, action: FileAction): boolean {
  return ACTIONS[status].includes(action)
}

/** Tells whether a user can do this with a file in this state. The engine and the list ask here, so that they agree. */
export function allows(state: FileState, action: FileAction): boolean {
  if (!mayAllow(state.status, action)) return false
  if (state.status === 'failed') return action !== 'retry' || state.error.retryable
  if (state.status !== 'waiting' || action === 'cancel') return true
  // Once all bytes are stored there is nothing to pause: the rest is one call, which is repeated by itself.
  if (state.stored) return false
  return action === 'pause' || !HELD_BY.has(state.wait.reason)
}

/** Lists what a user can do with a file in this state. */
export function actionsOf(state: FileState): FileAction[] {
  return ACTIONS[state.status].filter((action) => allows(state, action))
}
