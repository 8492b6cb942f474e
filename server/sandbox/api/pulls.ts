import type { Hono } from 'hono'
import { newId } from '../ids.ts'
import type { Pull } from '../state.ts'
import type { Lake } from '../world.ts'
import { branchOf, repositoryOf } from './find.ts'
import { merge, writableForMerge } from './merge.ts'
import { answer, pageOf } from './paging.ts'
import { type ApiEnv, type Call, notFound, Refusal } from './refusal.ts'
import { bodyOf } from './schemas.ts'

type App = Hono<ApiEnv>

export function addPulls(app: App, lake: Lake): void {
  const base = '/api/v1/repositories/:repository/pulls'
  const repository = (c: Call) => {
    // A server without pull requests does not know the path.
    if (!lake.settings.pulls) throw new Refusal(404, 'invalid API endpoint')
    return repositoryOf(lake, c.req.param('repository') ?? '')
  }
  const pullOf = (c: Call): Pull => {
    const pull = repository(c).pulls.find(({ id }) => id === c.req.param('pull'))
    if (!pull) throw notFound('pull request')
    return pull
  }

  app.get(base, (c) => {
    const { amount, after } = pageOf(c)
    const status = c.req.query('status') ?? 'all'
    const fitting = repository(c).pulls.filter(
      (pull) => status === 'all' || (status === 'open') === (pull.status === 'open'),
    )
    const at = after ? fitting.findIndex(({ id }) => id === after) + 1 : 0
    return c.json(answer(fitting.slice(at, at + amount), fitting.length > at + amount, ({ id }) => id))
  })

  app.post(base, async (c) => {
    const { id: repositoryId, ...rest } = repository(c)
    const given = await bodyOf<{
      title: string
      description?: string
      source_branch: string
      destination_branch: string
    }>(c)
    branchOf({ id: repositoryId, ...rest }, given.source_branch)
    branchOf({ id: repositoryId, ...rest }, given.destination_branch)
    if (given.source_branch === given.destination_branch) {
      throw new Refusal(400, 'source and destination branches are the same: invalid value')
    }
    const pull: Pull = {
      id: newId(lake.now()),
      title: given.title,
      description: given.description ?? '',
      author: c.get('user'),
      status: 'open',
      source_branch: given.source_branch,
      destination_branch: given.destination_branch,
      creation_date: new Date(lake.now()).toISOString(),
    }
    lake.record({ t: 'pull', repository: repositoryId, pull })
    return c.json({ id: pull.id }, 201)
  })

  app.get(`${base}/:pull`, (c) => c.json(pullOf(c)))

  app.patch(`${base}/:pull`, async (c) => {
    const pull = pullOf(c)
    const given = await bodyOf<{ title?: string; description?: string; status?: string }>(c)
    const closed = given.status === 'closed' && pull.status === 'open'
    const changed: Pull = {
      ...pull,
      title: given.title ?? pull.title,
      description: given.description ?? pull.description,
      ...(closed ? { status: 'closed', closed_date: new Date(lake.now()).toISOString() } : {}),
    }
    lake.record({ t: 'pull', repository: c.req.param('repository'), pull: changed })
    return c.body(null, 204)
  })

  app.put(`${base}/:pull/merge`, (c) => {
    const pull = pullOf(c)
    if (pull.status !== 'open') throw new Refusal(412, 'pull request is not open: precondition failed')
    const where = repositoryOf(lake, c.req.param('repository'))
    const branch = writableForMerge(where, pull.destination_branch)
    const reference = merge(c, lake, where, pull.source_branch, branch, { message: pull.title })
    const closed_date = new Date(lake.now()).toISOString()
    const merged: Pull = { ...pull, status: 'merged', merged_commit_id: reference, closed_date }
    lake.record({ t: 'pull', repository: where.id, pull: merged })
    return c.json({ reference })
  })
}
