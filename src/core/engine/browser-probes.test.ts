// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { browserProbes } from './browser-probes.ts'

afterEach(() => vi.unstubAllGlobals())

const none = () => {
  throw new Error('not used')
}

describe('the permission for near servers', () => {
  const withPermissions = (states: Readonly<Record<string, PermissionState>>) => {
    const asked: string[] = []
    const query = async ({ name }: { name: string }) => {
      asked.push(name)
      const state = states[name]
      if (!state) throw new TypeError(`no permission ${name}`)
      return { state }
    }
    vi.stubGlobal('navigator', { permissions: { query } })
    return asked
  }

  it.each([
    [{ 'local-network': 'denied' }, 'denied', ['local-network']],
    [{ 'local-network': 'granted', 'local-network-access': 'denied' }, 'granted', ['local-network']],
    [{ 'local-network-access': 'denied' }, 'denied', ['local-network', 'local-network-access']],
    [{}, undefined, ['local-network', 'local-network-access']],
  ] as const)('is asked for by its names: %j → %s', async (states, expected, names) => {
    const asked = withPermissions(states)
    expect(await browserProbes(none).permission('local-network')).toBe(expected)
    expect(asked).toEqual(names)
  })

  it('is unknown where the browser has no permissions', async () => {
    vi.stubGlobal('navigator', {})
    expect(await browserProbes(none).permission('loopback-network')).toBeUndefined()
  })
})

it('hears what the policy of the page refuses', () => {
  const { policy, reached } = browserProbes(none)
  const event = Object.assign(new Event('securitypolicyviolation'), {
    blockedURI: 'https://store.test/b/k?sig=secret',
    disposition: 'enforce',
    effectiveDirective: 'connect-src',
    originalPolicy: "connect-src 'self'",
  })
  document.dispatchEvent(event)
  expect(policy('https://store.test')).toMatchObject({ rule: "connect-src 'self' https://store.test" })
  reached('https://store.test')
  expect(policy('https://store.test')).toBeUndefined()
})

it.each([
  ['readable', async () => new Response('no', { status: 403 })],
  ['redirected', async () => ({ type: 'opaqueredirect' })],
  ['hidden', async () => Promise.reject(new TypeError('Failed to fetch'))],
] as const)('tells an answer that is %s', async (expected, answer) => {
  vi.stubGlobal('fetch', answer)
  expect(await browserProbes(none).answersSimple('https://store.test/k')).toBe(expected)
})
