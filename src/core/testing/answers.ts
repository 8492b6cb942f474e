import { createLakeFSClient, type LakeFSClient } from '../lakefs/retrying-client.ts'
import { TestClock } from './clock.ts'
import { md5, type Seen, TestLake } from './lake.ts'

/** Answer of a test to one request; `count` is the number of requests to this route, from 1. */
export type Answer = (seen: Seen, count: number) => Response | undefined

/** Creates a LakeFSClient in front of a fake lakeFS, with answers for `METHOD path-ending`. */
export function lakefsWith(answers: Readonly<Record<string, Answer>> = {}) {
  const lake = new TestLake()
  const clock = new TestClock()
  const counts = answerWith(lake, answers)
  const lakefs: LakeFSClient = createLakeFSClient({
    endpoint: 'http://lakefs.test/api/v1',
    fetch: lake.fetch,
    clock,
    md5: async (body) => md5(new Uint8Array(await body.arrayBuffer())),
  })
  return { lakefs, lake, clock, counts }
}

/**
 * Replaces answers of the fake lakeFS.
 * @returns the number of requests of each route.
 */
export function answerWith(lake: TestLake, answers: Readonly<Record<string, Answer>>): Map<string, number> {
  const counts = new Map<string, number>()
  lake.twist = (seen) => {
    for (const [route, answer] of Object.entries(answers)) {
      if (!matches(seen, route)) continue
      const count = (counts.get(route) ?? 0) + 1
      counts.set(route, count)
      return answer(seen, count)
    }
    return undefined
  }
  return counts
}

/** True for a request to this route of the fake, by its name or `METHOD ending`. */
function matches({ route }: Seen, wanted: string): boolean {
  if (route === wanted) return true
  const [method = '', ending = ''] = wanted.split(' ')
  return route.startsWith(`${method} `) && ending !== '' && route.endsWith(ending)
}

export const json = (status: number, body?: unknown) =>
  new Response(body === undefined ? null : JSON.stringify(body), { status })

export const page = (results: readonly unknown[], next = '') =>
  json(200, { pagination: { has_more: next !== '', next_offset: next, results: results.length }, results })

/** Answer to an object that was sent through lakeFS. */
export const storedAt = (path: string) =>
  json(201, { path, path_type: 'object', physical_address: `s3://b/${path}`, checksum: 'c', size_bytes: 1, mtime: 1 })

/**
 * Returns the answers for a successful merge: commit c2 on the branch of an upload from c1, the newest of the target,
 * becomes m1.
 * @param paths paths that the upload changes.
 */
export function mergesWell(...paths: string[]): Record<string, Answer> {
  const changes = paths.map((path) => ({ path, path_type: 'object', type: 'added', size_bytes: 1500 }))
  const commit = (id: string, ...parents: string[]) => ({ id, parents, message: 'Add' })
  return {
    'GET /refs/main/commits': () => page([]),
    'GET /refs/c1/commits': () => page([]),
    'GET /refs/c2/commits': () => page([]),
    'GET /refs/c1/diff/c1': () => page([]),
    'GET /refs/c1/diff/c2': () => page(changes),
    'GET /refs/c1/diff/m1': () => page(changes),
    'GET /refs/c2/diff/m1': () => page([]),
    'GET /commits/c2': () => json(200, commit('c2', 'c1')),
    'GET /commits/m1': () => json(200, commit('m1', 'c1', 'c2')),
    'POST /merge/main': () => json(200, { reference: 'm1' }),
  }
}
