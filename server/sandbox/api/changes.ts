import { setTimeout as wait } from 'node:timers/promises'
import type { Hono } from 'hono'
import { hashId } from '../ids.ts'
import { listPage } from '../listing.ts'
import { SortedMap } from '../sorted.ts'
import type { Branch, Commit, Entry, Repository } from '../state.ts'
import { treeOf } from '../state.ts'
import { faultOf } from '../wire.ts'
import { type Lake, seconds } from '../world.ts'
import { branchOf, repositoryOf, viewOf, writableBranch } from './find.ts'
import { passHooks } from './hooks.ts'
import { answer, pageOf } from './paging.ts'
import { type ApiEnv, type Call, notFound, Refusal } from './refusal.ts'
import { bodyOf } from './schemas.ts'
import { commitKey } from './staging.ts'

type App = Hono<ApiEnv>

/** True for entries that are equal to lakeFS, which ignores address and time. */
export function same(a: Entry | undefined, b: Entry | undefined): boolean {
  if (a === b) return true
  if (!a || !b) return false
  return (
    a.checksum === b.checksum &&
    a.size_bytes === b.size_bytes &&
    a.content_type === b.content_type &&
    JSON.stringify(Object.entries(a.metadata).sort()) === JSON.stringify(Object.entries(b.metadata).sort())
  )
}

export interface Change {
  type: 'added' | 'removed' | 'changed' | 'conflict'
  size: number
}

export function changeOf(before: Entry | undefined, after: Entry | undefined): Change | undefined {
  if (same(before, after)) return undefined
  if (!after) return { type: 'removed', size: before?.size_bytes ?? 0 }
  return { type: before ? 'changed' : 'added', size: after.size_bytes }
}

/** Returns a page of changes in the format of DiffList. */
export function showChanges(c: Call, changes: SortedMap<Change>) {
  const { results, more } = listPage(changes, undefined, pageOf(c))
  const shown = results.map((one) =>
    'prefix' in one
      ? { path: one.prefix, path_type: 'common_prefix', type: 'prefix_changed' }
      : { path: one.path, path_type: 'object', size_bytes: one.value.size, type: one.value.type },
  )
  return answer<{ path: string }>(shown, more, ({ path }) => path)
}

function uncommitted(repository: Repository, branch: Branch): SortedMap<Change> {
  const tree = treeOf(repository, branch.commit)
  const changes = new SortedMap<Change>()
  for (const [path, entry] of branch.staging.entries()) {
    const change = changeOf(tree.get(path), entry)
    if (change) changes.set(path, change)
  }
  return changes
}

export function isDirty(repository: Repository, branch: Branch): boolean {
  return uncommitted(repository, branch).size > 0
}

export function newCommit(
  lake: Lake,
  repository: Repository,
  branch: Branch,
  given: { message: string; metadata?: Record<string, string>; committer: string },
  otherParent?: string,
): Commit {
  const parents = otherParent ? [branch.commit, otherParent] : [branch.commit]
  const generation = 1 + Math.max(...parents.map((id) => repository.commits.get(id)?.commit.generation ?? 0))
  return {
    committer: given.committer,
    creation_date: seconds(lake),
    generation,
    id: hashId(parents, given, lake.now(), repository.commits.size),
    message: given.message,
    meta_range_id: hashId('range', parents, repository.commits.size),
    metadata: given.metadata ?? {},
    parents,
    version: 1,
  }
}

export function addChanges(app: App, lake: Lake): void {
  const base = '/api/v1/repositories/:repository'

  app.get(`${base}/branches/:branch/diff`, (c) => {
    const repository = repositoryOf(lake, c.req.param('repository'))
    return c.json(showChanges(c, uncommitted(repository, branchOf(repository, c.req.param('branch')))))
  })

  app.post(`${base}/branches/:branch/commits`, async (c) => {
    const given = await bodyOf<{ message: string; metadata?: Record<string, string>; allow_empty?: boolean }>(c)
    const repository = repositoryOf(lake, c.req.param('repository'))
    const branch = writableBranch(lake, repository, c.req.param('branch'), 'commit')
    if (!given.allow_empty && !isDirty(repository, branch)) throw new Refusal(400, 'commit: no changes')
    const commit = newCommit(lake, repository, branch, { ...given, committer: c.get('user') })
    passHooks(c, lake, repository, branch, commit, 'pre-commit')
    if (lake.commits.has(commitKey({ repository: repository.id, branch: branch.id }))) {
      throw new Refusal(500, 'predicate failed')
    }
    const fault = faultOf(c.env.incoming)
    const held = fault?.kind === 'hold' && fault.at === 'middle' ? lake.faults.cleared() : undefined
    const { commitMs } = lake.settings
    const end = held ?? (commitMs > 0 ? wait(commitMs) : undefined)
    if (end) await commitUntil(end, lake, repository, branch, commit)
    else lake.record({ t: 'commit', repository: repository.id, branch: branch.id, commit })
    return c.json(commit, 201)
  })

  app.get(`${base}/commits/:commit`, (c) =>
    c.json(viewOf(repositoryOf(lake, c.req.param('repository')), c.req.param('commit')).commit),
  )

  app.get(`${base}/refs/:ref/commits`, (c) => {
    const repository = repositoryOf(lake, c.req.param('repository'))
    const { after, amount } = pageOf(c)
    const all = history(
      repository,
      viewOf(repository, c.req.param('ref')).commit,
      c.req.query('first_parent') === 'true',
    )
    const at = after ? all.findIndex(({ id }) => id === after) + 1 : 0
    return c.json(answer(all.slice(at, at + amount), all.length > at + amount, ({ id }) => id))
  })

  app.put(`${base}/branches/:branch`, async (c) => {
    const given = await bodyOf<{ type: string; path?: string }>(c)
    const repository = repositoryOf(lake, c.req.param('repository'))
    const branch = writableBranch(lake, repository, c.req.param('branch'))
    const where = { repository: repository.id, branch: branch.id }
    if (given.type === 'reset') lake.record({ t: 'reset', ...where })
    else if (given.path === undefined) throw new Refusal(400, 'reset: path is required')
    else if (given.type === 'object') lake.record({ t: 'reset', ...where, path: given.path })
    else if (given.type === 'common_prefix') lake.record({ t: 'reset', ...where, prefix: given.path })
    else throw notFound('reset type')
    return c.body(null, 204)
  })
}

/**
 * Commits what is staged now, and takes until `end`. Of the entries that conditional writes stage meanwhile, every
 * second one is committed too; the others are lost, as in lakeFS when the commit has already passed their key.
 */
async function commitUntil(
  end: Promise<void>,
  lake: Lake,
  repository: Repository,
  branch: Branch,
  commit: Commit,
): Promise<void> {
  const where = { repository: repository.id, branch: branch.id }
  const key = commitKey(where)
  const raced = new Map<string, string>()
  const changes = [...branch.staging.entries()].map(([path, entry]): [string, Entry | null] => [path, entry ?? null])
  lake.commits.set(key, { raced })
  try {
    await end
  } finally {
    lake.commits.delete(key)
  }
  for (const [index, [path, address]] of [...raced].entries()) {
    const entry = branch.staging.get(path)
    if (entry?.physical_address !== address) continue
    if (index % 2 === 0) lake.record({ t: 'reset', ...where, path })
    else changes.push([path, entry])
  }
  lake.record({ t: 'commit', ...where, commit, changes, staged: true })
}

/** Returns all ancestors of a commit and the commit itself, newest first. */
export function history(repository: Repository, from: Commit, firstParent = false): Commit[] {
  const seen = new Map<string, Commit>()
  const open = [from]
  for (let commit = open.pop(); commit; commit = open.pop()) {
    if (seen.has(commit.id)) continue
    seen.set(commit.id, commit)
    for (const id of firstParent ? commit.parents.slice(0, 1) : commit.parents) {
      const parent = repository.commits.get(id)?.commit
      if (parent) open.push(parent)
    }
  }
  return [...seen.values()].sort((a, b) => b.generation - a.generation || b.creation_date - a.creation_date)
}
