import { describe, expect, it } from 'vitest'
import type { UploaderOptions } from '../../options.ts'
import { TestClock } from '../../testing/clock.ts'
import { TestLake } from '../../testing/lake.ts'
import { file, rig } from '../../testing/rig.ts'
import { TestTabs } from '../../testing/tabs.ts'

const MIB = 2 ** 20

/** Tabs of one browser in front of one lakeFS. */
function browser() {
  const tabs = new TestTabs()
  const shared = { clock: new TestClock(), lake: new TestLake() }
  const { lake } = shared
  const open = (options: Partial<UploaderOptions> = {}) => rig(options, { tabs: tabs.open() }, shared)
  /** Requests to the store stand still. @returns the way to let them go. */
  const hold = () => {
    const { send } = lake.store
    let go = () => {}
    const held = new Promise<void>((resolve) => {
      go = resolve
    })
    lake.store.send = (request) => held.then(() => send(request))
    return () => {
      lake.store.send = send
      go()
    }
  }
  return { tabs, ...shared, open, hold }
}

const stateOf = ({ engine }: ReturnType<typeof rig>) => engine.getSnapshot().files[0]

describe('the same path in two tabs', () => {
  it.each(['overwrite', 'ask', 'fail', 'rename'] as const)(
    'is sent once where the bytes are the same: %s',
    async (onConflict) => {
      const { clock, lake, open, hold, tabs } = browser()
      const [one, two] = [open({ onConflict }), open({ onConflict })]
      const go = hold()
      await clock.run(one.engine.add([file('a.txt')]))
      await clock.run(two.engine.add([file('a.txt')]))
      await clock.advance(60_000)
      expect(stateOf(one)?.status).toBe('sending')
      expect(stateOf(two)).toMatchObject({
        status: 'waiting',
        wait: { reason: 'other-tab' },
        sent: 0,
        stored: false,
      })
      go()
      expect(await clock.run(one.engine.finished())).toMatchObject({ uploaded: 1 })
      expect(await clock.run(two.engine.finished())).toMatchObject({ skipped: 1 })
      expect(stateOf(two)).toMatchObject({ status: 'skipped', reason: 'identical', object: { path: 'a.txt' } })
      expect(two.engine.getDetails(stateOf(two)?.id ?? '')?.tries).toBe(1)
      expect([lake.count('put'), lake.count('link'), lake.objects.size]).toEqual([1, 1, 1])
      expect([tabs.held.size, tabs.waiting]).toEqual([0, 0])
    },
  )

  it('is sent once in parts, too', async () => {
    const { clock, lake, open, hold } = browser()
    const [one, two] = [open({ partSize: 5 * MIB }), open({ partSize: 5 * MIB })]
    const go = hold()
    await clock.run(one.engine.add([file('big.bin', 16 * MIB)]))
    await clock.run(two.engine.add([file('big.bin', 16 * MIB)]))
    await clock.advance(1000)
    go()
    expect(await clock.run(one.engine.finished())).toMatchObject({ uploaded: 1 })
    expect(await clock.run(two.engine.finished())).toMatchObject({ skipped: 1 })
    expect([lake.count('create'), lake.count('part'), lake.count('complete')]).toEqual([1, 4, 1])
  })

  it('goes by the policy where the bytes differ, from what the branch has by then', async () => {
    const { clock, lake, open, hold } = browser()
    const [one, two, three] = [open(), open({ onConflict: 'ask' }), open()]
    const go = hold()
    await clock.run(one.engine.add([file('a.txt', 'first')]))
    await clock.run(two.engine.add([file('a.txt', 'second')]))
    await clock.advance(1000)
    go()
    await clock.run(one.engine.finished())
    expect(await two.until('asking')).toMatchObject({ conflict: { existing: { size_bytes: 5 } } })
    // A question keeps nobody else from the path.
    expect(await three.upload([file('a.txt', 'the third')])).toMatchObject({ uploaded: 1 })
    expect([lake.objects.get('a.txt')?.size_bytes, lake.count('put')]).toEqual([9, 2])
  })

  it('is written over by the second one where that is the policy and the bytes differ', async () => {
    const { clock, lake, open, hold } = browser()
    const [one, two] = [open(), open()]
    const go = hold()
    await clock.run(one.engine.add([file('a.txt', 'first')]))
    await clock.run(two.engine.add([file('a.txt', 'later')]))
    await clock.advance(1000)
    go()
    expect(await clock.run(two.engine.finished())).toMatchObject({ uploaded: 1 })
    expect(one.engine.getSnapshot().files[0]?.status).toBe('uploaded')
    expect(lake.count('put')).toBe(2)
  })

  it('is sent by the second one where the first one gives up', async () => {
    const { clock, lake, open } = browser()
    const [one, two] = [open(), open()]
    lake.twist = ({ route }, count) => (route === 'put' && count === 1 ? 'hang' : undefined)
    await clock.run(one.engine.add([file('a.txt')]))
    await clock.run(two.engine.add([file('a.txt')]))
    await clock.advance(1000)
    expect(stateOf(two)?.status).toBe('waiting')
    one.engine.cancel()
    expect(await clock.run(two.engine.finished())).toMatchObject({ uploaded: 1 })
    expect(lake.count('put')).toBe(2)
  })

  it('on two branches, or in two folders, is not the same', async () => {
    const { clock, lake, open, hold } = browser()
    lake.branches.push('other')
    const pages = [open(), open({ branch: 'other' }), open({ prefix: 'in/' })]
    const go = hold()
    for (const { engine } of pages) await clock.run(engine.add([file('a.txt')]))
    await clock.advance(1000)
    expect(pages.map((page) => stateOf(page)?.status)).toEqual(['sending', 'sending', 'sending'])
    go()
    for (const { engine } of pages) expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
  })
})

describe('a file whose path another tab has', () => {
  async function behindAnother(options: Partial<UploaderOptions> = {}) {
    const all = browser()
    const one = all.open()
    all.lake.twist = ({ route }, count) => (route === 'put' && count === 1 ? 'hang' : undefined)
    await all.clock.run(one.engine.add([file('a.txt')]))
    await all.clock.advance(1000)
    return { ...all, one, two: all.open(options) }
  }

  it('leaves its place to the files behind it', async () => {
    const { clock, two } = await behindAnother({ concurrency: { files: 1 } })
    await clock.run(two.engine.add([file('a.txt'), file('b.txt'), file('c.txt')]))
    await clock.advance(1000)
    expect(two.statuses()).toEqual(['a.txt waiting', 'b.txt uploaded', 'c.txt uploaded'])
  })

  it('is cancelled at once', async () => {
    const { clock, two, tabs } = await behindAnother()
    await clock.run(two.engine.add([file('a.txt')]))
    await clock.advance(1000)
    two.engine.cancel()
    expect(await clock.run(two.engine.finished())).toMatchObject({ cancelled: 1 })
    expect(tabs.waiting).toBe(0)
  })

  it('pauses at once, and stands by again when it is resumed', async () => {
    const { clock, one, two, tabs } = await behindAnother()
    await clock.run(two.engine.add([file('a.txt')]))
    await clock.advance(1000)
    two.engine.pause()
    await clock.advance(0)
    expect([stateOf(two)?.status, tabs.waiting]).toEqual(['paused', 0])
    two.engine.resume()
    await clock.advance(100)
    expect([stateOf(two)?.status, tabs.waiting]).toEqual(['waiting', 1])
    one.engine.cancel()
    expect(await clock.run(two.engine.finished())).toMatchObject({ uploaded: 1 })
  })

  it('does not begin once its page has been left', async () => {
    const { clock, one, two, tabs, lake } = await behindAnother()
    await clock.run(two.engine.add([file('a.txt')]))
    await clock.advance(1000)
    two.engine.stop()
    one.engine.cancel()
    await clock.advance(1000)
    expect([stateOf(two)?.status, tabs.waiting, lake.count('put')]).toEqual(['paused', 0, 1])
  })
})

describe('one drop in two tabs', () => {
  it.each(['overwrite', 'ask'] as const)(
    'sends each file once, also behind a listing that is older: %s',
    async (onConflict) => {
      const { clock, lake, open, tabs } = browser()
      const names = Array.from({ length: 120 }, (_, index) => `f${index}.txt`)
      const drop = () => names.map((name) => file(name, name))
      const pages = [open({ onConflict }), open({ onConflict })]
      await clock.run(Promise.all(pages.map(({ engine }) => engine.add(drop()))))
      const ended = await clock.run(Promise.all(pages.map(({ engine }) => engine.finished())))
      expect(ended[0]?.uploaded).toBeGreaterThan(0)
      expect(ended.reduce((sum, { uploaded }) => sum + uploaded, 0)).toBe(names.length)
      expect(ended.reduce((sum, { skipped }) => sum + skipped, 0)).toBe(names.length)
      expect([lake.count('put'), lake.count('link'), lake.objects.size]).toEqual([120, 120, 120])
      // Only files under way hold a lock.
      expect(tabs.most).toBeLessThanOrEqual(48)
      expect([tabs.held.size, tabs.waiting]).toEqual([0, 0])
    },
  )

  it('looks afresh at a path that the other tab has finished since the listing was read', async () => {
    const { clock, lake, open, tabs } = browser()
    const two = open({ onConflict: 'ask', concurrency: { files: 1 } })
    lake.twist = ({ route }, count) => (route === 'put' && count === 1 ? 'hang' : undefined)
    await clock.run(two.engine.add([file('a.txt'), file('b.txt')]))
    await clock.advance(1000)
    expect(lake.count('list')).toBe(1)
    expect(await open().upload([file('b.txt')])).toMatchObject({ uploaded: 1 })
    two.engine.cancel(two.engine.getSnapshot().ids[0])
    expect(await clock.run(two.engine.finished())).toMatchObject({ cancelled: 1, skipped: 1 })
    expect([lake.count('put'), tabs.told.length]).toEqual([2, 1])
  })
})

it('asks no more of lakeFS where no other tab is in the way', async () => {
  const routes = async (ports: Parameters<typeof rig>[1]) => {
    const { lake, upload } = rig({ onConflict: 'ask' }, ports)
    await upload(Array.from({ length: 10 }, (_, index) => file(`f${index}`)))
    return lake.seen.map(({ route }) => route).sort()
  }
  expect(await routes({ tabs: new TestTabs().open() })).toEqual(await routes({}))
})
