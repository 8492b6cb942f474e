import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { BranchRef } from '../lakefs/wire.ts'
import { toUploadError } from '../request/upload-error.ts'
import { saysNothingChanged } from './commit.ts'
import { differences } from './diff.ts'
import { differingPaths, headOf, type MergeChanges, ownCommits } from './merge-check.ts'
import { revertCommit } from './undo.ts'
import { createUploadBranch } from './upload-branch.ts'

/** Returns the message that lakeFS gives to the revert of a commit. */
export const revertMessage = (commit: string): string => `Revert ${commit}`

/** A merge was reverted, but the target differs from its state before the merge. */
export class RevertIncomplete extends Error {
  override readonly name = 'RevertIncomplete'
  constructor(readonly paths: readonly string[]) {
    super(`the revert left ${paths.length} paths changed`)
  }
}

/**
 * Reverts a merge by a new commit, and compares the target with its state before the merge. On a protected branch the
 * revert is merged. A repetition is safe.
 * @throws ResponseError when lakeFS does not revert (409: later commits conflict; 400: uncommitted changes),
 *   RevertIncomplete.
 */
export async function takeBack(
  lakefs: LakeFSClient,
  at: BranchRef,
  merge: string,
  { before, paths }: MergeChanges,
  signal?: AbortSignal,
): Promise<void> {
  const { repository } = at
  try {
    await revertCommit(lakefs, at, merge)
  } catch (thrown) {
    if (toUploadError(thrown).code === 'protected-branch') await revertByMerge(lakefs, at, merge, signal)
    // The merge was reverted before.
    else if (!saysNothingChanged(thrown)) throw thrown
  }
  const mergedPaths = new Set(paths)
  const left = new Set(
    await differingPaths(
      lakefs,
      repository,
      { left: before, right: await headOf(lakefs, at, signal), paths: mergedPaths },
      signal,
    ),
  )
  const commits = await ownCommits(lakefs, at, merge, signal)
  const revert = commits.find(({ message }) => message === revertMessage(merge))
  const [under] = revert?.parents ?? []
  // lakeFS makes a revert by a merge, which can be wrong over commits of other users too.
  if (revert && under !== undefined && under !== merge) {
    const range = { left: under, right: revert.id, type: 'two_dot' } as const
    for (const { path } of await differences(lakefs, repository, range, signal))
      if (!mergedPaths.has(path)) left.add(path)
  }
  if (left.size > 0) throw new RevertIncomplete([...left])
}

/** Reverts the merge on a branch that is created from the target, and merges that branch. */
async function revertByMerge(lakefs: LakeFSClient, at: BranchRef, merge: string, signal?: AbortSignal): Promise<void> {
  const { repository, branch: target } = at
  await onUploadBranch(lakefs, { repository, source: target, signal }, async (branch) => {
    await revertCommit(lakefs, { repository, branch }, merge)
    const body = { source: branch, target, message: revertMessage(merge) }
    await lakefs.repeat(async (once, tries) => {
      try {
        await once.merge(repository, body)
      } catch (thrown) {
        // After a lost answer the merge may have been made.
        if (tries === 0 || !saysNothingChanged(thrown)) throw thrown
      }
    }, signal)
  })
}

/**
 * Works on a hidden branch, which is deleted afterwards.
 * @param source branch or commit that it is created from.
 */
export async function onUploadBranch<T>(
  lakefs: LakeFSClient,
  { repository, source, signal }: { repository: string; source: string; signal?: AbortSignal | undefined },
  work: (branch: string) => Promise<T>,
): Promise<T> {
  const { name: branch } = await createUploadBranch(lakefs, { repository, source, hidden: true, stem: 'drop', signal })
  try {
    return await work(branch)
  } finally {
    // A branch that remains is hidden and harmless, and the result of the work is more important.
    await lakefs.deleteBranch({ repository, branch }).catch(() => {})
  }
}
