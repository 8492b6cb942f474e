import { Readable } from 'node:stream'
import type { Hono } from 'hono'
import { newId } from '../ids.ts'
import { listPage } from '../listing.ts'
import type { Entry } from '../state.ts'
import { type Lake, seconds, storeOf } from '../world.ts'
import { branchOf, entryOf, repositoryOf, viewOf, writableBranch } from './find.ts'
import { contentOf } from './form.ts'
import { answer, pageOf } from './paging.ts'
import { type ApiEnv, type Call, flag, notFound, parameter, Refusal } from './refusal.ts'
import { bodyOf } from './schemas.ts'
import { absentOnly, requirePresign, stage, stats, targetOf } from './staging.ts'

type App = Hono<ApiEnv>

export function addObjects(app: App, lake: Lake): void {
  const refs = '/api/v1/repositories/:repository/refs/:ref/objects'
  const branches = '/api/v1/repositories/:repository/branches/:branch/objects'

  const found = (c: Call): Entry => {
    const view = viewOf(repositoryOf(lake, c.req.param('repository') ?? ''), c.req.param('ref') ?? '')
    const entry = entryOf(view, parameter(c, 'path'))
    if (!entry) throw notFound('')
    return entry
  }

  const storeAt = (c: Call) => storeOf(lake, repositoryOf(lake, c.req.param('repository') ?? ''))

  /** Returns the stats of an object with a presigned URL in place of its address. */
  const presigned = async (c: Call, entry: Entry, status: number) => {
    const store = storeAt(c)
    requirePresign(lake, store, status)
    const { urlSeconds } = lake.settings
    const now = lake.now()
    const filename = entry.path.slice(entry.path.lastIndexOf('/') + 1)
    return {
      ...stats(entry),
      physical_address: await store.presign(entry.physical_address, {
        method: 'GET',
        seconds: urlSeconds,
        now,
        filename,
      }),
      physical_address_expiry: Math.floor(now / 1000) + urlSeconds,
    }
  }

  app.get(`${refs}/stat`, async (c) => {
    const entry = found(c)
    return c.json(flag(c, 'presign') ? await presigned(c, entry, 400) : stats(entry))
  })

  app.get(`${refs}/ls`, async (c) => {
    const { tree, staging } = viewOf(repositoryOf(lake, c.req.param('repository')), c.req.param('ref'))
    const { results, more } = listPage(tree, staging, pageOf(c))
    const presign = flag(c, 'presign')
    const shown = results.map(async (one) => {
      if ('prefix' in one)
        return { checksum: '', mtime: 0, path: one.prefix, path_type: 'common_prefix', physical_address: '' }
      const { metadata, ...rest } = presign ? await presigned(c, one.value, 400) : stats(one.value)
      return { ...rest, ...(Object.keys(metadata).length > 0 ? { metadata } : {}) }
    })
    return c.json(answer(await Promise.all(shown), more, ({ path }) => path))
  })

  app.get(refs, async (c) => {
    const entry = found(c)
    const { size_bytes: size } = entry
    const range = /^bytes=(\d*)-(\d*)$/.exec(c.req.header('Range') ?? '')
    const suffix = range && range[1] === ''
    const start = suffix ? Math.max(0, size - Number(range[2])) : Number(range?.[1] ?? 0)
    const end = !suffix && range?.[2] ? Math.min(size, Number(range[2]) + 1) : size
    c.header('ETag', `"${entry.checksum}"`)
    if (range && start >= size) throw new Refusal(416, 'Requested Range Not Satisfiable')
    const body = await storeAt(c).get(entry.physical_address, start, end)
    if (!body) throw new Refusal(410, 'No data')
    c.header('Content-Type', entry.content_type)
    c.header('Content-Length', String(end - start))
    c.header('Last-Modified', new Date(entry.mtime * 1000).toUTCString())
    c.header('Accept-Ranges', 'bytes')
    c.header('X-Content-Type-Options', 'nosniff')
    if (range) c.header('Content-Range', `bytes ${start}-${end - 1}/${size}`)
    if (c.req.method === 'HEAD') return c.body(null, range ? 206 : 200)
    const stream = Readable.toWeb(body instanceof Readable ? body : Readable.from(body)) as ReadableStream
    return c.body(stream, range ? 206 : 200)
  })

  app.get(`${branches}/stage_allowed`, (c) => {
    targetOf(c)
    return c.body(null, 204)
  })

  app.post(branches, async (c) => {
    const at = targetOf(c)
    const repository = repositoryOf(lake, at.repository)
    if (!repository.branches.has(at.branch)) throw notFound(`branch '${at.branch}'`)
    const absent = absentOnly(c)
    if (absent && entryOf(viewOf(repository, at.branch), at.path)) throw new Refusal(412, 'path already exists')
    const physical_address = `${repository.storage_namespace}/data/sandbox/${newId(lake.now())}`
    const content = await contentOf(c.env.incoming, lake.settings.bytesPerSecond)
    const { checksum, size } = await storeOf(lake, repository).put(physical_address, content)
    const metadata: Record<string, string> = {}
    for (const [name, value] of Object.entries(c.env.incoming.headers)) {
      if (name.startsWith('x-lakefs-meta-')) metadata[name.slice('x-lakefs-meta-'.length)] = String(value)
    }
    const entry: Entry = {
      path: at.path,
      physical_address,
      checksum,
      size_bytes: size,
      mtime: seconds(lake),
      metadata,
      content_type: content.contentType,
    }
    stage(c, lake, at, entry, absent, 'path already exists')
    return c.json(stats(entry), 201)
  })

  app.put(branches, async (c) => {
    const at = targetOf(c)
    const given = await bodyOf<{
      physical_address: string
      checksum: string
      size_bytes: number
      content_type?: string
      metadata?: Record<string, string>
    }>(c)
    const repository = repositoryOf(lake, at.repository)
    if (!given.physical_address.startsWith(`${repository.storage_namespace}/`)) {
      throw new Refusal(400, 'physical address is not under the storage namespace: invalid address')
    }
    const entry: Entry = {
      path: at.path,
      physical_address: given.physical_address,
      checksum: given.checksum,
      size_bytes: given.size_bytes,
      mtime: seconds(lake),
      metadata: given.metadata ?? {},
      content_type: given.content_type || 'application/octet-stream',
    }
    stage(c, lake, at, entry, false, '')
    return c.json(stats(entry), 201)
  })

  app.delete(branches, (c) => {
    const at = targetOf(c)
    remove(lake, at.repository, at.branch, at.path)
    return c.body(null, 204)
  })

  app.post(`${branches}/delete`, async (c) => {
    const { paths } = await bodyOf<{ paths: string[] }>(c)
    branchOf(repositoryOf(lake, c.req.param('repository')), c.req.param('branch'))
    const errors: { path: string; status_code: number; message: string }[] = []
    for (const path of paths) {
      try {
        remove(lake, c.req.param('repository'), c.req.param('branch'), path)
      } catch (cause) {
        if (!(cause instanceof Refusal)) throw cause
        errors.push({ path, status_code: cause.status, message: cause.message })
      }
    }
    return c.json({ errors })
  })
}

function remove(lake: Lake, repositoryId: string, branch: string, path: string): void {
  const repository = repositoryOf(lake, repositoryId)
  writableBranch(lake, repository, branch)
  lake.record({ t: 'remove', repository: repositoryId, branch, path })
}
