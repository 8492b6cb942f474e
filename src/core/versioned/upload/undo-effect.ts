import type { BranchRef } from '../../lakefs/wire.ts'
import { saysNothingChanged } from '../commit.ts'
import { findRecentCommit, forgetCommit } from '../recent-commit.ts'
import { isInHistory, previewRevert, previewUndo, revertCommit, undoUploads } from '../undo.ts'
import type { SessionContext } from './session-context.ts'
import { type UndoLook, type UndoState, uncommittedAt, workOn } from './session-state.ts'

/** The commit that has taken an upload, or its merge. */
export interface Taking {
  id: string
  merge: boolean
}

/** Reads what taking back would do, without doing it. @param commit absent: what has arrived is not committed. */
export async function previewTakingBack(
  context: SessionContext,
  at: BranchRef,
  commit: Taking | undefined,
): Promise<void> {
  const { undo } = workOn(context.getState(), at)
  if (undo.type === 'looking' || undo.type === 'working') return
  const tell = (next: UndoState) => context.dispatch({ type: 'branch', at, work: { undo: next } })
  tell({ type: 'looking' })
  try {
    const lakefs = await context.client()
    if (!commit) {
      const preview = await previewUndo(lakefs, at, uncommittedAt(context.getState(), at))
      return tell({ type: 'preview', look: { type: 'reset', preview } })
    }
    const { id, merge } = commit
    // It may be long ago, and the branch anybody's.
    if (!(await isInHistory(lakefs, at, id))) {
      context.dispatch({ type: 'reverted', at, commit: id })
      tell({ type: 'not-in-history' })
      return await forget(context, at, id)
    }
    const changes = await previewRevert(lakefs, at, id)
    tell({ type: 'preview', look: { type: 'revert', commit: id, merge, changes } })
  } catch (error) {
    tell({ type: 'failed', error, look: undefined })
  }
}

/** Takes back what {@link previewTakingBack} has shown. */
export async function takeBack(context: SessionContext, at: BranchRef): Promise<void> {
  const { undo } = workOn(context.getState(), at)
  const look = undo.type === 'preview' || undo.type === 'failed' ? undo.look : undefined
  if (!look) return
  const tell = (next: UndoState) => context.dispatch({ type: 'branch', at, work: { undo: next } })
  tell({ type: 'working', look })
  try {
    tell(look.type === 'reset' ? await reset(context, at, look) : await revert(context, at, look))
  } catch (error) {
    tell({ type: 'failed', error, look })
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

/** Rows that say "Uploaded" would speak of files that are no longer there, or no longer the upload's. */
function removeRows({ uploader, getState }: SessionContext, at: BranchRef, paths: ReadonlySet<string>): void {
  const merged = getState().uploads.findLast(({ atomic }) => atomic?.target === at.branch)?.atomic?.branch
  for (const { id, path, status, destination } of uploader?.getSnapshot().files ?? []) {
    const there = destination.branch === at.branch || destination.branch === merged
    const mine = status === 'uploaded' && destination.repository === at.repository && there
    if (mine && paths.has(destination.prefix + path)) uploader?.remove(id)
  }
}

/** Looks up what this browser has committed there last, to take it back at a later visit. */
export async function findRecent(context: SessionContext, at: BranchRef): Promise<void> {
  const lakefs = await context.client()
  // What cannot be read is offered by nobody.
  const recent = await context.withRecords((records) =>
    records ? findRecentCommit(lakefs, at, records).catch(() => undefined) : Promise.resolve(undefined),
  )
  context.dispatch({ type: 'branch', at, work: { recent } })
}

/** Offers a commit no longer to be taken back. */
export async function forget(context: SessionContext, at: BranchRef, commit: string): Promise<void> {
  const { repository, branch } = at
  const { recent } = workOn(context.getState(), at)
  if (recent?.commit === commit) context.dispatch({ type: 'branch', at, work: { recent: undefined } })
  const lakefs = await context.client()
  await context.withRecords((records) => forgetCommit(lakefs, { repository, branch, commit }, records))
}
