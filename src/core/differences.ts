import { type Change, catalog } from './catalog.ts'
import type { Errands } from './errands.ts'
import { history } from './history.ts'
import type { BranchRef } from './wire.ts'

/** What `right` has changed since it parted from `left`, all pages. GET …/refs/{left}/diff/{right}. */
export async function differences(
  errands: Errands,
  repository: string,
  { left, right }: { left: string; right: string },
  signal?: AbortSignal,
): Promise<Change[]> {
  const changes: Change[] = []
  let after: string | undefined
  for (;;) {
    const range = { left, right, after }
    const page = await errands.call(() => history.diffRefs(errands.lakefs, repository, range, signal), signal)
    changes.push(...page.results)
    if (!page.pagination.has_more) return changes
    after = page.pagination.next_offset
  }
}

/** Changes read at most; a staging area beyond this is told apart by "more". */
const MAX_CHANGES = 100_000

/** Uncommitted changes of a branch, page by page. GET …/diff. `more`: there are more than were read. */
export async function uncommittedOn(
  errands: Errands,
  at: BranchRef,
  signal?: AbortSignal,
): Promise<{ changes: Change[]; more: boolean }> {
  const changes: Change[] = []
  let after = ''
  for (;;) {
    const query = after ? { after } : {}
    const page = await errands.call(() => catalog.uncommitted(errands.lakefs, at, query, signal), signal)
    changes.push(...page.results)
    after = page.pagination.next_offset
    const more = page.pagination.has_more
    if (!more || changes.length >= MAX_CHANGES) return { changes, more }
  }
}
