import type { Hono } from 'hono'
import type { Entry, Repository } from '../state.ts'
import { type BlockStore, StoreRefusal } from '../store/store.ts'
import { note } from '../wire.ts'
import { type Lake, seconds, storeOf } from '../world.ts'
import { repositoryOf } from './find.ts'
import { type ApiEnv, notFound, Refusal } from './refusal.ts'
import { bodyOf } from './schemas.ts'
import { checkAddress, collide, newAddress, stage, stats, targetOf } from './staging.ts'

type App = Hono<ApiEnv>

const MAX_PARTS = 10_000

export function addMultipart(app: App, lake: Lake): void {
  const base = '/api/v1/repositories/:repository/branches/:branch/staging/pmpu'
  const signs = ({ facts }: BlockStore) => lake.settings.presign && lake.settings.multipart && facts.multipart
  const requireMultipart = (repository: Repository): BlockStore => {
    const store = storeOf(lake, repository)
    if (!signs(store)) throw new Refusal(501, 'presign multipart upload API is not supported')
    return store
  }
  const when = () => ({ seconds: lake.settings.urlSeconds, now: lake.now() })

  app.post(base, async (c) => {
    const at = targetOf(c)
    const repository = repositoryOf(lake, at.repository)
    const store = requireMultipart(repository)
    const parts = Number(c.req.query('parts') ?? 0)
    if (parts < 0 || parts > MAX_PARTS) throw new Refusal(400, `parts can be between 0 and ${MAX_PARTS}`)
    const physical_address = newAddress(lake, repository, at)
    const upload_id = await store.createMultipart(physical_address)
    note(c.env.incoming, { upload: upload_id })
    const numbers = Array.from({ length: parts }, (_, index) => index + 1)
    const presigned_urls = await Promise.all(
      numbers.map((number) => store.presignPart(physical_address, upload_id, number, when())),
    )
    return c.json({ physical_address, ...(parts > 0 ? { presigned_urls } : {}), upload_id }, 201)
  })

  app.put(`${base}/:upload/parts/:part`, async (c) => {
    const at = targetOf(c)
    if (!lake.settings.signPart) throw new Refusal(404, 'invalid API endpoint')
    const given = await bodyOf<{ physical_address: string }>(c)
    const repository = repositoryOf(lake, at.repository)
    const store = storeOf(lake, repository)
    if (!store.facts.presigns) throw new Refusal(400, 'physical address must be relative to the storage namespace')
    if (!signs(store)) throw new Refusal(400, 'operation not supported')
    requireRelative(repository, given.physical_address)
    const part = Number(c.req.param('part'))
    if (!(part >= 1 && part <= MAX_PARTS)) throw new Refusal(400, 'parameter "partNumber" in path has an error')
    const presigned_url = await store.presignPart(given.physical_address, c.req.param('upload'), part, when())
    return c.json({ presigned_url })
  })

  app.put(`${base}/:upload`, async (c) => {
    const at = targetOf(c)
    const given = await bodyOf<{
      physical_address: string
      parts: { part_number: number; etag: string }[]
      user_metadata?: Record<string, string>
      content_type?: string
    }>(c)
    const repository = repositoryOf(lake, at.repository)
    const store = requireMultipart(repository)
    if (given.parts.length === 0) throw new Refusal(400, 'parts are required')
    requireRelative(repository, given.physical_address)
    checkAddress(lake, at, given.physical_address)
    await collide(c, lake, at)
    // lakeFS has two steps: the store completes the object even when lakeFS then refuses the entry.
    const { etag, size } = await relayStoreError(() =>
      store.completeMultipart(given.physical_address, c.req.param('upload'), given.parts),
    )
    const entry: Entry = {
      path: at.path,
      physical_address: given.physical_address,
      checksum: etag,
      size_bytes: size,
      mtime: seconds(lake),
      metadata: given.user_metadata ?? {},
      content_type: given.content_type || 'application/octet-stream',
    }
    stage(c, lake, at, entry, false, '')
    lake.linked.add(given.physical_address)
    const relative = given.physical_address.slice(repository.storage_namespace.length + 1)
    return c.json({ ...stats(entry), physical_address: relative })
  })

  app.delete(`${base}/:upload`, async (c) => {
    const at = targetOf(c)
    const given = await bodyOf<{ physical_address: string }>(c)
    const store = requireMultipart(repositoryOf(lake, at.repository))
    await relayStoreError(() => store.abortMultipart(given.physical_address, c.req.param('upload')))
    return c.body(null, 204)
  })

  app.all(`${base}/*`, () => {
    throw notFound('')
  })
}

function requireRelative({ storage_namespace }: Repository, address: string): void {
  if (!address.startsWith(`${storage_namespace}/`)) {
    throw new Refusal(400, 'physical address must be relative to the storage namespace')
  }
}

/** Converts a refusal of the store to a 500 with its words. */
async function relayStoreError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof StoreRefusal) throw new Refusal(500, cause.message)
    throw cause
  }
}
