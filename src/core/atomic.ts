import { type Change, type Commit, catalog } from './catalog.ts'
import { type CommitText, commitBranch, hookRefusal, saysNothingChanged } from './commit.ts'
import type { Errands } from './errands.ts'
import { history } from './history.ts'
import { byBytes } from './presence.ts'
import type { DropRecord, Records } from './records.ts'
import { Refusal } from './refusal.ts'
import { makeSideBranch } from './side-branch.ts'

/** How far a drop that lands as one has come. `gathering`: files go to its own branch. */
export type DropState = 'gathering' | 'committed' | 'conflict' | 'in-review' | 'kept' | 'landed'

/** A drop of files that lands whole or not at all. */
export interface AtomicDrop {
  readonly id: string
  readonly repository: string
  /** Its own branch. */
  readonly branch: string
  /** Where it is going to be merged. */
  readonly target: string
  readonly state: DropState
  readonly hidden: boolean
}

export interface AtomicOptions {
  repository: string
  target: string
  /** Where it is remembered, so that a reload finds it; without, it is not. */
  records?: Pick<Records, 'drops' | 'putDrop' | 'deleteDrop'> | undefined
  signal?: AbortSignal | undefined
}

/** Makes the drop's own branch from the target and remembers it. @throws Refusal 403, 404. */
export async function beginAtomic(errands: Errands, options: AtomicOptions): Promise<AtomicDrop> {
  const { repository, target, records, signal } = options
  const side = await makeSideBranch(errands, { repository, source: target, hidden: true, stem: 'drop', signal })
  const { name: branch, hidden } = side
  const id = `${repository} ${branch} ${errands.clock.now().toString(36)}`
  const drop: AtomicDrop = { id, repository, branch, target, hidden, state: 'gathering' }
  await remember(errands, drop, records)
  return drop
}

/** Drops of earlier visits that have not landed; branches that are gone meanwhile are forgotten. */
export async function openDrops(
  errands: Errands,
  repository: string,
  records: Pick<Records, 'drops' | 'deleteDrop'>,
): Promise<AtomicDrop[]> {
  const drops = (await records.drops()).filter(
    (one) => one.repository === repository && one.endpoint === errands.lakefs.endpoint,
  )
  const found: AtomicDrop[] = []
  for (const { id, branch, target, state } of drops) {
    try {
      await errands.call(() => catalog.branch(errands.lakefs, { repository, branch }))
      found.push({ id, repository, branch, target, hidden: true, state: state as DropState })
    } catch (thrown) {
      if (!(thrown instanceof Refusal) || thrown.status !== 404) throw thrown
      await records.deleteDrop(id)
    }
  }
  return found
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
  /** The merge's commit on the target; where nothing was left to merge, the target's newest, which has the files. */
  reference?: string
  /** The pull request. */
  pull?: string
  /** The drop has landed, and its branch could not be deleted. */
  branchLeft?: boolean
}

/**
 * Commits the drop's branch, merges it into the target and deletes it. Each step that is done is remembered, so calling
 * it again goes on; until the merge the target is untouched.
 * @param options.review stops before the merge and opens a pull request.
 * @throws HookRefusal, MergeConflict, Refusal (404 or 501 for a review where the server has no pull requests).
 */
export async function landAtomic(
  errands: Errands,
  drop: AtomicDrop,
  text: CommitText,
  options: { review?: boolean; records?: AtomicOptions['records']; signal?: AbortSignal } = {},
): Promise<Landed> {
  const { lakefs } = errands
  const { repository, branch, target } = drop
  const { records, signal } = options
  const commit = await commitBranch(errands, { repository, branch }, text, signal)
  const committed = { ...drop, state: 'committed' as const }
  await remember(errands, committed, records)
  const metadata = { ...text.metadata }
  if (options.review) {
    const body = {
      title: text.message.split('\n')[0] ?? text.message,
      description: text.message,
      source_branch: branch,
      destination_branch: target,
    }
    const { id: pull } = await errands.call(() => history.createPull(lakefs, repository, body), signal)
    const reviewed = { ...drop, state: 'in-review' as const }
    await records?.deleteDrop(drop.id)
    return { drop: reviewed, commit, pull }
  }
  let reference: string
  try {
    reference = await mergeDrop(errands, drop, { message: text.message, metadata }, signal)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    if (thrown.status === 412) throw await hookRefusal(errands, repository, thrown, signal)
    if (thrown.status !== 409) throw thrown
    const conflict = { ...drop, state: 'conflict' as const }
    await remember(errands, conflict, records)
    throw new MergeConflict(await conflictsOf(errands, drop, signal), conflict)
  }
  // The files are on the target: nothing from here on may say that they are not.
  const branchLeft = await deleteBranch(errands, drop).then(
    () => false,
    () => true,
  )
  await records?.deleteDrop(drop.id).catch(() => {})
  return { drop: { ...drop, state: 'landed' }, commit, reference, ...(branchLeft ? { branchLeft } : {}) }
}

/** @returns the merge's commit, or the target's newest where it has everything: nothing differed, or an answer was lost. */
async function mergeDrop(
  errands: Errands,
  { repository, branch: source, target }: AtomicDrop,
  text: { message: string; metadata: Record<string, string> },
  signal: AbortSignal | undefined,
): Promise<string> {
  const { lakefs } = errands
  try {
    const body = { source, target, ...text }
    return (await errands.call(() => history.merge(lakefs, repository, body), signal)).reference
  } catch (thrown) {
    if (!saysNothingChanged(thrown)) throw thrown
    const at = { repository, branch: target }
    return (await errands.call(() => catalog.branch(lakefs, at, signal), signal)).commit_id
  }
}

/** Gives the whole drop up: its branch goes, and with it everything that was sent. The target was never touched. */
export async function discardAtomic(
  errands: Errands,
  drop: AtomicDrop,
  records?: AtomicOptions['records'],
): Promise<void> {
  await deleteBranch(errands, drop)
  await records?.deleteDrop(drop.id)
}

/** Leaves the branch to the person and remembers it no longer. */
export async function keepAtomic(drop: AtomicDrop, records?: AtomicOptions['records']): Promise<AtomicDrop> {
  await records?.deleteDrop(drop.id)
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

/** Paths that both sides have changed since they parted, from the two diffs; lakeFS's 409 names none. */
async function conflictsOf(errands: Errands, drop: AtomicDrop, signal?: AbortSignal): Promise<string[]> {
  const { repository, branch, target } = drop
  const [ours, theirs] = await Promise.all([
    changesOf(errands, repository, target, branch, signal),
    changesOf(errands, repository, branch, target, signal),
  ])
  const told = ours.filter(({ type }) => type === 'conflict')
  const both = new Set(theirs.map(({ path }) => path))
  const paths = told.length > 0 ? told : ours.filter(({ path }) => both.has(path))
  return paths.map(({ path }) => path).sort(byBytes)
}

async function changesOf(
  errands: Errands,
  repository: string,
  left: string,
  right: string,
  signal: AbortSignal | undefined,
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

/** Best effort: where nothing can be remembered, the drop goes on and only a reload forgets it. */
async function remember(
  { clock, lakefs }: Errands,
  drop: AtomicDrop,
  records: AtomicOptions['records'],
): Promise<void> {
  const { id, repository, branch, target, state } = drop
  const record: DropRecord = { id, endpoint: lakefs.endpoint, repository, branch, target, state, touched: clock.now() }
  await records?.putDrop(record).catch(() => {})
}
