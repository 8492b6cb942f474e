import { describe, expect, it, vi } from 'vitest'

import { idle, TestClock } from '../testing/clock.ts'
import { say } from '../testing/lake.ts'
import { file, rig } from '../testing/rig.ts'
import { createLakeFS } from './client.ts'
import { patientToken, sharedToken, tokenExpiry } from './token.ts'

/** Counts the calls of a `getToken` that takes some ms, and how many were under way at once. */
function slowToken(clock: TestClock, ms = 500) {
  const calls = { all: 0, now: 0, most: 0 }
  const getToken = () => {
    calls.all += 1
    calls.now += 1
    calls.most = Math.max(calls.most, calls.now)
    const token = `jwt-${calls.all}`
    return new Promise<string>((resolve) => {
      clock.after(ms, () => {
        calls.now -= 1
        resolve(token)
      })
    })
  }
  return { calls, getToken }
}

describe('a token that takes its time', () => {
  it('is asked for once by all requests that come meanwhile, and again by the next one', async () => {
    const clock = new TestClock()
    const { calls, getToken } = slowToken(clock)
    const shared = patientToken(getToken, clock, () => {})
    const three = Promise.all([shared(), shared(), shared()])
    expect(await clock.run(three)).toEqual(['jwt-1', 'jwt-1', 'jwt-1'])
    expect(await clock.run(Promise.resolve(shared()))).toBe('jwt-2')
    expect(calls).toMatchObject({ all: 2, most: 1 })
    expect(clock.scheduled).toBe(0)
  })

  it('is asked for by one call at a time while six files are sent', async () => {
    const clock = new TestClock()
    const { calls, getToken } = slowToken(clock)
    const { upload } = rig({ getToken }, {}, { clock })
    expect(await upload('abcdef'.split('').map((name) => file(name)))).toMatchObject({ uploaded: 6 })
    expect(calls.most).toBe(1)
    expect(calls.all).toBeLessThan(17)
  })

  it('is shared by the requests of a client of its own', async () => {
    const clock = new TestClock()
    const { calls, getToken } = slowToken(clock)
    const lakefs = createLakeFS({ getToken })
    const both = Promise.all([lakefs.headers(), lakefs.headers()])
    expect(await clock.run(both)).toMatchObject([{ Authorization: 'Bearer jwt-1' }, { Authorization: 'Bearer jwt-1' }])
    expect(calls.all).toBe(1)
  })

  it('is refreshed once after six files have met a 401', async () => {
    const clock = new TestClock()
    const { calls, getToken } = slowToken(clock)
    const onSessionExpired = vi.fn()
    const { engine, lake, until } = rig({ getToken, onSessionExpired }, {}, { clock })
    let expired = true
    lake.twist = () => (expired ? say(401, 'error authenticating request') : undefined)
    await clock.run(engine.add('abcdef'.split('').map((name) => file(name))))
    await until('waiting')
    await clock.advance(2000)
    const before = calls.all
    expired = false
    engine.sessionRenewed()
    await clock.advance(0)
    expect(calls.all).toBe(before + 1)
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 6 })
    expect(onSessionExpired).toHaveBeenCalledOnce()
    expect(calls.most).toBe(1)
  })
})

describe('a call that has begun before the session was refused or renewed', () => {
  it('gives its token to no request that comes after', async () => {
    const tokens: ((token: string) => void)[] = []
    const shared = sharedToken(() => new Promise<string>((resolve) => tokens.push(resolve)))
    const before = shared()
    shared.renew()
    const after = [shared(), shared()]
    tokens[0]?.('old')
    tokens[1]?.('new')
    expect(await Promise.all([before, ...after])).toEqual(['old', 'new', 'new'])
    expect(tokens).toHaveLength(2)
  })

  it('is not joined after a 401', async () => {
    const tokens: ((token: string) => void)[] = []
    let refuse = () => {}
    const lakefs = createLakeFS({
      endpoint: 'http://lakefs.test/api/v1',
      getToken: () => new Promise<string>((resolve) => tokens.push(resolve)),
      fetch: () =>
        new Promise((resolve) => {
          refuse = () => resolve(new Response('{"message":"error authenticating request"}', { status: 401 }))
        }),
    })
    const refused = lakefs.call({ path: 'user' }).catch(({ status }) => status)
    tokens[0]?.('old')
    await idle()
    const before = lakefs.headers()
    refuse()
    expect(await refused).toBe(401)
    const after = lakefs.headers()
    tokens[1]?.('old')
    tokens[2]?.('new')
    expect(await Promise.all([before, after])).toMatchObject([
      { Authorization: 'Bearer old' },
      { Authorization: 'Bearer new' },
    ])
  })

  it('gives no late token either', async () => {
    const clock = new TestClock()
    const tokens: ((token: string) => void)[] = []
    const late = vi.fn()
    const shared = patientToken(() => new Promise<string>((resolve) => tokens.push(resolve)), clock, late)
    const refused = Promise.resolve(shared()).catch(({ message }) => message)
    await clock.advance(10_000)
    expect(await refused).toContain('getToken does not answer')
    shared.renew()
    const next = shared()
    tokens[0]?.('old')
    await clock.advance(0)
    expect(late).not.toHaveBeenCalled()
    tokens[1]?.('new')
    expect(await next).toBe('new')
  })
})

describe('a shared call that fails', () => {
  it('fails each request with an error of its own, and the next request asks again', async () => {
    let works = false
    const getToken = async () => {
      if (!works) throw new Error('refresh failed')
      return 'jwt'
    }
    const lakefs = createLakeFS({ getToken })
    const thrown = await Promise.all([1, 2].map(() => lakefs.headers().catch((error: unknown) => error)))
    expect(thrown).toMatchObject([{ status: 401 }, { status: 401 }])
    expect(thrown[0]).not.toBe(thrown[1])
    works = true
    expect(await lakefs.headers()).toMatchObject({ Authorization: 'Bearer jwt' })
  })

  it('tells each request by its own error that no token came', async () => {
    const clock = new TestClock()
    const lakefs = createLakeFS({
      getToken: patientToken(
        () => new Promise(() => {}),
        clock,
        () => {},
      ),
    })
    const both = Promise.all([1, 2].map(() => lakefs.headers().catch((error: unknown) => error)))
    const [one, other] = await clock.run(both)
    expect([one, other]).toMatchObject([{ status: 0 }, { status: 0 }])
    expect(one).not.toBe(other)
  })
})

describe('the end of a token', () => {
  const jwt = (payload: string) => `Bearer ${btoa('{}')}.${btoa(payload).replaceAll('+', '-').replaceAll('/', '_')}.sum`

  it.each([
    [jwt('{"exp":1795984428}'), 1_795_984_428],
    [jwt('{"exp":1795984428,"name":"Zoë ?>~"}'.normalize('NFC').replace('ë', '\\u00eb')), 1_795_984_428],
    [jwt('{"sub":"ada"}'), undefined],
    [jwt('no JSON'), undefined],
    ['Bearer opaque', undefined],
    ['Basic eA==', undefined],
    [undefined, undefined],
  ])('of %s is %s', (authorization, expiry) => {
    expect(tokenExpiry(authorization)).toBe(expiry)
  })
})
