import { describe, expect, it } from 'vitest'
import { ResponseError } from '../request/response-error.ts'
import { StoreRefusal, skewWait, storeTimeOf } from './clock-skew.ts'

const NOW = Date.parse('2026-10-13T09:00:00Z')
const S3 = 'http://store.test/b/k?X-Amz-Date=20261013T090000Z&X-Amz-Expires=900&X-Amz-Signature=secret'
const SAS = 'https://acc.blob.test/lab/k?st=2026-10-13T09:00:00Z&se=2026-10-13T09:15:00Z&sig=secret'
const frame = (current: string) =>
  `Signature not valid in the specified time frame: Start [Tue, 13 Oct 2026 09:00:00 GMT] - Expiry [Tue, 13 Oct 2026 09:15:00 GMT] - Current [Tue, 13 Oct 2026 ${current} GMT]`

function refusal(status: number, xmlCode: string, message: string, storeTime?: number): ResponseError {
  const init = { side: 'storage', status, xmlCode, message } as const
  return storeTime === undefined ? new ResponseError(init) : new StoreRefusal(init, storeTime)
}

describe('the wait for the clock of a store that is behind', () => {
  it.each([
    ['the Date header', refusal(403, 'AccessDenied', 'Request is not valid yet', NOW - 20_000), S3],
    ['ServerTime', refusal(403, 'RequestTimeTooSkewed', '', NOW - 20_000), S3],
    ['the words of Azure', refusal(403, 'AuthenticationFailed', `Server failed. ${frame('08:59:40')}`), SAS],
    [
      'the Date header of Azure',
      refusal(403, 'AuthenticationFailed', 'not valid in the specified time frame', NOW - 20_000),
      SAS,
    ],
    [
      'a header beside an address that tells no time',
      refusal(403, 'AccessDenied', 'Request is not valid yet', NOW - 20_000),
      'http://store.test/b/k',
    ],
  ])('is as long as the skew: by %s', (_, thrown, url) => {
    expect(skewWait(thrown, url, NOW, 0)).toBe(21_000)
  })

  it.each([
    ['AccessDenied', 'Request is not valid yet', S3],
    ['RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.', S3],
    ['AuthenticationFailed', 'Signature not valid in the specified time frame', SAS],
    ['AuthenticationFailed', 'Signature not valid in the specified key time frame', SAS],
  ])('grows where its clock is unknown: %s, %s', (code, message, url) => {
    const waits = [0, 1, 2, 3, 4, 9].map((before) => skewWait(refusal(403, code, message), url, NOW, before))
    expect(waits).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000])
  })

  it.each([
    ['an address that has expired', refusal(403, 'AccessDenied', 'Request has expired'), S3, NOW],
    ['one of Azure', refusal(403, 'AuthenticationFailed', frame('09:16:00')), SAS, NOW],
    [
      'one by the clock of lakeFS',
      refusal(403, 'AuthenticationFailed', 'not valid in the specified time frame'),
      SAS,
      NOW + 901_000,
    ],
    ['a store whose clock is ahead', refusal(403, 'RequestTimeTooSkewed', '', NOW + 3_600_000), S3, NOW],
    ['a wrong signature', refusal(403, 'SignatureDoesNotMatch', ''), S3, NOW],
    ['no answer', new ResponseError({ side: 'storage', status: 0, message: 'Request is not valid yet' }), S3, NOW],
    ['lakeFS', new ResponseError({ side: 'lakefs', status: 403, message: 'Request is not valid yet' }), S3, NOW],
  ])('is none for %s', (_, thrown, url, now) => {
    expect(skewWait(thrown, url, now, 0)).toBeUndefined()
  })

  it('reads the time of S3 and of the header', () => {
    const text = '<Error><ServerTime>2026-10-13T08:59:40Z</ServerTime></Error>'
    expect(storeTimeOf(text, 'Tue, 13 Oct 2026 09:30:00 GMT')).toBe(NOW - 20_000)
    expect(storeTimeOf('', 'Tue, 13 Oct 2026 08:59:40 GMT')).toBe(NOW - 20_000)
    expect(storeTimeOf('', undefined)).toBeUndefined()
  })
})
