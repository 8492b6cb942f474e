import type { LakeFSClient } from '../../lakefs/retrying-client.ts'
import type { BranchRef, Change } from '../../lakefs/wire.ts'
import { isForbidden } from '../../request/refusal-rules.ts'
import { type CommitText, commitBranch, HookRefusal, type PendingChanges, partChanges } from '../commit.ts'
import { uncommittedOn } from '../diff.ts'
import { findExternalChange } from '../external-changes.ts'
import { receiptOf, receiptPath, storeReceipt } from '../receipt.ts'
import { rememberCommit } from '../recent-commit.ts'
import { filesAt } from './rows.ts'
import type { SessionContext } from './session-context.ts'
import { type BranchWork, type SessionState, uncommittedAt, workOn } from './session-state.ts'

/** Commit that the user has confirmed. */
export interface CommitRequest extends CommitText {
  /**
   * Paths of changes by others that the user has seen and agreed to commit. Default: none; then the branch is only
   * committed when all its changes are those of this session.
   */
  agreed?: ReadonlySet<string> | undefined
  /** True when the user has also agreed to changes that were too many to be read. Default false. */
  agreedUnread?: boolean | undefined
  /** Stores a receipt on the branch first, so that it is in the commit; `who` names the user. Default: none. */
  receipt?: { who: string | undefined } | undefined
}

/** Changes of a branch. */
export interface ReadChanges {
  changes: readonly Change[]
  /** True when there are more changes than were read, or may be. */
  more: boolean
  /** True when the user may not list the branch: the changes are those that the session itself has made. */
  unlisted?: boolean
}

/**
 * Reads the uncommitted changes of a branch. For a user who may not list it, those are returned that the session has
 * made: a commit needs no more, but it takes what others have left there too.
 */
export async function readChanges(
  lakefs: LakeFSClient,
  at: BranchRef,
  state: SessionState,
  signal?: AbortSignal,
): Promise<ReadChanges> {
  try {
    return await uncommittedOn(lakefs, at, signal)
  } catch (thrown) {
    if (!isForbidden(thrown)) throw thrown
    const changes = uncommittedAt(state, at).map(
      ({ path, size_bytes }): Change => ({ path, path_type: 'object', type: 'added', size_bytes }),
    )
    return { changes, more: true, unlisted: true }
  }
}

/** Divides changes of a branch by owner, as far as the session knows. */
export function partOf(state: SessionState, at: BranchRef, changes: readonly Change[]): Omit<PendingChanges, 'more'> {
  const mine = new Set(uncommittedAt(state, at).map(({ path }) => path))
  const { receiptPath } = workOn(state, at)
  if (receiptPath !== undefined) mine.add(receiptPath)
  return partChanges(changes, mine)
}

/**
 * Commits a branch. Only changes that the user was shown are committed: they are read once more, and if others have
 * been added, nothing is committed.
 * @returns the changes that were read, so that they can be shown; undefined if reading failed.
 */
export async function commit(
  context: SessionContext,
  at: BranchRef,
  request: CommitRequest,
): Promise<ReadChanges | undefined> {
  const { message, metadata, agreed = new Set(), agreedUnread = false, receipt } = request
  if (workOn(context.getState(), at).commit.type === 'working') return undefined
  const setWork = (work: Partial<BranchWork>) => context.dispatch({ type: 'branch', at, work })
  setWork({ commit: { type: 'working' } })
  let read: ReadChanges | undefined
  try {
    const lakefs = await context.client()
    read = await readChanges(lakefs, at, context.getState())
    const unseen = partOf(context.getState(), at, read.changes).others.filter(({ path }) => !agreed.has(path)).length
    const unread = read.more && !agreedUnread
    if (unseen > 0 || unread) {
      setWork({ commit: { type: 'not-agreed', came: unseen, unread } })
      return read
    }
    if (receipt) await putReceipt(context, at, receipt.who)
    const made = await commitBranch(lakefs, at, { message, metadata })
    if (!made) {
      setWork({ commit: { type: 'idle' } })
      return read
    }
    context.dispatch({ type: 'settled', at, stage: { type: 'committed', commit: made.id } })
    setWork({ commit: { type: 'done', commit: made.id }, undo: { type: 'idle' }, receiptPath: undefined })
    const { repository, branch } = at
    const last = { repository, branch, commit: made.id, merge: false }
    void context.withRecords((records) => rememberCommit(lakefs, last, records))
  } catch (thrown) {
    const refused = thrown instanceof HookRefusal
    setWork({ commit: refused ? { type: 'refused', refusal: thrown } : { type: 'failed', error: thrown } })
  }
  return read
}

/** Stores a receipt and overwrites that of a refused commit. */
async function putReceipt(context: SessionContext, at: BranchRef, who: string | undefined): Promise<void> {
  const lakefs = await context.client()
  const facts = { who, when: lakefs.clock.now(), objects: uncommittedAt(context.getState(), at) }
  const made = receiptOf(at, filesAt(context.uploader, at), facts)
  const prefix = context.uploader?.getSnapshot().destination.prefix ?? ''
  const path = workOn(context.getState(), at).receiptPath ?? receiptPath(prefix, made)
  await storeReceipt(lakefs, at, path, made)
  context.dispatch({ type: 'branch', at, work: { receiptPath: path } })
}

/**
 * Finds out what another user did with objects of the session that are no longer among the uncommitted changes of their
 * branch.
 */
export async function lookOutside(context: SessionContext, at: BranchRef, signal: AbortSignal): Promise<void> {
  const objects = uncommittedAt(context.getState(), at)
  if (objects.length === 0) return
  const found = context.client().then((lakefs) => findExternalChange(lakefs, at, objects, signal))
  // An error leaves the state unchanged; the next read of the branch tries again.
  const change = await found.catch(() => undefined)
  if (!change || signal.aborted) return
  context.dispatch({ type: 'settled', at, stage: { type: 'changed-outside', change } })
  context.dispatch({ type: 'branch', at, work: { external: change } })
}
