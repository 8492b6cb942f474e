import type { SortedMap } from '../sorted.ts'
import { type Branch, type Commit, type Entry, type Repository, treeOf } from '../state.ts'
import type { Lake } from '../world.ts'
import { notFound, Refusal } from './refusal.ts'

export function repositoryOf(lake: Lake, id: string): Repository {
  if (!/^[a-z0-9][a-z0-9-]{2,62}$/.test(id)) {
    throw new Refusal(500, 'argument repository: repository id: invalid value: validation error')
  }
  const found = lake.state.repositories.get(id)
  if (!found) throw notFound('repository')
  return found
}

export function branchOf(repository: Repository, id: string): Branch {
  const found = repository.branches.get(id)
  if (!found) throw notFound('branch')
  return found
}

/** Objects of a ref: those of a commit, and for a branch also the staged ones. */
export interface View {
  commit: Commit
  tree: SortedMap<Entry>
  staging?: SortedMap<Entry | undefined>
}

/**
 * Resolves a branch, a tag, a commit id or its unique prefix, followed by any of `@` (committed only), `~N` and `^N`.
 */
export function viewOf(repository: Repository, ref: string): View {
  const [, base = '', steps = ''] = /^([^@~^]+)((?:@|~\d*|\^\d*)*)$/.exec(ref) ?? []
  const branch = repository.branches.get(base)
  let id = branch?.commit ?? repository.tags.get(base) ?? commitId(repository, base)
  for (const [, step = '', count] of steps.matchAll(/([~^])(\d*)/g)) {
    const parents = repository.commits.get(id)?.commit.parents ?? []
    if (step === '^') id = parents[Number(count || 1) - 1] ?? ''
    else
      for (let left = Number(count || 1); left > 0; left -= 1) id = repository.commits.get(id)?.commit.parents[0] ?? ''
  }
  const commit = repository.commits.get(id)?.commit
  if (!commit) throw notFound('ref')
  const tree = treeOf(repository, id)
  return branch && steps === '' ? { commit, tree, staging: branch.staging } : { commit, tree }
}

function commitId(repository: Repository, text: string): string {
  if (repository.commits.has(text)) return text
  if (!/^[0-9a-f]{4,}$/.test(text)) return ''
  const found = [...repository.commits.keys()].filter((id) => id.startsWith(text))
  return found.length === 1 ? (found[0] ?? '') : ''
}

export function entryOf(view: View, path: string): Entry | undefined {
  return view.staging?.has(path) ? view.staging.get(path) : view.tree.get(path)
}

/** Returns a branch that can be written to, or throws what lakeFS answers, in its order. */
export function writableBranch(
  lake: Lake,
  repository: Repository,
  id: string,
  verb: 'write' | 'commit' = 'write',
): Branch {
  if (repository.read_only) throw new Refusal(403, 'read-only repository')
  if (isProtected(lake, repository, id)) throw new Refusal(403, `cannot ${verb} to protected branch`)
  return branchOf(repository, id)
}

/** Rules are cached for a while, as in lakeFS, so that a change takes effect late. */
function isProtected(lake: Lake, repository: Repository, branch: string): boolean {
  const now = lake.now()
  let seen = lake.rulesSeen.get(repository.id)
  if (!seen || now - seen.at >= lake.settings.protectionSeconds * 1000) {
    seen = { at: now, rules: repository.rules }
    lake.rulesSeen.set(repository.id, seen)
  }
  return seen.rules.some(({ pattern }) => glob(pattern).test(branch))
}

function glob(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`)
}

export function checkPath(path: string): void {
  const bytes = Buffer.byteLength(path)
  if (bytes > 1024) {
    throw new Refusal(400, `argument path: invalid value: validation error: ${bytes} is above maximum length (1024)`)
  }
}
