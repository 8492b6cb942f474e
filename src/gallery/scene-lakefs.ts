import type { LakeFSClient, ObjectStats } from '../core/index.ts'
import type { Change } from '../core/lakefs/index.ts'
import { createLakeFSClient } from '../core/versioned/index.ts'

/** Facts about the lakeFS of a scene. */
export interface LakeFacts {
  /** Objects of every branch, by full path. */
  objects?: readonly ObjectStats[]
  /** Uncommitted changes of every branch. */
  changes?: readonly Change[]
  /** True when `main` is protected. */
  protected?: boolean
  /** Hook that refuses every commit. */
  hook?: { action: string; hook: string; output: string }
  /** Paths that the target has changed: every merge is refused. */
  conflicts?: readonly string[]
  /** True when a listing never answers. */
  silent?: boolean
  /** MD5 of every dropped file. */
  md5?: string
}

const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
const page = (results: readonly unknown[], next = '') =>
  json(200, { pagination: { has_more: next !== '', next_offset: next, results: results.length }, results })

const COMMIT = {
  id: '5f1c9ab20c7e4d36',
  message: '',
  committer: 'ada',
  creation_date: 1_781_514_720,
  parents: ['c1'],
  metadata: {},
}

/** Creates a LakeFSClient that answers with the facts of a scene. */
export function lakefsOn(facts: LakeFacts): LakeFSClient {
  const objects = [...(facts.objects ?? [])].sort((a, b) => (a.path < b.path ? -1 : 1))
  let changes = facts.changes ?? []
  const answers: [method: string, route: RegExp, answer: (url: URL, match: RegExpExecArray) => Response][] = [
    ['GET', /\/config$/, () => json(200, { storage_config: { blockstore_type: 's3', pre_sign_support: true } })],
    ['GET', /\/branch_protection$/, () => json(200, facts.protected ? [{ pattern: 'main' }] : [])],
    ['GET', /\/branches\/[^/]+\/diff$/, () => page(changes)],
    ['GET', /\/branches\/([^/]+)$/, (_, [, id]) => json(200, { id, commit_id: 'c1' })],
    ['POST', /\/branches$/, () => json(201, 'c1')],
    ['POST', /\/commits$/, commit],
    ['GET', /\/commits\/([^/]+)$/, (_, [, id]) => json(200, { ...COMMIT, id })],
    ['POST', /\/merge\//, () => (facts.conflicts ? say(409, 'conflict found') : json(200, { reference: 'c3' }))],
    // No branch has changed since that of the upload was created.
    ['GET', /\/refs\/[^/]+\/commits$/, () => page([{ ...COMMIT, id: 'c1', parents: [] }])],
    ['GET', /\/refs\/.+\/diff\//, () => page((facts.conflicts ?? []).map((path) => change(path, 'conflict')))],
    ['GET', /\/runs\/[^/]+\/hooks$/, () => page([{ ...hookOf(facts), status: 'failed' }])],
    ['GET', /\/output$/, () => new Response(facts.hook?.output)],
    ['GET', /\/objects\/stat$/, stat],
    ['GET', /\/objects\/ls$/, list],
    ['GET', /\/objects$/, () => new Response('x', { status: 206 })],
    ['GET', /\/repositories\/([^/]+)$/, (_, [, id]) => json(200, { id, default_branch: 'main' })],
  ]
  return createLakeFSClient({
    endpoint: 'https://lake.example.com/api/v1',
    md5: async () => facts.md5 ?? '',
    fetch: async (input, init) => {
      const { method, url: address } = new Request(input, init)
      const url = new URL(address)
      if (facts.silent && /\/ls$/.test(url.pathname)) return await new Promise<Response>(() => {})
      for (const [wanted, route, answer] of answers) {
        const match = wanted === method ? route.exec(url.pathname) : null
        if (match) return answer(url, match)
      }
      return say(404, 'invalid API endpoint')
    },
  })

  function commit(): Response {
    const { action, hook_id } = hookOf(facts)
    if (facts.hook) {
      return say(
        412,
        `pre-commit hook aborted, run id 'r1': hook run id 'h1' failed on action '${action}' hook '${hook_id}'`,
      )
    }
    changes = []
    return json(201, COMMIT)
  }

  function stat(url: URL): Response {
    const found = objects.find(({ path }) => path === url.searchParams.get('path'))
    return found ? json(200, found) : say(404, 'not found')
  }

  function list(url: URL): Response {
    const prefix = url.searchParams.get('prefix') ?? ''
    const after = url.searchParams.get('after') ?? ''
    const found = objects.filter(({ path }) => path.startsWith(prefix) && path > after)
    const results = found.slice(0, 1000)
    return page(results, found.length > 1000 ? results.at(-1)?.path : '')
  }
}

const say = (status: number, message: string) => json(status, { message })
const hookOf = ({ hook }: LakeFacts) => ({ hook_run_id: 'h1', action: hook?.action, hook_id: hook?.hook })

export const change = (path: string, type: Change['type']): Change => ({
  path,
  path_type: 'object',
  type,
  size_bytes: 3_400_000,
})
