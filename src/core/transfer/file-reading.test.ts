import { describe, expect, it } from 'vitest'
import { UploadError } from '../errors.ts'
import { ResponseError } from '../request/response-error.ts'
import { TestClock } from '../testing/clock.ts'
import { md5, TestLake } from '../testing/lake.ts'
import { TestBrowser } from '../testing/records.ts'
import { file, rig } from '../testing/rig.ts'
import { READ_DELAYS_MS } from './file-reading.ts'

const MIB = 2 ** 20
const SIZE = 16 * MIB
const parts = { partSize: 5 * MIB }

/** A file whose bytes the browser refuses to read while `when` says so, each slice of it too. */
function fragile(name: string, size: number, when: () => boolean, error = 'NotReadableError'): File {
  const guard = <T extends Blob>(blob: T): T => {
    const [bytes, slice] = [blob.arrayBuffer.bind(blob), blob.slice.bind(blob)]
    blob.arrayBuffer = async () => {
      if (when()) throw new DOMException('no', error)
      return await bytes()
    }
    blob.slice = (...range) => guard(slice(...range))
    return blob
  }
  return guard(file(name, size))
}

const stateOf = ({ engine }: ReturnType<typeof rig>) => engine.getSnapshot().files[0]

describe('a file that cannot be read for a moment', () => {
  it.each(['NotReadableError', 'NotFoundError'])('goes on with the same parts: %s', async (error) => {
    const one = rig(parts)
    const { lake, clock, upload } = one
    let since = 0
    const away = () => {
      if (lake.count('part') < 2) return false
      since ||= clock.now()
      return clock.now() - since < 30_000
    }
    expect(await upload([fragile('big.bin', SIZE, away, error)])).toMatchObject({ uploaded: 1 })
    expect([lake.count('create'), lake.count('part'), lake.count('abort')]).toEqual([1, 4, 0])
    expect(md5([...lake.stored.values()][0] ?? '')).toBe(md5(new Uint8Array(await file('b', SIZE).arrayBuffer())))
    expect(stateOf(one)).toMatchObject({ verified: true })
  })

  it('says so in its row, and when it is tried again', async () => {
    const one = rig({ ...parts, concurrency: { parts: 1 } })
    const { lake, clock, engine, until } = one
    let away = true
    await clock.run(engine.add([fragile('big.bin', SIZE, () => away && lake.count('part') >= 2)]))
    expect(await until('waiting')).toMatchObject({ wait: { reason: 'file-unreadable', until: expect.any(Number) } })
    away = false
    engine.retry()
    await until('uploaded')
  })

  it('fails after a minute as what a retry can help, and keeps its parts for that', async () => {
    const one = rig(parts)
    const { lake, clock, engine, upload } = one
    let away = false
    const from = clock.now()
    lake.twist = ({ route }, count) => {
      away ||= route === 'part' && count === 3
      return undefined
    }
    expect(await upload([fragile('big.bin', SIZE, () => away)])).toMatchObject({ failed: 1 })
    expect(stateOf(one)).toMatchObject({ error: { code: 'file-unreadable', retryable: true } })
    expect(clock.now() - from).toBeGreaterThanOrEqual(READ_DELAYS_MS.reduce((sum, ms) => sum + ms, 0))
    const sent = lake.multiparts.values().next().value?.parts.size ?? 0
    expect([sent > 0, lake.count('abort')]).toEqual([true, 0])
    away = false
    const before = lake.count('part')
    engine.retry()
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
    expect([lake.count('create'), lake.count('part') - before]).toEqual([1, 4 - sent])
  })

  it('fails for good once its time of change is another one', async () => {
    const one = rig(parts)
    const { lake, upload } = one
    const away = () => lake.count('part') >= 2
    const now = { size: SIZE, lastModified: 5 }
    const big = fragile('big.bin', SIZE, away)
    const handle = { kind: 'file', name: 'big.bin', getFile: async () => (away() ? now : big) }
    expect(await upload([handle as unknown as FileSystemFileHandle])).toMatchObject({ failed: 1 })
    expect(stateOf(one)).toMatchObject({ error: { code: 'file-changed', retryable: false } })
    expect([lake.count('complete'), lake.multiparts.size]).toEqual([0, 0])
  })

  it('is hashed again: one that the Worker could not read is neither changed nor unverified', async () => {
    let refused = 0
    const one = rig(parts, {
      md5: async (body) => {
        refused += 1
        if (refused === 2) throw new UploadError('file-unreadable', { detail: 'NotReadableError' })
        return md5(new Uint8Array(await body.arrayBuffer()))
      },
    })
    expect(await one.upload([file('big.bin', SIZE)])).toMatchObject({ uploaded: 1 })
    expect(stateOf(one)).toMatchObject({ verified: true })
  })

  it('is waited for in a later visit, too, where that has its parts', async () => {
    const browser = new TestBrowser()
    const shared = { clock: new TestClock(), lake: new TestLake() }
    const { clock, lake } = shared
    const resumeStore = { open: browser.open, locks: browser.locks, endpoint: 'http://lakefs.test/api/v1' }
    const open = () => rig(parts, { resumeStore }, shared)
    const first = open()
    lake.twist = ({ route, path }) => (route === 'part' && path === '3' ? 'hang' : undefined)
    await clock.run(first.engine.add([file('big.bin', SIZE)]))
    await clock.advance(1000)
    first.engine.stop()
    browser.crash()
    lake.twist = () => undefined
    const second = open()
    await clock.run(second.engine.findUnfinished())
    const back = clock.now() + 20_000
    expect(await second.upload([fragile('big.bin', SIZE, () => clock.now() < back)])).toMatchObject({ uploaded: 1 })
    expect(lake.count('create')).toBe(1)
  })
})

describe('a file that was replaced after it was chosen', () => {
  /** What WebKit makes of it: the request hangs, and the File has another time of change. */
  function replaced(options: { hangs: boolean; error?: string }) {
    const one = rig()
    const { lake } = one
    const begun = () => lake.count('put') > 0
    const doc = options.error ? fragile('a.bin', 1000, begun, options.error) : file('a.bin', 1000)
    const { lastModified } = doc
    Object.defineProperty(doc, 'lastModified', { get: () => lastModified + (begun() ? 60_000 : 0) })
    lake.twist = ({ route }) => {
      if (route !== 'put') return undefined
      return options.hangs ? 'hang' : new ResponseError({ side: 'storage', status: 0 })
    }
    return { ...one, doc }
  }

  it.each([
    ['whose request hangs', { hangs: true }],
    ['whose request hangs and that cannot be read', { hangs: true, error: 'NotReadableError' }],
    ['whose request ends as a network error', { hangs: false, error: 'NotFoundError' }],
  ])('is told within seconds: %s', async (_, options) => {
    const { doc, lake, clock, engine, upload } = replaced(options)
    const from = clock.now()
    expect(await upload([doc])).toMatchObject({ failed: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'file-changed' } })
    expect(clock.now() - from).toBeLessThan(10_000)
    expect([lake.count('put'), lake.count('link')]).toEqual([1, 0])
  })

  it('before its turn came is told before a byte is sent', async () => {
    const { lake, clock, engine, upload } = rig()
    const doc = file('a.bin', 1000)
    const { lastModified } = doc
    let late = false
    Object.defineProperty(doc, 'lastModified', { get: () => lastModified + (late ? 1 : 0) })
    const from = clock.now()
    lake.twist = ({ route }) => {
      late ||= route === 'config'
      return undefined
    }
    expect(await upload([doc])).toMatchObject({ failed: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'file-changed' } })
    expect([lake.count('put'), clock.now() - from < 10_000]).toEqual([0, true])
  })

  it('is not one that is gone for a moment, which WebKit says to have changed just now', async () => {
    const { lake, clock, upload } = rig(parts)
    let since = 0
    const away = () => {
      if (lake.count('part') < 2) return false
      since ||= clock.now()
      return clock.now() - since < 20_000
    }
    const big = fragile('big.bin', SIZE, away, 'NotFoundError')
    const { lastModified } = big
    let asked = 0
    Object.defineProperty(big, 'lastModified', {
      get: () => {
        asked += 1
        return away() ? clock.now() + asked : lastModified
      },
    })
    expect(await upload([big])).toMatchObject({ uploaded: 1 })
    expect(lake.count('create')).toBe(1)
  })
})

it('a request that is long without a byte, of a file that can be read, is left alone', async () => {
  const { lake, clock, engine } = rig()
  // The test of the store gets its answer.
  lake.twist = ({ route, body }) => (route === 'put' && (body as Blob).size > 0 ? 'hang' : undefined)
  await clock.run(engine.add([file('a.bin', 1000)]))
  await clock.advance(170_000)
  const bodies = lake.seen.filter(({ route, body }) => route === 'put' && (body as Blob).size > 0)
  expect([bodies.length, engine.getSnapshot().files[0]?.status]).toEqual([1, 'sending'])
  engine.pause()
  await clock.advance(10)
  expect(engine.getSnapshot().files[0]?.status).toBe('paused')
})
