import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { Change, Commit, DiffRange } from '../lakefs/wire.ts'
import { hasStatus, type ResponseError } from '../request/response-error.ts'
import type { Records } from '../resume/database.ts'
import { type CommitText, commitBranch, hookRefusal } from './commit.ts'
import { differences, uncommittedOn } from './diff.ts'
import { type MergeEnd, mergeDrop } from './merge.ts'
import { headOf } from './merge-check.ts'
import { type AtomicDrop, type DropLocks, type DropState, forgetDrop, lockDrop, rememberDrop } from './open-drops.ts'
import { type Receipt, storeReceipt } from './receipt.ts'
import { makeSideBranch } from './upload-branch.ts'

export interface AtomicOptions {
  repository: string
  target: string
  /** Where it is remembered, so that a reload finds it; without, it is not. */
  records?: Pick<Records, 'drops' | 'putDrop' | 'deleteDrop'> | undefined
  /** Default: the browser's. */
  locks?: DropLocks | undefined
  signal?: AbortSignal | undefined
}

/** Makes the drop's own branch from the target and remembers it; this tab has it until it ends. @throws ResponseError 403, 404. */
export async function beginAtomic(lakefs: LakeFSClient, options: AtomicOptions): Promise<AtomicDrop> {
  const { repository, target, records, locks, signal } = options
  const side = await makeSideBranch(lakefs, { repository, source: target, hidden: true, stem: 'drop', signal })
  const { name: branch, hidden } = side
  const id = `${repository} ${branch} ${lakefs.clock.now().toString(36)}`
  const drop: AtomicDrop = { id, repository, branch, target, base: side.commit, hidden, state: 'gathering' }
  await lockDrop(drop, { locks })
  await rememberDrop(lakefs, drop, records)
  return drop
}

/**
 * Others have changed the same paths of the target. It has none of the drop's files; the drop's branch keeps everything,
 * and `landAtomic` can be called again.
 */
export class MergeConflict extends Error {
  override readonly name = 'MergeConflict'
  constructor(
    /** Full paths, as far as lakeFS tells. */
    readonly paths: readonly string[],
    readonly drop: AtomicDrop,
    /**
     * The merge's commit, where lakeFS merged all the same: it had written over these paths, or left the drop's files out
     * there, and was reverted at once. Undefined: nothing was merged.
     */
    readonly takenBack?: string,
  ) {
    super(`merge conflict in ${paths.length} paths`)
  }
}

/**
 * The drop's merge is on the target, has written over what others have changed there, and could not be taken back.
 * `landAtomic` tries to take it back again; the drop's branch keeps everything.
 */
export class MergeNotTakenBack extends Error {
  override readonly name = 'MergeNotTakenBack'
  constructor(
    /** Full paths that are not as they must be. */
    readonly paths: readonly string[],
    readonly drop: AtomicDrop,
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
    readonly drop: AtomicDrop,
    /** The merge's commit. */
    readonly merge?: string,
  ) {
    super(`the merge could not be compared: ${cause.message}`, { cause })
  }
}

export interface Landed {
  drop: AtomicDrop
  /** The commit on the drop's branch; undefined where nothing differed from the target. */
  commit: Commit | undefined
  /** The newest commit of the drop's branch, also where an earlier try has made it. */
  head: string
  /** The merge's commit on the target; where nothing was left to merge, the target's newest, which has the files. */
  reference?: string
  /** `reference` is this drop's own merge: `revertCommit` of it takes the drop back. */
  merged?: boolean
  /** The pull request. */
  pull?: string
  /** The drop has landed, and its branch could not be deleted. */
  branchLeft?: boolean
}

export interface LandOptions {
  /** Stops before the merge and opens a pull request; of no effect for a drop that is merged already. Default false. */
  review?: boolean
  /** Put on the drop's branch before its commit, so that it lands with the files. */
  receipt?: { path: string; receipt: Receipt } | undefined
  records?: AtomicOptions['records']
  signal?: AbortSignal
}

/**
 * Commits the drop's branch, merges it into the target and deletes it. Each step that is done is remembered, so calling
 * it again goes on; until the merge the target is untouched. The merge is compared with what it was to bring, before and
 * after; one that has changed what others have on the target is taken back.
 * @throws HookRefusal, MergeConflict, MergeNotTakenBack, MergeUnchecked, ResponseError (404 or 501 for a review where the server
 *   has no pull requests).
 */
export async function landAtomic(
  lakefs: LakeFSClient,
  drop: AtomicDrop,
  text: CommitText,
  options: LandOptions = {},
): Promise<Landed> {
  const { repository, branch, target } = drop
  const { records, signal, receipt } = options
  if (receipt) await storeReceipt(lakefs, { repository, branch }, receipt.path, receipt.receipt)
  const commit = await commitBranch(lakefs, { repository, branch }, text, signal)
  // A merge that is on the target stays known until it is compared.
  const open = drop.state === 'merged' ? 'merged' : 'committed'
  await rememberDrop(lakefs, { ...drop, state: open }, records)
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
    const reviewed = { ...drop, state: 'in-review' as const }
    await forgetDrop(drop, records)
    return { drop: reviewed, commit, head, pull }
  }
  const remember = async (state: DropState): Promise<AtomicDrop> => {
    const now = { ...drop, state }
    await rememberDrop(lakefs, now, records)
    return now
  }
  let end: MergeEnd
  try {
    const onMerged = async () => void (await remember('merged'))
    end = await mergeDrop(lakefs, drop, { head, text: { message: text.message, metadata }, onMerged, signal })
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
  const branchLeft = await deleteBranch(lakefs, drop).then(
    () => false,
    () => true,
  )
  await forgetDrop(drop, records).catch(() => {})
  const landed = { drop: { ...drop, state: 'landed' as const }, commit, head, reference, merged }
  return branchLeft ? { ...landed, branchLeft } : landed
}

/** Gives the whole drop up: its branch goes, and with it everything that was sent. The target was never touched. */
export async function discardAtomic(
  lakefs: LakeFSClient,
  drop: AtomicDrop,
  records?: AtomicOptions['records'],
): Promise<void> {
  await deleteBranch(lakefs, drop)
  await forgetDrop(drop, records)
}

/** Leaves the branch to the person and remembers it no longer. */
export async function keepAtomic(drop: AtomicDrop, records?: AtomicOptions['records']): Promise<AtomicDrop> {
  await forgetDrop(drop, records)
  return { ...drop, state: 'kept' }
}

/** Address of a pull request in lakeFS's own pages, which stand where its API stands. */
export function pullAddress(endpoint: string, repository: string, pull: string): string {
  const root = endpoint.replace(/\/api\/v1\/?$/, '')
  return `${root}/repositories/${encodeURIComponent(repository)}/pulls/${encodeURIComponent(pull)}`
}

async function deleteBranch(lakefs: LakeFSClient, { repository, branch }: AtomicDrop): Promise<void> {
  try {
    await lakefs.deleteBranch({ repository, branch })
  } catch (thrown) {
    // Gone already: a lost answer was a yes.
    if (!hasStatus(thrown, 404)) throw thrown
  }
}

/**
 * What the drop brings to its target: changes of its branch, committed or not. A merge that was refused has left the
 * drop's files committed on its branch.
 */
export async function gatheredChanges(lakefs: LakeFSClient, drop: AtomicDrop, signal?: AbortSignal): Promise<Change[]> {
  const { repository, branch } = drop
  const [committed, { changes }] = await Promise.all([
    differences(lakefs, repository, committedBy(drop), signal),
    uncommittedOn(lakefs, { repository, branch }, signal),
  ])
  // What is staged is newer.
  return [...new Map([...committed, ...changes].map((change) => [change.path, change])).values()]
}

/** Against where it began: once it was merged, even if that was taken back, its branch has nothing new for the target. */
function committedBy({ branch, target, base }: AtomicDrop): DiffRange {
  return base === undefined ? { left: target, right: branch } : { left: base, right: branch, type: 'two_dot' }
}
