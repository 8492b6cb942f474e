import { byBytes } from '../lakefs/object-lookup.ts'
import { pagesOf } from '../lakefs/paging.ts'
import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { BranchRef, Change, Commit } from '../lakefs/wire.ts'
import { differences } from './diff.ts'

/** What merging one commit into another would bring, by the three-dot diff of the two. */
export interface Ahead {
  /** Commit of the target. */
  left: string
  /** Commit to merge. */
  right: string
  changes: readonly Change[]
  /** Paths that both sides have changed, in the order of lakeFS. */
  conflicts: readonly string[]
}

/** Reads what a merge would bring. lakeFS names every conflict here, also those that its merge does not see. */
export async function lookAhead(
  lakefs: LakeFSClient,
  repository: string,
  { left, right }: Pick<Ahead, 'left' | 'right'>,
  signal?: AbortSignal,
): Promise<Ahead> {
  const changes = await differences(lakefs, repository, { left, right }, signal)
  const conflicts = changes.filter(({ type }) => type === 'conflict').map(({ path }) => path)
  return { left, right, changes, conflicts }
}

/** What a merge has done to its target. */
export interface Brought {
  /** The target's commit before. */
  before: string
  /** Every path that the merge has changed there. */
  paths: readonly string[]
  /**
   * Paths that are not as they must be: somebody else's objects that were written over, and objects of the source that
   * are not there. Empty after a right merge.
   */
  wrong: readonly string[]
}

/**
 * Compares the target before and after a merge: every path that the source has changed, and nobody else, must be as the
 * source has it, and every other path as it was. lakeFS may have merged onto a newer commit than the one that was looked
 * at, so what stands against the merge is read anew for that one.
 * @param ahead what was read before the merge; used again where the target has not moved since.
 */
export async function compareMerge(
  lakefs: LakeFSClient,
  repository: string,
  { merge, head, ahead }: { merge: string; head: string; ahead?: Ahead | undefined },
  signal?: AbortSignal,
): Promise<Brought> {
  const { parents } = await lakefs.commitInfo(repository, merge, signal)
  const [before = ahead?.left ?? merge, source = head] = parents
  const known =
    ahead?.left === before && ahead.right === source
      ? ahead
      : await lookAhead(lakefs, repository, { left: before, right: source }, signal)
  const own = new Set(known.changes.map(({ path }) => path))
  const free = new Set(own)
  for (const path of known.conflicts) free.delete(path)
  const [changed, apart] = await Promise.all([
    differences(lakefs, repository, { left: before, right: merge, type: 'two_dot' }, signal),
    apartIn(lakefs, repository, { left: source, right: merge, paths: own }, signal),
  ])
  const paths = changed.map(({ path }) => path)
  const wrong = new Set([...paths.filter((path) => !free.has(path)), ...apart])
  return { before, paths, wrong: [...wrong].sort(byBytes) }
}

/** Those of the paths in which two commits differ. One request per 1,000 differences below what the paths have in common. */
export async function apartIn(
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

/** The folder that all paths are in, with its slash; empty where there is none. */
function commonPrefix(paths: ReadonlySet<string>): string {
  let prefix: string | undefined
  for (const path of paths) {
    prefix ??= path
    while (!path.startsWith(prefix)) prefix = prefix.slice(0, -1)
  }
  return prefix?.slice(0, prefix.lastIndexOf('/') + 1) ?? ''
}

/** Pages of a branch's commits that are read at most, 100 commits each. */
const MOST_PAGES = 20

/**
 * Commits of a branch by first parents, newest first: what was committed there and merged into it.
 * @param until ends before that commit. At most 2,000 commits are read.
 */
export async function ownCommits(
  lakefs: LakeFSClient,
  { repository, branch }: BranchRef,
  until: string,
  signal?: AbortSignal,
): Promise<Commit[]> {
  const own: Commit[] = []
  // Servers that do not know `first_parent` list every commit, those that were merged among them.
  let next: string | undefined
  const ask = (after: string | undefined) => lakefs.log(repository, { ref: branch, after }, signal)
  for await (const { results } of pagesOf(ask, MOST_PAGES)) {
    for (const commit of results) {
      if (next !== undefined && commit.id !== next) continue
      if (commit.id === until) return own
      own.push(commit)
      next = commit.parents[0] ?? ''
    }
  }
  return own
}

/** The branch's newest commit. */
export async function headOf(lakefs: LakeFSClient, at: BranchRef, signal?: AbortSignal): Promise<string> {
  return (await lakefs.branch(at, signal)).commit_id
}
