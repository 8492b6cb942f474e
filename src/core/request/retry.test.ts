import { describe, expect, it, vi } from 'vitest'
import { UploadError } from '../errors.ts'
import { idle, TestClock } from '../testing/clock.ts'
import { Alarm } from './clock.ts'
import { ResponseError } from './response-error.ts'
import { delayAfter, delayAfterErrors, type RetryOptions, retry, retryAfterOf, type WaitState } from './retry.ts'
import { Session } from './session.ts'
import { toUploadError } from './upload-error.ts'

const busy = (retryAfter?: number) => new ResponseError({ side: 'lakefs', status: 503, retryAfter })

function setup(changes: Partial<RetryOptions> = {}) {
  const clock = new TestClock()
  const probe = vi.fn(async () => false)
  const onLost = vi.fn()
  const session = new Session({ clock, probe, onLost, onChange: () => {} })
  const alarm = new Alarm()
  const controller = new AbortController()
  const options: RetryOptions = {
    clock,
    session,
    alarm,
    online: () => true,
    retryTimeout: 600_000,
    signal: controller.signal,
    ...changes,
  }
  return { clock, session, alarm, controller, options, probe, onLost }
}

describe('the delay', () => {
  it('doubles from 0.3 s to 30 s under full jitter', () => {
    expect([1, 2, 3, 7, 8, 50].map((tries) => delayAfter(tries, 1))).toEqual([300, 600, 1200, 19_200, 30_000, 30_000])
    expect(delayAfter(5, 0)).toBe(0)
  })

  it('is never shorter than Retry-After', () => expect(delayAfter(1, 0.5, 12_000)).toBe(12_000))

  it.each([
    ['7', 7000],
    ['0', 0],
    ['Wed, 21 Oct 2026 07:28:10 GMT', 10_000],
    ['Wed, 21 Oct 2026 07:27:00 GMT', 0],
    ['soon', undefined],
    [null, undefined],
  ])('reads Retry-After %j as %j', (value, ms) => {
    expect(retryAfterOf(value, () => Date.parse('Wed, 21 Oct 2026 07:28:00 GMT'))).toBe(ms)
  })
})

describe('a server that answers with errors', () => {
  const broken = () => new ResponseError({ side: 'storage', status: 500, xmlCode: 'InternalError', message: 'oops' })

  it('is given long waits after three, under half jitter', () => {
    expect([3, 4, 5, 6, 60].map((errors) => delayAfterErrors(errors, 1))).toEqual([
      15_000, 30_000, 60_000, 60_000, 60_000,
    ])
    expect([3, 5].map((errors) => delayAfterErrors(errors, 0))).toEqual([7500, 30_000])
  })

  it.each([
    ['file bytes', true, 5],
    ['a call', false, 9],
  ])('is asked for %s no more than it is worth', async (_, carries, most) => {
    const { clock, options, controller } = setup({ carries })
    const attempt = vi.fn(async () => {
      throw broken()
    })
    const done = retry(attempt, options).catch(() => {})
    await clock.advance(25_000)
    if (carries) expect(attempt.mock.calls.length).toBeLessThanOrEqual(most)
    else expect(attempt.mock.calls.length).toBeGreaterThan(5)
    controller.abort()
    await clock.run(done)
  })

  it('begins anew with another kind of refusal', async () => {
    const { clock, options } = setup({ carries: true })
    let calls = 0
    const from = clock.now()
    const attempt = async () => {
      calls += 1
      if (calls === 6) return 'there'
      throw calls === 3 ? busy() : broken()
    }
    expect(await clock.run(retry(attempt, options))).toBe('there')
    expect(clock.now() - from).toBeLessThan(20_000)
  })

  it('keeps its patience: the last try comes at its end', async () => {
    const { clock, options } = setup({ carries: true, retryTimeout: 6000 })
    const from = clock.now()
    const tries: number[] = []
    const attempt = async () => {
      tries.push(clock.now() - from)
      throw broken()
    }
    await expect(clock.run(retry(attempt, options))).rejects.toMatchObject({ status: 500 })
    expect(tries.at(-1)).toBe(6000)
  })

  it('is told in its own words while it is waited for', async () => {
    const waits: unknown[] = []
    const { clock, options } = setup({ onWait: (waiting) => waits.push(waiting) })
    const attempt = async (tries: number) => {
      if (tries > 0) return
      throw broken()
    }
    await clock.run(retry(attempt, options))
    expect(waits).toEqual([
      {
        reason: 'storage-error',
        side: 'storage',
        until: expect.any(Number),
        answered: { answer: '500 InternalError', by: 'itself' },
        detail: 'InternalError: oops',
      },
    ])
  })
})

describe('persisting', () => {
  it('goes on until it succeeds and says what it waits for', async () => {
    const waits: unknown[] = []
    const { clock, options } = setup({ onWait: (waiting) => waits.push(waiting) })
    const attempt = vi.fn(async (tries: number) => {
      if (tries < 3) throw busy()
      return tries
    })
    expect(await clock.run(retry(attempt, options))).toBe(3)
    expect(waits).toMatchObject([{ reason: 'busy' }, { reason: 'busy' }, { reason: 'busy' }])
  })

  it('gives up after its patience, tries that hang included', async () => {
    const { clock, options } = setup({ retryTimeout: 300_000 })
    const from = clock.now()
    const hanging = retry(async () => {
      await new Promise<void>((resolve) => clock.after(60_000, resolve))
      throw busy()
    }, options)
    await expect(clock.run(hanging)).rejects.toMatchObject({ status: 503 })
    expect(clock.now() - from).toBeGreaterThan(200_000)
    expect(clock.now() - from).toBeLessThan(400_000)
  })

  it.each([5000, 60_000])(
    'says of a busy server whose it was, and how long it has waited: patience %i ms',
    async (patience) => {
      const { clock, options } = setup({ retryTimeout: patience })
      const thrown = await clock.run(retry(() => Promise.reject(busy(4000)), options).catch((error: unknown) => error))
      const { code, facts } = toUploadError(thrown)
      expect(code).toBe('throttled')
      expect(facts.side).toBe('lakefs')
      expect(facts.seconds).toBeGreaterThan(0)
      expect(facts.seconds).toBeLessThanOrEqual(patience / 1000)
    },
  )

  describe('with a server that asks for a longer wait than the patience', () => {
    it('waits for it once, and says until when', async () => {
      const waits: WaitState[] = []
      const { clock, options } = setup({ obeys: true, onWait: (waiting) => waits.push(waiting) })
      const from = clock.now()
      const attempt = async (tries: number) => {
        if (tries === 0) throw busy(900_000)
        return 'there'
      }
      expect(await clock.run(retry(attempt, options))).toBe('there')
      expect(clock.now() - from).toBe(900_000)
      expect(waits).toMatchObject([{ reason: 'busy', side: 'lakefs', until: from + 900_000 }])
    })

    it('keeps its patience for what follows', async () => {
      const { clock, options } = setup({ obeys: true, retryTimeout: 60_000 })
      const from = clock.now()
      const attempt = async (tries: number) => {
        if (tries === 0) throw busy(900_000)
        if (clock.now() - from < 930_000) throw busy()
        return 'there'
      }
      expect(await clock.run(retry(attempt, options))).toBe('there')
    })

    it.each([
      ['a second time', { obeys: true }, 900_000],
      ['beyond an hour', { obeys: true }, 7_200_000],
      ['in work that may not take long', {}, 900_000],
    ])('fails with the time to come back: %s', async (_, changes, ms) => {
      const { clock, options } = setup(changes)
      const thrown = await clock.run(retry(() => Promise.reject(busy(ms)), options).catch((error: unknown) => error))
      expect(toUploadError(thrown)).toMatchObject({
        code: 'throttled',
        facts: { side: 'lakefs', by: 'unknown', until: clock.now() + ms },
      })
    })
  })

  it('says what was looked for only when it waits, and ends with what was found', async () => {
    const waits: unknown[] = []
    const found = new UploadError('blocked')
    let find = () => {}
    const { options } = setup({
      onWait: (waiting) => waits.push(waiting),
      onRefusal: () => new Promise((_, reject) => (find = () => reject(found))),
    })
    const done = retry(() => Promise.reject(busy(200_000)), options).catch((error: unknown) => error)
    await idle()
    expect(waits).toHaveLength(1)
    find()
    expect(await done).toBe(found)
  })

  it('begins anew with its patience at every progress', async () => {
    let progress = 0
    const { clock, options } = setup({ retryTimeout: 10_000, progress: () => progress })
    const attempt = async (tries: number) => {
      progress += progress < 40 ? 1 : 0
      if (progress < 40 || tries < 2) throw busy()
      return 'there'
    }
    expect(await clock.run(retry(attempt, options))).toBe('there')
  })

  it('counts a night of sleep as one wait', async () => {
    const { clock, options, alarm } = setup({ retryTimeout: 60_000 })
    let calls = 0
    const done = retry(
      async () => {
        calls += 1
        if (calls === 1) {
          // The laptop sleeps in the middle of the request.
          await new Promise<void>((resolve) => clock.after(8 * 3_600_000, resolve))
          throw new ResponseError({ side: 'lakefs', status: 0 })
        }
        return 'morning'
      },
      { ...options, retryTimeout: 200_000 },
    )
    await clock.advance(8 * 3_600_000)
    alarm.ring()
    expect(await clock.run(done)).toBe('morning')
  })

  it('repeats once where the table says once', async () => {
    const { clock, options } = setup()
    const attempt = vi.fn(async () => {
      throw new ResponseError({ side: 'storage', status: 400, xmlCode: 'BadDigest' })
    })
    await expect(clock.run(retry(attempt, options))).rejects.toMatchObject({ xmlCode: 'BadDigest' })
    expect(attempt).toHaveBeenCalledTimes(2)
  })

  it('is woken by the alarm and stopped by its signal, leaving no listener', async () => {
    const { options, alarm, controller } = setup()
    const { signal } = controller
    const [add, remove] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')]
    const attempt = vi.fn(async () => {
      throw busy(200_000)
    })
    const done = retry(attempt, options).catch((thrown: Error) => thrown.name)
    await idle()
    expect(attempt).toHaveBeenCalledTimes(1)
    alarm.ring()
    await idle()
    expect(attempt).toHaveBeenCalledTimes(2)
    controller.abort()
    expect(await done).toBe('AbortError')
    expect(remove.mock.calls.length).toBe(add.mock.calls.length)
  })

  it('keeps a wait that a server has asked for when the network is back, and ends only what is over it', async () => {
    const { clock, options, alarm } = setup()
    clock.chance = 1
    const from = clock.now()
    const tries: number[] = []
    const attempt = async () => {
      tries.push(clock.now() - from)
      // The seventh wait lasts 19.2 s, of which the server has asked for 10.
      if (tries.length <= 7) throw busy(10_000)
      return 'there'
    }
    const done = retry(attempt, options)
    await clock.advance(5000)
    alarm.ringForNetwork()
    await clock.advance(0)
    expect(tries).toEqual([0])
    await clock.advance(5000)
    expect(tries).toEqual([0, 10_000])
    await clock.advance(50_000)
    expect(tries).toHaveLength(7)
    await clock.advance(2000)
    alarm.ringForNetwork()
    await clock.advance(7999)
    expect(tries).toHaveLength(7)
    await clock.advance(1)
    expect(tries.at(-1)).toBe(70_000)
    expect(await done).toBe('there')
  })

  it('does not count a wait that the alarm ended', async () => {
    const { clock, options, alarm } = setup({ online: () => false })
    const attempt = vi.fn(async () => {
      throw new ResponseError({ side: 'lakefs', status: 0 })
    })
    let over = false
    void retry(attempt, options).catch(() => (over = true))
    // A network that comes and goes, every second for a minute.
    for (let flap = 0; flap < 60; flap += 1) {
      await clock.advance(1000)
      alarm.ring()
    }
    await idle()
    expect([attempt.mock.calls.length, over]).toEqual([61, false])
  })

  it('waits offline without believing it for ever', async () => {
    const waits: unknown[] = []
    let online = false
    const { clock, options, alarm } = setup({ online: () => online, onWait: (waiting) => waits.push(waiting) })
    const done = retry(async () => {
      if (!online) throw new ResponseError({ side: 'storage', status: 0 })
      return 'sent'
    }, options)
    await clock.advance(65_000)
    expect(waits).toHaveLength(3)
    expect(waits[0]).toEqual({ reason: 'offline', side: 'storage' })
    online = true
    alarm.ring()
    expect(await clock.run(done)).toBe('sent')
  })
})

describe('the session', () => {
  const lost = new ResponseError({ side: 'lakefs', status: 401 })

  it('is asked about once for everybody who waits, and told lost once', async () => {
    const { clock, session, options, probe, onLost } = setup()
    let signedIn = false
    const attempt = async () => {
      if (!signedIn) throw lost
      return 'in'
    }
    const all = Promise.all(Array.from({ length: 8 }, () => retry(attempt, options)))
    await clock.advance(25_000)
    expect(onLost).toHaveBeenCalledTimes(1)
    expect(session.expired).toBe(true)
    expect(probe.mock.calls.length).toBeLessThanOrEqual(3)
    signedIn = true
    session.renewed()
    expect(await clock.run(all)).toHaveLength(8)
    expect(session.expired).toBe(false)
  })

  it('finds a sign-in elsewhere when the page is looked at', async () => {
    const { clock, session, options, probe } = setup()
    let signedIn = false
    const done = retry(async () => {
      if (!signedIn) throw lost
      return 'in'
    }, options)
    await clock.advance(1000)
    signedIn = true
    probe.mockResolvedValue(true)
    session.look()
    expect(await clock.run(done, 1000)).toBe('in')
  })

  it('is no news from a request made before the renewal', async () => {
    const { clock, session, onLost } = setup()
    const old = session.generation
    session.renewed()
    await clock.run(session.lost(old, new AbortController().signal))
    expect(onLost).not.toHaveBeenCalled()
  })
})
