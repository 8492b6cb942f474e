import { byBytes } from '../lakefs/object-lookup.ts'
import { pagesOf } from '../lakefs/paging.ts'
import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { BranchRef, Change, Commit } from '../lakefs/wire.ts'
import { differences } from './diff.ts'

/** Expected changes of a merge, by the three-dot diff of the two commits. */
export interface ExpectedChanges {
  /** Commit of the target. */
  left: string
  /** Commit to merge. */
  right: string
  changes: readonly Change[]
  /** Paths that both sides have changed, in the order of lakeFS. */
  conflicts: readonly string[]
}

/**
 * Reads the expected changes of a merge. This diff names every conflict, also those that the merge of lakeFS misses.
 */
export async function readExpectedChanges(
  lakefs: LakeFSClient,
  repository: string,
  { left, right }: Pick<ExpectedChanges, 'left' | 'right'>,
  signal?: AbortSignal,
): Promise<ExpectedChanges> {
  const changes = await differences(lakefs, repository, { left, right }, signal)
  const conflicts = changes.filter(({ type }) => type === 'conflict').map(({ path }) => path)
  return { left, right, changes, conflicts }
}

/** Changes that a merge has made to its target. */
export interface MergeChanges {
  /** Commit of the target before the merge. */
  before: string
  /** All paths that the merge has changed. */
  paths: readonly string[]
  /**
   * Paths with the wrong content: overwritten objects of other users, and missing objects of the source. Empty after a
   * correct merge.
   */
  wrong: readonly string[]
}

/**
 * Compares the target before and after a merge. Every path that only the source has changed must be as in the source,
 * and every other path as before. lakeFS may have merged into a newer commit than the one that was checked, so
 * conflicts are read again for that commit.
 * @param ahead changes that were read before the merge; used again if the target has not moved since.
 */
export async function compareMerge(
  lakefs: LakeFSClient,
  repository: string,
  { merge, head, ahead }: { merge: string; head: string; ahead?: ExpectedChanges | undefined },
  signal?: AbortSignal,
): Promise<MergeChanges> {
  const { parents } = await lakefs.commitInfo(repository, merge, signal)
  const [before = ahead?.left ?? merge, source = head] = parents
  const known =
    ahead?.left === before && ahead.right === source
      ? ahead
      : await readExpectedChanges(lakefs, repository, { left: before, right: source }, signal)
  const own = new Set(known.changes.map(({ path }) => path))
  const free = new Set(own)
  for (const path of known.conflicts) free.delete(path)
  const [changed, differing] = await Promise.all([
    differences(lakefs, repository, { left: before, right: merge, type: 'two_dot' }, signal),
    differingPaths(lakefs, repository, { left: source, right: merge, paths: own }, signal),
  ])
  const paths = changed.map(({ path }) => path)
  const wrong = new Set([...paths.filter((path) => !free.has(path)), ...differing])
  return { before, paths, wrong: [...wrong].sort(byBytes) }
}

/**
 * Returns those of the paths in which two commits differ. Requests one page per 1,000 differences below the common
 * folder of the paths.
 */
export async function differingPaths(
  lakefs: LakeFSClient,
  repository: string,
  { left, right, paths }: { left: string; right: string; paths: ReadonlySet<string> },
  signal?: AbortSignal,
): Promise<string[]> {
  if (paths.size === 0) return []
  const prefix = commonPrefix(paths) || undefined
  const found = await differences(lakefs, repository, { left, right, prefix, type: 'two_dot' }, signal)
  return found.map(({ path }) => path).filter((path) => paths.has(path))
}

/** Returns the common folder of the paths with its slash; empty without one. */
function commonPrefix(paths: ReadonlySet<string>): string {
  let prefix: string | undefined
  for (const path of paths) {
    prefix ??= path
    while (!path.startsWith(prefix)) prefix = prefix.slice(0, -1)
  }
  return prefix?.slice(0, prefix.lastIndexOf('/') + 1) ?? ''
}

/** Maximum number of pages that are read of a branch's commits, 100 commits each. */
const MAX_PAGES = 20

/**
 * Returns the commits of a branch by first parents, newest first: those that were made on it or merged into it.
 * @param until commit that ends the list and is not in it. At most 2,000 commits are read.
 */
export async function ownCommits(
  lakefs: LakeFSClient,
  { repository, branch }: BranchRef,
  until: string,
  signal?: AbortSignal,
): Promise<Commit[]> {
  const own: Commit[] = []
  // Servers that do not support `first_parent` list all commits, including those that were merged.
  let next: string | undefined
  const ask = (after: string | undefined) => lakefs.log(repository, { ref: branch, after }, signal)
  for await (const { results } of pagesOf(ask, MAX_PAGES)) {
    for (const commit of results) {
      if (next !== undefined && commit.id !== next) continue
      if (commit.id === until) return own
      own.push(commit)
      next = commit.parents[0] ?? ''
    }
  }
  return own
}

/** Returns the newest commit of a branch. */
export async function headOf(lakefs: LakeFSClient, at: BranchRef, signal?: AbortSignal): Promise<string> {
  return (await lakefs.branch(at, signal)).commit_id
}
