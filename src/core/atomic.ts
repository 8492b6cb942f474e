import { type Change, type Commit, catalog } from './catalog.ts'
import { claimDrop, type DropLocks } from './claims.ts'
import { type CommitText, commitBranch, hookRefusal, saysNothingChanged } from './commit.ts'
import { differences, uncommittedOn } from './differences.ts'
import type { Errands } from './errands.ts'
import { history } from './history.ts'
import { type AtomicDrop, forgetDrop, rememberDrop } from './opendrops.ts'
import { byBytes } from './presence.ts'
import { type Receipt, storeReceipt } from './receipt.ts'
import type { Records } from './records.ts'
import { Refusal } from './refusal.ts'
import { makeSideBranch } from './side-branch.ts'
import type { BranchRef } from './wire.ts'

export interface AtomicOptions {
  repository: string
  target: string
  /** Where it is remembered, so that a reload finds it; without, it is not. */
  records?: Pick<Records, 'drops' | 'putDrop' | 'deleteDrop'> | undefined
  /** Default: the browser's. */
  locks?: DropLocks | undefined
  signal?: AbortSignal | undefined
}

/** Makes the drop's own branch from the target and remembers it; this tab has it until it ends. @throws Refusal 403, 404. */
export async function beginAtomic(errands: Errands, options: AtomicOptions): Promise<AtomicDrop> {
  const { repository, target, records, locks, signal } = options
  const side = await makeSideBranch(errands, { repository, source: target, hidden: true, stem: 'drop', signal })
  const { name: branch, hidden } = side
  const id = `${repository} ${branch} ${errands.clock.now().toString(36)}`
  const drop: AtomicDrop = { id, repository, branch, target, hidden, state: 'gathering' }
  await claimDrop(drop, { locks })
  await rememberDrop(errands, drop, records)
  return drop
}

/** The branches have changed the same paths. Nothing was merged; the drop's branch keeps everything. */
export class MergeConflict extends Error {
  override readonly name = 'MergeConflict'
  constructor(
    /** Full paths, as far as lakeFS tells. */
    readonly paths: readonly string[],
    readonly drop: AtomicDrop,
  ) {
    super(`merge conflict in ${paths.length} paths`)
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
  /** Stops before the merge and opens a pull request. Default false. */
  review?: boolean
  /** Put on the drop's branch before its commit, so that it lands with the files. */
  receipt?: { path: string; receipt: Receipt } | undefined
  records?: AtomicOptions['records']
  signal?: AbortSignal
}

/**
 * Commits the drop's branch, merges it into the target and deletes it. Each step that is done is remembered, so calling
 * it again goes on; until the merge the target is untouched.
 * @throws HookRefusal, MergeConflict, Refusal (404 or 501 for a review where the server has no pull requests).
 */
export async function landAtomic(
  errands: Errands,
  drop: AtomicDrop,
  text: CommitText,
  options: LandOptions = {},
): Promise<Landed> {
  const { lakefs } = errands
  const { repository, branch, target } = drop
  const { records, signal, receipt } = options
  if (receipt) await storeReceipt(errands, { repository, branch }, receipt.path, receipt.receipt)
  const commit = await commitBranch(errands, { repository, branch }, text, signal)
  const committed = { ...drop, state: 'committed' as const }
  await rememberDrop(errands, committed, records)
  const head = commit?.id ?? (await headOf(errands, { repository, branch }, signal))
  const metadata = { ...text.metadata }
  if (options.review) {
    const body = {
      title: text.message.split('\n')[0] ?? text.message,
      description: text.message,
      source_branch: branch,
      destination_branch: target,
    }
    const { id: pull } = await errands.call(async (tries) => {
      // An answer that was lost may have been a yes.
      const open = tries > 0 ? await history.openPull(lakefs, repository, body, signal) : undefined
      return open ?? (await history.createPull(lakefs, repository, body))
    }, signal)
    const reviewed = { ...drop, state: 'in-review' as const }
    await forgetDrop(drop, records)
    return { drop: reviewed, commit, head, pull }
  }
  let merge: { reference: string; merged: boolean }
  try {
    merge = await mergeDrop(errands, drop, head, { message: text.message, metadata }, signal)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    if (thrown.status === 412) throw await hookRefusal(errands, repository, 'merge', thrown, signal)
    if (thrown.status !== 409) throw thrown
    const conflict = { ...drop, state: 'conflict' as const }
    await rememberDrop(errands, conflict, records)
    throw new MergeConflict(await conflictsOf(errands, drop, signal), conflict)
  }
  // The files are on the target: nothing from here on may say that they are not.
  const branchLeft = await deleteBranch(errands, drop).then(
    () => false,
    () => true,
  )
  await forgetDrop(drop, records).catch(() => {})
  return { drop: { ...drop, state: 'landed' }, commit, head, ...merge, ...(branchLeft ? { branchLeft } : {}) }
}

/** @returns the merge's commit, or the target's newest where it has everything: nothing differed, or an answer was lost. */
async function mergeDrop(
  errands: Errands,
  { repository, branch: source, target }: AtomicDrop,
  head: string,
  text: { message: string; metadata: Record<string, string> },
  signal: AbortSignal | undefined,
): Promise<{ reference: string; merged: boolean }> {
  const { lakefs } = errands
  try {
    const body = { source, target, ...text }
    const { reference } = await errands.call(() => history.merge(lakefs, repository, body), signal)
    return { reference, merged: true }
  } catch (thrown) {
    if (!saysNothingChanged(thrown)) throw thrown
    const reference = await headOf(errands, { repository, branch: target }, signal)
    const { parents } = await errands.call(() => history.commitInfo(lakefs, repository, reference, signal), signal)
    // A merge has its source as the second parent: this one is ours, and the answer that told of it was lost.
    return { reference, merged: parents[1] === head }
  }
}

async function headOf(errands: Errands, at: BranchRef, signal: AbortSignal | undefined): Promise<string> {
  return (await errands.call(() => catalog.branch(errands.lakefs, at, signal), signal)).commit_id
}

/** Gives the whole drop up: its branch goes, and with it everything that was sent. The target was never touched. */
export async function discardAtomic(
  errands: Errands,
  drop: AtomicDrop,
  records?: AtomicOptions['records'],
): Promise<void> {
  await deleteBranch(errands, drop)
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

async function deleteBranch({ call, lakefs }: Errands, { repository, branch }: AtomicDrop): Promise<void> {
  try {
    await call(() => history.deleteBranch(lakefs, { repository, branch }))
  } catch (thrown) {
    // Gone already: a lost answer was a yes.
    if (!(thrown instanceof Refusal) || thrown.status !== 404) throw thrown
  }
}

/**
 * What the drop brings to its target: changes of its branch, committed or not. A merge that was refused has left the
 * drop's files committed on its branch.
 */
export async function gatheredChanges(errands: Errands, drop: AtomicDrop, signal?: AbortSignal): Promise<Change[]> {
  const { repository, branch, target } = drop
  const [committed, { changes }] = await Promise.all([
    differences(errands, repository, { left: target, right: branch }, signal),
    uncommittedOn(errands, { repository, branch }, signal),
  ])
  // What is staged is newer.
  return [...new Map([...committed, ...changes].map((change) => [change.path, change])).values()]
}

/** Paths that both sides have changed since they parted, from the two diffs; lakeFS's 409 names none. */
async function conflictsOf(errands: Errands, drop: AtomicDrop, signal?: AbortSignal): Promise<string[]> {
  const { repository, branch, target } = drop
  const [ours, theirs] = await Promise.all([
    differences(errands, repository, { left: target, right: branch }, signal),
    differences(errands, repository, { left: branch, right: target }, signal),
  ])
  const told = ours.filter(({ type }) => type === 'conflict')
  const both = new Set(theirs.map(({ path }) => path))
  const paths = told.length > 0 ? told : ours.filter(({ path }) => both.has(path))
  return paths.map(({ path }) => path).sort(byBytes)
}
