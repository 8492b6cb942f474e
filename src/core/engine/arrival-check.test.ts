import { describe, expect, it } from 'vitest'
import { createJob } from '../file/job.ts'
import type { LakeFS } from '../lakefs/client.ts'
import { Log } from '../request/log.ts'
import { TestClock } from '../testing/clock.ts'
import type { Twist } from '../testing/lake.ts'
import { file, rig } from '../testing/rig.ts'
import { ArrivalCheck } from './arrival-check.ts'
import { FileStore } from './file-store.ts'

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

  it('is repeated with the condition where the entry is gone, for as long as a busy server is waited for', async () => {
    const { lake, upload } = rig({ onConflict: 'ask' })
    lake.twist = ({ route }, count) =>
      route === 'link' && count <= 3 ? new Response('{"message":"Precondition failed"}', { status: 412 }) : undefined
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1 })
    expect(links(lake)).toEqual(['*', '*', '*', '*'])

    const never = rig({ onConflict: 'ask', retryTimeout: 60_000 })
    never.lake.twist = ({ route }) =>
      route === 'link' ? new Response('{"message":"Precondition failed"}', { status: 412 }) : undefined
    expect(await never.upload([file('a')])).toMatchObject({ failed: 1 })
    expect(links(never.lake).length).toBeGreaterThan(6)
    expect(links(never.lake)).not.toContain('no condition')
    expect(never.engine.getSnapshot().files[0]).toMatchObject({
      error: { code: 'throttled', facts: { side: 'lakefs' }, retryable: true },
    })
  })

  it('waits between the repeats, as somebody who cancels meanwhile finds out', async () => {
    const { engine, clock, lake, until } = rig({ onConflict: 'ask' })
    lake.twist = ({ route }) =>
      route === 'link' ? new Response('{"message":"Precondition failed"}', { status: 412 }) : undefined
    await clock.run(engine.add([file('a')]))
    expect(await until('waiting')).toMatchObject({ wait: { reason: 'busy', side: 'lakefs' } })
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

describe('a link without the condition that is refused itself', () => {
  it('is repeated, and not taken for done', async () => {
    const { lake, upload } = rig({ onConflict: 'ask' })
    lake.twist = ({ route }, count) => {
      if (route !== 'link') return undefined
      return count === 1 ? 'raced' : count === 2 ? new Response(null, { status: 502 }) : undefined
    }
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1 })
    expect(links(lake)).toEqual(['*', 'no condition', 'no condition'])
  })
})

describe('the same bytes at the path after a 412', () => {
  it('are known by the composite checksum where they went in parts', async () => {
    const { engine, lake, upload } = rig({ onConflict: 'ask', partSize: 5 * 2 ** 20 })
    const body = file('big.bin', 11 * 2 ** 20)
    await upload([body])
    const there = lake.objects.get('big.bin')
    if (!there) throw new Error('not uploaded')
    lake.objects.clear()
    engine.remove()
    lake.twist = ({ route }, count) => {
      // Somebody else's upload of the same bytes ends while the parts are on their way.
      if (route === 'part' && count === 4)
        lake.objects.set('big.bin', { ...there, physical_address: 's3://bucket/other' })
      return undefined
    }
    expect(await upload([file('big.bin', 11 * 2 ** 20)])).toMatchObject({ skipped: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ status: 'skipped', reason: 'identical' })
    expect(lake.multiparts.size).toBe(0)
  })

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

  it('looks again where a commit beside it loses what is put back', async () => {
    const { lake, upload } = rig({ onConflict: 'ask' })
    lake.twist = ({ route }, count) => {
      if (route !== 'link') return undefined
      if (count === 1) return 'unwritten'
      return count <= 3 ? new Response('{"message":"Precondition failed"}', { status: 412 }) : undefined
    }
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1, confirmed: true })
    expect(lake.objects.has('a')).toBe(true)
  })

  it('never writes over what somebody has put there since', async () => {
    const { engine, lake, upload } = rig({ onConflict: 'overwrite' })
    lake.presign = false
    lake.twist = ({ route, path }, count) => {
      if (route === 'upload' && count === 1) return 'unwritten'
      if (route !== 'link') return undefined
      lake.put(path, 'bytes of another')
      return new Response('{"message":"address is not signed"}', { status: 400 })
    }
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ notice: { type: 'replaced' } })
    expect([lake.count('stage'), lake.objects.get('a')?.size_bytes]).toEqual([0, 16])
  })

  it('leaves what was committed and then deleted', async () => {
    const { engine, lake, upload } = rig({ onConflict: 'ask' })
    lake.twist = ({ route, path, ref }) => {
      if (route !== 'stat') return undefined
      // Not on the branch, and in its last commit.
      if (ref === 'main') return new Response('{"message":"not found"}', { status: 404 })
      return new Response(JSON.stringify(lake.objects.get(path)), { status: 200 })
    }
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ status: 'uploaded', notice: { type: 'deleted' } })
    expect(lake.count('link')).toBe(1)
  })

  it('looks for the last one of two files for one path', async () => {
    const { engine, clock, lake, statuses } = rig({ onConflict: 'overwrite', concurrency: { files: 1 } })
    await clock.run(engine.add([file('a', 'one')]))
    await clock.run(engine.finished())
    lake.twist = ({ route }, count) => (route === 'link' && count === 3 ? 'unwritten' : undefined)
    await clock.run(engine.add([file('a', 'newer'), file('b')]))
    const again = clock.run(engine.finished())
    expect(await again).toMatchObject({ uploaded: 2 })
    expect(statuses()).toEqual(['a uploaded', 'a uploaded', 'b uploaded'])
    expect(lake.objects.get('a')?.size_bytes).toBe(5)
    expect(engine.getSnapshot().files.every(({ notice }) => notice === undefined)).toBe(true)
  })

  it('is not waited for longer than a minute where lakeFS does not answer, and a retry links what is stored', async () => {
    const { engine, clock, lake, statuses } = rig({ onConflict: 'overwrite' })
    let down = false
    lake.twist = ({ route }, count) => {
      if (route !== 'link') return undefined
      if (count <= 4) return 'unwritten'
      down = true
      return down && count < 1000 ? new Response(null, { status: 502 }) : undefined
    }
    await clock.run(engine.add(['a', 'b', 'c', 'd'].map((name) => file(name))))
    const began = clock.now()
    const summary = await clock.run(engine.finished())
    expect(summary).toMatchObject({ uploaded: 0, failed: 4 })
    expect(summary.errors[0]?.error).toMatchObject({ code: 'not-on-branch', retryable: true, facts: { stored: 1 } })
    expect(clock.now() - began).toBeLessThan(180_000)
    lake.twist = () => undefined
    engine.retry()
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 4 })
    expect(statuses()).toEqual(['a uploaded', 'b uploaded', 'c uploaded', 'd uploaded'])
    expect(lake.count('put')).toBe(4)
  })

  it('comes before a further drop that is still being asked about', async () => {
    const { engine, clock, lake, until } = rig({ onConflict: 'ask', beforeUpload: () => new Promise(() => {}) })
    engine.setOptions({ beforeUpload: undefined })
    lake.twist = first('link', 'unwritten')
    await clock.run(engine.add([file('a')]))
    engine.setOptions({ beforeUpload: () => new Promise(() => {}) })
    void engine.add([file('b')])
    await until('uploaded')
    await clock.advance(1000)
    expect(lake.objects.has('a')).toBe(true)
    expect(engine.getSnapshot().branchCheck).toBeUndefined()
  })

  it('ends also where the only file was taken off the list while it was linked', async () => {
    const { engine, clock, lake } = rig({ onConflict: 'overwrite' })
    lake.twist = ({ route }) => {
      if (route === 'link') engine.remove('f1')
      return undefined
    }
    await clock.run(engine.add([file('a')]))
    await clock.run(engine.finished())
    await clock.advance(1000)
    expect(engine.getSnapshot()).toMatchObject({ status: 'idle', branchCheck: undefined })
    await clock.run(engine.finished())
  })

  it('is asked about when the page is left', async () => {
    const { engine, clock, lake, until } = rig({ onConflict: 'overwrite' })
    lake.twist = ({ route }) => (route === 'stat' ? new Response(null, { status: 502 }) : undefined)
    await clock.run(engine.add([file('a')]))
    await until('uploaded')
    expect(engine.isBusy).toBe(true)
    await clock.run(engine.finished())
    expect(engine.isBusy).toBe(false)
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

it('gives the page its turns among thousands of answers from one listing', async () => {
  const clock = new TestClock()
  // A ms for each look at the time: eight files a slice at most.
  const now = clock.now
  clock.now = () => {
    clock.jump(1)
    return now()
  }
  const results = Array.from({ length: 1000 }, (_, index) => ({
    path: `f${String(index).padStart(4, '0')}`,
    physical_address: `s3://bucket/${index}`,
    checksum: 'c',
    size_bytes: 1,
    mtime: 1,
  }))
  const lists: number[] = []
  const list = async () => {
    lists.push(1)
    return { pagination: { has_more: false, next_offset: '', results: 1000 }, results }
  }
  let turns = 0
  const log = new Log(clock)
  const check = new ArrivalCheck(
    {
      lakefs: { list } as unknown as LakeFS,
      clock,
      log,
      breathe: async () => {
        turns += 1
      },
    },
    new FileStore(
      clock,
      () => {},
      () => {},
      log,
    ),
    { callAtRunEnd: (call) => call(), putBack: async (_, object) => object, signal: new AbortController().signal },
    { failed: () => {} },
  )
  for (const object of results) {
    const facts = { id: object.path, path: object.path, size: 1, lastModified: 0, contentType: '', metadata: {} }
    const job = createJob({
      ...facts,
      destination: { repository: 'lake', branch: 'main', prefix: '' },
      file: undefined,
    })
    job.state = { status: 'uploaded', object, verified: true }
    check.add(job, undefined)
  }
  await check.run()
  expect(lists).toHaveLength(1)
  expect(turns).toBeGreaterThan(100)
})
