import { describe, expect, it } from 'vitest'
import { ResponseError } from '../../request/response-error.ts'
import { md5, say } from '../../testing/lake.ts'
import { file, rig } from '../../testing/rig.ts'

const MIB = 2 ** 20
const PARTS = { partSize: 5 * MIB }

describe('an object of ours behind a lost answer', () => {
  it('is known as ours when the person tries again after the patience', async () => {
    const { engine, lake, clock, upload } = rig({ onConflict: 'ask', retryTimeout: 2000 })
    let down = false
    lake.twist = ({ route }) => {
      if (route === 'link' && !down) {
        down = true
        return 'lost'
      }
      return down ? new ResponseError({ side: 'lakefs', status: 0 }) : undefined
    }
    expect(await upload([file('a')])).toMatchObject({ failed: 1 })
    lake.twist = () => undefined
    engine.retry()
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
    expect([lake.count('link'), lake.count('put')]).toEqual([1, 1])
  })

  it('is known as ours when the uploader was stopped in the middle of the link', async () => {
    const { engine, lake, clock } = rig({ onConflict: 'rename' })
    lake.twist = ({ route }, count) => {
      if (route !== 'link' || count > 1) return undefined
      // Done at the server; the answer comes too late for whoever asked.
      lake.objects.set('a', {
        path: 'a',
        physical_address: 's3://bucket/data/1',
        checksum: md5('hello lakeFS\n'),
        size_bytes: 13,
        mtime: 0,
      })
      return 'hang'
    }
    await clock.run(engine.add([file('a')]))
    await clock.advance(500)
    engine.stop()
    await clock.advance(500)
    engine.resume()
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
    expect([...lake.objects.keys()]).toEqual(['a'])
  })

  it('is no conflict where it went through lakeFS', async () => {
    const { engine, lake, clock, upload } = rig({ onConflict: 'ask', retryTimeout: 2000 })
    lake.presign = false
    let down = false
    lake.twist = ({ route, path }) => {
      if (route === 'upload' && !down) {
        down = true
        lake.put(path, 'hello lakeFS\n')
        return new ResponseError({ side: 'lakefs', status: 0 })
      }
      return down ? new ResponseError({ side: 'lakefs', status: 0 }) : undefined
    }
    expect(await upload([file('a')])).toMatchObject({ failed: 1 })
    lake.twist = () => undefined
    engine.retry()
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1, skipped: 0 })
  })
})

describe('a request that the browser sent again unseen', () => {
  it.each([412, 400])('is no conflict where the link had been done and its copy gets %d', async (status) => {
    const { engine, lake, upload } = rig({ onConflict: 'fail' })
    lake.twist = ({ route, path, body }, count) => {
      if (route !== 'link' || count > 1) return undefined
      const { staging, size_bytes } = body as { staging: { physical_address: string }; size_bytes: number }
      lake.objects.set(path, { ...lake.put(path), physical_address: staging.physical_address, size_bytes })
      return say(status, 'Precondition failed')
    }
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1, failed: 0 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ status: 'uploaded', verified: true })
    // What a 412 has met is linked once more without the condition: a commit may have left it out.
    expect([lake.count('link'), lake.count('put')]).toEqual([status === 412 ? 2 : 1, 1])
  })

  it("is a conflict all the same where the object is somebody else's", async () => {
    const { engine, lake, upload } = rig({ onConflict: 'fail' })
    lake.twist = ({ route, path }) => {
      if (route === 'link') lake.put(path, 'bytes of another')
      return undefined
    }
    expect(await upload([file('a')])).toMatchObject({ failed: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'exists' } })
  })

  it('is no conflict where it went through lakeFS', async () => {
    const { lake, upload } = rig({ onConflict: 'fail' })
    lake.presign = false
    lake.twist = ({ route, path }, count) => {
      if (route === 'upload' && count === 1) lake.put(path, 'hello lakeFS\n')
      return undefined
    }
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1, failed: 0 })
    expect(lake.count('upload')).toBe(1)
  })

  it('does not send the parts again where it had completed them', async () => {
    const { lake, upload } = rig({ ...PARTS, onConflict: 'fail' })
    lake.twist = ({ route, path }, count) => {
      if (route !== 'complete' || count > 1) return undefined
      const [[id, one] = []] = [...lake.multiparts]
      if (!id || !one) return undefined
      lake.multiparts.delete(id)
      lake.stored.set(one.address, new Uint8Array(16 * MIB))
      lake.objects.set(path, { ...lake.put(path), size_bytes: 16 * MIB, physical_address: one.address })
      // On its way to the answer of lake: 500 with NoSuchUpload, as Amazon gives to the second copy.
      return undefined
    }
    expect(await upload([file('big', 16 * MIB)])).toMatchObject({ uploaded: 1, failed: 0 })
    expect([lake.count('complete'), lake.count('create'), lake.count('link')]).toEqual([1, 1, 0])
  })
})

it('an object taken back for its checksum is never linked by trying again', async () => {
  const { engine, lake, clock, upload } = rig({ ...PARTS, onConflict: 'overwrite' })
  lake.twist = ({ route }) => {
    if (route !== 'complete') return undefined
    const [[id, { address }] = ['', { address: '' }]] = lake.multiparts
    lake.multiparts.delete(id)
    lake.stored.set(address, new Uint8Array(3))
    const stats = {
      path: 'big',
      physical_address: address,
      checksum: `${md5('other')}-3`,
      size_bytes: 12 * MIB,
      mtime: 0,
    }
    lake.objects.set('big', stats)
    return new Response(JSON.stringify(stats), { status: 200 })
  }
  expect(await upload([file('big', 12 * MIB)])).toMatchObject({ failed: 1 })
  expect(lake.objects.size).toBe(0)
  lake.twist = () => undefined
  engine.retry()
  expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
  const { physical_address = '', checksum } = lake.objects.get('big') ?? {}
  expect(lake.stored.get(physical_address)).toHaveLength(12 * MIB)
  expect(checksum).not.toBe(`${md5('other')}-3`)
  expect(lake.count('link')).toBe(0)
})

describe('a cancel while a file is finishing', () => {
  it('is not overtaken by an address that moved: nothing is sent again', async () => {
    const { engine, lake, clock } = rig()
    lake.twist = ({ route }, count) => {
      if (route !== 'link' || count > 1) return undefined
      engine.cancel()
      return say(409, 'moved')
    }
    await clock.run(engine.add([file('a')]))
    expect(await clock.run(engine.finished())).toMatchObject({ cancelled: 1 })
    expect([lake.count('put'), lake.objects.size]).toEqual([1, 0])
  })
})

it('a file taken off the list while lakeFS put it on the branch is told of', async () => {
  const heard: string[] = []
  const { engine, lake, clock } = rig({ onUploaded: ({ path }, file) => heard.push(`${path} ${file.status}`) })
  lake.twist = ({ route }) => {
    if (route === 'link') engine.remove(engine.getSnapshot().ids[0])
    return undefined
  }
  await clock.run(engine.add([file('a')]))
  await clock.advance(1000)
  expect(engine.getSnapshot().ids).toEqual([])
  expect([[...lake.objects.keys()], heard]).toEqual([['a'], ['a uploaded']])
})

describe('a pause', () => {
  it('that is taken back before the transfer has stopped goes on', async () => {
    const { engine, lake, clock, statuses } = rig()
    lake.twist = ({ route }, count) => (route === 'put' && count === 1 ? 'hang' : undefined)
    await clock.run(engine.add([file('a')]))
    await clock.advance(500)
    engine.pause()
    engine.resume()
    await clock.advance(1000)
    expect(statuses()).toEqual(['a uploaded'])
  })

  it('is a pause also where the request under way fails', async () => {
    const { engine, lake, clock, statuses } = rig(PARTS)
    lake.twist = ({ route }) => {
      if (route !== 'create') return undefined
      engine.pause()
      return new ResponseError({ side: 'lakefs', status: 0 })
    }
    await clock.run(engine.add([file('big', 12 * MIB)]))
    await clock.advance(1000)
    expect(statuses()).toEqual(['big paused'])
  })

  it('takes effect at once while lakeFS does not answer the check', async () => {
    const { engine, lake, clock, statuses } = rig({ onConflict: 'ask' })
    lake.twist = ({ route }) => (route === 'config' || route === 'list' ? 'hang' : undefined)
    await clock.run(engine.add([file('a')]))
    await clock.advance(500)
    expect(statuses()).toEqual(['a checking'])
    engine.pause()
    await clock.advance(0)
    expect(statuses()).toEqual(['a paused'])
  })

  it('takes effect at once while getToken does not answer', async () => {
    const { engine, clock, statuses } = rig({ getToken: () => new Promise<string>(() => {}) })
    await clock.run(engine.add([file('a')]))
    await clock.advance(500)
    engine.cancel()
    await clock.advance(0)
    expect(statuses()).toEqual(['a cancelled'])
  })

  it('takes effect at once while the store is looked into', async () => {
    const { engine, lake, clock, statuses } = rig()
    lake.twist = ({ route }, count) => {
      if (route !== 'put') return undefined
      return count <= 2 ? new ResponseError({ side: 'storage', status: 0 }) : 'hang'
    }
    await clock.run(engine.add([file('a')]))
    await clock.advance(5000)
    expect(lake.count('put')).toBe(3)
    engine.cancel()
    await clock.advance(0)
    expect(statuses()).toEqual(['a cancelled'])
  })
})

describe('stop', () => {
  it('while files are being taken in starts none of them', async () => {
    const turns: (() => void)[] = []
    const { engine, lake, clock } = rig({}, { breathe: () => new Promise((resolve) => turns.push(resolve)) })
    const now = clock.now
    // Every look at the clock is a slice.
    clock.now = () => {
      clock.jump(10)
      return now()
    }
    const turn = async () => {
      turns.shift()?.()
      await clock.advance(0)
    }
    const adding = engine.add([file('a'), file('b')])
    while (engine.getSnapshot().ids.length === 0) await turn()
    engine.stop()
    const seen = lake.count('address')
    while (engine.getSnapshot().ids.length < 2) await turn()
    while (turns.length > 0) await turn()
    await adding
    await clock.advance(1000)
    expect(lake.count('address')).toBe(seen)
    expect(engine.getSnapshot().totals.counts.uploaded).toBe(0)
  })
})

it('a multipart upload that is no longer wanted is taken back', async () => {
  const { engine, lake, clock } = rig(PARTS)
  lake.twist = ({ route }) => (route === 'part' ? 'hang' : undefined)
  await clock.run(engine.add([file('big', 12 * MIB)]))
  await clock.advance(500)
  engine.pause()
  await clock.advance(500)
  lake.twist = () => undefined
  engine.setOptions({ partSize: 64 * MIB })
  engine.resume()
  expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
  await clock.advance(5000)
  expect(lake.multiparts.size).toBe(0)
})

it('a session that is renewed and refused again and again ends in an error', async () => {
  const { lake, upload } = rig()
  lake.twist = ({ route }) => (route === 'link' ? say(401, 'error authenticating request') : undefined)
  expect(await upload([file('a')])).toMatchObject({ failed: 1, errors: [{ error: { code: 'session-expired' } }] })
})
