import { describe, expect, it, vi } from 'vitest'
import type { Prepared, UploaderOptions } from '../../options.ts'
import type { Summary } from '../../snapshot.ts'
import { TestClock } from '../../testing/clock.ts'
import { TestLake } from '../../testing/lake.ts'
import { TestBrowser } from '../../testing/records.ts'
import { file, rig } from '../../testing/rig.ts'
import { LazyUploader } from '../lazy-uploader.ts'

const MANY = 1000
const files = (count: number) => Array.from({ length: count }, (_, index) => file(`${index}.csv`))
const many = files(MANY)

/** An engine on which a test holds what it wants; no file gets further than its PUT. */
function held(options: Partial<UploaderOptions> = {}, browser = new TestBrowser(), clock = new TestClock()) {
  const turns: (() => void)[] = []
  const hold = { breath: false }
  const breathe = () => (hold.breath ? new Promise<void>((resolve) => turns.push(resolve)) : Promise.resolve())
  const { now } = clock
  let looks = 0
  // So many looks at the clock are a slice, however fast the machine is.
  clock.now = () => {
    looks += 1
    if (looks % 50 === 0) clock.jump(10)
    return now()
  }
  const resumeStore = { open: browser.open, locks: browser.locks, endpoint: 'http://lakefs.test/api/v1' }
  const finished: Summary[] = []
  const all = { onFinished: (summary: Summary) => void finished.push(summary), ...options }
  const made = rig(all, { breathe, resumeStore }, { clock, lake: new TestLake() })
  made.lake.twist = ({ route }) => (route === 'put' ? 'hang' : undefined)
  /** Goes on to the next time that the page is given a turn. */
  const turn = async () => {
    turns.shift()?.()
    await clock.advance(0)
  }
  const release = async () => {
    hold.breath = false
    while (turns.length > 0) await turn()
  }
  const counts = () => made.engine.getSnapshot().totals.counts
  return { ...made, browser, hold, turn, release, finished, counts }
}

type Held = ReturnType<typeof held>

function gate<T>(): { promise: Promise<T>; open: (value: T) => void } {
  let open = (_: T) => {}
  return { promise: new Promise<T>((resolve) => (open = resolve)), open: (value) => open(value) }
}

interface Phase {
  name: string
  /** Begins to add, and stops there. @returns what lets it go on. */
  begin: () => Promise<{ it: Held; adding: Promise<{ ids: readonly string[] }>; goOn: () => Promise<void> }>
}

const PHASES: readonly Phase[] = [
  {
    name: 'a list is read',
    begin: async () => {
      const it = held()
      it.hold.breath = true
      const adding = it.engine.add(many)
      await it.turn()
      expect(it.engine.getSnapshot()).toMatchObject({ ids: [], status: 'idle', adding: { files: 0, paused: false } })
      return { it, adding, goOn: it.release }
    },
  },
  {
    name: 'the host prepares them',
    begin: async () => {
      const answer = gate<Prepared>()
      const it = held({ beforeUpload: () => answer.promise })
      const adding = it.engine.add(many)
      await it.clock.advance(0)
      expect(it.engine.getSnapshot()).toMatchObject({ ids: [], adding: { files: MANY } })
      return { it, adding, goOn: async () => answer.open({ files: many.map((one) => ({ file: one })) }) }
    },
  },
  {
    name: 'somebody looks at the plan',
    begin: async () => {
      const answer = gate<Prepared>()
      const it = held()
      it.engine.setOptions({ agree: () => answer.promise })
      const adding = it.engine.add(many)
      await it.clock.advance(0)
      return { it, adding, goOn: async () => answer.open({ files: many.map((one) => ({ file: one })) }) }
    },
  },
  {
    name: 'they join the list',
    begin: async () => {
      const it = held()
      const adding = it.engine.add(many)
      it.hold.breath = true
      while (it.engine.getSnapshot().ids.length === 0) await it.turn()
      await it.turn()
      expect(it.engine.getSnapshot().ids.length).toBeLessThan(MANY)
      return { it, adding, goOn: it.release }
    },
  },
]

describe.each(PHASES)('while $name', ({ begin }) => {
  it('cancel ends the adding: all are counted, none is sent, and the run ends once', async () => {
    const { it, adding, goOn } = await begin()
    const { engine, lake, clock, finished, counts } = it
    engine.cancel()
    await clock.advance(0)
    const asked = lake.seen.length
    const ended = engine.finished()
    // Whoever is asked about them need not answer; the page may take its turns.
    if (it.hold.breath) await goOn()
    const { ids } = await clock.run(adding)
    expect(ids).toHaveLength(MANY)
    expect(counts().cancelled).toBe(MANY)
    expect(engine.getSnapshot()).toMatchObject({ status: 'finished', adding: undefined, totals: { files: MANY } })
    expect(await clock.run(ended)).toMatchObject({ files: MANY, cancelled: MANY, uploaded: 0 })
    await goOn()
    await clock.advance(5000)
    expect(counts().cancelled).toBe(MANY)
    expect(finished).toHaveLength(1)
    expect(lake.seen).toHaveLength(asked)
    expect(it.browser.files.size).toBe(0)
  })

  it('pause lets them join paused, and resume sends them', async () => {
    const { it, adding, goOn } = await begin()
    const { engine, lake, clock, finished, counts } = it
    engine.pause()
    await clock.advance(0)
    expect(engine.getSnapshot().adding).toMatchObject({ paused: true })
    const asked = lake.seen.length
    await goOn()
    expect((await clock.run(adding)).ids).toHaveLength(MANY)
    await clock.advance(5000)
    expect(counts().paused).toBe(MANY)
    expect(engine.getSnapshot()).toMatchObject({ status: 'paused', totals: { files: MANY, sent: 0 } })
    expect(lake.seen).toHaveLength(asked)
    expect(finished).toEqual([])
    engine.resume()
    await clock.advance(1000)
    expect(counts().paused).toBe(0)
    expect(counts().sending).toBeGreaterThan(0)
    engine.cancel()
    expect(await clock.run(engine.finished())).toMatchObject({ files: MANY, cancelled: MANY })
    expect(finished).toHaveLength(1)
  })

  it('resume before it is over lets the rest start', async () => {
    const { it, adding, goOn } = await begin()
    it.engine.pause()
    it.engine.resume()
    expect(it.engine.getSnapshot().adding).toMatchObject({ paused: false })
    await goOn()
    await it.clock.run(adding)
    await it.clock.advance(1000)
    expect([it.counts().paused, it.counts().sending > 0]).toEqual([0, true])
  })
})

/** A dropped folder: its first entries come, the next ones never do. */
function endlessFolder(first: readonly string[]) {
  const asked = vi.fn()
  const entries = first.map((name) => ({
    isDirectory: false,
    name,
    file: (done: (one: File) => void) => done(file(name)),
  }))
  const inner = {
    isDirectory: true,
    name: 'deep',
    createReader: () => ({ readEntries: asked }),
  }
  let given = false
  const folder = {
    isDirectory: true,
    name: 'big',
    createReader: () => ({
      readEntries: (done: (some: unknown[]) => void) => {
        asked()
        if (!given) done([...entries, inner])
        given = true
      },
    }),
  }
  const items = [{ kind: 'file', type: '', webkitGetAsEntry: () => folder, getAsFile: () => null }]
  return { drop: { types: ['Files'], files: [], items } as unknown as DataTransfer, asked }
}

describe('a folder that is being read', () => {
  it('is read no further once all is cancelled: what was read is counted, and it is not called empty', async () => {
    const { engine, lake, clock, counts } = held()
    const { drop, asked } = endlessFolder(['a', 'b'])
    const adding = engine.add(drop)
    await clock.advance(5000)
    expect(engine.getSnapshot()).toMatchObject({ status: 'idle', adding: { files: 0 } })
    const before = asked.mock.calls.length
    engine.cancel()
    expect((await clock.run(adding)).ids).toHaveLength(2)
    expect(counts().cancelled).toBe(2)
    expect(engine.getSnapshot().rejections).toEqual([])
    expect([asked.mock.calls.length, lake.seen.length]).toEqual([before, 0])
    expect(await clock.run(engine.finished())).toMatchObject({ files: 2, cancelled: 2 })
  })

  it('is read no further where it came as a handle', async () => {
    const { engine, clock, counts } = held()
    const child = { kind: 'file', name: 'a', getFile: async () => file('a') }
    const slow = { kind: 'file', name: 'b', getFile: () => new Promise(() => {}) }
    const values = async function* () {
      yield child
      yield slow
      await new Promise(() => {})
    }
    const adding = engine.add({ kind: 'directory', name: 'big', values } as unknown as FileSystemDirectoryHandle)
    await clock.advance(0)
    engine.cancel()
    expect((await clock.run(adding)).ids).toHaveLength(1)
    expect(counts().cancelled).toBe(1)
  })

  it('has not finished while it is paused, whatever the files before it have done', async () => {
    const { engine, lake, clock, finished, upload } = held()
    lake.twist = () => undefined
    await upload([file('first')])
    expect(finished).toHaveLength(1)
    const adding = engine.add(endlessFolder(['a']).drop)
    await clock.advance(0)
    engine.pause()
    expect(engine.getSnapshot().status).toBe('paused')
    engine.resume()
    engine.cancel()
    expect((await clock.run(adding)).ids).toHaveLength(1)
    expect(engine.getSnapshot()).toMatchObject({
      status: 'finished',
      totals: { counts: { uploaded: 1, cancelled: 1 } },
    })
    expect(finished).toHaveLength(2)
  })
})

describe('an addition', () => {
  it('of 20,000 files that is cancelled among its first ones counts the rest, slice by slice', async () => {
    const { engine, lake, clock, hold, turn, counts } = held()
    const adding = engine.add(files(20_000))
    hold.breath = true
    while (engine.getSnapshot().ids.length === 0) await turn()
    engine.cancel()
    await clock.advance(0)
    const asked = lake.seen.length
    const sizes = [engine.getSnapshot().ids.length]
    while (engine.getSnapshot().adding) {
      await turn()
      sizes.push(engine.getSnapshot().ids.length)
    }
    expect((await clock.run(adding)).ids).toHaveLength(20_000)
    expect(await clock.run(engine.finished())).toMatchObject({ files: 20_000, cancelled: 20_000 })
    // None of the slices is longer than the page may be held up.
    expect(Math.max(...sizes.map((size, index) => size - (sizes[index - 1] ?? 0)))).toBeLessThan(200)
    expect([lake.seen.length, counts().cancelled]).toEqual([asked, 20_000])
    // So many take their time on a busy machine.
  }, 120_000)

  it('that begins after a pause or a cancel starts as ever', async () => {
    const { engine, lake, clock } = held()
    const answer = gate<Prepared>()
    engine.setOptions({ beforeUpload: () => answer.promise })
    const first = engine.add([file('a')])
    await clock.advance(0)
    engine.pause()
    engine.setOptions({ beforeUpload: undefined })
    lake.twist = () => undefined
    await clock.run(engine.add([file('b')]))
    await clock.advance(1000)
    expect(lake.objects.has('b')).toBe(true)
    answer.open({ files: [{ file: file('a') }] })
    await clock.run(first)
    expect(engine.getSnapshot().totals.counts).toMatchObject({ paused: 1, uploaded: 1 })
  })

  it('tells `prepare` and `agree` that it is cancelled, and waits for neither', async () => {
    const signals: (AbortSignal | undefined)[] = []
    const never = (drop: { signal?: AbortSignal | undefined }) => {
      signals.push(drop.signal)
      return new Promise<Prepared>(() => {})
    }
    const first = held({ beforeUpload: never })
    const second = held()
    second.engine.setOptions({ agree: never })
    for (const { engine, clock } of [first, second]) {
      const adding = engine.add([file('a')])
      await clock.advance(0)
      engine.cancel()
      expect((await clock.run(adding)).ids).toHaveLength(1)
    }
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true])
  })

  it('that was cancelled before its plan goes through the plan where a file of it is sent after all', async () => {
    const { engine, lake, clock, statuses } = held()
    lake.twist = () => undefined
    lake.branches.push('side')
    const asked: string[] = []
    const answers = [new Promise<Prepared>(() => {}), undefined]
    engine.setOptions({
      agree: async ({ files, destination }) => {
        asked.push(destination.branch)
        return (await answers.shift()) ?? { files, destination: { ...destination, branch: 'side' } }
      },
    })
    const adding = engine.add([file('a')])
    await clock.advance(0)
    engine.cancel()
    await clock.run(adding)
    expect(statuses()).toEqual(['a cancelled'])
    engine.retry(engine.getSnapshot().ids[0])
    await clock.advance(1000)
    expect(statuses()).toEqual(['a uploaded'])
    expect(asked).toEqual(['main', 'main'])
    expect(engine.getSnapshot().files[0]?.destination.branch).toBe('side')
  })

  it('leaves failed rows where they are when it is cancelled', async () => {
    const { engine, lake, clock, statuses } = held()
    lake.twist = ({ route }) => (route === 'put' ? new Response(null, { status: 403 }) : undefined)
    await clock.run(engine.add([file('a')]))
    await clock.run(engine.finished())
    expect(statuses()).toEqual(['a failed'])
    const adding = engine.add([file('a')])
    engine.cancel()
    await clock.run(adding)
    expect(statuses()).toEqual(['a failed', 'a cancelled'])
  })

  it('is ended alone where only the adding is to end, for one branch or for all', async () => {
    const { engine, clock, counts } = held()
    await clock.run(engine.add([file('a')]))
    await clock.advance(1000)
    engine.setOptions({ beforeUpload: () => new Promise<Prepared>(() => {}) })
    const adding = engine.add([file('b')])
    await clock.advance(0)
    await clock.run(engine.cancelAdding({ repository: 'lake', branch: 'other' }))
    expect(engine.getSnapshot().adding).toBeDefined()
    await clock.run(engine.cancelAdding({ repository: 'lake', branch: 'main' }))
    await clock.run(adding)
    expect([counts().sending, counts().cancelled]).toEqual([1, 1])
  })

  it('starts nothing once the engine is destroyed', async () => {
    const { engine, lake, clock, counts, hold, turn, release } = held()
    const adding = engine.add(many)
    hold.breath = true
    while (engine.getSnapshot().ids.length === 0) await turn()
    engine.stop()
    await clock.advance(0)
    const asked = lake.seen.length
    await release()
    await clock.run(adding)
    await clock.advance(5000)
    expect([lake.seen.length, engine.getSnapshot().ids.length]).toEqual([asked, MANY])
    expect(counts().sending + counts().checking).toBe(0)
  })
})

describe('what an earlier visit has left', () => {
  /** A page that finds one file of an earlier one, whose handle asks for permission and gets no answer yet. */
  async function revisited(browser = new TestBrowser()) {
    const permission = gate<string>()
    const state = { now: 'granted' }
    const handle = {
      kind: 'file',
      name: 'a',
      getFile: async () => file('a'),
      queryPermission: async () => state.now,
      requestPermission: () => permission.promise,
    } as unknown as FileSystemFileHandle
    const before = held({}, browser)
    await before.clock.run(before.engine.add(handle))
    await before.clock.advance(1000)
    before.engine.stop()
    await before.clock.advance(1000)
    browser.crash()
    state.now = 'prompt'
    const page = held({}, browser, before.clock)
    expect((await page.clock.run(page.engine.findUnfinished())).files).toHaveLength(1)
    return { ...page, permit: () => permission.open('granted') }
  }

  it('stays where the same file is added again and cancelled', async () => {
    const { engine, clock, statuses } = await revisited()
    const adding = engine.add([file('a')])
    engine.cancel()
    await clock.run(adding)
    expect(statuses()).toEqual(['a cancelled'])
    expect(engine.getSnapshot().unfinished?.files).toHaveLength(1)
  })

  it('stays where going on with it is cancelled', async () => {
    const { engine, lake, clock, permit } = await revisited()
    const adding = engine.resumeUnfinished()
    await clock.advance(0)
    engine.cancel()
    expect((await clock.run(adding)).ids).toEqual([])
    permit()
    await clock.advance(1000)
    expect(engine.getSnapshot()).toMatchObject({ ids: [], unfinished: { files: [{ path: 'a' }] } })
    expect(lake.seen).toEqual([])
  })

  it('joins paused where going on with it is paused', async () => {
    const { engine, lake, clock, permit, statuses } = await revisited()
    const adding = engine.resumeUnfinished()
    await clock.advance(0)
    engine.pause()
    permit()
    await clock.run(adding)
    await clock.advance(1000)
    expect([statuses(), lake.seen.length]).toEqual([['a paused'], 0])
  })

  it('is not sent where it is discarded in the moment that it is taken over', async () => {
    const taking = gate<void>()
    const browser = new TestBrowser()
    const { open } = browser
    const slow = async () => {
      const records = await open()
      return {
        ...records,
        take: (...some: Parameters<typeof records.take>) => taking.promise.then(() => records.take(...some)),
      }
    }
    const { engine, lake, clock, permit, statuses } = await revisited(Object.assign(browser, { open: slow }))
    permit()
    const adding = engine.resumeUnfinished()
    await clock.advance(0)
    const discarded = engine.discardUnfinished()
    taking.open()
    await clock.run(discarded)
    await clock.run(adding)
    await clock.advance(1000)
    expect([statuses(), lake.count('put'), browser.files.size]).toEqual([['a cancelled'], 0, 0])
  })

  it('is not sent once it is discarded, also while it is gone on with', async () => {
    const { engine, lake, clock, permit, browser } = await revisited()
    const adding = engine.resumeUnfinished()
    await clock.advance(0)
    await clock.run(engine.discardUnfinished())
    permit()
    expect((await clock.run(adding)).ids).toEqual([])
    await clock.advance(1000)
    expect([lake.count('put'), browser.files.size]).toEqual([0, 0])
  })
})

describe('before the engine is loaded', () => {
  function late() {
    const inside = held()
    const engine = gate<typeof inside.engine>()
    const uploader = new LazyUploader({ repository: 'lake', branch: 'main' }, () => engine.promise)
    return { ...inside, uploader, arrive: () => engine.open(inside.engine) }
  }

  it('cancel ends what waits for it', async () => {
    const { uploader, arrive, clock, lake } = late()
    const adding = uploader.add(many)
    expect(uploader.getSnapshot()).toMatchObject({ status: 'idle', adding: { paused: false } })
    uploader.cancel()
    arrive()
    expect((await clock.run(adding)).ids).toHaveLength(MANY)
    await clock.advance(1000)
    expect(uploader.getSnapshot()).toMatchObject({ status: 'finished', totals: { counts: { cancelled: MANY } } })
    expect(lake.seen).toEqual([])
  })

  it('cancel stops the reading of a folder', async () => {
    const { uploader, arrive, clock } = late()
    const adding = uploader.add(endlessFolder(['a']).drop)
    await clock.advance(0)
    uploader.cancel()
    arrive()
    expect((await clock.run(adding)).ids).toHaveLength(1)
  })

  it('pause holds what waits for it, until resume', async () => {
    const { uploader, arrive, clock, lake } = late()
    const heard = vi.fn()
    uploader.subscribe(heard)
    const adding = uploader.add(many)
    uploader.pause()
    expect(uploader.getSnapshot().adding).toMatchObject({ paused: true })
    expect(heard).toHaveBeenCalled()
    arrive()
    await clock.run(adding)
    await clock.advance(1000)
    expect(uploader.getSnapshot()).toMatchObject({ status: 'paused', totals: { counts: { paused: MANY } } })
    expect(lake.seen).toEqual([])
    uploader.resume()
    await clock.advance(1000)
    expect(uploader.getSnapshot().totals.counts.sending).toBeGreaterThan(0)
  })
})
