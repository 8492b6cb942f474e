import { describe, expect, it } from 'vitest'
import { say } from '../testing/lake.ts'
import { file } from '../testing/rig.ts'
import { handleOf, visits } from '../testing/visits.ts'

describe('without a press', () => {
  /** A visit that leaves these files with all bytes stored and not linked. */
  async function left(
    names: readonly string[],
    act: (page: ReturnType<ReturnType<typeof visits>['open']>) => void = () => {},
  ) {
    const all = visits()
    const { lake, clock, open, crash } = all
    const first = open()
    lake.twist = ({ route }) => (route === 'link' ? say(503, 'busy') : undefined)
    await clock.run(first.engine.add(names.map((name) => file(name))))
    await clock.advance(500)
    act(first)
    await crash(first)
    return all
  }
  const automatic = { only: 'automatic' } as const

  it('what is stored goes on, also while lakeFS does not answer yet', async () => {
    const { lake, clock, open } = await left(['a', 'b'])
    lake.twist = ({ route }) => (route.startsWith('link') || route === 'stat' ? say(502, 'bad gateway') : undefined)
    const { engine, statuses } = open()
    await clock.run(engine.findUnfinished())
    expect((await clock.run(engine.resumeUnfinished(automatic))).ids).toHaveLength(2)
    await clock.advance(20_000)
    expect(statuses()).toEqual(['a waiting', 'b waiting'])
    lake.twist = () => undefined
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 2 })
    expect(lake.count('put')).toBe(2)
  })

  it('what has to be read again goes on where the browser allows it, and nobody is asked', async () => {
    const { lake, clock, open, crash } = visits()
    const granted = { state: 'granted' }
    const asked = { state: 'granted' }
    const first = open()
    lake.twist = ({ route }) => (route === 'put' ? 'hang' : undefined)
    await clock.run(first.engine.add([handleOf(file('may'), granted), handleOf(file('asks'), asked), file('none')]))
    await clock.advance(1000)
    await crash(first)
    asked.state = 'prompt'
    const { engine } = open()
    await clock.run(engine.findUnfinished())
    await clock.run(engine.resumeUnfinished(automatic))
    expect(await clock.run(engine.finished())).toMatchObject({ files: 1, uploaded: 1 })
    expect([...lake.objects.keys()]).toEqual(['may'])
    expect(asked.state).toBe('prompt')
    const { files = [] } = engine.getSnapshot().unfinished ?? {}
    expect(files.map(({ path, needs }) => `${path} ${needs}`)).toEqual(['asks permission', 'none file'])
  })

  it('a file that has changed since stays', async () => {
    const { lake, clock, open, crash } = visits()
    const handle = handleOf(file('a', 'one')) as FileSystemFileHandle & { getFile: () => Promise<File> }
    const first = open()
    lake.twist = ({ route }) => (route === 'put' ? 'hang' : undefined)
    await clock.run(first.engine.add([handle]))
    await clock.advance(1000)
    await crash(first)
    handle.getFile = async () => file('a', 'another')
    const { engine } = open()
    await clock.run(engine.findUnfinished())
    expect((await clock.run(engine.resumeUnfinished(automatic))).ids).toEqual([])
    expect(engine.getSnapshot().unfinished?.files).toMatchObject([{ path: 'a', needs: 'nothing' }])
  })

  it('a paused file stays, and one that waits for an answer', async () => {
    const { lake, clock, open, crash } = visits()
    lake.put('asks')
    const first = open({ onConflict: 'ask' })
    lake.twist = ({ route }) => (route === 'put' ? 'hang' : undefined)
    await clock.run(first.engine.add([handleOf(file('asks')), handleOf(file('paused')), handleOf(file('sends'))]))
    await clock.advance(1000)
    const paused = first.engine.getSnapshot().files.find(({ path }) => path === 'paused')
    first.engine.pause(paused?.id)
    await crash(first)
    const { engine, statuses } = open({ onConflict: 'ask' })
    await clock.run(engine.findUnfinished())
    await clock.run(engine.resumeUnfinished(automatic))
    await clock.run(engine.finished())
    expect(statuses()).toEqual(['sends uploaded'])
    expect(engine.getSnapshot().unfinished?.files.map(({ path }) => path)).toEqual(['asks', 'paused'])
  })

  it.each([
    ['branch', { branch: 'dev' }],
    ['folder', { prefix: 'raw/' }],
  ])('what is for another %s stays until that is the destination', async (_, elsewhere) => {
    const { lake, clock, open } = await left(['a'])
    lake.branches.push('dev')
    const { engine } = open(elsewhere)
    await clock.run(engine.findUnfinished())
    expect((await clock.run(engine.resumeUnfinished(automatic))).ids).toEqual([])
    expect(engine.getSnapshot().unfinished?.files).toHaveLength(1)
    engine.setOptions({ branch: 'main', prefix: '' })
    expect((await clock.run(engine.resumeUnfinished(automatic))).ids).toHaveLength(1)
  })

  it('the files of a drop that gathers on a branch of its own go on when that is named', async () => {
    const { lake, clock, open } = await left(['a'])
    lake.branches.push('target')
    const { engine } = open({ branch: 'target' })
    await clock.run(engine.findUnfinished())
    expect((await clock.run(engine.resumeUnfinished({ ...automatic, branch: 'main' }))).ids).toHaveLength(1)
    expect(engine.getSnapshot().files).toMatchObject([{ destination: { branch: 'main' } }])
  })

  it('two tabs share them', async () => {
    const { lake, clock, open } = await left(['a', 'b', 'c'])
    const tabs = [open(), open()]
    await clock.run(Promise.all(tabs.map(({ engine }) => engine.findUnfinished())))
    await clock.run(Promise.all(tabs.map(({ engine }) => engine.resumeUnfinished(automatic))))
    await clock.run(Promise.all(tabs.map(({ engine }) => engine.finished())))
    expect(tabs.flatMap(({ statuses }) => statuses()).sort()).toEqual(['a uploaded', 'b uploaded', 'c uploaded'])
    expect(lake.objects.size).toBe(3)
  })

  it('and somebody who gives the same file at that moment have one row between them', async () => {
    const { lake, clock, open } = await left(['a'])
    const { engine, statuses } = open()
    await clock.run(engine.findUnfinished())
    await clock.run(Promise.all([engine.resumeUnfinished(automatic), engine.add([file('a')])]))
    await clock.run(engine.finished())
    expect(statuses()).toEqual(['a uploaded'])
    expect(lake.count('put')).toBe(1)
  })

  it('nothing goes to a path that was given again before the records had been read', async () => {
    const { browser, lake, clock, open } = await left(['a'])
    const reading = browser.open
    const resumeStore = { endpoint: 'http://lakefs.test/api/v1', locks: browser.locks, open: reading }
    let read: () => void = () => {}
    const slow = new Promise<void>((resolve) => {
      read = resolve
    })
    resumeStore.open = async () => {
      const records = await reading()
      return { ...records, files: async () => slow.then(() => records.files()) }
    }
    const { engine, statuses } = open({}, resumeStore)
    lake.twist = ({ route }) => (route === 'put' ? 'hang' : undefined)
    await clock.run(engine.add([file('a')]))
    read()
    await clock.advance(1000)
    expect(engine.getSnapshot().unfinished?.files).toHaveLength(1)
    await clock.run(engine.resumeUnfinished(automatic))
    expect(statuses()).toEqual(['a sending'])
    await clock.advance(1000)
    expect([...browser.files.values()].map(({ path, phase }) => `${path} ${phase}`)).toEqual(['a sending'])
  })
})
