import type { Hono } from 'hono'
import { SortedMap } from '../sorted.ts'
import type { Branch, Commit, Entry, Repository } from '../state.ts'
import { treeOf } from '../state.ts'
import type { Lake } from '../world.ts'
import { type Change, changeOf, history, isDirty, newCommit, same, showChanges } from './changes.ts'
import { branchOf, repositoryOf, viewOf, writableBranch } from './find.ts'
import { passHooks } from './hooks.ts'
import { type ApiEnv, type Call, Refusal } from './refusal.ts'
import { bodyOf } from './schemas.ts'

type App = Hono<ApiEnv>
type Tree = SortedMap<Entry>

interface Outcome {
  changes: [string, Entry | null][]
  conflicts: string[]
}

/**
 * Returns the changes to `target` that apply those from `base` to `source`, and the conflicting paths.
 * @param wrong imitates a bug of lakeFS; see `mergeEqualNeighbours` of the settings.
 */
function combine(base: Tree, source: Tree, target: Tree, strategy?: string, wrong = false): Outcome {
  const outcome: Outcome = { changes: [], conflicts: [] }
  for (const path of changedPaths(base, source)) {
    const [before, wanted, there] = [base.get(path), source.get(path), target.get(path)]
    if (same(wanted, there)) continue
    const taken = wrong && !before && there && wanted && same(nextOf(base, path), there)
    if (same(before, there) || taken || strategy === 'source-wins') outcome.changes.push([path, wanted ?? null])
    else if (strategy !== 'dest-wins') outcome.conflicts.push(path)
  }
  return outcome
}

/** Returns the object at the first path after another. */
function nextOf(tree: Tree, path: string): Entry | undefined {
  const key = tree.keyAt(tree.lowerBound(path))
  return key === undefined ? undefined : tree.get(key)
}

function changedPaths(before: Tree, after: Tree): string[] {
  if (before === after) return []
  const paths: string[] = []
  for (const [path, entry] of after.entries()) if (!same(before.get(path), entry)) paths.push(path)
  for (const [path] of before.entries()) if (!after.has(path)) paths.push(path)
  return paths
}

/** Returns the nearest common ancestor. */
function mergeBase(repository: Repository, a: Commit, b: Commit): Commit | undefined {
  const behind = new Set(history(repository, a).map(({ id }) => id))
  return history(repository, b).find(({ id }) => behind.has(id))
}

export function merge(
  c: Call,
  lake: Lake,
  repository: Repository,
  source: string,
  branch: Branch,
  given: { message?: string; metadata?: Record<string, string>; strategy?: string; allow_empty?: boolean },
): string {
  if (isDirty(repository, branch)) throw new Refusal(400, `${branch.id}: can't apply meta-range on dirty branch`)
  const from = viewOf(repository, source).commit
  const target = repository.commits.get(branch.commit)?.commit
  const base = target && mergeBase(repository, from, target)
  if (!base) throw new Refusal(400, 'no common base')
  const { changes, conflicts } = combine(
    treeOf(repository, base.id),
    treeOf(repository, from.id),
    treeOf(repository, branch.commit),
    given.strategy,
    lake.settings.mergeEqualNeighbours,
  )
  if (conflicts.length > 0) throw new Refusal(409, 'conflict found', { reference: '' })
  if (base.id === from.id && !given.allow_empty) throw new Refusal(400, 'update branch: no changes')
  const message = given.message || `Merge '${source}' into '${branch.id}'`
  const commit = newCommit(lake, repository, branch, { ...given, message, committer: c.get('user') }, from.id)
  passHooks(c, lake, repository, branch, commit, 'pre-merge')
  lake.record({ t: 'commit', repository: repository.id, branch: branch.id, commit, changes })
  return commit.id
}

export function addMerge(app: App, lake: Lake): void {
  const base = '/api/v1/repositories/:repository'

  app.post(`${base}/refs/:source/merge/:destination`, async (c) => {
    const empty = !(await c.req.text())
    const given = empty
      ? {}
      : await bodyOf<{ message?: string; metadata?: Record<string, string>; strategy?: string; allow_empty?: boolean }>(
          c,
        )
    const repository = repositoryOf(lake, c.req.param('repository'))
    const branch = writableForMerge(repository, c.req.param('destination'))
    return c.json({ reference: merge(c, lake, repository, c.req.param('source'), branch, given) })
  })

  app.get(`${base}/refs/:left/diff/:right`, (c) => {
    const repository = repositoryOf(lake, c.req.param('repository'))
    const left = viewOf(repository, c.req.param('left'))
    const right = viewOf(repository, c.req.param('right'))
    const changes = new SortedMap<Change>()
    const twoDot = c.req.query('type') === 'two_dot'
    const common = twoDot ? left.commit : mergeBase(repository, left.commit, right.commit)
    const before = treeOf(repository, common?.id ?? '')
    for (const path of changedPaths(before, right.tree)) {
      const there = left.tree.get(path)
      const wanted = right.tree.get(path)
      const change = changeOf(there, wanted)
      if (!change) continue
      const clash = !twoDot && !same(before.get(path), there)
      changes.set(path, clash ? { ...change, type: 'conflict' } : change)
    }
    return c.json(showChanges(c, changes))
  })

  app.post(`${base}/branches/:branch/revert`, async (c) => {
    const given = await bodyOf<{ ref: string; parent_number: number; allow_empty?: boolean }>(c)
    const repository = repositoryOf(lake, c.req.param('repository'))
    const branch = writableBranch(lake, repository, c.req.param('branch'), 'commit')
    const { commit } = viewOf(repository, given.ref)
    if (isDirty(repository, branch)) throw new Refusal(400, `${branch.id}: can't apply meta-range on dirty branch`)
    const parent = parentOf(commit, given.parent_number)
    const { changes, conflicts } = combine(
      treeOf(repository, commit.id),
      treeOf(repository, parent),
      treeOf(repository, branch.commit),
    )
    if (conflicts.length > 0) throw new Refusal(409, 'update branch: conflict found')
    if (changes.length === 0 && !given.allow_empty) throw new Refusal(400, 'update branch: no changes')
    const undo = newCommit(lake, repository, branch, { message: `Revert ${commit.id}`, committer: c.get('user') })
    lake.record({ t: 'commit', repository: repository.id, branch: branch.id, commit: undo, changes })
    return c.body(null, 204)
  })

  app.post(`${base}/branches/:branch/cherry-pick`, async (c) => {
    const given = await bodyOf<{ ref: string; parent_number?: number }>(c)
    const repository = repositoryOf(lake, c.req.param('repository'))
    const branch = writableBranch(lake, repository, c.req.param('branch'), 'commit')
    const { commit } = viewOf(repository, given.ref)
    if (isDirty(repository, branch)) throw new Refusal(400, `${branch.id}: can't apply meta-range on dirty branch`)
    const parent = parentOf(commit, given.parent_number ?? (commit.parents.length > 1 ? 0 : 1))
    const { changes, conflicts } = combine(
      treeOf(repository, parent),
      treeOf(repository, commit.id),
      treeOf(repository, branch.commit),
    )
    if (conflicts.length > 0) throw new Refusal(409, 'update branch: conflict found')
    const metadata = {
      ...commit.metadata,
      'cherry-pick-origin': commit.id,
      'cherry-pick-committer': commit.committer,
    }
    const picked = newCommit(lake, repository, branch, { message: commit.message, metadata, committer: c.get('user') })
    lake.record({ t: 'commit', repository: repository.id, branch: branch.id, commit: picked, changes })
    return c.json(picked, 201)
  })
}

/** Finds the target of a merge. Only a merge can change a protected branch. */
export function writableForMerge(repository: Repository, id: string): Branch {
  if (repository.read_only) throw new Refusal(403, 'read-only repository')
  return branchOf(repository, id)
}

function parentOf(commit: Commit, number: number): string {
  if (commit.parents.length > 1 && number < 1) {
    throw new Refusal(409, 'must specify 1-based parent number for reverting merge commit')
  }
  const parent = commit.parents[Math.max(0, number - 1)]
  if (!parent || (commit.parents.length === 1 && number > 1))
    throw new Refusal(400, 'given commit does not have the given parent number')
  return parent
}
