import { describe, expect, it } from 'vitest'
import { plainCause, UploadError, withoutQueries } from './errors.ts'
import { Refusal, ruleFor, toUploadError } from './refusal.ts'

const lakefs = (status: number, message = '') => new Refusal({ side: 'lakefs', status, message })
const storage = (status: number, xmlCode = '', message = '') =>
  new Refusal({ side: 'storage', status, xmlCode, message })

describe('what is repeated (contract §7)', () => {
  it.each([
    [lakefs(0), 'wait', 'lakefs-unreachable'],
    [lakefs(408), 'wait', 'lakefs-unreachable'],
    [lakefs(425), 'wait', 'lakefs-unreachable'],
    [lakefs(429, 'Too many attempts, try again later'), 'wait', 'throttled'],
    [lakefs(423), 'wait', 'throttled'],
    [lakefs(503), 'wait', 'throttled'],
    [lakefs(502), 'wait', 'lakefs-unreachable'],
    [lakefs(504), 'wait', 'lakefs-unreachable'],
    [lakefs(500), 'wait', 'lakefs-unreachable'],
    [lakefs(500, 'branch is currently locked, try again later'), 'wait', 'throttled'],
    [lakefs(500, 'predicate failed'), 'wait', 'throttled'],
    [lakefs(500, 'https response error StatusCode: 400, api error InvalidPart'), 'final', 'storage-refused'],
    [lakefs(500, 'operation not supported'), 'final', 'protocol'],
    [lakefs(501), 'final', 'protocol'],
    [lakefs(401), 'session', 'session-expired'],
    [lakefs(403, 'session expired'), 'session', 'session-expired'],
    [lakefs(403, 'cannot write to protected branch'), 'final', 'protected-branch'],
    [lakefs(403, 'read-only repository'), 'final', 'read-only'],
    [lakefs(403, 'insufficient permissions'), 'final', 'forbidden'],
    [lakefs(400, 'link address expired'), 'final', 'address-expired'],
    [lakefs(400, 'path above maximum length (1024)'), 'final', 'path-too-long'],
    [lakefs(400, 'invalid address signature'), 'final', 'protocol'],
    [lakefs(404, 'branch not found'), 'final', 'branch-not-found'],
    [lakefs(404, "branch 'nope' not found"), 'final', 'branch-not-found'],
    [lakefs(404, 'ref not found'), 'final', 'branch-not-found'],
    [lakefs(404, 'repository not found'), 'final', 'repository-not-found'],
    [lakefs(409), 'final', 'address-taken'],
    [lakefs(410), 'final', 'protocol'],
    [lakefs(412), 'final', 'exists'],
    [lakefs(422), 'final', 'protocol'],
    [lakefs(200, 'unexpected answer'), 'once', 'protocol'],
    [storage(0), 'wait', 'storage-unreachable'],
    [storage(408), 'wait', 'storage-unreachable'],
    [storage(429), 'wait', 'throttled'],
    [storage(500, 'InternalError'), 'wait', 'storage-unreachable'],
    [storage(503, 'SlowDown'), 'wait', 'throttled'],
    [storage(400, 'RequestTimeout'), 'wait', 'storage-unreachable'],
    [storage(400, 'IncompleteBody'), 'wait', 'storage-unreachable'],
    [storage(403, 'AccessDenied'), 'sign', 'storage-refused'],
    [storage(400, 'ExpiredToken'), 'sign', 'storage-refused'],
    [storage(400, 'RequestTimeTooSkewed'), 'sign', 'storage-refused'],
    [storage(400, 'BadDigest'), 'once', 'checksum-mismatch'],
    [storage(200, 'BadDigest'), 'once', 'checksum-mismatch'],
    [storage(400, 'Md5Mismatch'), 'once', 'checksum-mismatch'],
    [storage(400, 'InvalidOperation', "Provided contentMD5 doesn't match."), 'once', 'checksum-mismatch'],
    [storage(404, 'NoSuchUpload'), 'final', 'storage-refused'],
    [storage(400, 'EntityTooLarge'), 'final', 'storage-refused'],
  ])('%s → %s, %s', (refusal, verdict, code) => {
    expect(ruleFor(refusal)).toMatchObject({ verdict, code })
  })
})

describe('what an error tells', () => {
  const url = 'https://store.test/b/k?X-Amz-Credential=AKIA&X-Amz-Signature=deadbeef'
  const secret = /deadbeef|AKIA|jwt-secret/

  it('has status, request id and the words of the server', () => {
    const refusal = new Refusal({
      side: 'storage',
      status: 403,
      xmlCode: 'AccessDenied',
      message: 'no',
      requestId: 'r1',
    })
    expect(toUploadError(refusal)).toMatchObject({
      code: 'storage-refused',
      status: 403,
      requestId: 'r1',
      detail: 'AccessDenied: no',
      retryable: true,
    })
  })

  it.each<[string, () => unknown]>([
    ['a message that quotes a URL', () => new Refusal({ side: 'storage', status: 400, message: `bad ${url}` })],
    ['the body of a 409', () => new Refusal({ side: 'lakefs', status: 409, body: { presigned_url: url } })],
    [
      'a cause with a request in it',
      () => {
        const cause = Object.assign(new Error(`timed out: PUT ${url}`), {
          request: { headers: { authorization: 'Bearer jwt-secret' }, url },
        })
        return new Refusal({ side: 'lakefs', status: 0, cause })
      },
    ],
    ['an error of somebody else', () => Object.assign(new TypeError(`cannot fetch ${url}`), { url })],
    ['a header in a message', () => new Error('sent Authorization: Bearer jwt-secret')],
    ['a lone parameter', () => new Error('X-Amz-Signature=deadbeef does not match')],
  ])('never has a credential in it: %s', (_, make) => {
    const error = toUploadError(make())
    for (let at: unknown = error; at instanceof Error; at = at.cause) {
      const own = Object.fromEntries(Object.getOwnPropertyNames(at).map((key) => [key, (at as never)[key]]))
      expect(JSON.stringify({ ...own, stack: undefined, cause: undefined })).not.toMatch(secret)
    }
  })

  it('is one line of at most 500 characters', () => {
    const { detail = '' } = new UploadError('protocol', { detail: `a\n${'b'.repeat(2000)}` })
    expect(detail).toHaveLength(500)
    expect(detail).not.toContain('\n')
  })

  it('has no token that a server quotes', () => {
    expect(withoutQueries('bad token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.c2ln, sign in')).toBe(
      'bad token …, sign in',
    )
  })

  it('keeps what helps', () => {
    expect(withoutQueries(`PUT ${url} failed`)).toBe('PUT https://store.test/b/k?… failed')
    expect(plainCause(new TypeError('x'))).toMatchObject({ name: 'TypeError', message: 'x' })
    expect(withoutQueries('what? nothing/else')).toBe('what? nothing/else')
  })
})
