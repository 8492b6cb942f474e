import type { BranchRef } from '../../lakefs/wire.ts'
import { saysNothingChanged } from '../commit.ts'
import { findRecentCommit, forgetCommit } from '../recent-commit.ts'
import { isInHistory, previewRevert, previewUndo, revertCommit, undoUploads } from '../undo.ts'
import type { SessionContext } from './session-context.ts'
import { type UndoLook, type UndoState, uncommittedAt, workOn } from './session-state.ts'

/** Commit or merge that contains an upload. */
export interface Taking {
  id: string
  merge: boolean
}

/**
 * Previews an undo.
 * @param commit absent when the uploaded files are uncommitted.
 */
export async function previewTakingBack(
  context: SessionContext,
  at: BranchRef,
  commit: Taking | undefined,
): Promise<void> {
  const { undo } = workOn(context.getState(), at)
  if (undo.type === 'looking' || undo.type === 'working') return
  const setUndo = (next: UndoState) => context.dispatch({ type: 'branch', at, work: { undo: next } })
  setUndo({ type: 'looking' })
  try {
    const lakefs = await context.client()
    if (!commit) {
      const preview = await previewUndo(lakefs, at, uncommittedAt(context.getState(), at))
      return setUndo({ type: 'preview', look: { type: 'reset', preview } })
    }
    const { id, merge } = commit
    // The commit may be old, and the branch may have been reset.
    if (!(await isInHistory(lakefs, at, id))) {
      context.dispatch({ type: 'reverted', at, commit: id })
      setUndo({ type: 'not-in-history' })
      return await forget(context, at, id)
    }
    const changes = await previewRevert(lakefs, at, id)
    setUndo({ type: 'preview', look: { type: 'revert', commit: id, merge, changes } })
  } catch (error) {
    setUndo({ type: 'failed', error, look: undefined })
  }
}

/** Performs the undo that {@link previewTakingBack} has previewed. */
export async function takeBack(context: SessionContext, at: BranchRef): Promise<void> {
  const { undo } = workOn(context.getState(), at)
  const look = undo.type === 'preview' || undo.type === 'failed' ? undo.look : undefined
  if (!look) return
  const setUndo = (next: UndoState) => context.dispatch({ type: 'branch', at, work: { undo: next } })
  setUndo({ type: 'working', look })
  try {
    setUndo(look.type === 'reset' ? await reset(context, at, look) : await revert(context, at, look))
  } catch (error) {
    setUndo({ type: 'failed', error, look })
  }
}

async function reset(
  context: SessionContext,
  at: BranchRef,
  { preview }: Extract<UndoLook, { type: 'reset' }>,
): Promise<UndoState> {
  const { removed, restored, left } = await undoUploads(await context.client(), preview)
  const stays = new Set(left.map(({ path }) => path))
  removeRows(context, at, new Set(preview.steps.flatMap(({ path }) => (stays.has(path) ? [] : path))))
  context.dispatch({ type: 'settled', at, stage: { type: 'taken-back' } })
  return { type: 'reset', removed, restored, left: left.length }
}

async function revert(
  context: SessionContext,
  at: BranchRef,
  { commit, merge, changes }: Extract<UndoLook, { type: 'revert' }>,
): Promise<UndoState> {
  let before = false
  try {
    await revertCommit(await context.client(), at, commit)
  } catch (thrown) {
    if (!saysNothingChanged(thrown)) throw thrown
    before = true
  }
  removeRows(context, at, new Set(changes.map(({ path }) => path)))
  context.dispatch({ type: 'reverted', at, commit })
  void forget(context, at, commit)
  return { type: 'reverted', merge, before }
}

/** Removes rows that would say "Uploaded" for files that were undone. */
function removeRows({ uploader, getState }: SessionContext, at: BranchRef, paths: ReadonlySet<string>): void {
  const merged = getState().uploads.findLast(({ atomic }) => atomic?.target === at.branch)?.atomic?.branch
  for (const { id, path, status, destination } of uploader?.getSnapshot().files ?? []) {
    const there = destination.branch === at.branch || destination.branch === merged
    const mine = status === 'uploaded' && destination.repository === at.repository && there
    if (mine && paths.has(destination.prefix + path)) uploader?.remove(id)
  }
}

/** Finds the last commit of this browser to the branch, so that a later visit can undo it. */
export async function findRecent(context: SessionContext, at: BranchRef): Promise<void> {
  const lakefs = await context.client()
  // Without a readable record nothing is offered.
  const recent = await context.withRecords((records) =>
    records ? findRecentCommit(lakefs, at, records).catch(() => undefined) : Promise.resolve(undefined),
  )
  context.dispatch({ type: 'branch', at, work: { recent } })
}

/** Stops offering the undo of a commit. */
export async function forget(context: SessionContext, at: BranchRef, commit: string): Promise<void> {
  const { repository, branch } = at
  const { recent } = workOn(context.getState(), at)
  if (recent?.commit === commit) context.dispatch({ type: 'branch', at, work: { recent: undefined } })
  const lakefs = await context.client()
  await context.withRecords((records) => forgetCommit(lakefs, { repository, branch, commit }, records))
}
