import { describe, expect, test } from 'vitest'
import { json, lakefsWith, page } from '../testing/answers.ts'
import { say } from '../testing/lake.ts'
import { commitBranch, fillTemplate, HookRefusal, pendingChanges } from './commit.ts'

const at = { repository: 'lake', branch: 'main' }
const commit = { id: 'c2', message: 'Add', committer: 'me', creation_date: 1, parents: ['c1'], metadata: {} }

test('parts the uncommitted changes over all pages into mine and others', async () => {
  const change = (path: string) => ({ path, path_type: 'object', type: 'added' })
  const { lakefs } = lakefsWith({
    'GET /diff': (_, count) => (count === 1 ? page([change('a'), change('b')], 'b') : page([change('c'), change('d')])),
  })
  const { mine, others, more } = await pendingChanges(lakefs, at, new Set(['a', 'd', 'not there']))
  expect(mine.map(({ path }) => path)).toEqual(['a', 'd'])
  expect(others.map(({ path }) => path)).toEqual(['b', 'c'])
  expect(more).toBe(false)
})

describe('a commit', () => {
  test('sends message and metadata', async () => {
    const { lakefs, lake } = lakefsWith({ 'POST /commits': () => json(201, commit) })
    expect(await commitBranch(lakefs, at, { message: 'Add', metadata: { rig: 'n' } })).toEqual(commit)
    expect(lake.seen.at(-1)?.body).toEqual({ message: 'Add', metadata: { rig: 'n' } })
  })

  test('that loses a race is repeated', async () => {
    const { lakefs, clock, counts } = lakefsWith({
      'POST /commits': (_, count) =>
        count < 3 ? say(500, 'commit: update branch: predicate failed') : json(201, commit),
    })
    expect(await clock.run(commitBranch(lakefs, at, { message: 'Add' }))).toEqual(commit)
    expect(counts.get('POST /commits')).toBe(3)
  })

  test('whose answer was lost is not made twice', async () => {
    let made = false
    const { lakefs, clock, counts } = lakefsWith({
      branch: () => json(200, { id: 'main', commit_id: made ? 'c2' : 'c1' }),
      'GET /commits/c2': () => json(200, commit),
      'POST /commits': () => {
        made = true
        return say(504, 'gateway timeout')
      },
    })
    expect(await clock.run(commitBranch(lakefs, at, { message: 'Add' }))).toEqual(commit)
    expect(counts.get('POST /commits')).toBe(1)
  })

  test('of nothing is no commit', async () => {
    const { lakefs } = lakefsWith({ 'POST /commits': () => say(400, 'commit: no changes') })
    expect(await commitBranch(lakefs, at, { message: 'Add' })).toBeUndefined()
  })

  test('that a hook refuses tells which hook and what it said', async () => {
    const { lakefs } = lakefsWith({
      'POST /commits': () =>
        say(
          412,
          "pre-commit hook aborted, run id 'r1': 1 error occurred: * hook run id 'h1' failed on action 'check' hook 'schema': no",
        ),
      'GET /runs/r1/hooks': () =>
        page([
          { hook_run_id: 'h0', action: 'check', hook_id: 'size', status: 'completed' },
          { hook_run_id: 'h1', action: 'check', hook_id: 'schema', status: 'failed' },
        ]),
      'GET /hooks/h1/output': () => new Response('labels.csv: column 3 is missing\n'),
    })
    const refused = await commitBranch(lakefs, at, { message: 'Add' }).catch((thrown: unknown) => thrown)
    expect(refused).toBeInstanceOf(HookRefusal)
    expect((refused as HookRefusal).hooks).toEqual([
      { action: 'check', hook: 'schema', output: 'labels.csv: column 3 is missing' },
    ])
  })

  test('that a hook refuses still tells what it can when the run may not be read', async () => {
    const { lakefs } = lakefsWith({
      'POST /commits': () =>
        say(412, "pre-commit hook aborted, run id 'r1': * hook run id 'h1' failed on action 'a' hook 'b': too big"),
      'GET /runs/r1/hooks': () => say(403, 'forbidden'),
    })
    await expect(commitBranch(lakefs, at, { message: 'Add' })).rejects.toMatchObject({
      hooks: [{ action: 'a', hook: 'b', output: 'too big' }],
    })
  })
})

test('a template takes what it knows and leaves the rest as it is written', () => {
  expect(fillTemplate('{files} to {prefix} by {who}', { files: 3, prefix: 'raw/' })).toBe('3 to raw/ by {who}')
})
