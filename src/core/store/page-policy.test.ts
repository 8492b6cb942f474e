import { describe, expect, it } from 'vitest'
import { PagePolicy, policyWith, type Violation } from './page-policy.ts'

const PAGE = 'https://page.test'
const violation = (changes: Partial<Violation> = {}): Violation => ({
  blockedURI: 'https://store.test:9000/b/k?X-Amz-Signature=secret',
  disposition: 'enforce',
  effectiveDirective: 'connect-src',
  originalPolicy: "default-src 'self'; connect-src 'self'",
  ...changes,
})

function heard(changes: Partial<Violation> = {}): PagePolicy {
  const policy = new PagePolicy(PAGE)
  policy.hear(violation(changes))
  return policy
}

describe('the policy of the page', () => {
  it('is told by its directive, the origin and the directive that would allow it', () => {
    const block = heard().blocks('https://store.test:9000')
    expect(block).toEqual({
      directive: 'connect-src',
      origin: 'https://store.test:9000',
      rule: "connect-src 'self' https://store.test:9000",
    })
    expect(JSON.stringify(block)).not.toContain('secret')
  })

  it('says nothing of other origins', () => expect(heard().blocks('https://store.test')).toBeUndefined())

  it('counts only where it refuses', () => {
    expect(heard({ disposition: 'report' }).blocks('https://store.test:9000')).toBeUndefined()
  })

  it.each(['img-src', 'script-src-elem', 'frame-src', 'font-src'])('does not count for %s', (effectiveDirective) => {
    expect(heard({ effectiveDirective }).blocks('https://store.test:9000')).toBeUndefined()
  })

  it.each(['inline', 'eval', 'data', ''])('passes over what is no address: %j', (blockedURI) => {
    expect(() => heard({ blockedURI })).not.toThrow()
  })

  it('names the own origin as policies do', () => {
    const policy = heard({ blockedURI: `${PAGE}/api/v1/config`, originalPolicy: "connect-src 'none'" })
    expect(policy.blocks(PAGE)?.rule).toBe("connect-src 'self'")
  })

  it('is forgotten when the origin answers', () => {
    const policy = heard()
    policy.forget('https://store.test:9000')
    expect(policy.blocks('https://store.test:9000')).toBeUndefined()
  })
})

it.each([
  ["default-src 'self'", "connect-src 'self' https://s.test"],
  ["default-src 'none'; connect-src 'none'", 'connect-src https://s.test'],
  ["img-src 'self'; Connect-Src  'self'  https://a.test ", "connect-src 'self' https://a.test https://s.test"],
  ['', 'connect-src https://s.test'],
])('adds a source to %j', (policy, expected) => expect(policyWith(policy, 'https://s.test')).toBe(expected))
