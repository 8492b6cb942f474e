import type { WaitReason } from '../request/refusal-rules.ts'
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

/** Waits that a retry does not shorten: the user has to sign in, or another tab has to finish. */
const NOT_SHORTENED: ReadonlySet<WaitReason> = new Set<WaitReason>(['session', 'other-tab'])

/** Returns whether any file of this status allows the action. {@link allows} decides for one file. */
export function mayAllow(status: FileStatus, action: FileAction): boolean {
  return ACTIONS[status].includes(action)
}

/**
 * Returns whether a file in this state allows the action. The engine and the list both ask here, so that they agree.
 */
export function allows(state: FileState, action: FileAction): boolean {
  if (!mayAllow(state.status, action)) return false
  if (state.status === 'failed') return action !== 'retry' || state.error.retryable
  if (state.status !== 'waiting' || action === 'cancel') return true
  // When all bytes are stored only the link is left: one call, which is repeated without the user.
  if (state.stored) return false
  return action === 'pause' || !NOT_SHORTENED.has(state.wait.reason)
}

/** Returns the actions that a file in this state allows. */
export function actionsOf(state: FileState): FileAction[] {
  return ACTIONS[state.status].filter((action) => allows(state, action))
}
