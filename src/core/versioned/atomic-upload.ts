import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { Change, Commit, DiffRange } from '../lakefs/wire.ts'
import { hasStatus, type ResponseError } from '../request/response-error.ts'
import type { Records } from '../resume/database.ts'
import { type CommitText, commitBranch, hookRefusal } from './commit.ts'
import { differences, uncommittedOn } from './diff.ts'
import { type MergeEnd, mergeUpload } from './merge.ts'
import { headOf } from './merge-check.ts'
import {
  type AtomicState,
  type AtomicUpload,
  forgetUpload,
  lockUpload,
  rememberUpload,
  type UploadLocks,
} from './open-uploads.ts'
import { type Receipt, storeReceipt } from './receipt.ts'
import { createUploadBranch } from './upload-branch.ts'

export interface AtomicOptions {
  repository: string
  target: string
  /** Upload that the branch is created for, by which it is recognised after a reload. */
  given?: AtomicUpload['given']
  /** Database of open uploads. Without it the upload is not found again after a reload. */
  records?: Pick<Records, 'atomicUploads' | 'putAtomicUpload' | 'deleteAtomicUpload'> | undefined
  /** Default: those of the browser. */
  locks?: UploadLocks | undefined
  signal?: AbortSignal | undefined
}

/**
 * Creates a branch for the upload from the target and records it. This tab holds its lock until it ends.
 * @throws ResponseError 403, 404.
 */
export async function beginAtomic(lakefs: LakeFSClient, options: AtomicOptions): Promise<AtomicUpload> {
  const { repository, target, given, records, locks, signal } = options
  const side = await createUploadBranch(lakefs, { repository, source: target, hidden: true, stem: 'drop', signal })
  const { name: branch, hidden } = side
  const id = `${repository} ${branch} ${lakefs.clock.now().toString(36)}`
  const made: AtomicUpload = { id, repository, branch, target, base: side.commit, hidden, state: 'gathering' }
  const upload = given ? { ...made, given } : made
  await lockUpload(upload, { locks })
  await rememberUpload(lakefs, upload, records)
  return upload
}

/**
 * Other users have changed the same paths on the target. The target has no files of the upload; its branch has all of
 * them, and `landAtomic` can be called again.
 */
export class MergeConflict extends Error {
  override readonly name = 'MergeConflict'
  constructor(
    /** Full paths, as far as lakeFS names them. */
    readonly paths: readonly string[],
    readonly upload: AtomicUpload,
    /**
     * Commit of a merge that lakeFS made in spite of the conflict, and that was reverted at once because it had
     * overwritten these paths or omitted files of the upload. Undefined when nothing was merged.
     */
    readonly takenBack?: string,
  ) {
    super(`merge conflict in ${paths.length} paths`)
  }
}

/**
 * The merge is on the target, has overwritten changes of other users, and could not be reverted. `landAtomic` tries to
 * revert it again; the branch of the upload has all its files.
 */
export class MergeNotTakenBack extends Error {
  override readonly name = 'MergeNotTakenBack'
  constructor(
    /** Full paths with the wrong content. */
    readonly paths: readonly string[],
    readonly upload: AtomicUpload,
    /** Commit of the merge. Its first parent has the objects from before. */
    readonly merge: string,
    /** Reason why it could not be reverted; usually a ResponseError, such as 409 when later commits conflict. */
    cause: unknown,
  ) {
    super(`merge ${merge} changed ${paths.length} paths wrongly and could not be taken back`, { cause })
  }
}

/**
 * The changes of the merge could not be read. Without `merge` nothing was merged, because the user may not compare the
 * branches. With `merge` it is on the target, and `landAtomic` compares again.
 */
export class MergeUnchecked extends Error {
  override readonly name = 'MergeUnchecked'
  declare readonly cause: ResponseError
  constructor(
    cause: ResponseError,
    readonly upload: AtomicUpload,
    /** Commit of the merge. */
    readonly merge?: string,
  ) {
    super(`the merge could not be compared: ${cause.message}`, { cause })
  }
}

export interface Landed {
  upload: AtomicUpload
  /** Commit on the branch of the upload; undefined when nothing differed from the target. */
  commit: Commit | undefined
  /** Newest commit of the branch of the upload, also when an earlier attempt made it. */
  head: string
  /**
   * Commit of the merge on the target; when nothing was left to merge, the newest commit of the target, which has the
   * files.
   */
  reference?: string
  /** True when `reference` is the merge of this upload, so that `revertCommit` of it undoes the upload. */
  merged?: boolean
  /** Id of the pull request. */
  pull?: string
  /** True when the upload was merged but its branch could not be deleted. */
  branchLeft?: boolean
}

export interface LandOptions {
  /** Opens a pull request instead of merging; ignored for an upload that is merged already. Default false. */
  review?: boolean
  /** Receipt that is stored on the branch before its commit, so that it is merged with the files. */
  receipt?: { path: string; receipt: Receipt } | undefined
  records?: AtomicOptions['records']
  signal?: AbortSignal
}

/**
 * Commits the branch of an atomic upload, merges it into the target and deletes it. Completed steps are recorded, so a
 * second call continues; the target does not change before the merge. The merge is compared with the expected changes
 * before and after, and is reverted when it has overwritten changes of other users.
 * @throws HookRefusal, MergeConflict, MergeNotTakenBack, MergeUnchecked, ResponseError (404 or 501 for a review on a
 *   server without pull requests).
 */
export async function landAtomic(
  lakefs: LakeFSClient,
  upload: AtomicUpload,
  text: CommitText,
  options: LandOptions = {},
): Promise<Landed> {
  const { repository, branch, target } = upload
  const { records, signal, receipt } = options
  if (receipt) await storeReceipt(lakefs, { repository, branch }, receipt.path, receipt.receipt)
  const commit = await commitBranch(lakefs, { repository, branch }, text, signal)
  // A merge on the target stays recorded until it is compared.
  const open = upload.state === 'merged' ? 'merged' : 'committed'
  await rememberUpload(lakefs, { ...upload, state: open }, records)
  const head = commit?.id ?? (await headOf(lakefs, { repository, branch }, signal))
  const metadata = { ...text.metadata }
  if (options.review && open !== 'merged') {
    const body = {
      title: text.message.split('\n')[0] ?? text.message,
      description: text.message,
      source_branch: branch,
      destination_branch: target,
    }
    const { id: pull } = await lakefs.repeat(async (once, tries) => {
      // When an answer was lost, the pull request may exist.
      const open = tries > 0 ? await once.openPull(repository, body, signal) : undefined
      return open ?? (await once.createPull(repository, body))
    }, signal)
    const reviewed = { ...upload, state: 'in-review' as const }
    await forgetUpload(upload, records)
    return { upload: reviewed, commit, head, pull }
  }
  const remember = async (state: AtomicState): Promise<AtomicUpload> => {
    const now = { ...upload, state }
    await rememberUpload(lakefs, now, records)
    return now
  }
  let end: MergeEnd
  try {
    const onMerged = async () => void (await remember('merged'))
    end = await mergeUpload(lakefs, upload, { head, text: { message: text.message, metadata }, onMerged, signal })
  } catch (thrown) {
    if (!hasStatus(thrown, 412)) throw thrown
    throw await hookRefusal(lakefs, repository, 'merge', thrown, signal)
  }
  if (end.type === 'conflict') throw new MergeConflict(end.paths, await remember('conflict'), end.takenBack)
  if (end.type === 'stuck') throw new MergeNotTakenBack(end.paths, await remember('merged'), end.merge, end.cause)
  if (end.type === 'unread') {
    throw new MergeUnchecked(end.cause, await remember(end.merge === undefined ? open : 'merged'), end.merge)
  }
  const { reference, merged } = end
  // The files are on the target: an error from here on must not say otherwise.
  const branchLeft = await deleteBranch(lakefs, upload).then(
    () => false,
    () => true,
  )
  await forgetUpload(upload, records).catch(() => {})
  const landed = { upload: { ...upload, state: 'landed' as const }, commit, head, reference, merged }
  return branchLeft ? { ...landed, branchLeft } : landed
}

/** Discards an atomic upload: deletes its branch with all files. The target was never changed. */
export async function discardAtomic(
  lakefs: LakeFSClient,
  upload: AtomicUpload,
  records?: AtomicOptions['records'],
): Promise<void> {
  await deleteBranch(lakefs, upload)
  await forgetUpload(upload, records)
}

/** Keeps the branch for the user and deletes its record. */
export async function keepAtomic(upload: AtomicUpload, records?: AtomicOptions['records']): Promise<AtomicUpload> {
  await forgetUpload(upload, records)
  return { ...upload, state: 'kept' }
}

/** Returns the URL of a pull request in the web interface of lakeFS, beside its API. */
export function pullAddress(endpoint: string, repository: string, pull: string): string {
  const root = endpoint.replace(/\/api\/v1\/?$/, '')
  return `${root}/repositories/${encodeURIComponent(repository)}/pulls/${encodeURIComponent(pull)}`
}

async function deleteBranch(lakefs: LakeFSClient, { repository, branch }: AtomicUpload): Promise<void> {
  try {
    await lakefs.deleteBranch({ repository, branch })
  } catch (thrown) {
    // The branch was deleted before, and the answer was lost.
    if (!hasStatus(thrown, 404)) throw thrown
  }
}

/**
 * Returns the changes that an atomic upload brings to its target, committed or not. A refused merge leaves them
 * committed on its branch.
 */
export async function gatheredChanges(
  lakefs: LakeFSClient,
  upload: AtomicUpload,
  signal?: AbortSignal,
): Promise<Change[]> {
  const { repository, branch } = upload
  const [committed, { changes }] = await Promise.all([
    differences(lakefs, repository, committedBy(upload), signal),
    uncommittedOn(lakefs, { repository, branch }, signal),
  ])
  // Staged changes are newer.
  return [...new Map([...committed, ...changes].map((change) => [change.path, change])).values()]
}

/**
 * Compares with the base: once the branch was merged, even if the merge was reverted, it has nothing new for the
 * target.
 */
function committedBy({ branch, target, base }: AtomicUpload): DiffRange {
  return base === undefined ? { left: target, right: branch } : { left: base, right: branch, type: 'two_dot' }
}
