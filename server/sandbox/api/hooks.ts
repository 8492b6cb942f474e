import type { Hono } from 'hono'
import { newId } from '../ids.ts'
import type { Branch, Commit, HookRun, Repository } from '../state.ts'
import { faultOf } from '../wire.ts'
import type { Lake } from '../world.ts'
import { repositoryOf } from './find.ts'
import { answer, pageOf } from './paging.ts'
import { type ApiEnv, type Call, notFound, Refusal } from './refusal.ts'

type App = Hono<ApiEnv>

/**
 * Throws a 412 with the words of lakeFS when the settings or a fault have a hook, and records a run that can be read.
 */
export function passHooks(
  c: Call,
  lake: Lake,
  repository: Repository,
  branch: Branch,
  commit: Commit,
  event: string,
): void {
  const fault = faultOf(c.env.incoming)
  const hook = fault?.kind === 'hook' ? fault : lake.settings.hook
  if (!hook) return
  const { action = 'Sandbox checks', hook: hook_id = 'sandbox_hook', output = 'the sandbox was told to refuse' } = hook
  const time = new Date(lake.now()).toISOString()
  const hook_run_id = '0000_0000'
  const run: HookRun = {
    run_id: newId(lake.now()),
    branch: branch.id,
    event_type: event,
    start_time: time,
    end_time: time,
    status: 'failed',
    commit_id: commit.id,
    hooks: [{ hook_run_id, action, hook_id, status: 'failed', output: `${output}\n` }],
  }
  lake.record({ t: 'run', repository: repository.id, run })
  throw new Refusal(
    412,
    `${event} hook aborted, run id '${run.run_id}': 1 error occurred:\n\t* hook run id '${hook_run_id}' failed on action '${action}' hook '${hook_id}': ${output}\n\n`,
  )
}

export function addHooks(app: App, lake: Lake): void {
  const base = '/api/v1/repositories/:repository/actions/runs'
  const runOf = (c: Call): HookRun => {
    const { runs } = repositoryOf(lake, c.req.param('repository') ?? '')
    const run = runs.find(({ run_id }) => run_id === c.req.param('run'))
    if (!run) throw notFound('')
    return run
  }
  const show = ({ hooks: _, ...run }: HookRun) => run

  app.get(base, (c) => {
    const { runs } = repositoryOf(lake, c.req.param('repository'))
    const { after, amount } = pageOf(c)
    const [branch, commit] = [c.req.query('branch'), c.req.query('commit')]
    const fitting = runs.filter((run) => (!branch || run.branch === branch) && (!commit || run.commit_id === commit))
    const at = after ? fitting.findIndex(({ run_id }) => run_id === after) + 1 : 0
    const page = fitting.slice(at, at + amount).map(show)
    return c.json(answer(page, fitting.length > at + amount, ({ run_id }) => run_id))
  })

  app.get(`${base}/:run`, (c) => c.json(show(runOf(c))))

  app.get(`${base}/:run/hooks`, (c) => {
    const run = runOf(c)
    const { start_time, end_time } = run
    const hooks = run.hooks.map(({ output: _, ...hook }) => ({ ...hook, start_time, end_time }))
    return c.json(answer(hooks, false, ({ hook_run_id }) => hook_run_id))
  })

  app.get(`${base}/:run/hooks/:hook/output`, (c) => {
    const hook = runOf(c).hooks.find(({ hook_run_id }) => hook_run_id === c.req.param('hook'))
    if (!hook) throw notFound('')
    return c.body(hook.output, 200, { 'Content-Type': 'application/octet-stream' })
  })
}
