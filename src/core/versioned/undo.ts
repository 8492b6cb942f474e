import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import { type BranchRef, type Change, isSameAddress, type ObjectStats } from '../lakefs/wire.ts'
import { mapConcurrent } from '../request/map-concurrent.ts'
import { hasStatus } from '../request/response-error.ts'
import { madeMeanwhile, pendingChanges, saysNothingChanged } from './commit.ts'
import { differences } from './diff.ts'

/** Path of an upload, with the effect of the undo. */
export interface UndoStep {
  path: string
  /** Bytes of the uploaded object. */
  size: number
  /** Uploaded object. */
  put: ObjectStats
  /** Object that is restored; absent when the path becomes empty. */
  restores: ObjectStats | undefined
}

export interface UndoPreview {
  at: BranchRef
  steps: readonly UndoStep[]
  /** Paths that are not undone, because another user has changed them since, or they were committed. */
  left: readonly { path: string; reason: 'changed-since' | 'committed' }[]
}

/** Number of concurrent requests. */
const AT_ONCE = 6

/**
 * Previews the undo of uncommitted uploads. Paths that another user has changed since are not reset, because the reset
 * would discard that change.
 */
export async function previewUndo(
  lakefs: LakeFSClient,
  at: BranchRef,
  objects: readonly ObjectStats[],
  signal?: AbortSignal,
): Promise<UndoPreview> {
  // For a path that was uploaded twice, the last object counts.
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
  /** Paths that another user has changed since the preview, and that were not undone. */
  left: readonly { path: string; reason: 'changed-since' }[]
}

/**
 * Undoes the uploads of a preview. A path is only reset if it still has the uploaded object. Calls PUT …/branches/{b}
 * {type: object} for each path.
 * @param onProgress receives the number of processed paths, including those that were left.
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
      // The preview may be minutes old, and a reset discards any change.
      const now = await once.stat(at, path, signal)
      if (now && sameObject(now, put)) return await once.resetObject(at, path)
      // After a lost answer the path may have been reset already.
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
 * Previews the revert of a commit or a merge.
 * @returns changes of the commit, of a merge those to its target: the revert removes added objects and restores changed
 *   ones.
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

/** Returns whether the history of the branch has the commit. The branch may have been reset or created again since. */
export async function isInHistory(
  lakefs: LakeFSClient,
  { repository, branch }: BranchRef,
  commit: string,
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    // If the branch contains the commit, it is their common ancestor, and the three-dot diff is empty.
    const range = { left: branch, right: commit }
    const { results } = await lakefs.diffRefs(repository, range, signal)
    return results.length === 0
  } catch (thrown) {
    if (!hasStatus(thrown, 404)) throw thrown
    return false
  }
}

/**
 * Reverts a commit by a new one, of a merge all its changes. Calls POST …/branches/{b}/revert. After a lost answer the
 * branch shows whether the revert was made: by its newest commit, or by having nothing left to revert.
 * @throws ResponseError 409 when later commits conflict, 403 on a protected branch.
 */
export async function revertCommit(lakefs: LakeFSClient, at: BranchRef, commit: string): Promise<void> {
  const before = await lakefs.branch(at)
  const { parents } = await lakefs.commitInfo(at.repository, commit)
  // A merge is compared with its first parent, the branch that it was merged into. Other commits have one parent.
  const parent = parents.length > 1 ? 1 : 0
  await lakefs.repeat(async (once, tries) => {
    // lakeFS writes this message; no commit of another user has it and is a child of `before`.
    if (tries > 0 && (await madeMeanwhile(once, at, before.commit_id, `Revert ${commit}`))) return
    try {
      await once.revert(at, commit, parent)
    } catch (thrown) {
      if (tries === 0 || !saysNothingChanged(thrown)) throw thrown
    }
  })
}

/** True when both describe the same object of the store. */
export function sameObject(a: ObjectStats, b: ObjectStats): boolean {
  return isSameAddress(a.physical_address, b.physical_address)
}
