import type { Engine } from '../../src/core/engine/engine.ts'
import type { LakeFS } from '../../src/core/lakefs/client.ts'
import { isSameAddress, type Listing, type ObjectStats } from '../../src/core/lakefs/wire.ts'
import { ResponseError } from '../../src/core/request/response-error.ts'
import type { Ports } from '../../src/core/transfer/transfer-manager.ts'

/** A part of the engine taken out, to see that the trial notices. */
export type Mutation = 'status' | 'checksum' | 'link' | 'landing' | 'merge' | 'adding' | 'abort'

/** Ports that take a part of the engine out. Taking `checksum` out is an option, `adding` see {@link rowsOnly}. */
export function mutated(ports: Ports, mutation: Mutation | undefined): Ports {
  const { lakefs } = ports
  if (mutation === 'status') return { ...ports, store: blind(ports) }
  if (mutation === 'link') return { ...ports, lakefs: over(lakefs, { stat: async () => undefined }) }
  if (mutation === 'landing') return { ...ports, lakefs: content(lakefs) }
  if (mutation === 'merge') return { ...ports, lakefs: unsuspecting(lakefs) }
  if (mutation === 'abort') return { ...ports, lakefs: abortingOnce(lakefs) }
  return ports
}

/** Makes an engine whose Cancel all and Pause all act on the rows that there are and not on what is still being added. */
export function rowsOnly(engine: Engine): void {
  for (const name of ['cancel', 'pause'] as const) {
    const act = engine[name].bind(engine)
    engine[name] = (id) => {
      for (const one of id === undefined ? engine.getSnapshot().ids : [id]) act(one)
    }
  }
}

const over = (lakefs: LakeFS, changes: Partial<LakeFS>): LakeFS => Object.assign(Object.create(lakefs), changes)

/** A door to the store that takes every answer for a good one. */
const blind = ({ store, md5 }: Ports): Ports['store'] => ({
  async send(request) {
    try {
      return await store.send(request)
    } catch (thrown) {
      if (!(thrown instanceof ResponseError) || thrown.status < 400 || !(request.body instanceof Blob)) throw thrown
      const etag = await md5(request.body, request.signal)
      return { status: thrown.status, header: (name) => (name === 'etag' ? `"${etag}"` : undefined), text: '' }
    }
  },
})

/**
 * A lakeFS with which a link that is refused counts as done unless somebody else's object is there, and where every later
 * look finds what was linked: nothing links it again.
 */
function content(lakefs: LakeFS): LakeFS {
  const linked = new Map<string, ObjectStats>()
  return over(lakefs, {
    async link(at, path, body, ifAbsent, signal) {
      const object = await lakefs.link(at, path, body, ifAbsent, signal).catch(async (thrown: unknown) => {
        if (!(thrown instanceof ResponseError) || thrown.status !== 412) throw thrown
        const { checksum, size_bytes, staging } = body
        const { physical_address } = staging
        const there = await lakefs.stat(at, path, signal)
        if (there && !isSameAddress(there.physical_address, physical_address)) throw thrown
        return there ?? { path, physical_address, checksum, size_bytes, mtime: Math.floor(Date.now() / 1000) }
      })
      linked.set(path, object)
      return object
    },
    stat: async (at, path, signal) => (await lakefs.stat(at, path, signal)) ?? linked.get(path),
    async list(at, query, signal) {
      const page = await lakefs.list(at, query, signal)
      return query.delimiter ? page : withThese(page, query, linked)
    },
  })
}

/** A page of a listing with objects that it lacks. */
function withThese(
  page: Listing,
  { prefix = '', after = '' }: { prefix?: string; after?: string },
  objects: ReadonlyMap<string, ObjectStats>,
): Listing {
  const last = page.pagination.has_more ? page.pagination.next_offset : undefined
  const within = (path: string) => path.startsWith(prefix) && path > after && (last === undefined || path <= last)
  const all = new Map([...objects].filter(([path]) => within(path)))
  for (const one of page.results) all.set(one.path, one)
  return { ...page, results: [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1)) }
}

/** A lakeFS whose differences tell of no conflict: what others have changed there looks like the drop's alone. */
const unsuspecting = (lakefs: LakeFS): LakeFS =>
  over(lakefs, {
    async call<T>(call: Parameters<LakeFS['call']>[0]): Promise<T> {
      const answer = await lakefs.call<T>(call)
      if (!/\/diff\//.test(call.path)) return answer
      const { results } = answer as { results: { type: string }[] }
      return { ...answer, results: results.map((one) => (one.type === 'conflict' ? { ...one, type: 'changed' } : one)) }
    },
  })

/** A lakeFS that is asked once to give an upload up, and taken to have done it. */
function abortingOnce(lakefs: LakeFS): LakeFS {
  const asked = new Set<string>()
  return over(lakefs, {
    async abortMultipart(at, path, upload, signal) {
      if (asked.has(upload.upload_id)) return true
      const gone = await lakefs.abortMultipart(at, path, upload, signal)
      asked.add(upload.upload_id)
      return gone
    },
  })
}
