import { byBytes } from '../lakefs/object-lookup.ts'
import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { BranchRef, Commit } from '../lakefs/wire.ts'
import { hasStatus, ResponseError } from '../request/response-error.ts'
import { saysNothingChanged } from './commit.ts'
import { differences } from './diff.ts'
import { type Ahead, apartIn, compareMerge, headOf, lookAhead, ownCommits } from './merge-check.ts'
import type { AtomicUpload } from './open-uploads.ts'
import { onUploadBranch, RevertIncomplete, revertMessage, takeBack } from './revert-merge.ts'

/** How a merge ended. */
export type MergeEnd =
  /** `reference` has all files of the upload; `merged`: it is the upload's own merge. */
  | { type: 'landed'; reference: string; merged: boolean }
  /** `takenBack`: the merge that was made all the same, and reverted. */
  | { type: 'conflict'; paths: readonly string[]; takenBack?: string }
  /** The merge is on the target and wrong at these paths; `cause`: why it could not be taken back. */
  | { type: 'stuck'; paths: readonly string[]; merge: string; cause: unknown }
  /** The merge is on the target, or (without `merge`) nothing was merged: what it brings could not be read. */
  | { type: 'unread'; merge?: string; cause: ResponseError }

interface Job {
  upload: AtomicUpload
  /** Branch to merge. */
  source: string
  /** Its newest commit. */
  head: string
  /** The commit that both sides come from. */
  base: string
  text: { message: string; metadata: Record<string, string> }
  /** It is merged a second time, after its first merge was reverted. */
  again?: boolean
  /** Told as soon as the merge is on the target. */
  onMerged: () => Promise<void>
  signal: AbortSignal | undefined
}

/**
 * Merges the upload's branch into its target. What stands against it is read immediately before, and what it has done
 * immediately after: lakeFS can merge over somebody else's object without a conflict, and somebody can commit in between.
 * A merge that was wrong is taken back. Safe to repeat: a merge that is there already is compared, one that was reverted
 * is made anew.
 * @param head the newest commit of the upload's branch.
 * @throws ResponseError as lakeFS answers the merge.
 */
export async function mergeUpload(
  lakefs: LakeFSClient,
  upload: AtomicUpload,
  job: Pick<Job, 'head' | 'text' | 'onMerged' | 'signal'>,
): Promise<MergeEnd> {
  const { repository } = upload
  try {
    const base = upload.base ?? (await readable(parentOf(lakefs, repository, job.head, job.signal)))
    const whole = { ...job, upload, base, source: upload.branch }
    const past = await readable(pastMerge(lakefs, whole))
    return past ? await settle(lakefs, whole, past) : await merge(lakefs, whole)
  } catch (thrown) {
    if (!(thrown instanceof Unreadable)) throw thrown
    return { type: 'unread', cause: thrown.cause }
  }
}

async function merge(lakefs: LakeFSClient, job: Job): Promise<MergeEnd> {
  const { upload, source, head, text, signal } = job
  const { repository, target } = upload
  // Each try looks ahead anew: a merge that lakeFS was too busy for comes later than what was read before it.
  const tried = await lakefs.repeat(
    async (once): Promise<MergeEnd | { reference: string; ahead: Ahead } | undefined> => {
      const left = await readable(headOf(lakefs, { repository, branch: target }, signal))
      const ahead = await readable(lookAhead(lakefs, repository, { left, right: head }, signal))
      if (ahead.conflicts.length > 0) return { type: 'conflict', paths: ahead.conflicts }
      if (ahead.changes.length === 0) return undefined
      try {
        const { reference } = await once.merge(repository, { source, target, ...text })
        return { reference, ahead }
      } catch (thrown) {
        if (saysNothingChanged(thrown)) return undefined
        if (!hasStatus(thrown, 409)) throw thrown
        return { type: 'conflict', paths: await conflictsOf(lakefs, upload, signal) }
      }
    },
    signal,
  )
  if (tried === undefined) return await settle(lakefs, job, await pastMerge(lakefs, job))
  if ('type' in tried) return tried
  const { reference, ahead } = tried
  await job.onMerged()
  return (await judge(lakefs, job, reference, ahead)) ?? { type: 'landed', reference, merged: true }
}

/** A merge of the upload that is in the target's history. */
interface PastMerge {
  commit: Commit
  /** It was reverted since. */
  undone: boolean
}

/** The newest merge of any of the upload's commits into its target. */
async function pastMerge(lakefs: LakeFSClient, { upload, head, base, signal }: Job): Promise<PastMerge | undefined> {
  const { repository, target } = upload
  const [there, mine] = await Promise.all([
    ownCommits(lakefs, { repository, branch: target }, base, signal),
    ownCommits(lakefs, { repository, branch: head }, base, signal),
  ])
  const ids = new Set(mine.map(({ id }) => id))
  // A merge has its source as the second parent.
  const place = there.findIndex(({ parents: [, source] }) => source !== undefined && ids.has(source))
  const commit = there[place]
  if (!commit) return undefined
  return { commit, undone: there.slice(0, place).some(({ message }) => message === revertMessage(commit.id)) }
}

/**
 * Ends an upload that was merged before, or of which nothing was left to merge: nothing differed, or an answer was lost. What
 * counts is that the target has the upload's objects.
 */
async function settle(lakefs: LakeFSClient, job: Job, past: PastMerge | undefined): Promise<MergeEnd> {
  const { upload, head, base, signal } = job
  const { repository } = upload
  const own = past?.undone === false ? past.commit : undefined
  if (own) {
    await job.onMerged()
    const wrong = await judge(lakefs, job, own.id)
    if (wrong) return wrong
  }
  const left = await headOf(lakefs, { repository, branch: upload.target }, signal)
  const changes = await differences(lakefs, repository, { left: base, right: head, type: 'two_dot' }, signal)
  const paths = new Set(changes.map(({ path }) => path))
  const apart = await apartIn(lakefs, repository, { left: head, right: left, paths }, signal)
  const landed = { type: 'landed', reference: own?.id ?? left, merged: own !== undefined } as const
  if (apart.length === 0) return landed
  if (own) {
    // What others have changed since the merge is theirs; what is as it was before the merge was taken back.
    const range = { left: own.parents[0] ?? base, right: left, paths: new Set(apart) }
    if ((await apartIn(lakefs, repository, range, signal)).length === apart.length) return landed
  }
  return job.again ? { type: 'conflict', paths: apart } : await mergeAnew(lakefs, job, apart)
}

/**
 * Merges the upload's objects a second time. A merge that was reverted stays in the history, so lakeFS sees nothing new in
 * the upload's branch: its commits are picked onto a branch from where it began, and that one is merged.
 * @param missing what the target does not have.
 */
async function mergeAnew(lakefs: LakeFSClient, job: Job, missing: readonly string[]): Promise<MergeEnd> {
  const { upload, head, base, signal } = job
  const { repository } = upload
  const commits = await ownCommits(lakefs, { repository, branch: head }, base, signal)
  // The branch was reset to another commit since: nobody knows what the upload was.
  if (commits.at(-1)?.parents[0] !== base) return { type: 'conflict', paths: missing }
  return await onUploadBranch(lakefs, { repository, source: base, signal }, async (branch) => {
    const at = { repository, branch }
    let newest = base
    for (const commit of commits.reverse()) {
      const under = newest
      newest = await lakefs.repeat(async (once, tries) => {
        // Nobody else commits there: an answer that was lost was a yes.
        const now = tries > 0 ? await headOf(lakefs, at, signal) : under
        return now === under ? (await once.cherryPick(at, commit)).id : now
      }, signal)
    }
    return await merge(lakefs, { ...job, source: branch, head: newest, again: true })
  })
}

/** Compares a merge that is on the target, and takes it back where it is wrong. @returns undefined where it is right. */
async function judge(lakefs: LakeFSClient, job: Job, merge: string, ahead?: Ahead): Promise<MergeEnd | undefined> {
  const { upload, head, signal } = job
  const { repository, target } = upload
  try {
    const brought = await compareMerge(lakefs, repository, { merge, head, ahead }, signal)
    const { wrong } = brought
    if (wrong.length === 0) return undefined
    try {
      await takeBack(lakefs, { repository, branch: target }, merge, brought, signal)
    } catch (cause) {
      return { type: 'stuck', paths: cause instanceof RevertIncomplete ? cause.paths : wrong, merge, cause }
    }
    return { type: 'conflict', paths: wrong, takenBack: merge }
  } catch (thrown) {
    if (!(thrown instanceof ResponseError)) throw thrown
    return { type: 'unread', merge, cause: thrown }
  }
}

/** Something that has to be known before a merge, and that this person may not read. */
class Unreadable extends Error {
  declare readonly cause: ResponseError
}

/** The answer, or {@link Unreadable}. lakeFS says that somebody may not by 403, and by 401 with these words. */
async function readable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (cause) {
    if (!(cause instanceof ResponseError)) throw cause
    const { status, detail } = cause
    if (status !== 403 && !(status === 401 && /insufficient permissions/i.test(detail))) throw cause
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

/** Paths that both sides have changed since they parted, from the two diffs; lakeFS's 409 names none. */
async function conflictsOf(
  lakefs: LakeFSClient,
  { repository, branch, target }: BranchRef & { target: string },
  signal?: AbortSignal,
): Promise<string[]> {
  const [ours, theirs] = await Promise.all([
    differences(lakefs, repository, { left: target, right: branch }, signal),
    differences(lakefs, repository, { left: branch, right: target }, signal),
  ])
  const told = ours.filter(({ type }) => type === 'conflict')
  const both = new Set(theirs.map(({ path }) => path))
  const paths = told.length > 0 ? told : ours.filter(({ path }) => both.has(path))
  return paths.map(({ path }) => path).sort(byBytes)
}
