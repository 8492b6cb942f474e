import { describe, expect, it } from 'vitest'
import { abortError } from '../../request/clock.ts'
import { TestClock } from '../../testing/clock.ts'
import { md5, TestLake } from '../../testing/lake.ts'
import { TestBrowser } from '../../testing/records.ts'
import { file, rig } from '../../testing/rig.ts'

const CONTENT = 'hello lakeFS\n'

/** A visit of one browser, which counts the files that it reads. */
function visit(
  { browser = new TestBrowser(), lake = new TestLake(), clock = new TestClock() } = {},
  options: Parameters<typeof rig>[0] = {},
) {
  const read: number[] = []
  const resumeStore = { open: browser.open, locks: browser.locks, endpoint: 'http://lakefs.test/api/v1' }
  const count = async (body: Blob) => {
    read.push(body.size)
    return md5(new Uint8Array(await body.arrayBuffer()))
  }
  return { browser, read, ...rig({ onConflict: 'ask', ...options }, { md5: count, resumeStore }, { lake, clock }) }
}

const changed = (name: string) => new File([CONTENT], name, { lastModified: 1_800_000_000_000 })
const bodies = (lake: TestLake) => lake.count('put') + lake.count('link')

describe('a file whose path is taken', () => {
  it.each(['ask', 'skip', 'fail', 'rename'] as const)('is compared with policy %s', async (onConflict) => {
    const { lake, upload, engine } = visit({}, { onConflict })
    lake.put('a', CONTENT)
    await upload([file('a')])
    expect(engine.getSnapshot().files[0]).toMatchObject({ status: 'skipped', reason: 'identical' })
    expect(bodies(lake)).toBe(0)
  })

  it('is not compared where it is to be replaced, because that may be meant for its metadata', async () => {
    const { lake, upload, engine } = visit({}, { onConflict: 'overwrite' })
    lake.put('a', CONTENT)
    await upload([file('a')])
    expect(engine.getSnapshot().files[0]?.status).toBe('uploaded')
    expect(lake.count('list') + lake.count('stat')).toBeLessThanOrEqual(1)
  })

  it('is asked about when its bytes differ, with what is known of the difference', async () => {
    const { lake, clock, engine, until, read } = visit()
    lake.put('a', 'HELLO LAKEFS\n')
    await clock.run(engine.add([file('a')]))
    expect(await until('asking')).toMatchObject({ conflict: { compared: 'different' } })
    expect(read).toEqual([13])
    expect(engine.getDetails('f1')?.tries).toBe(1)
    // One look at the branch is enough.
    expect(lake.count('list')).toBe(1)
    engine.resolveConflict('f1', 'overwrite')
    await clock.run(engine.finished())
    expect(engine.getSnapshot().files[0]?.status).toBe('uploaded')
  })

  it('is not read when its size differs', async () => {
    const { lake, clock, engine, until, read } = visit()
    lake.put('a', 'other')
    await clock.run(engine.add([file('a')]))
    expect(await until('asking')).toMatchObject({ conflict: { compared: 'different' } })
    expect(read).toEqual([])
  })

  it('is asked about without reading where the checksum of the store says nothing', async () => {
    const { lake, clock, engine, until, read } = visit()
    lake.objects.set('a', { ...lake.put('a', CONTENT), checksum: '0x8DC1A' })
    await clock.run(engine.add([file('a')]))
    expect(await until('asking')).toMatchObject({ conflict: { compared: 'unknown' } })
    expect(read).toEqual([])
  })

  it('holds up no new file while it is compared', async () => {
    const lake = new TestLake()
    const reads: (() => void)[] = []
    const wait = (body: Blob, signal: AbortSignal) =>
      new Promise<string>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(abortError()))
        reads.push(() => resolve(md5(CONTENT)))
        void body
      })
    const md5OfSame = (body: Blob, signal: AbortSignal) =>
      body.size === CONTENT.length ? wait(body, signal) : Promise.resolve(undefined)
    const { clock, engine, statuses } = rig(
      { onConflict: 'ask', concurrency: { files: 2 } },
      { md5: md5OfSame },
      { lake },
    )
    const names = Array.from({ length: 30 }, (_, index) => `same-${index}`)
    for (const name of names) lake.put(name, CONTENT)
    await clock.run(engine.add([...names.map((name) => file(name)), file('new', 'something quite new')].reverse()))
    await clock.run(engine.add([file('newer', 'something newer')]))
    for (let step = 0; step < 40; step += 1) await clock.advance(50)
    expect(statuses().filter((one) => one.endsWith('uploaded'))).toEqual(['new uploaded', 'newer uploaded'])
    expect(engine.getSnapshot().files.find(({ path }) => path === 'same-0')).toMatchObject({
      status: 'checking',
      comparing: true,
    })
    // Files that are not read yet can be paused and cancelled like those that are.
    const idOf = (path: string) => engine.getSnapshot().files.find((one) => one.path === path)?.id ?? ''
    engine.pause(idOf('same-0'))
    engine.cancel(idOf('same-29'))
    for (let step = 0; step < 10; step += 1) await clock.advance(50)
    expect(engine.getFile(idOf('same-0'))?.status).toBe('paused')
    expect(engine.getFile(idOf('same-29'))?.status).toBe('cancelled')
    engine.resume(idOf('same-0'))
    const finished = engine.finished()
    for (let step = 0; step < 60; step += 1) {
      for (const answer of reads.splice(0)) answer()
      await clock.advance(50)
    }
    await clock.run(finished)
    expect(engine.getSnapshot().totals.counts).toMatchObject({ uploaded: 2, skipped: 29, cancelled: 1 })
  })
})

describe('an upload that is repeated', () => {
  const many = Array.from({ length: 300 }, (_, index) => file(`scan-${index}`, `scan ${index}`))

  it('asks nothing, sends nothing and reads nothing', async () => {
    const first = visit()
    await first.upload(many)
    first.engine.stop()
    await first.clock.advance(2000)
    first.browser.crash()
    const sent = bodies(first.lake)
    const again = visit(first)
    expect(await again.upload(many)).toMatchObject({ skipped: 300 })
    expect(bodies(first.lake)).toBe(sent)
    expect(again.read).toEqual([])
    expect(again.engine.getSnapshot().files[0]).toMatchObject({ reason: 'identical', unchanged: true })
    expect(first.browser.written).not.toMatch(/X-Amz|token|https:\/\/bucket/)
  })

  it('reads what another browser has uploaded, once', async () => {
    const lake = new TestLake()
    await visit({ lake }).upload(many)
    const sent = bodies(lake)
    const other = visit({ lake })
    expect(await other.upload(many)).toMatchObject({ skipped: 300 })
    expect(bodies(lake)).toBe(sent)
    expect(other.read).toHaveLength(300)
    await other.clock.advance(2000)
    const later = visit({ lake, browser: other.browser })
    await later.upload(many)
    expect(later.read).toEqual([])
  })

  it.each([
    ['the time of change of the file', changed('a'), CONTENT],
    ['the checksum on the branch', file('a'), 'HELLO LAKEFS\n'],
  ])('reads again after a change of %s', async (_, second, onBranch) => {
    const first = visit()
    await first.upload([file('a')])
    await first.clock.advance(2000)
    first.lake.put('a', onBranch)
    const again = visit(first)
    await again.clock.run(again.engine.add([second]))
    const { status } = await again.until('asking', 'skipped')
    expect(status).toBe(onBranch === CONTENT ? 'skipped' : 'asking')
    expect(again.engine.getSnapshot().files[0]).not.toHaveProperty('unchanged')
    expect(again.read).toEqual([13])
  })

  it('is read again where its files have no time of change, because then nothing tells that they stayed as they were', async () => {
    const timeless = () => new File([CONTENT], 'a', { lastModified: 0 })
    const first = visit()
    await first.upload([timeless()])
    await first.clock.advance(2000)
    const again = visit(first)
    await again.upload([timeless()])
    expect(again.engine.getSnapshot().files[0]).toMatchObject({ status: 'skipped', reason: 'identical' })
    expect(again.engine.getSnapshot().files[0]).not.toHaveProperty('unchanged')
    expect(again.read).toEqual([13])
  })

  it('remembers nothing without `persist`, and works without a database', async () => {
    const first = visit({}, { persist: false })
    await first.upload([file('a')])
    await first.clock.advance(2000)
    expect(first.browser.known.size).toBe(0)
    const full = new TestBrowser()
    full.full = true
    const second = visit({ lake: first.lake, browser: full })
    expect(await second.upload([file('a')])).toMatchObject({ skipped: 1 })
    await second.clock.advance(2000)
    expect(second.read).toEqual([13])
  })
})
