import { describe, expect, it } from 'vitest'
import { UploadError } from '../errors.ts'
import type { ResumePoint } from '../file/resume-point.ts'
import { say, type Twist } from '../testing/lake.ts'
import { file, rig } from '../testing/rig.ts'
import { FULL_VALID_MS, FullStores, MAX_REFUSED_FILES } from './full-stores.ts'

const WORDS = 'Storage backend has reached its minimum free drive threshold.'
const full = () =>
  new Response(`<Error><Code>XMinioStorageFull</Code><Message>${WORDS}</Message></Error>`, { status: 507 })
/** Requests to the store at once: those that are under way when it is known to be full were sent before. */
const CONNECTIONS = 6
/** Worth three parts of the smallest size. */
const BIG = { partSize: 5 * 2 ** 20 }
const BYTES = new Uint8Array(11 * 2 ** 20)
const big = (name = 'big.bin') => new File([BYTES], name)
/** The bytes of a request. */
const sizeOf = (body: unknown) => (body as Blob).size

/** Many files of these sizes for a store that answers so. */
function drop(sizes: readonly number[], twist: Twist, options: Parameters<typeof rig>[0] = {}) {
  const one = rig(options)
  one.lake.twist = twist
  const files = sizes.map((size, index) => file(`f${String(index).padStart(4, '0')}.bin`, size))
  const errors = () => one.engine.getSnapshot().files.flatMap((each) => (each.status === 'failed' ? [each.error] : []))
  return { ...one, files, errors }
}

describe('a full store', () => {
  it('costs a few requests, not one for each file; every file says it, with the words of the store', async () => {
    const many = Array.from({ length: 500 }, () => 100)
    const { lake, upload, files, errors, engine } = drop(many, ({ route }) => (route === 'put' ? full() : undefined))
    expect(await upload(files)).toMatchObject({ uploaded: 0, failed: 500 })
    // Those that were under way when it was known, and no more.
    expect(lake.count('put')).toBeLessThanOrEqual(MAX_REFUSED_FILES + CONNECTIONS + 2)
    expect(lake.count('link')).toBe(0)
    const told = new Set(errors().map(({ code, retryable, detail }) => `${code}, ${retryable}, ${detail}`))
    expect(told).toEqual(new Set([`storage-full, true, XMinioStorageFull: ${WORDS}`]))
    expect(errors().filter(({ facts }) => facts.unsent === undefined)).toHaveLength(lake.count('put'))
    // Room was made, and a person asks: all of them arrive, each sent once.
    const before = lake.count('put')
    lake.twist = () => undefined
    engine.retry()
    expect(await upload([])).toMatchObject({ uploaded: 500, failed: 0 })
    expect(lake.count('put') - before).toBe(500)
  })

  it('is asked again for what is smaller, and has it', async () => {
    const sizes = [...Array.from({ length: 40 }, () => 1000), ...Array.from({ length: 40 }, () => 10)]
    const { lake, upload, files } = drop(sizes, ({ route, body }) =>
      route === 'put' && sizeOf(body) > 500 ? full() : undefined,
    )
    expect(await upload(files)).toMatchObject({ uploaded: 40, failed: 40 })
    expect(lake.count('put')).toBeLessThanOrEqual(40 + MAX_REFUSED_FILES + CONNECTIONS + 2)
  })

  it('that takes a file of that size again is full no more', async () => {
    let refused = 0
    const sizes = Array.from({ length: 60 }, () => 100)
    // Room comes and goes: never three in a row.
    const { upload, files } = drop(
      sizes,
      ({ route }) => {
        if (route !== 'put') return undefined
        refused += 1
        return refused % 3 === 0 ? undefined : full()
      },
      { concurrency: { files: 1, parts: 1 } },
    )
    expect(await upload(files)).toMatchObject({ uploaded: 20, failed: 40 })
  })

  it('is believed for a minute, of its own repository, and not of what is smaller or under way', () => {
    let now = 0
    const stores = new FullStores(() => now)
    const error = new UploadError('storage-full', { status: 507, detail: 'words' })
    const held = (size: number, resumePoint: ResumePoint = {}, repository = 'lake') => {
      try {
        stores.check(repository, size, resumePoint)
        return false
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'storage-full', status: 507, detail: 'words', facts: { unsent: 1 } })
        return true
      }
    }
    for (const size of [300, 100, 200]) {
      expect(held(1000)).toBe(false)
      stores.refuse('lake', size, error)
    }
    // Told of others: no news.
    now = FULL_VALID_MS - 1
    stores.refuse('lake', 1, new UploadError('storage-full', { facts: { unsent: 1 } }))
    const blocks = { arrived: new Set([1]) } as ResumePoint['blocks']
    expect([held(99), held(100), held(100, { blocks }), held(100, {}, 'other')]).toEqual([false, true, false, false])
    now = FULL_VALID_MS
    expect(held(100)).toBe(false)
    for (const size of [1, 2, 3]) stores.refuse('lake', size, error)
    stores.arrive('lake', 0)
    expect(held(5)).toBe(true)
    stores.arrive('lake', 1)
    expect(held(5)).toBe(false)
  })

  it('leaves no upload in parts open that was never begun', async () => {
    const one = { ...BIG, concurrency: { files: 1 } }
    const { lake, upload } = drop([], ({ route }) => (route === 'part' ? full() : undefined), one)
    expect(await upload(Array.from({ length: 8 }, (_, index) => big(`f${index}`)))).toMatchObject({ failed: 8 })
    expect(lake.count('create')).toBe(MAX_REFUSED_FILES)
  })

  it('goes on with the parts that it has, once there is room', async () => {
    const one = { ...BIG, concurrency: { parts: 1 } }
    const { lake, upload, engine } = drop(
      [],
      ({ route, path }) => (route === 'part' && path === '3' ? full() : undefined),
      one,
    )
    expect(await upload([big()])).toMatchObject({ failed: 1 })
    const before = lake.count('part')
    lake.twist = () => undefined
    engine.retry()
    expect(await upload([])).toMatchObject({ uploaded: 1 })
    expect([lake.count('part') - before, lake.count('create')]).toEqual([1, 1])
  })
})

describe('a full store behind lakeFS', () => {
  it.each([
    ['a disk', 500, 'write /data/x: no space left on device'],
    ['a store', 500, 'https response error StatusCode: 403, api error QuotaExceeded: quota'],
    ['507', 507, 'Insufficient Storage'],
  ])('that takes the bytes itself: %s', async (_, status, message) => {
    const one = rig()
    one.lake.presign = false
    one.lake.twist = ({ route }) => (route === 'upload' ? say(status, message) : undefined)
    const files = Array.from({ length: 100 }, (_, index) => file(`f${index}.bin`, 100))
    expect(await one.upload(files)).toMatchObject({ failed: 100 })
    expect(one.lake.count('upload')).toBeLessThan(2 * 12)
    expect(one.engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'storage-full', detail: message } })
  })

  it.each(['create', 'complete'])('is told at %s of an upload in parts, and asked once', async (route) => {
    const one = rig(BIG)
    const message = `https response error StatusCode: 507, RequestID: 1, api error XMinioStorageFull: ${WORDS}`
    one.lake.twist = (seen) => (seen.route === route ? say(500, message) : undefined)
    expect(await one.upload([big()])).toMatchObject({ failed: 1 })
    expect(one.engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'storage-full', detail: message } })
    expect(one.lake.count(route)).toBe(1)
    const parts = one.lake.count('part')
    one.lake.twist = () => undefined
    one.engine.retry()
    expect(await one.upload([])).toMatchObject({ uploaded: 1 })
    // What the store had is not sent again.
    if (route === 'complete') expect(one.lake.count('part')).toBe(parts)
  })
})

it('a store that answers 500 gets the file a few times in 25 s, is not tested for silence, and is told by its words', async () => {
  const { lake, engine, clock, until } = rig()
  lake.twist = ({ route }) =>
    route === 'put'
      ? new Response('<Error><Code>InternalError</Code><Message>oops</Message></Error>', { status: 500 })
      : undefined
  await clock.run(engine.add([file('a.bin', 100)]))
  expect(await until('waiting')).toMatchObject({
    wait: {
      reason: 'storage-error',
      side: 'storage',
      answered: { answer: '500 InternalError', by: 'itself' },
      detail: 'InternalError: oops',
    },
  })
  await clock.advance(25_000)
  expect(lake.count('put')).toBeLessThanOrEqual(5)
  await clock.run(engine.finished())
  expect(engine.getSnapshot().files[0]).toMatchObject({
    error: { code: 'storage-error', status: 500, facts: { answer: '500 InternalError', by: 'itself' } },
  })
  // The self-test would have asked for an address of its own.
  expect(lake.count('address')).toBe(1)
})
