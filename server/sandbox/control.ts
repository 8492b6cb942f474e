import { Readable } from 'node:stream'
import { Hono } from 'hono'
import type { FaultRule } from './faults.ts'
import { ADMIN, keysOf } from './people.ts'
import { changeSettings } from './settings.ts'
import { firstStore, type Lake } from './world.ts'

/**
 * Creates `/_sandbox`, by which a test in another process changes and reads the state. It answers on loopback only and
 * never to a web page, which would send an Origin or another Host.
 */
export function createControl(lake: Lake): Hono {
  const app = new Hono().basePath('/_sandbox')

  app.use(async (c, next) => {
    const host = (c.req.header('Host') ?? '').replace(/:\d+$/, '')
    if (c.req.header('Origin') || !['127.0.0.1', 'localhost', '[::1]'].includes(host)) {
      return c.json({ message: 'only for tests on this machine' }, 403)
    }
    return next()
  })

  app.get('/keys', (c) => {
    return c.json({
      ...keysOf(lake, c.req.query('user') ?? ADMIN),
      storeUrl: firstStore(lake).url,
      store: firstStore(lake).facts.type,
    })
  })

  app.get('/faults', (c) => c.json(lake.faults.list()))
  app.post('/faults', async (c) => {
    const rules = (await c.req.json()) as FaultRule | FaultRule[]
    lake.faults.add(...(Array.isArray(rules) ? rules : [rules]))
    return c.json(lake.faults.list(), 201)
  })
  app.delete('/faults', (c) => {
    lake.faults.clear()
    return c.body(null, 204)
  })

  app.get('/settings', (c) => c.json(lake.settings))
  app.patch('/settings', async (c) => {
    changeSettings(lake.settings, (await c.req.json()) as Record<string, unknown>)
    return c.json(lake.settings)
  })
  /** Expires all sessions. */
  app.post('/sessions/expire', (c) => {
    lake.sessionsFrom = lake.now() + 1
    return c.body(null, 204)
  })

  app.get('/requests', (c) => c.json(lake.requests.list(c.req.query('side'))))
  app.delete('/requests', (c) => {
    lake.requests.clear()
    return c.body(null, 204)
  })
  app.get('/counters', (c) => c.json(lake.requests.counters()))

  app.get('/multiparts', (c) => c.json(openMultiparts(lake)))
  app.get('/objects', async (c) => c.json(await storedObjects(lake)))
  /** Bytes of one object in the store. */
  app.get('/bytes', (c) => {
    const stored = lake.state.objects.get(c.req.query('key') ?? '')
    if (!stored) return c.json({ message: 'no such object' }, 404)
    return c.body(Readable.toWeb(Readable.from(lake.blobs.read(stored))) as ReadableStream, 200)
  })

  app.onError((cause, c) => c.json({ message: cause.message }, 400))
  return app
}

export interface OpenMultipart {
  upload: string
  key: string
  /** True when the answer with its upload id was sent, as far as the log of requests goes back. */
  heard: boolean
  parts: { part: number; size: number; etag: string }[]
}

export function openMultiparts(lake: Lake): OpenMultipart[] {
  const began = lake.requests.list('api').filter(({ upload, status }) => upload !== undefined && status === 201)
  const heard = new Set(began.map(({ upload }) => upload))
  return [...lake.state.uploads.values()].map(({ id, key, parts }) => ({
    upload: id,
    key,
    heard: heard.has(id),
    parts: [...parts].sort(([a], [b]) => a - b).map(([part, { size, etag }]) => ({ part, size, etag })),
  }))
}

export interface StoredObject {
  key: string
  size: number
  etag: string
  contentType: string
  /** MD5 of the bytes on the disk. */
  md5: string
}

export async function storedObjects(lake: Lake): Promise<StoredObject[]> {
  const objects: StoredObject[] = []
  for (const [key, stored] of lake.state.objects) {
    const { size, etag, contentType } = stored
    objects.push({ key, size, etag, contentType, md5: await lake.blobs.md5(stored) })
  }
  return objects
}
