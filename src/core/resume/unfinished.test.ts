import { describe, expect, it } from 'vitest'
import { ResponseError } from '../request/response-error.ts'
import { say } from '../testing/lake.ts'
import { file } from '../testing/rig.ts'
import { visits } from '../testing/visits.ts'
import type { FileRecord } from './database.ts'

const MIB = 2 ** 20
const stoppedIn = (files: readonly { path: string; stopped?: unknown }[]) =>
  Object.fromEntries(files.map(({ path, stopped }) => [path, stopped]))

describe('a file that was refused', () => {
  it.each([
    ['protected-branch', (lake: ReturnType<typeof visits>['lake']) => lake.protectedBranches.push('main')],
    ['read-only', (lake: ReturnType<typeof visits>['lake']) => Object.assign(lake, { readOnly: true })],
    ['branch-not-found', (lake: ReturnType<typeof visits>['lake']) => Object.assign(lake, { branches: [] })],
    [
      'forbidden',
      (lake: ReturnType<typeof visits>['lake']) =>
        Object.assign(lake, {
          twist: ({ route }: { route: string }) =>
            route === 'address' ? say(403, 'insufficient permissions') : undefined,
        }),
    ],
    [
      'storage-refused',
      (lake: ReturnType<typeof visits>['lake']) =>
        Object.assign(lake, {
          twist: ({ route }: { route: string }) =>
            route === 'put'
              ? new ResponseError({ side: 'storage', status: 400, xmlCode: 'InvalidRequest' })
              : undefined,
        }),
    ],
  ])('before anything of it was at the store leaves nothing to a later visit: %s', async (code, refuse) => {
    const { browser, lake, clock, open, crash } = visits()
    refuse(lake)
    const first = open()
    expect(await first.upload([file('a.csv'), file('b.csv')])).toMatchObject({ failed: 2 })
    expect(first.engine.getSnapshot().files[0]).toMatchObject({ status: 'failed', error: { code, retryable: true } })
    await clock.advance(1000)
    expect(browser.files.size).toBe(0)
    await crash(first)
    expect(await clock.run(open().engine.findUnfinished())).toMatchObject({ files: [] })
  })

  it('is off the record while others of its drop are still under way', async () => {
    const { browser, lake, clock, open, crash } = visits()
    const first = open()
    lake.twist = ({ route, path }) => {
      if (route === 'put') return 'hang'
      return route === 'address' && path === 'refused' ? say(403, 'no') : undefined
    }
    await clock.run(first.engine.add([file('refused'), file('sends')]))
    await clock.advance(1000)
    expect(first.statuses()).toEqual(['refused failed', 'sends sending'])
    expect([...browser.files.values()].map(({ path }) => path)).toEqual(['sends'])
    await crash(first)
    expect((await clock.run(open().engine.findUnfinished())).files.map(({ path }) => path)).toEqual(['sends'])
  })

  it('keeps no others of its drop on record either, once all of them have ended', async () => {
    const { browser, lake, clock, open } = visits()
    lake.twist = ({ route, path }) => (route === 'address' && path === 'b' ? say(403, 'no') : undefined)
    expect(await open().upload([file('a'), file('b')])).toMatchObject({ uploaded: 1, failed: 1 })
    await clock.advance(1000)
    expect(browser.files.size).toBe(0)
  })

  it('is remembered again once it is retried', async () => {
    const { browser, lake, clock, open } = visits()
    lake.protectedBranches.push('main')
    const page = open()
    await page.upload([file('a.csv')])
    await clock.advance(1000)
    lake.protectedBranches = []
    lake.twist = ({ route }) => (route === 'link' ? 'hang' : undefined)
    page.engine.retry()
    await clock.advance(1000)
    expect([...browser.files.values()]).toMatchObject([{ path: 'a.csv', phase: 'stored' }])
  })

  it('with an upload at the store that nothing has come to gives that up too', async () => {
    const { browser, lake, clock, open } = visits()
    lake.twist = ({ route }) => (route === 'sign' ? say(403, 'insufficient permissions') : undefined)
    expect(await open().upload([file('big.bin', 16 * MIB)])).toMatchObject({ failed: 1 })
    // Long enough for the store to confirm that nothing is left of it.
    await clock.advance(60_000)
    expect([lake.count('create'), lake.multiparts.size, browser.files.size]).toEqual([1, 0, 0])
  })

  it.each([
    ['bytes that only want their link', file('a.csv'), 13],
    ['parts', file('big.bin', 26 * MIB), expect.any(Number)],
  ])('after the store had %s is offered, with the code', async (_, one, stored) => {
    const { lake, clock, open, crash } = visits()
    const arrived = () => [...lake.multiparts.values()].reduce((sum, { parts }) => sum + parts.size, 0)
    lake.twist = ({ route }) =>
      route === 'link' || (route === 'sign' && arrived() > 1) ? say(403, 'insufficient permissions') : undefined
    const first = open({ concurrency: { parts: 1 } })
    expect(await first.upload([one])).toMatchObject({ failed: 1 })
    await crash(first)
    const { files } = await clock.run(open().engine.findUnfinished())
    expect(files).toMatchObject([{ stored, stopped: { type: 'failed', code: 'forbidden' } }])
    expect(files[0]?.stored).toBeGreaterThan(0)
  })

  it('is offered where nothing refused it and time ran out', async () => {
    const { lake, clock, open, crash } = visits()
    lake.twist = ({ route }) => (route === 'address' ? say(502, 'bad gateway') : undefined)
    const first = open({ retryTimeout: 5000 })
    expect(await first.upload([file('a.csv')])).toMatchObject({ failed: 1 })
    await crash(first)
    const { files } = await clock.run(open().engine.findUnfinished())
    expect(files).toMatchObject([{ stored: 0, stopped: { type: 'failed', code: 'lakefs-unreachable' } }])
  })
})

describe('a later visit is told why a file stopped', () => {
  it('each for itself', async () => {
    const { lake, clock, open, crash } = visits()
    lake.put('asks')
    const first = open({ onConflict: 'ask' })
    lake.twist = ({ route, path }) => {
      if (path === 'waits') return say(502, 'bad gateway')
      return route === 'address' ? 'hang' : undefined
    }
    await clock.run(first.engine.add(['asks', 'waits', 'paused', 'sends'].map((name) => file(name))))
    await clock.advance(1000)
    const paused = first.engine.getSnapshot().files.find(({ path }) => path === 'paused')
    first.engine.pause(paused?.id)
    await crash(first)
    const { files } = await clock.run(open().engine.findUnfinished())
    expect(stoppedIn(files)).toEqual({
      asks: { type: 'asking' },
      waits: { type: 'waiting', reason: 'lakefs-unreachable' },
      paused: { type: 'paused' },
      sends: { type: 'interrupted' },
    })
  })

  it('also of what went on before the page closed', async () => {
    const { lake, clock, open, crash } = visits()
    const first = open()
    lake.twist = ({ route }, count) =>
      route === 'put' ? 'hang' : route === 'address' && count < 3 ? say(502, '') : undefined
    await clock.run(first.engine.add([file('a'), file('b')]))
    first.engine.pause()
    await clock.advance(300)
    first.engine.resume()
    await clock.advance(5000)
    expect(first.statuses()).toEqual(['a sending', 'b sending'])
    await crash(first)
    const { files } = await clock.run(open().engine.findUnfinished())
    expect(stoppedIn(files)).toEqual({ a: { type: 'interrupted' }, b: { type: 'interrupted' } })
  })

  it('by no more writes than there are files to tell something new of', async () => {
    const { browser, lake, clock, open } = visits()
    const page = open()
    lake.twist = ({ route }) => (route === 'address' ? 'hang' : undefined)
    await clock.run(page.engine.add(Array.from({ length: 2000 }, (_, index) => file(`f${index}`))))
    await clock.advance(1000)
    const before = browser.writes
    page.engine.pause()
    await clock.advance(1000)
    expect(browser.writes - before).toBe(20)
    page.engine.stop()
    await clock.advance(1000)
    expect(browser.writes - before).toBe(20)
  })

  it('and of a page that was left, not paused, nothing is written at its end', async () => {
    const { browser, lake, clock, open } = visits()
    const page = open()
    lake.twist = ({ route }) => (route === 'address' ? 'hang' : undefined)
    await clock.run(page.engine.add(Array.from({ length: 2000 }, (_, index) => file(`f${index}`))))
    await clock.advance(1000)
    const before = browser.writes
    page.engine.stop()
    await clock.advance(1000)
    expect(browser.writes).toBe(before)
    const { files } = await clock.run(open().engine.findUnfinished())
    expect(files.every(({ stopped }) => stopped?.type === 'interrupted')).toBe(true)
    expect(files).toHaveLength(2000)
  })
})

/** Records as the version before this field has written them. */
const BEFORE: readonly FileRecord[] = [
  {
    id: 'lakefs-uploader k3x-1 1',
    session: 'lakefs-uploader k3x-1',
    endpoint: 'http://lakefs.test/api/v1',
    ...{
      repository: 'lake',
      branch: 'main',
      prefix: '',
      path: 'stored.csv',
      size: 13,
      lastModified: 1_700_000_000_000,
    },
    ...{ contentType: 'text/csv', metadata: {}, phase: 'stored', physicalAddress: 's3://bucket/data/1' },
    ...{
      checksum: '5c4b7a1b3a3b2d6b3f9d8f8e2b9f7c1a',
      verified: true,
      since: 999_999_990_000,
      touched: 999_999_999_000,
    },
  },
  {
    id: 'lakefs-uploader k3x-1 2',
    session: 'lakefs-uploader k3x-1',
    endpoint: 'http://lakefs.test/api/v1',
    ...{
      repository: 'lake',
      branch: 'main',
      prefix: '',
      path: 'queued.csv',
      size: 13,
      lastModified: 1_700_000_000_000,
    },
    ...{ contentType: 'text/csv', metadata: {}, phase: 'sending', touched: 999_999_999_000 },
  },
]

describe('records of a version that noted no reason', () => {
  it('are offered as before, go on at a press, and are not begun without one', async () => {
    const { browser, lake, clock, open } = visits()
    for (const record of BEFORE) browser.files.set(record.id, structuredClone(record))
    const page = open()
    const { files } = await clock.run(page.engine.findUnfinished())
    expect(files).toMatchObject([
      { path: 'stored.csv', stored: 13, needs: 'nothing' },
      { path: 'queued.csv', stored: 0, needs: 'file' },
    ])
    expect(files.some((one) => 'stopped' in one)).toBe(false)
    expect((await clock.run(page.engine.resumeUnfinished({ only: 'automatic' }))).ids).toEqual([])
    await clock.run(page.engine.resumeUnfinished())
    expect(await clock.run(page.engine.finished())).toMatchObject({ uploaded: 1 })
    expect([...lake.objects.keys()]).toEqual(['stored.csv'])
    expect(page.engine.getSnapshot().unfinished?.files).toMatchObject([{ path: 'queued.csv' }])
  })

  it('and those of a later one, whose reasons nobody here knows', async () => {
    const { browser, clock, open } = visits()
    for (const record of BEFORE) {
      browser.files.set(record.id, { ...structuredClone(record), stopped: { type: 'moon', code: '<script>' } })
    }
    const { files } = await clock.run(open().engine.findUnfinished())
    expect(files).toHaveLength(2)
    expect(JSON.stringify(files)).not.toContain('moon')
  })
})

it('what is unfinished is one object until it changes', async () => {
  const { lake, clock, open, crash } = visits()
  const first = open()
  lake.twist = ({ route }) => (route === 'put' ? 'hang' : undefined)
  await clock.run(first.engine.add([file('a'), file('b')]))
  await clock.advance(500)
  await crash(first)
  const { engine } = open()
  const found = await clock.run(engine.findUnfinished())
  await clock.run(engine.add([file('c')]))
  expect(engine.getSnapshot().unfinished).toBe(found)
  await clock.run(engine.add([file('a')]))
  expect(engine.getSnapshot().unfinished).not.toBe(found)
  expect(engine.getSnapshot().unfinished?.files).toMatchObject([{ path: 'b' }])
})

it('a place at the store that has become too old in the meantime is not shown as good', async () => {
  const { lake, clock, open, crash } = visits()
  const first = open()
  lake.twist = ({ route }) => (route === 'link' ? 'hang' : undefined)
  await clock.run(first.engine.add([file('a')]))
  await clock.advance(500)
  await crash(first)
  const { engine } = open()
  expect(await clock.run(engine.findUnfinished())).toMatchObject({ files: [{ needs: 'nothing' }] })
  await clock.advance(24 * 3_600_000)
  expect(engine.getSnapshot().unfinished).toMatchObject({ files: [{ needs: 'file', stored: 0 }] })
})
