import { expect, test } from 'vitest'
import { cookie, location } from './rewrite.ts'

const plain = { lakefs: new URL('https://lake.example.com'), base: '/', secure: false }
const secure = { ...plain, secure: true }
const nested = { lakefs: new URL('https://lake.example.com/lake'), base: '/up/', secure: true }

test.each([
  [
    'internal_auth_session=a=b; Path=/; HttpOnly; SameSite=Lax',
    plain,
    'internal_auth_session=a=b; Path=/; HttpOnly; SameSite=Lax',
  ],
  ['s=1; Domain=lake.example.com; Path=/; Secure; HttpOnly', plain, 's=1; Path=/; HttpOnly'],
  ['s=1; Domain=lake.example.com; Path=/; Secure; HttpOnly', secure, 's=1; Path=/; Secure; HttpOnly'],
  ['s=1; SameSite=None; Secure', plain, 's=1; SameSite=Lax'],
  ['s=1; SameSite=None; Secure', secure, 's=1; SameSite=None; Secure'],
  [
    's=; path=/lake; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0',
    nested,
    's=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0',
  ],
  ['s=1; Path=/lake/oidc', nested, 's=1; Path=/up/oidc'],
])('cookie %s', (value, mapping, expected) => expect(cookie(value, mapping)).toBe(expected))

test.each([
  ['/', plain, '/'],
  ['/auth/login', plain, '/auth/login'],
  ['/repositories', plain, '/'],
  ['https://lake.example.com/oidc/callback?code=1#x', plain, '/oidc/callback?code=1#x'],
  ['https://lake.example.com/', plain, '/'],
  [
    'https://idp.example.com/authorize?redirect_uri=https%3A%2F%2Flake.example.com%2F',
    plain,
    'https://idp.example.com/authorize?redirect_uri=https%3A%2F%2Flake.example.com%2F',
  ],
  ['http://lake.example.com/', plain, 'http://lake.example.com/'],
  ['//idp.example.com/x', plain, '//idp.example.com/x'],
  ['callback?code=1', plain, '/oidc/callback?code=1'],
  ['/lake/oidc/callback', nested, '/up/oidc/callback'],
  ['/lakeside/oidc/callback', nested, '/up/'],
  ['/lake', nested, '/up/'],
])('location %s', (value, mapping, expected) =>
  expect(location(value, new URL('https://lake.example.com/oidc/login'), mapping)).toBe(expected),
)
