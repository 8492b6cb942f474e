import { describe, expect, it } from 'vitest'
import { plainCause, UploadError, withoutQueries } from '../errors.ts'
import { answerOf, ruleFor, sideOf } from './refusal-rules.ts'
import { ResponseError } from './response-error.ts'
import { toUploadError } from './upload-error.ts'

const lakefs = (status: number, message = '') => new ResponseError({ side: 'lakefs', status, message })
/** An answer that lakeFS itself gives. */
const own = (status: number, message: string) =>
  new ResponseError({ side: 'lakefs', status, message, body: { message } })
const storage = (status: number, xmlCode = '', message = '') =>
  new ResponseError({ side: 'storage', status, xmlCode, message })

describe('what is repeated', () => {
  it.each([
    [lakefs(0), 'wait', 'lakefs-unreachable'],
    [lakefs(408), 'wait', 'lakefs-error'],
    [lakefs(425), 'wait', 'lakefs-error'],
    [lakefs(429, 'Too many attempts, try again later'), 'wait', 'throttled'],
    [lakefs(423), 'wait', 'throttled'],
    [lakefs(503), 'wait', 'throttled'],
    [lakefs(502), 'wait', 'lakefs-unreachable'],
    [lakefs(504), 'wait', 'lakefs-unreachable'],
    [lakefs(500), 'wait', 'lakefs-error'],
    [lakefs(500, 'branch is currently locked, try again later'), 'wait', 'throttled'],
    [lakefs(500, 'predicate failed'), 'wait', 'throttled'],
    [lakefs(500, 'https response error StatusCode: 400, api error InvalidPart'), 'final', 'storage-refused'],
    [lakefs(500, 'operation not supported'), 'final', 'protocol'],
    [lakefs(501), 'final', 'protocol'],
    [own(401, 'error authenticating request'), 'session', 'session-expired'],
    [own(401, 'Unauthorized'), 'session', 'session-expired'],
    [own(401, 'insufficient permissions: not allowed to fs:WriteObject'), 'final', 'forbidden'],
    [own(401, 'insufficient permissions: not allowed to auth:CreateToken'), 'final', 'forbidden'],
    [own(401, 'insufficient permissions'), 'final', 'forbidden'],
    [own(401, 'something that no server has said yet'), 'final', 'forbidden'],
    // A server before lakeFS asks for a sign-in of its own.
    [lakefs(401, '<html>Sign in</html>'), 'session', 'session-expired'],
    [lakefs(401), 'session', 'session-expired'],
    [own(403, 'session expired'), 'session', 'session-expired'],
    [own(403, 'cannot write to protected branch'), 'final', 'protected-branch'],
    [own(403, 'read-only repository'), 'final', 'read-only'],
    [own(403, 'insufficient permissions'), 'final', 'forbidden'],
    [own(400, 'link address expired'), 'final', 'address-expired'],
    [own(400, 'path above maximum length (1024)'), 'final', 'path-too-long'],
    [own(400, 'invalid address signature'), 'final', 'protocol'],
    [own(404, 'branch not found'), 'final', 'branch-not-found'],
    [own(404, "branch 'nope' not found"), 'final', 'branch-not-found'],
    [own(404, 'ref not found'), 'final', 'branch-not-found'],
    [own(404, 'repository not found'), 'final', 'repository-not-found'],
    [lakefs(409), 'final', 'address-taken'],
    [own(410, 'No data'), 'final', 'protocol'],
    [lakefs(403, '<html>Request blocked</html>'), 'final', 'proxy-refused'],
    [lakefs(406, 'Not Acceptable'), 'final', 'proxy-refused'],
    [lakefs(499), 'final', 'proxy-refused'],
    // Pages that happen to have words of lakeFS in them.
    [lakefs(403, '<html>read-only file system, protected branch office</html>'), 'final', 'proxy-refused'],
    [lakefs(403, '<html>insufficient permissions</html>'), 'final', 'proxy-refused'],
    [lakefs(403, '<html>session expired</html>'), 'final', 'proxy-refused'],
    [lakefs(401, '<html>insufficient permissions</html>'), 'session', 'session-expired'],
    [lakefs(404, '<html>branch main not found</html>'), 'final', 'not-lakefs'],
    [lakefs(404, 'repository not found'), 'final', 'proxy-refused'],
    [lakefs(400, 'link address expired'), 'final', 'proxy-refused'],
    [lakefs(418, '{"error":"blocked"}'), 'final', 'proxy-refused'],
    [lakefs(405, '<!doctype html><p>nginx'), 'final', 'not-lakefs'],
    [lakefs(404, 'Cannot POST /api/v1/repositories'), 'final', 'not-lakefs'],
    [lakefs(520, 'error code: 520'), 'wait', 'lakefs-error'],
    [lakefs(524), 'wait', 'lakefs-error'],
    [storage(520), 'wait', 'storage-error'],
    [lakefs(412), 'final', 'exists'],
    [own(422, 'no'), 'final', 'protocol'],
    [lakefs(200, 'unexpected answer'), 'once', 'protocol'],
    [storage(0), 'wait', 'storage-unreachable'],
    [storage(408), 'wait', 'storage-error'],
    [storage(429), 'wait', 'throttled'],
    [storage(500, 'InternalError'), 'wait', 'storage-error'],
    [storage(502), 'wait', 'storage-error'],
    [storage(504), 'wait', 'storage-error'],
    [storage(503, 'SlowDown'), 'wait', 'throttled'],
    [storage(400, 'RequestTimeout'), 'wait', 'storage-error'],
    [storage(400, 'IncompleteBody'), 'wait', 'storage-error'],
    [storage(403, 'AccessDenied'), 'sign', 'storage-refused'],
    [storage(400, 'ExpiredToken'), 'sign', 'storage-refused'],
    [storage(400, 'RequestTimeTooSkewed'), 'sign', 'storage-refused'],
    [storage(400, 'BadDigest'), 'once', 'checksum-mismatch'],
    [storage(200, 'BadDigest'), 'once', 'checksum-mismatch'],
    [storage(400, 'Md5Mismatch'), 'once', 'checksum-mismatch'],
    [storage(400, 'InvalidOperation', "Provided contentMD5 doesn't match."), 'once', 'checksum-mismatch'],
    [storage(404, 'NoSuchUpload'), 'final', 'storage-refused'],
    [storage(400, 'EntityTooLarge'), 'final', 'storage-refused'],
  ])('%s → %s, %s', (refusal, action, code) => {
    expect(ruleFor(refusal)).toMatchObject({ action, code })
  })
})

/** What Amazon's client makes of a store's answer, as lakeFS passes it on. */
const passedOn = (status: number, code: string, message: string) =>
  `operation error S3: UploadPart, https response error StatusCode: ${status}, RequestID: 17, HostID: x, api error ${code}: ${message}`

describe('a store that is full', () => {
  const MINIO = 'Storage backend has reached its minimum free drive threshold. Please delete a few objects to proceed.'

  it.each([
    // Codes, with the status that each store gives them and with others.
    [507, 'XMinioStorageFull', MINIO],
    [500, 'XMinioStorageFull', MINIO],
    [400, 'XMinioAdminBucketQuotaExceeded', 'Bucket quota exceeded'],
    [403, 'QuotaExceeded', ''],
    [429, 'QuotaExceeded', 'The quota set for the resource is exceeded'],
    [413, 'QuotaExceeded', ''],
    [403, 'UserSizeQuotaExceeded', ''],
    [403, 'QuotaExceeded', 'Your request was denied due to quota exceeded.'],
    [403, 'StorageLimitReached', ''],
    [409, 'AccountStorageFull', ''],
    [507, 'InsufficientStorage', ''],
    [507, 'InsufficientCapacity', 'There is not enough capacity'],
    [503, 'InsufficientCapacity', ''],
    [403, 'InsufficientStorageSpace', 'Insufficient storage space.'],
    [403, 'InsufficientQuota', 'The user does not have enough quota to complete this operation.'],
    [403, 'quotaExceeded', ''],
    [413, 'ShareSizeLimitReached', 'The specified share size limit reached.'],
    [403, 'AccessDenied', 'Cannot upload files, storage cap exceeded. See the Caps page.'],
    [403, 'AccessDenied', 'Object size quota is reached, maximum total size of objects for this bucket: 1000'],
    // Words alone.
    [500, 'InternalError', 'write /data/part.1: no space left on device'],
    [500, 'InternalError', 'cause(disk quota exceeded)'],
    [500, 'InternalError', 'There is not enough space on the disk.'],
    [400, 'InvalidRequest', 'insufficient disk space'],
    [503, 'ServiceUnavailable', 'The bucket is full'],
    [500, 'InternalError', 'the file system is full'],
    [503, '', 'storage pool full'],
    [500, '', 'no free space'],
    [400, '', 'over your quota'],
    [403, '', 'Quota'],
    // The status that says it itself.
    [507, '', ''],
    [507, 'Whatever', 'nothing known'],
  ])('is heard from the store: %i %s %s', (status, code, message) => {
    expect(ruleFor(storage(status, code, message))).toMatchObject({ action: 'final', code: 'storage-full' })
    expect(toUploadError(storage(status, code, message))).toMatchObject({
      code: 'storage-full',
      retryable: true,
      status,
      detail: [code, message].filter(Boolean).join(': ') || undefined,
    })
  })

  it.each([
    [507, ''],
    [507, '<html>Insufficient Storage</html>'],
    [500, 'write /lakefs/data/gqd1/cq2: no space left on device'],
    [500, 'write C:\\lakefs\\data: There is not enough space on the disk.'],
    [500, 'create temp file: disk quota exceeded'],
    [413, 'disk quota exceeded'],
    [500, passedOn(507, 'XMinioStorageFull', MINIO)],
    [500, passedOn(507, 'SomethingNew', 'words of tomorrow')],
    [500, passedOn(400, 'XMinioAdminBucketQuotaExceeded', 'Bucket quota exceeded')],
    [500, passedOn(403, 'QuotaExceeded', '')],
    [500, passedOn(500, 'InternalError', 'cause(no space left on device)')],
    [500, 'RESPONSE 507 507 Insufficient Storage\nERROR CODE: Unavailable'],
    [500, 'googleapi: Error 403: The user has exceeded their Drive storage quota, quotaExceeded'],
  ])('is heard through lakeFS: %i %s', (status, message) => {
    const rule = ruleFor(lakefs(status, message))
    expect(rule).toMatchObject({ action: 'final', code: 'storage-full', by: 'storage' })
  })

  it.each([
    [storage(413), 'storage-refused'],
    [
      storage(413, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed object size.'),
      'storage-refused',
    ],
    [storage(413, 'RequestBodyTooLarge', 'The request body is too large and exceeds the limit.'), 'storage-refused'],
    [storage(400, 'InvalidRequest'), 'storage-refused'],
    [storage(403, 'AccessDenied', 'Access Denied'), 'storage-refused'],
    [storage(409, 'RequestEntityTooLargeBlockCountExceedsLimit'), 'storage-refused'],
    [storage(500, 'InternalError', 'We encountered an internal error.'), 'storage-error'],
    // How often one may ask is no question of room.
    [
      storage(429, 'rateLimitExceeded', 'Quota exceeded for quota metric writes and limit writes per minute'),
      'throttled',
    ],
    [storage(429, 'TooManyRequests', 'Request rate quota exceeded'), 'throttled'],
    [storage(429, 'TooManyRequests', 'You have exceeded your request quota'), 'throttled'],
    [storage(503, 'SlowDown', 'Please reduce your request rate.'), 'throttled'],
    [storage(503, 'ServerBusy', 'Egress is over the account limit.'), 'throttled'],
    [lakefs(413), 'proxy-refused'],
    [lakefs(413, '<html>413 Request Entity Too Large</html>'), 'proxy-refused'],
    [own(400, 'path above maximum length (1024)'), 'path-too-long'],
    // Paths that have the word in them.
    [lakefs(500, 'stat raw/quota.csv: input/output error'), 'lakefs-error'],
    [own(404, 'ref not found: no space left on device'), 'branch-not-found'],
    [lakefs(409, '{"physical_address":"s3://b/no space left on device"}'), 'address-taken'],
    [lakefs(412, 'no space left on device exists'), 'exists'],
    [lakefs(429, 'Too many attempts, try again later'), 'throttled'],
  ])('is not guessed: %s → %s', (refusal, code) => {
    expect(ruleFor(refusal).code).toBe(code)
  })
})

describe('an answer that is an error', () => {
  it.each([
    [storage(500, 'InternalError', 'try again'), 'storage', '500 InternalError', 'itself'],
    [storage(502), 'storage', '502', 'unknown'],
    [storage(504, '', 'upstream'), 'storage', '504', 'unknown'],
    [storage(408, 'RequestTimeout'), 'storage', '408 RequestTimeout', 'itself'],
    [lakefs(500, '<html>Internal error</html>'), 'lakefs', '500', 'unknown'],
    [
      new ResponseError({ side: 'lakefs', status: 500, message: 'broken', body: { message: 'broken' } }),
      'lakefs',
      '500',
      'itself',
    ],
    // It is the store's, whoever brings it.
    [lakefs(500, passedOn(500, 'InternalError', 'oops')), 'storage', '500 InternalError', 'itself'],
    [
      lakefs(500, 'RESPONSE 500 500 Internal\nERROR CODE: OperationTimedOut'),
      'storage',
      '500 OperationTimedOut',
      'itself',
    ],
  ])('is told with its words, and of whom it is: %s', (refusal, side, answer, by) => {
    expect(toUploadError(refusal)).toMatchObject({ code: `${side}-error`, facts: { answer, by } })
    expect([sideOf(refusal), answerOf(refusal)]).toEqual([side, { answer, by }])
  })

  it.each([
    [storage(503, 'SlowDown'), 'storage'],
    [lakefs(503), 'lakefs'],
    [lakefs(500, 'branch is currently locked'), 'lakefs'],
    [lakefs(500, passedOn(503, 'SlowDown', 'Please reduce')), 'storage'],
    [lakefs(500, passedOn(429, 'TooManyRequests', '')), 'storage'],
  ])('busy is said of who is: %s', (refusal, side) => {
    expect(toUploadError(refusal)).toMatchObject({ code: 'throttled', facts: { side } })
  })

  it('silence is told as silence', () => {
    expect([toUploadError(storage(0)).code, toUploadError(lakefs(0)).code]).toEqual([
      'storage-unreachable',
      'lakefs-unreachable',
    ])
  })
})

describe('a right that is missing', () => {
  it.each([
    [401, 'insufficient permissions: not allowed to fs:WriteObject', { permission: 'fs:WriteObject' }],
    [
      401,
      'insufficient permissions: not allowed to branches:GetBranchProtectionRules',
      { permission: 'branches:GetBranchProtectionRules' },
    ],
    [401, 'insufficient permissions', {}],
    [403, 'insufficient permissions', {}],
  ])('is named where lakeFS names it: %i %s', (status, message, facts) => {
    expect(toUploadError(own(status, message))).toMatchObject({ code: 'forbidden', status, facts })
  })

  it('is said with what to do about it', () => {
    const refusal = own(401, 'insufficient permissions: not allowed to fs:WriteObject')
    expect(toUploadError(refusal, { repository: 'lake' }).message).toBe(
      'You may not write here: fs:WriteObject is missing. Ask for it on lake, or choose another repository.',
    )
  })
})

describe('what an error tells', () => {
  const url = 'https://store.test/b/k?X-Amz-Credential=AKIA&X-Amz-Signature=deadbeef'
  const secret = /deadbeef|AKIA|jwt-secret/

  it('has status, request id and the words of the server', () => {
    const refusal = new ResponseError({
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
    ['a message that quotes a URL', () => new ResponseError({ side: 'storage', status: 400, message: `bad ${url}` })],
    ['the body of a 409', () => new ResponseError({ side: 'lakefs', status: 409, body: { presigned_url: url } })],
    [
      'a cause with a request in it',
      () => {
        const cause = Object.assign(new Error(`timed out: PUT ${url}`), {
          request: { headers: { authorization: 'Bearer jwt-secret' }, url },
        })
        return new ResponseError({ side: 'lakefs', status: 0, cause })
      },
    ],
    ['an error of somebody else', () => Object.assign(new TypeError(`cannot fetch ${url}`), { url })],
    ['a header in a message', () => new Error('sent Authorization: Bearer jwt-secret')],
    ['a code that is none', () => storage(500, `refused ${url}`)],
    ['a code that lakeFS passes on', () => lakefs(500, `https response error StatusCode: 503, api error ${url}`)],
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

describe('who has refused', () => {
  const firewall = new ResponseError({ side: 'lakefs', status: 403, message: '<html>Forbidden</html>' })
  it.each([
    [own(401, 'error authenticating request'), 'session'],
    [own(401, 'insufficient permissions: not allowed to fs:WriteObject'), 'permission'],
    [own(403, 'cannot write to protected branch'), 'lakefs'],
    [own(500, 'broken'), 'lakefs'],
    [firewall, 'proxy'],
    [lakefs(404, '<!DOCTYPE html><title>My app</title>'), 'proxy'],
    [lakefs(524, 'error code: 524'), undefined],
    [lakefs(0), 'network'],
    [storage(403, 'AccessDenied'), 'store'],
    [storage(500, 'InternalError'), 'store'],
    [storage(520), undefined],
    [storage(0), 'network'],
    [own(500, passedOn(403, 'AccessDenied', 'no')), 'store'],
  ])('%s: %s', (refusal, by) => {
    expect(toUploadError(refusal).refusedBy).toBe(by)
  })

  it.each([
    ['cors', 'store'],
    ['policy', 'page'],
    ['mixed-content', 'page'],
    ['permission', 'browser'],
    ['body-limit', 'proxy'],
    ['network', 'network'],
  ])('follows what the self-test has found: %s, %s', (check, by) => {
    expect(new UploadError('storage-unreachable', { facts: { check } }).refusedBy).toBe(by)
  })

  it('a file that has changed was refused by nobody', () => {
    expect(new UploadError('file-changed').refusedBy).toBeUndefined()
  })
})
