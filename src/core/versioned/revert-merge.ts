import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { BranchRef } from '../lakefs/wire.ts'
import { toUploadError } from '../request/response-error.ts'
import { saysNothingChanged } from './commit.ts'
import { differences } from './diff.ts'
import { apartIn, type Brought, headOf, ownCommits } from './merge-check.ts'
import { revertCommit } from './undo.ts'
import { createUploadBranch } from './upload-branch.ts'

/** The message that lakeFS gives to the revert of a commit. */
export const revertMessage = (commit: string): string => `Revert ${commit}`

/** A merge was reverted, and the target is not as it was before it. */
export class RevertIncomplete extends Error {
  override readonly name = 'RevertIncomplete'
  constructor(readonly paths: readonly string[]) {
    super(`the revert left ${paths.length} paths changed`)
  }
}

/**
 * Takes a merge back by a new commit, and compares the target with what it was before. A branch that changes by merge only
 * gets the revert by a merge. Safe to repeat.
 * @throws ResponseError where lakeFS does not revert (409: later commits stand in the way; 400: uncommitted changes),
 *   RevertIncomplete.
 */
export async function takeBack(
  lakefs: LakeFSClient,
  at: BranchRef,
  merge: string,
  { before, paths }: Brought,
  signal?: AbortSignal,
): Promise<void> {
  const { repository } = at
  try {
    await revertCommit(lakefs, at, merge)
  } catch (thrown) {
    if (toUploadError(thrown).code === 'protected-branch') await revertByMerge(lakefs, at, merge, signal)
    // Somebody has taken it back before.
    else if (!saysNothingChanged(thrown)) throw thrown
  }
  const brought = new Set(paths)
  const left = new Set(
    await apartIn(
      lakefs,
      repository,
      { left: before, right: await headOf(lakefs, at, signal), paths: brought },
      signal,
    ),
  )
  const commits = await ownCommits(lakefs, at, merge, signal)
  const revert = commits.find(({ message }) => message === revertMessage(merge))
  const [under] = revert?.parents ?? []
  // A revert is a merge too, and over other people's commits it can be as wrong.
  if (revert && under !== undefined && under !== merge) {
    const range = { left: under, right: revert.id, type: 'two_dot' } as const
    for (const { path } of await differences(lakefs, repository, range, signal)) if (!brought.has(path)) left.add(path)
  }
  if (left.size > 0) throw new RevertIncomplete([...left])
}

/** Reverts on a branch made from the target and merges that one. */
async function revertByMerge(lakefs: LakeFSClient, at: BranchRef, merge: string, signal?: AbortSignal): Promise<void> {
  const { repository, branch: target } = at
  await onUploadBranch(lakefs, { repository, source: target, signal }, async (branch) => {
    await revertCommit(lakefs, { repository, branch }, merge)
    const body = { source: branch, target, message: revertMessage(merge) }
    await lakefs.repeat(async (once, tries) => {
      try {
        await once.merge(repository, body)
      } catch (thrown) {
        // An answer that was lost was a yes.
        if (tries === 0 || !saysNothingChanged(thrown)) throw thrown
      }
    }, signal)
  })
}

/** Does work on a hidden branch that is gone afterwards. @param source branch or commit that it is made from. */
export async function onUploadBranch<T>(
  lakefs: LakeFSClient,
  { repository, source, signal }: { repository: string; source: string; signal?: AbortSignal | undefined },
  work: (branch: string) => Promise<T>,
): Promise<T> {
  const { name: branch } = await createUploadBranch(lakefs, { repository, source, hidden: true, stem: 'drop', signal })
  try {
    return await work(branch)
  } finally {
    // One that stays is hidden and in nobody's way; what became of the work matters more.
    await lakefs.deleteBranch({ repository, branch }).catch(() => {})
  }
}
