import { describe, expect, it } from 'vitest'
import { say, TestLake } from '../testing/lake.ts'
import { createLakeFS } from './client.ts'
import { globMatches, precheck } from './precheck.ts'

const at = { repository: 'lake', branch: 'main' }

function asked(change: (lake: TestLake) => void, where = at) {
  const lake = new TestLake()
  change(lake)
  const lakefs = createLakeFS({ endpoint: 'http://lakefs.test/api/v1', fetch: lake.fetch })
  return precheck(lakefs, where).then(({ error }) => error?.code)
}

describe('before the first byte', () => {
  it('a plain branch takes files', async () => expect(await asked(() => {})).toBeUndefined())

  it.each<[string, (lake: TestLake) => void]>([
    ['read-only', (lake) => Object.assign(lake, { readOnly: true })],
    ['branch-not-found', (lake) => Object.assign(lake, { branches: [] })],
    ['not-a-branch', (lake) => Object.assign(lake, { branches: [], tags: ['main'] })],
    ['protected-branch', (lake) => Object.assign(lake, { protectedBranches: ['ma*'] })],
    [
      'repository-not-found',
      (lake) => {
        lake.twist = ({ route }) => (route === 'repository' ? say(404, 'repository not found') : undefined)
      },
    ],
    [
      'branch-not-found',
      (lake) => {
        lake.twist = ({ route }) =>
          route === 'branch' || route === 'tag'
            ? say(500, 'argument branch: branch id: invalid value: validation error')
            : undefined
      },
    ],
  ])('says %s', async (code, change) => expect(await asked(change)).toBe(code))

  it('passes over what this person may not read', async () => {
    const silent = asked((lake) => {
      lake.twist = ({ route }) =>
        ['protection', 'repository', 'branch'].includes(route) ? say(403, 'insufficient permissions') : undefined
    })
    expect(await silent).toBeUndefined()
  })

  it.each([
    ['401', () => say(401, 'insufficient permissions: not allowed to branches:GetBranchProtectionRules')],
    ['a firewall', () => new Response('<html>blocked</html>', { status: 403 })],
    ['an older server', () => new Response(null, { status: 405 })],
  ])('passes over protection that %s keeps back', async (_, answer) => {
    const error = asked((lake) => {
      lake.twist = ({ route }) => (route === 'protection' ? answer() : undefined)
    })
    expect(await error).toBeUndefined()
  })

  it('takes no page of another server for a missing repository or branch', async () => {
    for (const wanted of ['repository', 'branch']) {
      const error = asked((lake) => {
        lake.twist = ({ route }) =>
          route === wanted ? new Response('<!DOCTYPE html><title>Not found</title>', { status: 404 }) : undefined
      })
      await expect(error).rejects.toMatchObject({ status: 404 })
    }
  })

  it.each([
    ['rules that are null', () => new Response('null')],
    ['rules without a body', () => new Response(null, { status: 204 })],
    ['a server without the call', () => say(501, 'not implemented')],
    ['a proxy that lets no such call through', () => say(405, 'method not allowed')],
  ])('passes over %s', async (_, answer) => {
    const silent = asked((lake) => {
      lake.twist = ({ route }) => (route === 'protection' ? answer() : undefined)
    })
    expect(await silent).toBeUndefined()
  })

  it('does not take a lost session or a busy server for an answer', async () => {
    for (const answer of [say(401, 'error authenticating request'), say(403, 'session expired'), say(503, 'busy')]) {
      const status = answer.status
      const verdict = asked((lake) => {
        lake.twist = ({ route }) => (route === 'branch' ? answer : undefined)
      })
      await expect(verdict).rejects.toMatchObject({ side: 'lakefs', status })
    }
  })
})

describe('branch protection patterns', () => {
  it.each([
    ['main', 'main', true],
    ['main', 'main2', false],
    ['*', 'anything/at-all', true],
    ['release-*', 'release-1', true],
    ['release-?', 'release-12', false],
    ['v[0-9]', 'v7', true],
    ['v[!0-9]', 'v7', false],
    ['{main,prod}', 'prod', true],
    ['{main,prod}', 'production', false],
    ['a.b', 'axb', false],
    ['a+(b)', 'a+(b)', true],
    ['[z-a]', '[z-a]', true],
  ])('%j and %j: %j', (pattern, name, matches) => expect(globMatches(pattern, name)).toBe(matches))
})
