import { describe, expect, it } from 'vitest'
import type { UploadFile } from '../../file/upload-file.ts'
import { ResponseError } from '../../request/response-error.ts'
import type { BrowserProbes } from '../../store/browser-probes.ts'
import { say, type TestLake } from '../../testing/lake.ts'
import { file, rig } from '../../testing/rig.ts'

const silence = (side: 'lakefs' | 'storage') => new ResponseError({ side, status: 0 })

const probesOf = (changes: Partial<BrowserProbes> = {}): BrowserProbes => ({
  policy: () => undefined,
  reached: () => {},
  permission: async () => undefined,
  answersSimple: async () => 'hidden',
  pristine: () => undefined,
  ...changes,
})

/** The policy of a page that refuses one origin. */
const refusing = (origin: string) =>
  probesOf({
    policy: (of) =>
      of === origin ? { directive: 'connect-src', origin, rule: `connect-src 'self' ${origin}` } : undefined,
  })

const shut = (lake: TestLake) => {
  lake.twist = ({ route }) => (route === 'put' ? silence('storage') : undefined)
}

/** Runs the time until the first file is as wanted, and returns it with the ms that it took. */
async function until({ engine, clock }: ReturnType<typeof rig>, wanted: (file: UploadFile) => boolean) {
  const from = clock.now()
  for (let step = 0; step < 2000; step += 1) {
    const one = engine.getSnapshot().files[0]
    if (one && wanted(one)) return { file: one, ms: clock.now() - from }
    await clock.advance(100)
  }
  throw new Error(`never, but ${JSON.stringify(engine.getSnapshot().files[0])}`)
}

const found = (one: UploadFile) => (one.status === 'waiting' ? one.wait.found : undefined)
const hasFound = (one: UploadFile) => found(one) !== undefined
const hasFailed = (one: UploadFile) => one.status === 'failed'

describe('a store that gives no answer', () => {
  it('is told in the row while the file waits, within seconds', async () => {
    const r = rig()
    shut(r.lake)
    await r.clock.run(r.engine.add([file('a.csv')]))
    const { file: waiting, ms } = await until(r, hasFound)
    expect(ms).toBeLessThan(20_000)
    expect(waiting).toMatchObject({
      wait: { reason: 'storage-unreachable', found: { check: 'network', origin: 'http://store.test' } },
    })
    // It stays there from try to try, and goes with the first answer.
    const first = waiting.status === 'waiting' ? waiting.wait : undefined
    const later = await until(r, (one) => hasFound(one) && one.status === 'waiting' && one.wait.until !== first?.until)
    expect(found(later.file)).toEqual(found(waiting))
    r.lake.twist = () => undefined
    expect(await r.clock.run(r.engine.finished())).toMatchObject({ uploaded: 1 })
  })

  it('that hangs is told within a minute, and not waited for until it stalls', async () => {
    const r = rig()
    r.lake.twist = ({ route }) => (route === 'put' ? 'hang' : undefined)
    await r.clock.run(r.engine.add([file('a.csv')]))
    const { file: waiting, ms } = await until(r, hasFound)
    expect(ms).toBeLessThan(60_000)
    expect(found(waiting)).toMatchObject({ check: 'network' })
    r.engine.cancel()
    await r.clock.run(r.engine.finished())
  })

  it('that is only slow is not given up', async () => {
    const r = rig()
    r.lake.twist = ({ route }, count) => (route === 'put' && count === 1 ? 'hang' : undefined)
    await r.clock.run(r.engine.add([file('a.csv')]))
    await r.clock.advance(50_000)
    // Its test was answered meanwhile.
    expect(r.lake.count('put')).toBeGreaterThan(1)
    expect(r.engine.getSnapshot().files[0]?.status).toBe('sending')
    r.engine.cancel()
    await r.clock.run(r.engine.finished())
  })

  it('names the permission that is denied', async () => {
    const r = rig({}, { probes: probesOf({ permission: async () => 'denied' }) })
    shut(r.lake)
    await r.clock.run(r.engine.add([file('a.csv')]))
    const { file: waiting } = await until(r, hasFound)
    expect(found(waiting)).toMatchObject({ check: 'permission', permission: 'local-network' })
  })

  it('is refused by the policy of the page: fails within seconds, with what to allow', async () => {
    const r = rig({}, { probes: refusing('http://store.test') })
    shut(r.lake)
    await r.clock.run(r.engine.add([file('a.csv')]))
    const { file: failed, ms } = await until(r, hasFailed)
    expect(ms).toBeLessThan(5000)
    expect(failed).toMatchObject({
      error: {
        code: 'blocked-by-policy',
        retryable: true,
        facts: {
          directive: 'connect-src',
          origin: 'http://store.test',
          rule: "connect-src 'self' http://store.test",
        },
      },
    })
  })

  it('lets small bodies through and large ones not: fails with both sizes', async () => {
    const r = rig({}, { reach: async () => true })
    r.lake.twist = ({ route, body }) =>
      route === 'put' && body instanceof Blob && body.size > 2 ** 20 ? silence('storage') : undefined
    await r.clock.run(r.engine.add([file('small.bin', 1000), file('large.bin', 3 * 2 ** 20)]))
    await r.clock.run(r.engine.finished())
    const [small, large] = r.engine.getSnapshot().files
    expect(small).toMatchObject({ status: 'uploaded' })
    expect(large).toMatchObject({
      error: { code: 'storage-unreachable', facts: { check: 'body-limit', passes: 2 ** 20, stops: 2 ** 21 } },
    })
  })

  it('waits for a store that has answered and now answers without CORS headers', async () => {
    const r = rig({}, { reach: async () => true })
    expect(await r.upload([file('a.csv')])).toMatchObject({ uploaded: 1 })
    shut(r.lake)
    await r.clock.run(r.engine.add([file('b.csv')]))
    for (let step = 0; step < 200 && !r.engine.getSnapshot().files.some(hasFound); step += 1) await r.clock.advance(100)
    const [, second] = r.engine.getSnapshot().files
    expect(second && found(second)).toEqual({ check: 'hidden', origin: 'http://store.test' })
    r.lake.twist = () => undefined
    expect(await r.clock.run(r.engine.finished())).toMatchObject({ failed: 0 })
  })
})

describe('a name that something in between stops', () => {
  const stops = (r: ReturnType<typeof rig>, name: string) => {
    r.lake.twist = ({ path }) => (path.includes(name) ? silence('lakefs') : undefined)
  }

  it('fails within seconds with the name, and the others land', async () => {
    const r = rig({ onConflict: 'fail' })
    stops(r, 'spacer.gif')
    await r.clock.run(r.engine.add([file('spacer.gif'), file('a.csv')]))
    const { file: failed, ms } = await until(r, hasFailed)
    expect(ms).toBeLessThan(10_000)
    expect(failed).toMatchObject({ path: 'spacer.gif', error: { code: 'blocked', facts: { name: 'spacer.gif' } } })
    expect(await r.clock.run(r.engine.finished())).toMatchObject({ uploaded: 1, failed: 1 })
  })

  it('is found where only one kind of request is stopped', async () => {
    const r = rig()
    r.lake.twist = ({ route, path }) => (route === 'address' && path === 'ads.js' ? silence('lakefs') : undefined)
    await r.upload([file('ads.js')])
    expect(r.engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'blocked' } })
  })

  it('may be that of the branch', async () => {
    const r = rig()
    r.lake.twist = ({ route }) => (route === 'branch' ? silence('lakefs') : undefined)
    await r.upload([file('a.csv')])
    expect(r.engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'blocked', facts: { name: 'main' } } })
  })

  it('is not blamed for a call that gets no answer whatever the name', async () => {
    const r = rig()
    r.lake.twist = ({ route }, count) => (route === 'link' && count < 6 ? silence('lakefs') : undefined)
    expect(await r.upload([file('a.csv')])).toMatchObject({ uploaded: 1 })
    const s = rig()
    s.lake.twist = ({ route }, count) => (route === 'address' && count < 9 ? silence('lakefs') : undefined)
    expect(await s.upload([file('a.csv')])).toMatchObject({ uploaded: 1 })
  })

  it('passes over listings that alone get no answer, once for all files', async () => {
    const r = rig({ onConflict: 'fail' })
    r.lake.put('taken.csv')
    r.lake.twist = ({ route }) => (route === 'list' ? silence('lakefs') : undefined)
    await r.clock.run(r.engine.add(['a', 'b', 'c', 'taken'].map((name) => file(`${name}.csv`))))
    await r.clock.run(r.engine.finished())
    expect(r.statuses()).toEqual(['a.csv uploaded', 'b.csv uploaded', 'c.csv uploaded', 'taken.csv failed'])
    const before = r.lake.count('list')
    await r.upload([file('d.csv')])
    expect(r.lake.count('list') - before).toBeLessThan(20)
  })
})

describe('lakeFS that gives no answer', () => {
  const off = (r: ReturnType<typeof rig>) => {
    r.lake.twist = ({ route }) => (route === 'put' ? undefined : silence('lakefs'))
  }

  it('is told in the row while the file waits', async () => {
    const r = rig()
    off(r)
    await r.clock.run(r.engine.add([file('a.csv')]))
    const { file: waiting } = await until(r, hasFound)
    expect(waiting).toMatchObject({
      wait: { reason: 'lakefs-unreachable', side: 'lakefs', found: { check: 'network', origin: 'http://lakefs.test' } },
    })
    r.lake.twist = () => undefined
    expect(await r.clock.run(r.engine.finished())).toMatchObject({ uploaded: 1 })
  })

  it('is refused by the policy of the page', async () => {
    const r = rig({}, { probes: refusing('http://lakefs.test') })
    off(r)
    await r.clock.run(r.engine.add([file('a.csv')]))
    const { file: failed, ms } = await until(r, hasFailed)
    expect(ms).toBeLessThan(5000)
    expect(failed).toMatchObject({ error: { code: 'blocked-by-policy', facts: { origin: 'http://lakefs.test' } } })
  })

  it('on another origin answers without CORS', async () => {
    const r = rig({}, { reach: async () => true })
    off(r)
    await r.clock.run(r.engine.add([file('a.csv')]))
    const { file: waiting } = await until(r, hasFound)
    expect(found(waiting)).toEqual({ check: 'lakefs-cors', origin: 'http://lakefs.test' })
  })
})

describe('a server that asks for a long wait', () => {
  const SECONDS = 900
  const busyStore = new ResponseError({ side: 'storage', status: 429, retryAfter: SECONDS * 1000 })

  it.each([
    ['address', 'lakefs'],
    ['put', 'storage'],
  ] as const)('at %s is waited for, and every row says until when', async (route, side) => {
    const r = rig()
    r.lake.twist = (seen, count) => {
      if (seen.route !== route || count > 1) return undefined
      return side === 'lakefs' ? say(429, 'too many', { 'Retry-After': String(SECONDS) }) : busyStore
    }
    const from = r.clock.now()
    await r.clock.run(r.engine.add([file('a.csv'), file('b.csv')]))
    await r.clock.advance(60_000)
    const waits = r.engine.getSnapshot().files.filter((one) => one.status === 'waiting')
    expect(waits.length).toBeGreaterThan(0)
    for (const one of waits) expect(one).toMatchObject({ wait: { reason: 'busy', side } })
    for (const one of waits) expect(one.wait.until).toBeGreaterThanOrEqual(from + SECONDS * 1000)
    expect(await r.clock.run(r.engine.finished())).toMatchObject({ uploaded: 2 })
    expect(r.clock.now() - from).toBeGreaterThanOrEqual(SECONDS * 1000)
  })

  it('again and again fails with the time to come back, and whose it was', async () => {
    const r = rig()
    r.lake.twist = ({ route }) => (route === 'put' ? busyStore : undefined)
    await r.upload([file('a.csv')])
    expect(r.engine.getSnapshot().files[0]).toMatchObject({
      error: { code: 'throttled', facts: { side: 'storage', until: r.clock.now() + 900_000 } },
    })
  })
})
