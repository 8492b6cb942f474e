import { byBytes } from '../lakefs/object-lookup.ts'
import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { BranchRef, Commit } from '../lakefs/wire.ts'
import { isForbidden } from '../request/refusal-rules.ts'
import { hasStatus, ResponseError } from '../request/response-error.ts'
import { saysNothingChanged } from './commit.ts'
import { differences } from './diff.ts'
import {
  compareMerge,
  differingPaths,
  type ExpectedChanges,
  headOf,
  ownCommits,
  readExpectedChanges,
} from './merge-check.ts'
import type { AtomicUpload } from './open-uploads.ts'
import { onUploadBranch, RevertIncomplete, revertMessage, takeBack } from './revert-merge.ts'

/** Result of a merge. */
export type MergeEnd =
  /** `reference` has all files of the upload; `merged` is true when it is the upload's own merge. */
  | { type: 'landed'; reference: string; merged: boolean }
  /** `takenBack` is the merge that was made in spite of the conflict and reverted. */
  | { type: 'conflict'; paths: readonly string[]; takenBack?: string }
  /**
   * The merge is on the target, these paths have the wrong content, and `cause` is the reason why it could not be
   * reverted.
   */
  | { type: 'stuck'; paths: readonly string[]; merge: string; cause: unknown }
  /** The changes of the merge could not be read. With `merge` it is on the target, without it nothing was merged. */
  | { type: 'unread'; merge?: string; cause: ResponseError }

interface MergeJob {
  upload: AtomicUpload
  /** Branch to merge. */
  source: string
  /** Newest commit of the branch. */
  head: string
  /** Common ancestor of both sides. */
  base: string
  text: { message: string; metadata: Record<string, string> }
  /** True for a second merge, after the first one was reverted. */
  again?: boolean
  /** Called as soon as the merge is on the target. */
  onMerged: () => Promise<void>
  signal: AbortSignal | undefined
}

/**
 * Merges the branch of an upload into its target. Conflicts are read immediately before the merge and its changes
 * immediately after it: lakeFS can overwrite an object of another user without a conflict, and another user can commit
 * in between. A wrong merge is reverted. A repetition is safe: an existing merge is compared, and a reverted one is
 * made again.
 * @param job its `head` is the newest commit of the branch.
 * @throws ResponseError as lakeFS answers the merge.
 */
export async function mergeUpload(
  lakefs: LakeFSClient,
  upload: AtomicUpload,
  job: Pick<MergeJob, 'head' | 'text' | 'onMerged' | 'signal'>,
): Promise<MergeEnd> {
  const { repository } = upload
  try {
    const base = upload.base ?? (await readable(parentOf(lakefs, repository, job.head, job.signal)))
    const whole = { ...job, upload, base, source: upload.branch }
    const past = await readable(findPastMerge(lakefs, whole))
    return past ? await finishMerged(lakefs, whole, past) : await merge(lakefs, whole)
  } catch (thrown) {
    if (!(thrown instanceof Unreadable)) throw thrown
    return { type: 'unread', cause: thrown.cause }
  }
}

async function merge(lakefs: LakeFSClient, job: MergeJob): Promise<MergeEnd> {
  const { upload, source, head, text, signal } = job
  const { repository, target } = upload
  // Each attempt reads the expected changes again, because the target may change while lakeFS is busy.
  const tried = await lakefs.repeat(
    async (once): Promise<MergeEnd | { reference: string; ahead: ExpectedChanges } | undefined> => {
      const left = await readable(headOf(lakefs, { repository, branch: target }, signal))
      const ahead = await readable(readExpectedChanges(lakefs, repository, { left, right: head }, signal))
      if (ahead.conflicts.length > 0) return { type: 'conflict', paths: ahead.conflicts }
      if (ahead.changes.length === 0) return undefined
      try {
        const { reference } = await once.merge(repository, { source, target, ...text })
        return { reference, ahead }
      } catch (thrown) {
        if (saysNothingChanged(thrown)) return undefined
        if (!hasStatus(thrown, 409)) throw thrown
        const paths = await conflictsOf(lakefs, upload, signal)
        if (paths.length > 0) return { type: 'conflict', paths }
        throw await refusalWithoutConflict(lakefs, { repository, branch: target }, thrown, signal)
      }
    },
    signal,
  )
  if (tried === undefined) return await finishMerged(lakefs, job, await findPastMerge(lakefs, job))
  if ('type' in tried) return tried
  const { reference, ahead } = tried
  await job.onMerged()
  return (await verifyMerge(lakefs, job, reference, ahead)) ?? { type: 'landed', reference, merged: true }
}

/** Merge of the upload in the history of the target. */
interface PastMerge {
  commit: Commit
  /** True when it was reverted since. */
  undone: boolean
}

/** Returns the newest merge of any commit of the upload into its target. */
async function findPastMerge(
  lakefs: LakeFSClient,
  { upload, head, base, signal }: MergeJob,
): Promise<PastMerge | undefined> {
  const { repository, target } = upload
  const [there, mine] = await Promise.all([
    ownCommits(lakefs, { repository, branch: target }, base, signal),
    ownCommits(lakefs, { repository, branch: head }, base, signal),
  ])
  const ids = new Set(mine.map(({ id }) => id))
  // The second parent of a merge is its source.
  const place = there.findIndex(({ parents: [, source] }) => source !== undefined && ids.has(source))
  const commit = there[place]
  if (!commit) return undefined
  return { commit, undone: there.slice(0, place).some(({ message }) => message === revertMessage(commit.id)) }
}

/**
 * Ends an upload that was merged before or has nothing to merge, because nothing differed or an answer was lost. It
 * counts as merged when the target has its objects.
 */
async function finishMerged(lakefs: LakeFSClient, job: MergeJob, past: PastMerge | undefined): Promise<MergeEnd> {
  const { upload, head, base, signal } = job
  const { repository } = upload
  const own = past?.undone === false ? past.commit : undefined
  if (own) {
    await job.onMerged()
    const wrong = await verifyMerge(lakefs, job, own.id)
    if (wrong) return wrong
  }
  const left = await headOf(lakefs, { repository, branch: upload.target }, signal)
  const changes = await differences(lakefs, repository, { left: base, right: head, type: 'two_dot' }, signal)
  const paths = new Set(changes.map(({ path }) => path))
  const differing = await differingPaths(lakefs, repository, { left: head, right: left, paths }, signal)
  const landed = { type: 'landed', reference: own?.id ?? left, merged: own !== undefined } as const
  if (differing.length === 0) return landed
  if (own) {
    // Changes that other users made after the merge are theirs. If all paths are as before the merge, it was undone.
    const range = { left: own.parents[0] ?? base, right: left, paths: new Set(differing) }
    if ((await differingPaths(lakefs, repository, range, signal)).length === differing.length) return landed
  }
  return job.again ? { type: 'conflict', paths: differing } : await mergeAgain(lakefs, job, differing)
}

/**
 * Merges the objects of an upload a second time. A reverted merge stays in the history, so lakeFS finds nothing new on
 * the branch: its commits are picked onto a new branch from its base, and that branch is merged.
 * @param missing paths that the target lacks.
 */
async function mergeAgain(lakefs: LakeFSClient, job: MergeJob, missing: readonly string[]): Promise<MergeEnd> {
  const { upload, head, base, signal } = job
  const { repository } = upload
  const commits = await ownCommits(lakefs, { repository, branch: head }, base, signal)
  // The branch was reset to another commit, so the commits of the upload are unknown.
  if (commits.at(-1)?.parents[0] !== base) return { type: 'conflict', paths: missing }
  return await onUploadBranch(lakefs, { repository, source: base, signal }, async (branch) => {
    const at = { repository, branch }
    let newest = base
    for (const commit of commits.reverse()) {
      const under = newest
      newest = await lakefs.repeat(async (once, tries) => {
        // Only this client commits to the branch: a new commit means that the answer was lost.
        const now = tries > 0 ? await headOf(lakefs, at, signal) : under
        return now === under ? (await once.cherryPick(at, commit)).id : now
      }, signal)
    }
    return await merge(lakefs, { ...job, source: branch, head: newest, again: true })
  })
}

/**
 * Compares a merge on the target, and reverts it when it is wrong.
 * @returns undefined for a correct merge.
 */
async function verifyMerge(
  lakefs: LakeFSClient,
  job: MergeJob,
  merge: string,
  ahead?: ExpectedChanges,
): Promise<MergeEnd | undefined> {
  const { upload, head, signal } = job
  const { repository, target } = upload
  try {
    const mergeChanges = await compareMerge(lakefs, repository, { merge, head, ahead }, signal)
    const { wrong } = mergeChanges
    if (wrong.length === 0) return undefined
    try {
      await takeBack(lakefs, { repository, branch: target }, merge, mergeChanges, signal)
    } catch (cause) {
      return { type: 'stuck', paths: cause instanceof RevertIncomplete ? cause.paths : wrong, merge, cause }
    }
    return { type: 'conflict', paths: wrong, takenBack: merge }
  } catch (thrown) {
    if (!(thrown instanceof ResponseError)) throw thrown
    return { type: 'unread', merge, cause: thrown }
  }
}

/** Facts that a merge needs and that the user may not read. */
class Unreadable extends Error {
  declare readonly cause: ResponseError
}

/** Returns the answer or throws {@link Unreadable}. */
async function readable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (cause) {
    if (!isForbidden(cause)) throw cause
    throw new Unreadable(cause.message, { cause })
  }
}

async function parentOf(
  lakefs: LakeFSClient,
  repository: string,
  commit: string,
  signal?: AbortSignal,
): Promise<string> {
  const { parents } = await lakefs.commitInfo(repository, commit, signal)
  return parents[0] ?? commit
}

/**
 * Returns the refusal of a merge that no file is in the way of: older servers answer 409 also where the target has
 * uncommitted changes, on which no merge can be made.
 */
async function refusalWithoutConflict(
  lakefs: LakeFSClient,
  target: BranchRef,
  refusal: ResponseError,
  signal?: AbortSignal,
): Promise<ResponseError> {
  const { results } = await readable(lakefs.uncommitted(target, { amount: 1 }, signal))
  if (results.length === 0) return refusal
  const { side, status, body } = refusal
  return new ResponseError({ side, status, body, message: `dirty branch: ${refusal.detail}`, cause: refusal })
}

/**
 * Returns the paths that both sides have changed since their common ancestor, by two diffs, because the 409 of lakeFS
 * names none.
 */
async function conflictsOf(
  lakefs: LakeFSClient,
  { repository, branch, target }: BranchRef & { target: string },
  signal?: AbortSignal,
): Promise<string[]> {
  const [ours, theirs] = await Promise.all([
    differences(lakefs, repository, { left: target, right: branch }, signal),
    differences(lakefs, repository, { left: branch, right: target }, signal),
  ])
  const named = ours.filter(({ type }) => type === 'conflict')
  const both = new Set(theirs.map(({ path }) => path))
  const paths = named.length > 0 ? named : ours.filter(({ path }) => both.has(path))
  return paths.map(({ path }) => path).sort(byBytes)
}
