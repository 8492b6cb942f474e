import { pagesOf } from '../lakefs/paging.ts'
import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { BranchRef, Change, DiffRange } from '../lakefs/wire.ts'

/**
 * What `right` has changed since it parted from `left`, or, with `two_dot`, where the two differ; all pages of 1,000 each.
 * GET …/refs/{left}/diff/{right}.
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

/** Changes read at most; a staging area beyond this is told apart by "more". */
const MAX_CHANGES = 100_000

/** Uncommitted changes of a branch, page by page. GET …/diff. `more`: there are more than were read. */
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
