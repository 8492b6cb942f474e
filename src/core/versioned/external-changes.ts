import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { BranchRef, Commit, ObjectStats } from '../lakefs/wire.ts'
import { pendingChanges } from './commit.ts'
import { sameObject } from './undo.ts'

/** What has become of uploads that are no longer among the uncommitted changes of their branch. */
export type ExternalChange =
  /** The branch's commits have them; with the commit that took them, where that is the newest one. */
  | { type: 'committed'; commit?: Commit }
  /** They are as the commits had them before: there is nothing to commit. */
  | { type: 'same' }
  /** Reset, removed or replaced. */
  | { type: 'gone' }

/**
 * Looks what has become of them: somebody else may have committed the branch, or reset it. Of many only a few are asked
 * for. GET …/diff, …/branches/{b}, …/commits/{id}, …/objects/stat. @returns undefined while one of them is uncommitted.
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
  const looked = new Set([objects[0], objects[objects.length >> 1], objects.at(-1)])
  let took: boolean | undefined
  let same = false
  for (const object of looked) {
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
    took = took !== false && !(before && sameObject(before, object))
  }
  if (took === undefined && same) return { type: 'same' }
  return took ? { type: 'committed', commit } : { type: 'committed' }
}
