import { Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { CutOff } from '../store/blobs.ts'
import type { Lake } from '../world.ts'
import { addChanges } from './changes.ts'
import { addHooks } from './hooks.ts'
import { addMerge } from './merge.ts'
import { addMultipart } from './multipart.ts'
import { addObjects } from './objects.ts'
import { addPulls } from './pulls.ts'
import { type ApiEnv, Refusal } from './refusal.ts'
import { addRepositories } from './repositories.ts'
import { demandRight } from './rights.ts'
import { checkShape } from './schemas.ts'
import { addSession, createGate } from './session.ts'
import { addStaging } from './staging.ts'

/** Creates the part of the lakeFS API that an uploader uses. */
export function createApi(lake: Lake): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const who = createGate(lake)
  app.use('/api/v1/*', async (c, next) => {
    await checkShape(c)
    await next()
  })
  addSession(app, lake, who)

  app.use('/api/v1/*', async (c, next) => {
    // lakeFS has no CORS: it answers a preflight like an unknown path.
    if (c.req.method === 'OPTIONS') throw new Refusal(404, 'invalid API endpoint')
    const user = await who(c)
    if (user === undefined) throw new Refusal(401, 'error authenticating request')
    c.set('user', user)
    demandRight(lake, user, c)
    await next()
  })
  addRepositories(app, lake)
  addStaging(app, lake)
  addMultipart(app, lake)
  addObjects(app, lake)
  addChanges(app, lake)
  addMerge(app, lake)
  addHooks(app, lake)
  addPulls(app, lake)

  app.notFound((c) => c.json({ message: 'invalid API endpoint' }, 404))
  app.onError((cause, c) => {
    if (cause instanceof Refusal) return c.json(cause.body as object, cause.status as ContentfulStatusCode)
    const gone = cause instanceof CutOff || c.env.incoming.destroyed
    if (!gone) console.error('sandbox API:', cause)
    return c.json({ message: cause.message }, 500)
  })
  return app
}
