import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import { type BranchRef, type Change, isSameAddress, type ObjectStats } from '../lakefs/wire.ts'
import { mapConcurrent } from '../request/map-concurrent.ts'
import { hasStatus } from '../request/response-error.ts'
import { madeMeanwhile, pendingChanges, saysNothingChanged } from './commit.ts'
import { differences } from './diff.ts'

/** One path of the batch and what taking it back would do. */
export interface UndoStep {
  path: string
  /** What is there now, as the upload put it. */
  size: number
  /** The object that the upload has put there. */
  put: ObjectStats
  /** What comes back; absent: the path is empty again. */
  restores: ObjectStats | undefined
}

export interface UndoPreview {
  at: BranchRef
  steps: readonly UndoStep[]
  /** Changed by somebody else since, or committed meanwhile: left as they are. */
  left: readonly { path: string; reason: 'changed-since' | 'committed' }[]
}

/** Objects asked for or taken back together. */
const AT_ONCE = 6

/**
 * What taking back exactly these uploads would do, while they are uncommitted: paths that are no longer as the upload left
 * them are not touched, since the reset of an object would take the other person's change.
 */
export async function previewUndo(
  lakefs: LakeFSClient,
  at: BranchRef,
  objects: readonly ObjectStats[],
  signal?: AbortSignal,
): Promise<UndoPreview> {
  // A path sent twice counts as it was sent last.
  const latest = new Map(objects.map((object) => [object.path, object]))
  const { mine } = await pendingChanges(lakefs, at, new Set(latest.keys()), signal)
  const pending = new Map<string, Change>(mine.map((change) => [change.path, change]))
  const { commit_id } = await lakefs.branch(at, signal)
  const steps: UndoStep[] = []
  const left: { path: string; reason: 'changed-since' | 'committed' }[] = []
  await mapConcurrent([...latest.values()], AT_ONCE, async (object) => {
    const { path } = object
    const change = pending.get(path)
    if (!change) {
      left.push({ path, reason: 'committed' })
      return
    }
    const now = await lakefs.stat(at, path, signal)
    if (!now || !sameObject(now, object)) {
      left.push({ path, reason: 'changed-since' })
      return
    }
    const head = { repository: at.repository, branch: commit_id }
    const restores = change.type === 'added' ? undefined : await lakefs.stat(head, path, signal)
    steps.push({ path, size: now.size_bytes, put: now, restores })
  })
  steps.sort((a, b) => (a.path < b.path ? -1 : 1))
  return { at, steps, left }
}

export interface Undone {
  restored: number
  removed: number
  /** Changed by somebody else since the preview: left as they are. */
  left: readonly { path: string; reason: 'changed-since' }[]
}

/**
 * Takes back what the preview shows, each path only if it still is as the upload put it. PUT …/branches/{b} {type: object}
 * for each path.
 * @param onProgress paths done so far, those that were left among them.
 */
export async function undoUploads(
  lakefs: LakeFSClient,
  { at, steps }: UndoPreview,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (done: number) => void } = {},
): Promise<Undone> {
  const left: { path: string; reason: 'changed-since' }[] = []
  let done = 0
  await mapConcurrent(steps, AT_ONCE, async ({ path, put, restores }) => {
    await lakefs.repeat(async (once, tries) => {
      // The preview may be minutes old, and a reset takes whatever is there.
      const now = await once.stat(at, path, signal)
      if (now && sameObject(now, put)) return await once.resetObject(at, path)
      // Not as it was put, after an answer that was lost: the reset may have been done, and looks like this then.
      if (tries > 0 && (restores ? now && sameObject(now, restores) : !now)) return
      left.push({ path, reason: 'changed-since' })
    }, signal)
    done += 1
    onProgress?.(done)
  })
  const stays = new Set(left.map(({ path }) => path))
  const restored = steps.filter(({ path, restores }) => restores && !stays.has(path)).length
  return { restored, removed: steps.length - left.length - restored, left }
}

/**
 * What reverting the upload's commit, or its merge, would change on the branch.
 * @returns what the commit brought, a merge to the branch that it was merged into: added ones go, changed ones get back what
 * was there before.
 */
export async function previewRevert(
  lakefs: LakeFSClient,
  at: BranchRef,
  commit: string,
  signal?: AbortSignal,
): Promise<readonly Change[]> {
  const { parents } = await lakefs.commitInfo(at.repository, commit, signal)
  const [parent] = parents
  return parent === undefined ? [] : await differences(lakefs, at.repository, { left: parent, right: commit }, signal)
}

/** Whether the branch still has the commit in its history: it may have been reset to before it, or made anew. */
export async function isInHistory(
  lakefs: LakeFSClient,
  { repository, branch }: BranchRef,
  commit: string,
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    // Since they parted a commit has changed nothing that the branch comes from.
    const range = { left: branch, right: commit }
    const { results } = await lakefs.diffRefs(repository, range, signal)
    return results.length === 0
  } catch (thrown) {
    if (!hasStatus(thrown, 404)) throw thrown
    return false
  }
}

/**
 * Undoes a commit by a new one; of a merge, all that it brought. POST …/branches/{b}/revert. Where an answer was lost, the
 * branch tells whether the revert was made: by its newest commit, or, under somebody else's, by having nothing left to undo.
 * @throws ResponseError 409 where later commits stand in the way, 403 on a protected branch.
 */
export async function revertCommit(lakefs: LakeFSClient, at: BranchRef, commit: string): Promise<void> {
  const before = await lakefs.branch(at)
  const { parents } = await lakefs.commitInfo(at.repository, commit)
  // What a merge is undone against: its first parent is the branch that was merged into. Other commits have no choice.
  const parent = parents.length > 1 ? 1 : 0
  await lakefs.repeat(async (once, tries) => {
    // lakeFS writes this message itself; no commit of somebody else's is the child of `before` and says it.
    if (tries > 0 && (await madeMeanwhile(once, at, before.commit_id, `Revert ${commit}`))) return
    try {
      await once.revert(at, commit, parent)
    } catch (thrown) {
      if (tries === 0 || !saysNothingChanged(thrown)) throw thrown
    }
  })
}

/** Whether two answers speak of one object of the store. */
export function sameObject(a: ObjectStats, b: ObjectStats): boolean {
  return isSameAddress(a.physical_address, b.physical_address)
}
