import { byBytes } from '../lakefs/object-lookup.ts'
import { createLakeFSClient } from '../lakefs/retrying-client.ts'
import { TestClock } from './clock.ts'
import { say } from './lake.ts'

type Tree = ReadonlyMap<string, string>

interface TestCommit {
  id: string
  parents: readonly string[]
  message: string
  tree: Tree
}

interface Difference {
  path: string
  path_type: string
  size_bytes: number
  type: string
}

/** Request about branches before its answer. `count` is the number of requests with this method and path, from 1. */
export interface Asked {
  method: string
  path: string
  query: URLSearchParams
  count: number
}

const json = (status: number, body?: unknown) =>
  new Response(body === undefined ? null : JSON.stringify(body), { status })

/**
 * lakeFS in memory with commits, branches, diffs and merges; contents take the place of objects. It merges like lakeFS
 * 1.84: a new object of the target is overwritten when the next key of the base has the same content.
 */
export class TestBranches {
  readonly clock = new TestClock()
  readonly asked: Asked[] = []
  readonly commits = new Map<string, TestCommit>()
  readonly heads = new Map<string, string>()
  /** Cached, because diffs are read in many pages and commits never change. */
  readonly #diffs = new Map<string, Difference[]>()
  /** Branches that only a merge may change. */
  readonly guarded = new Set<string>()
  /** Replaces the usual answer; with `lost` the request is processed and the answer is a 504. */
  twist: (asked: Asked) => Response | 'lost' | undefined = () => undefined
  readonly lakefs = createLakeFSClient({
    endpoint: 'http://lakefs.test/api/v1',
    fetch: async (input, init) => await this.#fetch(new Request(input, init)),
    clock: this.clock,
  })

  constructor(objects: Readonly<Record<string, string>> = {}) {
    this.#add([], 'first', new Map(Object.entries(objects)), 'main')
  }

  /** Commits changes to a branch, as another user would; undefined removes the path. */
  change(branch: string, changes: Readonly<Record<string, string | undefined>>, message = 'change'): string {
    const tree = new Map(this.tree(branch))
    for (const [path, content] of Object.entries(changes)) {
      if (content === undefined) tree.delete(path)
      else tree.set(path, content)
    }
    return this.#add([this.#idOf(branch)], message, tree, branch)
  }

  /** Merges into a branch in spite of conflicts. */
  merge(source: TestCommit, branch: string, message: string): void {
    const into = this.#commitOf(branch)
    const brought = this.#diff(this.#base(source.id, into.id), source, true).map(({ path }) => path)
    const tree = new Map(into.tree)
    for (const path of brought) {
      const content = source.tree.get(path)
      if (content === undefined) tree.delete(path)
      else tree.set(path, content)
    }
    this.#add([into.id, source.id], message, tree, branch)
  }

  tree(ref: string): Tree {
    return this.#commitOf(ref).tree
  }

  head(branch: string): TestCommit {
    return this.#commitOf(branch)
  }

  /** Returns the number of requests whose `METHOD path` ends with this. */
  count(route: string): number {
    const [method = '', ending = ''] = route.split(' ')
    return this.asked.filter((one) => one.method === method && one.path.endsWith(ending)).length
  }

  #idOf(ref: string): string {
    return this.heads.get(ref) ?? ref
  }

  #commitOf(ref: string): TestCommit {
    const found = this.commits.get(this.#idOf(ref))
    if (!found) throw new Error(`no ref ${ref}`)
    return found
  }

  #add(parents: readonly string[], message: string, tree: Tree, branch: string): string {
    const id = `c${this.commits.size + 1}`
    this.commits.set(id, { id, parents, message, tree })
    this.heads.set(branch, id)
    return id
  }

  #behind(id: string, seen = new Set<string>()): Set<string> {
    if (seen.has(id)) return seen
    seen.add(id)
    for (const parent of this.#commitOf(id).parents) this.#behind(parent, seen)
    return seen
  }

  #base(a: string, b: string): TestCommit {
    const behind = this.#behind(a)
    const both = [...this.#behind(b)].filter((id) => behind.has(id))
    // Ids grow with time, so the greatest one is the nearest ancestor.
    const nearest = both.sort((x, y) => Number(y.slice(1)) - Number(x.slice(1)))[0]
    return this.#commitOf(nearest ?? a)
  }

  /** Makes the three-way merge of lakeFS; undefined on a conflict. */
  #combine(base: Tree, source: Tree, target: Tree): Tree | undefined {
    const result = new Map(target)
    const keys = [...base.keys()].sort(byBytes)
    for (const path of new Set([...base.keys(), ...source.keys()])) {
      const [before, wanted, there] = [base.get(path), source.get(path), target.get(path)]
      if (wanted === before || wanted === there) continue
      const next = keys.find((key) => byBytes(key, path) > 0)
      const wrong = before === undefined && there !== undefined && next !== undefined && base.get(next) === there
      if (there !== before && !wrong) return undefined
      if (wanted === undefined) result.delete(path)
      else result.set(path, wanted)
    }
    return result
  }

  #diff(left: TestCommit, right: TestCommit, twoDot: boolean): Difference[] {
    const key = `${left.id} ${right.id} ${twoDot}`
    const found = this.#diffs.get(key) ?? this.#compare(left, right, twoDot)
    this.#diffs.set(key, found)
    return found
  }

  #compare(left: TestCommit, right: TestCommit, twoDot: boolean): Difference[] {
    const base = twoDot ? left.tree : this.#base(left.id, right.id).tree
    const paths = [...new Set([...left.tree.keys(), ...right.tree.keys()])].sort(byBytes)
    return paths.flatMap((path) => {
      const [before, there, wanted] = [base.get(path), left.tree.get(path), right.tree.get(path)]
      if (wanted === there || (!twoDot && wanted === before)) return []
      const type = wanted === undefined ? 'removed' : there === undefined ? 'added' : 'changed'
      return [{ path, path_type: 'object', size_bytes: 1, type: there === before ? type : 'conflict' }]
    })
  }

  async #fetch(request: Request): Promise<Response> {
    const url = new URL(request.url)
    const path = url.pathname.replace('/api/v1/repositories/lake', '')
    const count = 1 + this.asked.filter((one) => one.method === request.method && one.path === path).length
    const asked = { method: request.method, path, query: url.searchParams, count }
    this.asked.push(asked)
    const body = (await request.json().catch(() => ({}))) as Record<string, string>
    const twisted = this.twist(asked)
    if (twisted instanceof Response) return twisted
    const answer = this.#answer(asked, body)
    return twisted === 'lost' ? say(504, 'timeout') : answer
  }

  #answer({ method, path, query }: Asked, body: Record<string, string>): Response {
    const [, place, ref = '', what, other = ''] = path.split('/').map(decodeURIComponent)
    if (!this.heads.has(ref) && !this.commits.has(ref) && ref !== '') return say(404, `${place} not found`)
    switch (`${method} ${place} ${what ?? ''}`.trim()) {
      case 'POST branches':
        if (this.heads.has(body.name ?? '')) return say(409, 'branch already exists: not unique')
        this.heads.set(body.name ?? '', this.#idOf(body.source ?? ''))
        return json(201, this.#idOf(body.source ?? ''))
      case 'GET branches':
        return json(200, { id: ref, commit_id: this.#idOf(ref) })
      case 'DELETE branches':
        this.heads.delete(ref)
        return json(204)
      case 'POST branches commits':
        return say(400, 'commit: no changes')
      case 'GET commits':
        return json(200, this.#show(this.#commitOf(ref)))
      case 'GET refs commits':
        return page(this.#log(ref), query, ({ id }) => id)
      case 'GET refs diff': {
        const changes = this.#diff(this.#commitOf(ref), this.#commitOf(other), query.get('type') === 'two_dot')
        const prefix = query.get('prefix') ?? ''
        return page(
          changes.filter((change) => change.path.startsWith(prefix)),
          query,
          (change) => change.path,
        )
      }
      case 'POST refs merge': {
        const [from, to] = [this.#commitOf(ref), this.#commitOf(other)]
        const base = this.#base(from.id, to.id)
        if (base.id === from.id) return say(400, 'update branch: no changes')
        // If the target is the base, lakeFS takes the source as it is.
        const tree = base.id === to.id ? from.tree : this.#combine(base.tree, from.tree, to.tree)
        if (!tree) return json(409, { reference: '' })
        return json(200, { reference: this.#add([to.id, from.id], body.message ?? '', tree, other) })
      }
      case 'POST branches revert': {
        const undone = this.#commitOf(body.ref ?? '')
        return this.#apply(ref, undone, this.#commitOf(undone.parents[0] ?? ''), `Revert ${body.ref}`)
      }
      case 'POST branches cherry-pick': {
        const picked = this.#commitOf(body.ref ?? '')
        return this.#apply(ref, this.#commitOf(picked.parents[0] ?? ''), picked, picked.message)
      }
      default:
        return say(404, 'invalid API endpoint')
    }
  }

  /** Commits the changes between two other commits to a branch. */
  #apply(branch: string, from: TestCommit, to: TestCommit, message: string): Response {
    if (this.guarded.has(branch)) return say(403, 'cannot commit to protected branch')
    const now = this.#commitOf(branch)
    const tree = this.#combine(from.tree, to.tree, now.tree)
    if (!tree) return say(409, 'update branch: conflict found')
    if ([...tree].toString() === [...now.tree].toString()) return say(400, 'update branch: no changes')
    return json(201, this.#show(this.#commitOf(this.#add([now.id], message, tree, branch))))
  }

  #log(ref: string) {
    const chain: TestCommit[] = []
    for (let one: TestCommit | undefined = this.#commitOf(ref); one; one = this.commits.get(one.parents[0] ?? '')) {
      chain.push(one)
    }
    return chain.map((one) => this.#show(one))
  }

  #show({ id, parents, message }: TestCommit) {
    return { id, parents, message, committer: 'somebody', creation_date: 1, metadata: {} }
  }
}

function page<T>(all: readonly T[], query: URLSearchParams, offsetOf: (last: T) => string): Response {
  const after = query.get('after')
  const from = after ? all.findIndex((one) => offsetOf(one) === after) + 1 : 0
  const results = all.slice(from, from + Number(query.get('amount')))
  const more = from + results.length < all.length
  const last = results.at(-1)
  const next_offset = more && last !== undefined ? offsetOf(last) : ''
  return json(200, { pagination: { has_more: more, next_offset, results: results.length }, results })
}
