import { describe, expect, it } from 'vitest'
import { say, TestLake } from '../testing/lake.ts'
import { createLakeFS } from './client.ts'
import { missingRight, type Right, writeRefusal } from './rights.ts'

const at = { repository: 'lake', branch: 'main' }

/** A lakeFS that answers each request in one way, and what it was asked. */
function lakefsThat(answer: () => Response) {
  const lake = new TestLake()
  const asked: { request: string; body: unknown }[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const text = await request.text()
    const { pathname, search } = new URL(request.url)
    asked.push({ request: `${request.method} ${pathname}${search}`, body: text ? JSON.parse(text) : undefined })
    return answer()
  }
  return { lakefs: createLakeFS({ endpoint: 'http://lakefs.test/api/v1', fetch, now: lake.now }), asked }
}

const lacks = (permission: string) => () => say(401, `insufficient permissions: not allowed to ${permission}`)

describe('a right that is asked for before it is used', () => {
  it.each<[Right, string]>([
    ['commit', 'fs:CreateCommit'],
    ['revert', 'fs:RevertBranch'],
    ['branch', 'fs:CreateBranch'],
    ['review', 'pr:WritePullRequest'],
  ])('is missing where lakeFS says so: %s', async (right, permission) => {
    const error = await missingRight(lakefsThat(lacks(permission)).lakefs, at, right)
    expect(error).toMatchObject({ code: 'forbidden', facts: { ...at, permission } })
    expect(error?.message).toBe(`You may not do this: ${permission} is missing. Ask for it on lake.`)
  })

  it.each<[string, () => Response]>([
    ['what was asked about does not exist', () => say(404, 'ref not found')],
    ['the server lacks the call', () => say(501, 'not implemented')],
    ['another permission is missing', lacks('fs:ReadCommit')],
    ['no permission is named', () => say(401, 'insufficient permissions')],
    ['a server before lakeFS refuses', () => new Response('<html>no</html>', { status: 403 })],
  ])('is not said to be missing where %s', async (_, answer) => {
    expect(await missingRight(lakefsThat(answer).lakefs, at, 'commit')).toBeUndefined()
  })

  it('is asked for again later where there is no answer, or no session', async () => {
    for (const answer of [() => say(503, 'slow down'), () => say(401, 'error authenticating request')])
      await expect(missingRight(lakefsThat(answer).lakefs, at, 'commit')).rejects.toThrow()
  })

  it('is asked for by what cannot be done', async () => {
    const { lakefs, asked } = lakefsThat(() => say(404, 'not found'))
    for (const right of ['commit', 'revert', 'branch', 'review'] as const) await missingRight(lakefs, at, right)
    const none = '0'.repeat(64)
    const branch = '/api/v1/repositories/lake/branches/main'
    expect(asked).toEqual([
      { request: `POST ${branch}/cherry-pick`, body: { ref: none } },
      { request: `POST ${branch}/revert`, body: { ref: none, parent_number: 0 } },
      { request: 'POST /api/v1/repositories/lake/branches', body: { name: 'upload', source: none } },
      {
        request: 'POST /api/v1/repositories/lake/pulls',
        body: { title: 'upload', source_branch: 'main', destination_branch: 'main' },
      },
    ])
  })
})

describe('writing under a prefix', () => {
  it('is refused with the permission and the place', async () => {
    const { lakefs, asked } = lakefsThat(lacks('fs:WriteObject'))
    expect((await writeRefusal(lakefs, at, 'raw/file'))?.message).toBe(
      'You may not write here: fs:WriteObject is missing. Ask for it on lake, or choose another repository.',
    )
    expect(asked.map(({ request }) => request)).toEqual([
      'GET /api/v1/repositories/lake/branches/main/objects/stage_allowed?path=raw%2Ffile',
    ])
  })

  it.each([204, 404, 501])('is not refused by %d', async (status) => {
    const answer = () => (status === 204 ? new Response(null, { status }) : say(status, 'invalid API endpoint'))
    expect(await writeRefusal(lakefsThat(answer).lakefs, at, 'x')).toBeUndefined()
  })

  it('is not told by a page in the place of lakeFS', async () => {
    const { lakefs } = lakefsThat(() => new Response('<!doctype html><title>My app</title>'))
    await expect(writeRefusal(lakefs, at, 'x')).rejects.toMatchObject({ status: 200 })
  })
})
