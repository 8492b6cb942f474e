import { describe, expect, it } from 'vitest'
import type { Twist } from './testing/lake.ts'
import { file, rig } from './testing/rig.ts'

const links = ({ seen }: { seen: { route: string; headers: Record<string, string> }[] }) =>
  seen.filter(({ route }) => route === 'link').map(({ headers }) => headers['if-none-match'] ?? 'no condition')

/** What the commit beside a link does to the entry: once, and only at the first link of a path. */
const first =
  (wanted: string, fault: ReturnType<Twist>): Twist =>
  ({ route }, count) =>
    route === wanted && count === 1 ? fault : undefined

describe('a link that is refused for its own entry', () => {
  it('is made again without the condition, and the file is uploaded', async () => {
    const { lake, upload } = rig({ onConflict: 'ask' })
    lake.twist = first('link', 'raced')
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1, confirmed: true })
    expect(links(lake)).toEqual(['*', 'no condition'])
    expect(lake.count('put')).toBe(1)
  })

  it('is repeated with the condition where the entry is gone, five times at most', async () => {
    const { lake, upload } = rig({ onConflict: 'ask' })
    lake.twist = ({ route }, count) =>
      route === 'link' && count <= 3 ? new Response('{"message":"Precondition failed"}', { status: 412 }) : undefined
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1 })
    expect(links(lake)).toEqual(['*', '*', '*', '*'])

    const never = rig({ onConflict: 'ask' })
    never.lake.twist = ({ route }) =>
      route === 'link' ? new Response('{"message":"Precondition failed"}', { status: 412 }) : undefined
    expect(await never.upload([file('a')])).toMatchObject({ failed: 1 })
    expect(links(never.lake)).toHaveLength(6)
    expect(never.engine.getSnapshot().files[0]).toMatchObject({
      error: { code: 'throttled', facts: { side: 'lakefs' }, retryable: true },
    })
  })

  it('waits between the repeats, as somebody who cancels meanwhile finds out', async () => {
    const { engine, clock, lake, until } = rig({ onConflict: 'ask' })
    lake.twist = ({ route }) =>
      route === 'link' ? new Response('{"message":"Precondition failed"}', { status: 412 }) : undefined
    await clock.run(engine.add([file('a')]))
    expect(await until('waiting')).toMatchObject({ waiting: { reason: 'busy', side: 'lakefs' } })
    engine.cancel()
    expect(await clock.run(engine.finished())).toMatchObject({ cancelled: 1 })
  })

  it('is taken as it is where the server takes an address only once', async () => {
    const { lake, upload } = rig({ onConflict: 'ask' })
    lake.twist = ({ route }, count) => {
      if (route !== 'link') return undefined
      return count === 1 ? 'raced' : new Response('{"message":"link address already used"}', { status: 400 })
    }
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1 })
  })

  it('is put back by its address where the bytes went through lakeFS', async () => {
    const { lake, upload } = rig({ onConflict: 'ask' })
    lake.presign = false
    lake.twist = ({ route, path }, count) => {
      if (route === 'upload' && count === 1) lake.put(path, 'hello lakeFS\n')
      return undefined
    }
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1 })
    expect([lake.count('upload'), lake.count('stage')]).toEqual([1, 1])
  })
})

describe('the same bytes at the path after a 412', () => {
  it('are skipped as identical, without a question', async () => {
    const { engine, lake, upload } = rig({ onConflict: 'ask' })
    lake.twist = ({ route, path }, count) => {
      if (route === 'link' && count === 1) lake.put(path, 'hello lakeFS\n')
      return undefined
    }
    expect(await upload([file('a')])).toMatchObject({ skipped: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ status: 'skipped', reason: 'identical' })
  })

  it('are asked about where only the size is the same', async () => {
    const { engine, clock, lake, until } = rig({ onConflict: 'ask' })
    lake.twist = ({ route, path }, count) => {
      if (route === 'link' && count === 1) lake.put(path, 'HELLO lakeFS\n')
      return undefined
    }
    await clock.run(engine.add([file('a')]))
    expect(await until('asking')).toMatchObject({ conflict: { existing: { path: 'a' } } })
  })
})

describe('the look at the end of a run', () => {
  it('puts back what a yes of lakeFS has lost, before the summary is told', async () => {
    const { engine, clock, lake } = rig({ onConflict: 'ask' })
    lake.twist = first('link', 'unwritten')
    await clock.run(engine.add(['a', 'b', 'c', 'd', 'e'].map((name) => file(name))))
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 5, failed: 0, confirmed: true })
    expect([...lake.objects.keys()].sort()).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(lake.count('put')).toBe(5)
  })

  it('puts back what went through lakeFS by its address', async () => {
    const { lake, upload } = rig({ onConflict: 'ask' })
    lake.presign = false
    lake.twist = (seen, count) => {
      if (seen.route === 'link') return new Response('{"message":"address is not signed"}', { status: 400 })
      return seen.route === 'upload' && count === 1 ? 'unwritten' : undefined
    }
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1 })
    expect([lake.count('upload'), lake.count('stage'), lake.objects.has('a')]).toEqual([1, 1, true])
  })

  it('says of a file that cannot be put back that it is not on the branch', async () => {
    const failed: string[] = []
    const { engine, lake, upload } = rig({ onConflict: 'ask' })
    lake.twist = ({ route }, count) => {
      if (route === 'stage') return new Response('{"message":"invalid API endpoint"}', { status: 404 })
      if (route !== 'link') return undefined
      return count === 1 ? 'unwritten' : new Response('{"message":"link address expired"}', { status: 400 })
    }
    const summary = await upload([file('a')])
    expect(summary).toMatchObject({ uploaded: 0, failed: 1, bytes: 0, confirmed: true })
    failed.push(...summary.errors.map(({ error }) => error.code))
    expect(failed).toEqual(['not-on-branch'])
    expect(engine.getSnapshot().totals).toMatchObject({ uploaded: 0, counts: { uploaded: 0, failed: 1 } })
  })

  it('never links what the store no longer has', async () => {
    const { lake, upload } = rig({ onConflict: 'ask' })
    lake.twist = ({ route }, count) => {
      if (route === 'object') return new Response('{"message":"No data"}', { status: 410 })
      return route === 'link' && count === 1 ? 'unwritten' : undefined
    }
    expect(await upload([file('a')])).toMatchObject({ failed: 1 })
    expect(lake.count('reset')).toBe(1)
  })

  it('brings back the row of a lost file that was cleared away', async () => {
    const { engine, clock, lake } = rig({ onConflict: 'ask', concurrency: { files: 1 } })
    lake.twist = ({ route }, count) => {
      if (route === 'link' && count === 2) engine.remove()
      if (route === 'stage' || (route === 'link' && count > 2)) return new Response('{"message":"no"}', { status: 400 })
      return route === 'link' && count === 1 ? 'unwritten' : undefined
    }
    await clock.run(engine.add([file('a'), file('b')]))
    await clock.run(engine.finished())
    expect(engine.getSnapshot().files).toMatchObject([{ path: 'b' }, { path: 'a', status: 'failed' }])
  })

  it('says that another object is there by now, and leaves it', async () => {
    const { engine, lake, upload } = rig({ onConflict: 'ask' })
    lake.twist = ({ route, path }) => {
      if (route === 'stat') lake.put(path, 'bytes of another')
      return undefined
    }
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ status: 'uploaded', notice: { type: 'replaced' } })
    expect(lake.count('link')).toBe(1)
  })

  it('is told of while it lasts, and does not last longer than a minute', async () => {
    const { engine, clock, lake, until } = rig({ onConflict: 'overwrite' })
    lake.twist = ({ route }) => (route === 'stat' ? new Response(null, { status: 502 }) : undefined)
    await clock.run(engine.add([file('a')]))
    await until('uploaded')
    expect(engine.getSnapshot()).toMatchObject({ status: 'running', branchCheck: 'running' })
    const began = clock.now()
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1, confirmed: false })
    expect(clock.now() - began).toBeLessThan(90_000)
    expect(engine.getSnapshot()).toMatchObject({ status: 'finished', branchCheck: 'failed' })
  })

  it('waits for nobody to sign in', async () => {
    const { lake, upload } = rig({ onConflict: 'overwrite' })
    lake.twist = ({ route }) =>
      route === 'stat' ? new Response('{"message":"error authenticating request"}', { status: 401 }) : undefined
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1, confirmed: false })
  })

  it('includes files that came while it was under way', async () => {
    const { engine, clock, lake, until } = rig({ onConflict: 'overwrite' })
    let added: Promise<unknown> | undefined
    lake.twist = ({ route }, count) => {
      if (route === 'stat' && count === 1) added = engine.add([file('b')])
      return route === 'link' && count === 2 ? 'unwritten' : undefined
    }
    await clock.run(engine.add([file('a')]))
    await until('uploaded')
    expect(await clock.run(engine.finished())).toMatchObject({ files: 2, uploaded: 2 })
    await added
    expect(lake.objects.has('b')).toBe(true)
  })

  it('reads a thousand files in one page', { timeout: 60_000 }, async () => {
    const { lake, upload } = rig({ onConflict: 'overwrite' })
    await upload(Array.from({ length: 1000 }, (_, index) => file(`f${index}`, 'x')))
    expect([lake.count('list'), lake.count('stat')]).toEqual([1, 0])
  })
})
