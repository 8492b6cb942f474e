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
  /** The upload that it is made for; kept with it, so that it is the same one after a reload. */
  given?: AtomicUpload['given']
  /** Where it is remembered, so that a reload finds it; without, it is not. */
  records?: Pick<Records, 'drops' | 'putDrop' | 'deleteDrop'> | undefined
  /** Default: the browser's. */
  locks?: UploadLocks | undefined
  signal?: AbortSignal | undefined
}

/** Makes the upload's own branch from the target and remembers it; this tab has it until it ends. @throws ResponseError 403, 404. */
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
 * Others have changed the same paths of the target. It has none of the upload's files; the upload's branch keeps everything,
 * and `landAtomic` can be called again.
 */
export class MergeConflict extends Error {
  override readonly name = 'MergeConflict'
  constructor(
    /** Full paths, as far as lakeFS tells. */
    readonly paths: readonly string[],
    readonly upload: AtomicUpload,
    /**
     * The merge's commit, where lakeFS merged all the same: it had written over these paths, or left the upload's files out
     * there, and was reverted at once. Undefined: nothing was merged.
     */
    readonly takenBack?: string,
  ) {
    super(`merge conflict in ${paths.length} paths`)
  }
}

/**
 * The upload's merge is on the target, has written over what others have changed there, and could not be taken back.
 * `landAtomic` tries to take it back again; the upload's branch keeps everything.
 */
export class MergeNotTakenBack extends Error {
  override readonly name = 'MergeNotTakenBack'
  constructor(
    /** Full paths that are not as they must be. */
    readonly paths: readonly string[],
    readonly upload: AtomicUpload,
    /** The merge's commit: what was there before is in its first parent. */
    readonly merge: string,
    /** Why it could not be taken back: mostly a ResponseError, as on 409 where later commits stand in the way. */
    cause: unknown,
  ) {
    super(`merge ${merge} changed ${paths.length} paths wrongly and could not be taken back`, { cause })
  }
}

/**
 * What the merge would change, or has changed, could not be read. Without `merge` nothing was merged: this person may not
 * compare the branches. With it the merge is on the target; `landAtomic` compares again.
 */
export class MergeUnchecked extends Error {
  override readonly name = 'MergeUnchecked'
  declare readonly cause: ResponseError
  constructor(
    cause: ResponseError,
    readonly upload: AtomicUpload,
    /** The merge's commit. */
    readonly merge?: string,
  ) {
    super(`the merge could not be compared: ${cause.message}`, { cause })
  }
}

export interface Landed {
  upload: AtomicUpload
  /** The commit on the upload's branch; undefined where nothing differed from the target. */
  commit: Commit | undefined
  /** The newest commit of the upload's branch, also where an earlier try has made it. */
  head: string
  /** The merge's commit on the target; where nothing was left to merge, the target's newest, which has the files. */
  reference?: string
  /** `reference` is this upload's own merge: `revertCommit` of it takes the upload back. */
  merged?: boolean
  /** The pull request. */
  pull?: string
  /** The upload has landed, and its branch could not be deleted. */
  branchLeft?: boolean
}

export interface LandOptions {
  /** Stops before the merge and opens a pull request; of no effect for an upload that is merged already. Default false. */
  review?: boolean
  /** Put on the upload's branch before its commit, so that it lands with the files. */
  receipt?: { path: string; receipt: Receipt } | undefined
  records?: AtomicOptions['records']
  signal?: AbortSignal
}

/**
 * Commits the upload's branch, merges it into the target and deletes it. Each step that is done is remembered, so calling
 * it again goes on; until the merge the target is untouched. The merge is compared with what it was to bring, before and
 * after; one that has changed what others have on the target is taken back.
 * @throws HookRefusal, MergeConflict, MergeNotTakenBack, MergeUnchecked, ResponseError (404 or 501 for a review where the server
 *   has no pull requests).
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
  // A merge that is on the target stays known until it is compared.
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
      // An answer that was lost may have been a yes.
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
  // The files are on the target: nothing from here on may say that they are not.
  const branchLeft = await deleteBranch(lakefs, upload).then(
    () => false,
    () => true,
  )
  await forgetUpload(upload, records).catch(() => {})
  const landed = { upload: { ...upload, state: 'landed' as const }, commit, head, reference, merged }
  return branchLeft ? { ...landed, branchLeft } : landed
}

/** Gives the whole upload up: its branch goes, and with it everything that was sent. The target was never touched. */
export async function discardAtomic(
  lakefs: LakeFSClient,
  upload: AtomicUpload,
  records?: AtomicOptions['records'],
): Promise<void> {
  await deleteBranch(lakefs, upload)
  await forgetUpload(upload, records)
}

/** Leaves the branch to the person and remembers it no longer. */
export async function keepAtomic(upload: AtomicUpload, records?: AtomicOptions['records']): Promise<AtomicUpload> {
  await forgetUpload(upload, records)
  return { ...upload, state: 'kept' }
}

/** Address of a pull request in lakeFS's own pages, which stand where its API stands. */
export function pullAddress(endpoint: string, repository: string, pull: string): string {
  const root = endpoint.replace(/\/api\/v1\/?$/, '')
  return `${root}/repositories/${encodeURIComponent(repository)}/pulls/${encodeURIComponent(pull)}`
}

async function deleteBranch(lakefs: LakeFSClient, { repository, branch }: AtomicUpload): Promise<void> {
  try {
    await lakefs.deleteBranch({ repository, branch })
  } catch (thrown) {
    // Gone already: a lost answer was a yes.
    if (!hasStatus(thrown, 404)) throw thrown
  }
}

/**
 * What the upload brings to its target: changes of its branch, committed or not. A merge that was refused has left the
 * upload's files committed on its branch.
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
  // What is staged is newer.
  return [...new Map([...committed, ...changes].map((change) => [change.path, change])).values()]
}

/** Against where it began: once it was merged, even if that was taken back, its branch has nothing new for the target. */
function committedBy({ branch, target, base }: AtomicUpload): DiffRange {
  return base === undefined ? { left: target, right: branch } : { left: base, right: branch, type: 'two_dot' }
}
