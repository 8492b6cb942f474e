import { pagesOf } from '../lakefs/paging.ts'
import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { BranchRef, Change, DiffRange } from '../lakefs/wire.ts'

/**
 * Reads all differences of two refs, in pages of 1,000: changes of `right` since the common ancestor, or with `two_dot`
 * all paths in which the two differ. Calls GET …/refs/{left}/diff/{right}.
 */
export async function differences(
  lakefs: LakeFSClient,
  repository: string,
  range: DiffRange,
  signal?: AbortSignal,
): Promise<Change[]> {
  const changes: Change[] = []
  const ask = (after: string | undefined) => lakefs.diffRefs(repository, { ...range, after }, signal)
  for await (const { results } of pagesOf(ask)) changes.push(...results)
  return changes
}

/** Maximum number of changes that are read from a staging area; `more` tells that there are others. */
const MAX_CHANGES = 100_000

/**
 * Reads the uncommitted changes of a branch. Calls GET …/diff.
 * @returns `more`: there are more changes than were read.
 */
export async function uncommittedOn(
  lakefs: LakeFSClient,
  at: BranchRef,
  signal?: AbortSignal,
): Promise<{ changes: Change[]; more: boolean }> {
  const changes: Change[] = []
  const ask = (after = '') => lakefs.uncommitted(at, after ? { after } : {}, signal)
  for await (const { results, pagination } of pagesOf(ask)) {
    changes.push(...results)
    if (changes.length >= MAX_CHANGES) return { changes, more: pagination.has_more }
  }
  return { changes, more: false }
}
