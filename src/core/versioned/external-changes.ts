import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { BranchRef, Commit, ObjectStats } from '../lakefs/wire.ts'
import { pendingChanges } from './commit.ts'
import { sameObject } from './undo.ts'

/** Change by another user or program to uploaded files that are no longer uncommitted on their branch. */
export type ExternalChange =
  /** The files are committed. `commit` is present when it is the newest commit of the branch. */
  | { type: 'committed'; commit?: Commit }
  /** The files are identical to those of an older commit, so there is nothing to commit. */
  | { type: 'same' }
  /** The files were reset, removed or replaced. */
  | { type: 'gone' }

/**
 * Finds out what happened to uploaded files: another user may have committed or reset the branch. Of many files only
 * three are checked. Calls GET …/diff, …/branches/{b}, …/commits/{id}, …/objects/stat.
 * @returns undefined while one of the files is uncommitted.
 */
export async function findExternalChange(
  lakefs: LakeFSClient,
  at: BranchRef,
  objects: readonly ObjectStats[],
  signal?: AbortSignal,
): Promise<ExternalChange | undefined> {
  const { mine, more } = await pendingChanges(lakefs, at, new Set(objects.map(({ path }) => path)), signal)
  if (mine.length > 0 || more || objects.length === 0) return undefined
  const { commit_id } = await lakefs.branch(at, signal)
  const commit = await lakefs.commitInfo(at.repository, commit_id, signal)
  const statAt = (branch: string, { path }: ObjectStats) =>
    lakefs.stat({ repository: at.repository, branch }, path, signal)
  const checked = new Set([objects[0], objects[objects.length >> 1], objects.at(-1)])
  let isInNewest: boolean | undefined
  let same = false
  for (const object of checked) {
    if (!object) continue
    const now = await statAt(commit_id, object)
    if (!now) return { type: 'gone' }
    if (!sameObject(now, object)) {
      if (now.checksum !== object.checksum || now.size_bytes !== object.size_bytes) return { type: 'gone' }
      same = true
      continue
    }
    const [parent] = commit.parents
    const before = parent === undefined ? undefined : await statAt(parent, object)
    isInNewest = isInNewest !== false && !(before && sameObject(before, object))
  }
  if (isInNewest === undefined && same) return { type: 'same' }
  return isInNewest ? { type: 'committed', commit } : { type: 'committed' }
}
