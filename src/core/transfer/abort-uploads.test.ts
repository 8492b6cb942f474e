import { describe, expect, it } from 'vitest'
import type { UploaderOptions } from '../options.ts'
import { TestClock } from '../testing/clock.ts'
import { say, TestLake } from '../testing/lake.ts'
import { TestBrowser } from '../testing/records.ts'
import { file, rig } from '../testing/rig.ts'
import { ABORT_DELAYS_MS, LATE_PARTS_MS } from './abort-uploads.ts'

const MIB = 2 ** 20
const big = (size = 16 * MIB) => file('big.bin', size)
const MOST = ABORT_DELAYS_MS.length + 1
const ALL_MS = ABORT_DELAYS_MS.reduce((sum, ms) => sum + ms, 0)

/** Pages of one browser in front of a store that keeps parts that come late. */
function visits() {
  const browser = new TestBrowser()
  const shared = { clock: new TestClock(), lake: new TestLake() }
  const { clock, lake } = shared
  const resumeStore = { open: browser.open, locks: browser.locks, endpoint: 'http://lakefs.test/api/v1' }
  const open = (options: Partial<UploaderOptions> = {}) =>
    rig({ partSize: 5 * MIB, ...options }, { resumeStore }, shared)
  /** A part that something on the line still held arrives, and brings its upload back. */
  const late = (upload: string) => lake.multiparts.set(upload, { address: 's3://bucket/late', parts: new Map() })
  /** Begins a large file whose third part never ends. @returns the id of its upload. */
  const begin = async (page: ReturnType<typeof open>) => {
    lake.twist = ({ route, path }) => (route === 'part' && path === '3' ? 'hang' : undefined)
    await clock.run(page.engine.add([big()]))
    await clock.advance(1000)
    const [upload = ''] = lake.multiparts.keys()
    return upload
  }
  return { browser, clock, lake, open, begin, late }
}

/** Ms between the aborts that the store was asked for. */
function abortTimes({ lake, clock }: { lake: TestLake; clock: TestClock }) {
  const times: number[] = []
  const { twist } = lake
  lake.twist = (seen, count) => {
    if (seen.route === 'abort') times.push(clock.now())
    return twist(seen, count)
  }
  return () => times.slice(1).map((at, index) => at - (times[index] ?? 0))
}

describe('an upload in parts that is given up', () => {
  it('is aborted again, at growing distances, until no part can bring it back any more', async () => {
    const { lake, clock, open, begin, late, browser } = visits()
    const page = open()
    const upload = await begin(page)
    const distances = abortTimes({ lake, clock })
    page.engine.cancel()
    await clock.advance(1000)
    expect([lake.count('abort'), lake.multiparts.size]).toEqual([1, 0])
    late(upload)
    await clock.advance(5000)
    expect([lake.count('abort'), lake.multiparts.size]).toEqual([2, 0])
    // Once more it comes, after the store has said yes twice.
    late(upload)
    await clock.advance(15_000)
    expect([lake.count('abort'), lake.multiparts.size, browser.files.size]).toEqual([3, 0, 1])
    await clock.advance(3_600_000)
    expect([lake.count('abort'), lake.multiparts.size, browser.files.size]).toEqual([4, 0, 0])
    expect(distances()).toEqual(ABORT_DELAYS_MS.slice(0, 3))
  })

  it('is not believed to be gone as long as a part may still come', async () => {
    const { lake, clock, open, begin, late, browser } = visits()
    const page = open()
    const upload = await begin(page)
    page.engine.cancel()
    await clock.advance(6000)
    // The second abort was answered by NoSuchUpload.
    expect([lake.count('abort'), browser.files.size]).toEqual([2, 1])
    late(upload)
    await clock.advance(LATE_PARTS_MS)
    expect(lake.multiparts.size).toBe(0)
    await clock.advance(3_600_000)
    expect([lake.count('abort'), browser.files.size]).toEqual([4, 0])
  })

  it('is aborted so often and no more where the store takes every abort', async () => {
    const { lake, clock, open, begin, browser } = visits()
    const page = open()
    await begin(page)
    const { twist } = lake
    lake.twist = (seen, count) => (seen.route === 'abort' ? new Response(null, { status: 204 }) : twist(seen, count))
    const distances = abortTimes({ lake, clock })
    page.engine.cancel()
    await clock.advance(ALL_MS - 1000)
    expect([lake.count('abort'), browser.files.size]).toEqual([MOST - 1, 1])
    await clock.advance(24 * 3_600_000)
    expect([lake.count('abort'), browser.files.size]).toEqual([MOST, 0])
    expect(distances()).toEqual(ABORT_DELAYS_MS)
    expect(page.engine.getReport()).toContain('a multipart upload may stay open')
  })

  it('keeps its record where every abort was refused', async () => {
    const { lake, clock, open, begin, browser } = visits()
    const page = open()
    await begin(page)
    const { twist } = lake
    lake.twist = (seen, count) => (seen.route === 'abort' ? say(403, 'insufficient permissions') : twist(seen, count))
    page.engine.cancel()
    await clock.advance(24 * 3_600_000)
    expect([lake.count('abort'), browser.files.size]).toEqual([MOST, 1])
  })

  it('is gone where lakeFS knows neither its branch nor it', async () => {
    const { lake, clock, open, begin, browser } = visits()
    const page = open()
    await begin(page)
    const { twist } = lake
    lake.twist = (seen, count) => (seen.route === 'abort' ? say(404, 'branch not found') : twist(seen, count))
    page.engine.cancel()
    await clock.advance(3_600_000)
    expect([lake.count('abort'), browser.files.size]).toEqual([3, 0])
  })

  it('holds up neither the end of the run nor the files behind it', async () => {
    const { lake, clock, open, begin } = visits()
    const page = open({ concurrency: { api: 1, files: 1 } })
    await begin(page)
    const from = clock.now()
    page.engine.cancel()
    expect(await clock.run(page.engine.finished())).toMatchObject({ cancelled: 1 })
    expect(await page.upload([file('next.txt')])).toMatchObject({ uploaded: 1 })
    expect(clock.now() - from).toBeLessThan(1000)
    expect(lake.count('abort')).toBe(1)
  })

  it('stands still when the uploader is destroyed, and goes on when that is used again', async () => {
    const { lake, clock, open, begin, late, browser } = visits()
    const page = open()
    const upload = await begin(page)
    page.engine.cancel()
    await clock.advance(1000)
    page.engine.stop()
    late(upload)
    await clock.advance(3_600_000)
    expect([lake.count('abort'), lake.multiparts.size, browser.files.size]).toEqual([1, 1, 1])
    await clock.run(page.engine.findUnfinished())
    await clock.advance(60_000)
    expect([lake.multiparts.size, browser.files.size]).toEqual([0, 0])
  })

  it('is aborted by the next visit until it is gone', async () => {
    const { lake, clock, open, begin, late, browser } = visits()
    const first = open()
    const upload = await begin(first)
    first.engine.cancel()
    await clock.advance(1000)
    first.engine.stop()
    browser.crash()
    late(upload)
    await clock.advance(3000)
    const second = open()
    expect(await clock.run(second.engine.findUnfinished())).toMatchObject({ files: [] })
    await clock.advance(1000)
    // That visit's first abort was taken: one more has to tell that it was the last part.
    expect([lake.count('abort'), lake.multiparts.size, browser.files.size]).toEqual([2, 0, 1])
    late(upload)
    await clock.advance(60_000)
    expect([lake.multiparts.size, browser.files.size]).toEqual([0, 0])
  })

  it('is asked of by the next visit once, where its parts have long ended', async () => {
    const { lake, clock, open, begin, browser } = visits()
    const first = open()
    await begin(first)
    first.engine.cancel()
    await clock.advance(1000)
    first.engine.stop()
    browser.crash()
    await clock.advance(3_600_000)
    const second = open()
    await clock.run(second.engine.findUnfinished())
    await clock.advance(1000)
    expect([lake.count('abort'), browser.files.size]).toEqual([2, 0])
  })

  it('is left alone once its record is a day old, however often somebody comes', async () => {
    const { lake, clock, open, begin, browser } = visits()
    lake.twist = () => undefined
    let page = open()
    await begin(page)
    const { twist } = lake
    lake.twist = (seen, count) => (seen.route === 'abort' ? new Response(null, { status: 204 }) : twist(seen, count))
    page.engine.cancel()
    for (let visit = 0; visit < 5; visit += 1) {
      await clock.advance(1000)
      page.engine.stop()
      browser.crash()
      clock.jump(6 * 3_600_000)
      page = open()
      await clock.run(page.engine.findUnfinished())
    }
    await clock.advance(3_600_000)
    expect(lake.count('abort')).toBeLessThanOrEqual(4)
    expect(browser.files.size).toBe(0)
  })

  it('is the one whose address has run out, too', async () => {
    const { lake, clock, open, begin, browser } = visits()
    const first = open()
    const upload = await begin(first)
    first.engine.stop()
    browser.crash()
    for (const record of browser.files.values()) record.since = clock.now() - 24 * 3_600_000
    const second = open()
    await clock.run(second.engine.findUnfinished())
    lake.twist = () => undefined
    expect(await second.upload([big()])).toMatchObject({ uploaded: 1 })
    await clock.advance(1000)
    expect([lake.count('create'), lake.count('abort'), lake.multiparts.has(upload)]).toEqual([2, 1, false])
  })

  it('is the one that nobody has come back for within a day, too', async () => {
    const { lake, clock, open, begin, browser } = visits()
    const first = open()
    await begin(first)
    first.engine.stop()
    await clock.advance(1000)
    browser.crash()
    clock.jump(25 * 3_600_000)
    const second = open()
    expect(await clock.run(second.engine.findUnfinished())).toMatchObject({ files: [] })
    await clock.advance(60_000)
    expect([lake.multiparts.size, browser.files.size]).toEqual([0, 0])
  })

  it('is the one of a server that turns out to sign nothing, too', async () => {
    const { lake, clock, open } = visits()
    const page = open()
    lake.twist = ({ route }) => (route === 'sign' ? say(500, 'presigned URLs are not supported') : undefined)
    expect(await page.upload([big()])).toMatchObject({ uploaded: 1 })
    await clock.advance(1000)
    expect([lake.count('upload'), lake.multiparts.size]).toEqual([1, 0])
  })

  it('is the one that the store no longer knew while other parts were on their way, too', async () => {
    const { lake, clock, open, late } = visits()
    const page = open()
    const gone = () => new Response('<Error><Code>NoSuchUpload</Code></Error>', { status: 404 })
    let first = ''
    lake.twist = ({ route }, count) => {
      if (route !== 'part' || count !== 3) return undefined
      first = [...lake.multiparts.keys()][0] ?? ''
      lake.multiparts.delete(first)
      return gone()
    }
    expect(await page.upload([big()])).toMatchObject({ uploaded: 1 })
    late(first)
    await clock.advance(60_000)
    expect(lake.multiparts.size).toBe(0)
  })
})

it('what is complete is not harmed by an abort that comes too late', async () => {
  const { lake, clock, open } = visits()
  const page = open()
  lake.twist = ({ route }) => {
    if (route === 'complete') page.engine.cancel()
    return route === 'complete' ? 'lost' : undefined
  }
  await clock.run(page.engine.add([big()]))
  await clock.advance(3_600_000)
  expect(lake.multiparts.size).toBe(0)
  expect(lake.objects.get('big.bin')?.size_bytes).toBe(16 * MIB)
  expect(lake.stored.has(lake.objects.get('big.bin')?.physical_address ?? '')).toBe(true)
})
