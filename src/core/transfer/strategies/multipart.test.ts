import { describe, expect, it } from 'vitest'
import { ResponseError } from '../../request/response-error.ts'
import { md5, say } from '../../testing/lake.ts'
import { file, rig } from '../../testing/rig.ts'
import { expiryOf } from './multipart.ts'

const MIB = 2 ** 20
const big = (size = 16 * MIB) => file('big.bin', size)
const parts = { partSize: 5 * MIB }
const gone = () => new Response('<Error><Code>NoSuchUpload</Code></Error>', { status: 404 })

describe('a file in parts', () => {
  it('arrives whole, every URL signed when its turn comes, and is compared in the end', async () => {
    const { lake, upload, engine } = rig(parts)
    expect(await upload([big()])).toMatchObject({ uploaded: 1 })
    const [stored] = [...lake.stored.values()]
    expect(md5(stored ?? '')).toBe(md5(new Uint8Array(await big().arrayBuffer())))
    expect([lake.count('create'), lake.count('sign'), lake.count('part'), lake.count('complete')]).toEqual([1, 4, 4, 1])
    expect(engine.getSnapshot().files[0]).toMatchObject({ verified: true })
    const complete = lake.seen.find(({ route }) => route === 'complete')?.body as { parts: { part_number: number }[] }
    expect(complete.parts.map(({ part_number }) => part_number)).toEqual([1, 2, 3, 4])
  })

  it('repeats only the part that failed, and the bar does not go back', async () => {
    const { lake, engine, clock } = rig(parts)
    lake.twist = ({ route, path }, count) =>
      route === 'part' && path === '2' && count <= 4 ? new Response(null, { status: 500 }) : undefined
    const shown: number[] = []
    engine.subscribe(() => {
      const [state] = engine.getSnapshot().files
      if (state && 'sent' in state) shown.push(state.sent)
    })
    await clock.run(engine.add([big()]))
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
    expect(lake.seen.filter(({ route, path }) => route === 'part' && path !== '2')).toHaveLength(3)
    expect(shown).toEqual([...shown].sort((a, b) => a - b))
  })

  it('goes on with the parts that wait for the network as soon as it is back, also while another one moves', async () => {
    const { lake, engine, clock, network, until } = rig(parts)
    // The first part is on its way for good, the others do not get out.
    lake.twist = ({ route, path }) => {
      if (route !== 'part' || network.online) return undefined
      return path === '1' ? 'hang' : new ResponseError({ side: 'storage', status: 0 })
    }
    network.online = false
    await clock.run(engine.add([big()]))
    await until('sending')
    await clock.advance(100)
    expect(lake.multiparts.values().next().value?.parts.size).toBe(0)
    network.online = true
    network.back()
    await clock.advance(1000)
    expect(engine.getSnapshot().files[0]).toMatchObject({ status: 'sending' })
    expect([...(lake.multiparts.values().next().value?.parts.keys() ?? [])].sort()).toEqual([2, 3, 4])
  })

  it('begins anew, once, where the store has given the upload up', async () => {
    const { lake, upload } = rig(parts)
    lake.twist = ({ route }, count) => (route === 'part' && count === 3 ? gone() : undefined)
    expect(await upload([big()])).toMatchObject({ uploaded: 1 })
    expect(lake.count('create')).toBe(2)
  })

  it('fails where the store gives up a second one', async () => {
    const { lake, upload, engine } = rig(parts)
    lake.twist = ({ route }) => (route === 'part' ? gone() : undefined)
    expect(await upload([big()])).toMatchObject({ failed: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'storage-refused', status: 404 } })
    expect(lake.count('create')).toBe(2)
  })

  it('asks older servers for all URLs at once', async () => {
    const { lake, upload } = rig(parts)
    lake.twist = ({ route }) => (route === 'sign' ? say(404, 'invalid API endpoint') : undefined)
    expect(await upload([big(), file('two.bin', 16 * MIB)])).toMatchObject({ uploaded: 2 })
    expect(lake.multiparts.size).toBe(0)
    expect(lake.count('abort')).toBeLessThanOrEqual(2)
  })

  it('begins anew where URLs given at create are refused, and fails with the refusal where new ones are too', async () => {
    const { lake, upload, engine, clock } = rig(parts)
    let refused = 1
    lake.twist = ({ route, path }) => {
      if (route === 'sign') return say(404, 'invalid API endpoint')
      if (route !== 'part' || path !== '1' || refused === 0) return undefined
      refused -= 1
      return new Response('<Error><Code>AccessDenied</Code></Error>', { status: 403 })
    }
    expect(await upload([big()])).toMatchObject({ uploaded: 1 })
    // The first one was begun without URLs, the second one's were refused.
    expect([lake.count('create'), lake.multiparts.size]).toEqual([3, 0])

    refused = 2
    expect(await upload([file('two.bin', 16 * MIB)])).toMatchObject({ failed: 1 })
    expect(engine.getSnapshot().files[1]).toMatchObject({ error: { code: 'storage-refused', status: 403 } })
    expect(lake.multiparts.size).toBe(0)
    engine.retry()
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
  })

  it('goes whole where the server has no multipart after all', async () => {
    const { lake, upload } = rig(parts)
    lake.twist = ({ route }) => (route === 'create' ? say(501, 'not implemented') : undefined)
    expect(await upload([big()])).toMatchObject({ uploaded: 1 })
    expect(lake.count('put')).toBe(1)
  })

  it('signs anew and once where the store refuses a URL', async () => {
    const { lake, upload } = rig(parts)
    lake.twist = ({ route, path }, count) =>
      route === 'part' && path === '1' && count < 8
        ? new Response('<Error><Code>AccessDenied</Code></Error>', { status: 403 })
        : undefined
    await upload([big()])
    expect(lake.seen.filter(({ route, path }) => route === 'part' && path === '1')).toHaveLength(2)
  })
})

describe('the ETag of a part', () => {
  /** A store that answers with another MD5 than that of the bytes, this many times. */
  const damaging = (times: number) => {
    let damaged = 0
    return ({ route, path }: { route: string; path: string }) =>
      route === 'part' && path === '2' && damaged++ < times
        ? new Response(null, { status: 200, headers: { etag: `"${md5('other bytes')}"` } })
        : undefined
  }

  it('that is the MD5 of other bytes sends that part once more', async () => {
    const { lake, upload, engine } = rig(parts)
    lake.twist = damaging(1)
    expect(await upload([big()])).toMatchObject({ uploaded: 1 })
    expect(lake.seen.filter(({ route }) => route === 'part').map(({ path }) => path)).toEqual(['1', '2', '3', '4', '2'])
    expect(engine.getSnapshot().files[0]).toMatchObject({ verified: true })
  })

  it('that is so again is a checksum-mismatch, and the file is never linked', async () => {
    const { lake, upload, engine } = rig(parts)
    lake.twist = damaging(2)
    expect(await upload([big()])).toMatchObject({ failed: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'checksum-mismatch' } })
    expect([lake.count('complete'), lake.objects.size]).toEqual([0, 0])
  })

  it('that the page may not read fails with the rule that is missing', async () => {
    const { lake, upload, engine } = rig(parts)
    lake.twist = ({ route }) => (route === 'part' ? new Response(null, { status: 200 }) : undefined)
    expect(await upload([big()])).toMatchObject({ failed: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'etag-hidden' } })
  })
})

describe('cancelling a file in parts', () => {
  it('takes the upload back', async () => {
    const { lake, engine, clock } = rig(parts)
    lake.twist = ({ route, path }) => (route === 'part' && path === '3' ? 'hang' : undefined)
    await clock.run(engine.add([big()]))
    await clock.advance(500)
    engine.cancel()
    await clock.advance(500)
    expect(engine.getSnapshot().files[0]?.status).toBe('cancelled')
    expect([lake.multiparts.size, lake.objects.size, lake.count('complete')]).toEqual([0, 0, 0])
  })

  it('takes it back also when it is just being begun', async () => {
    const { lake, engine, clock } = rig(parts)
    lake.twist = ({ route }) => {
      if (route === 'create') engine.cancel()
      return undefined
    }
    await clock.run(engine.add([big()]))
    await clock.advance(1000)
    expect(lake.count('create')).toBe(1)
    expect(engine.getSnapshot().files[0]?.status).toBe('cancelled')
    expect(lake.multiparts.size).toBe(0)
  })

  it('repeats the taking back until it is done', async () => {
    const { lake, engine, clock } = rig(parts)
    lake.twist = ({ route, path }, count) => {
      if (route === 'abort' && count < 4) return say(503, 'busy')
      return route === 'part' && path === '3' ? 'hang' : undefined
    }
    await clock.run(engine.add([big()]))
    await clock.advance(500)
    engine.remove(engine.getSnapshot().ids[0])
    await clock.advance(60_000)
    expect(lake.multiparts.size).toBe(0)
  })
})

describe('completing', () => {
  it('does not complete again what a lost answer has completed', async () => {
    const { lake, upload } = rig(parts)
    lake.twist = ({ route, path }, count) => {
      if (route !== 'complete' || count > 1) return undefined
      const [[id, one] = []] = [...lake.multiparts]
      if (!id || !one) return undefined
      lake.multiparts.delete(id)
      lake.stored.set(one.address, new Uint8Array(16 * MIB))
      lake.objects.set(path, { ...lake.put(path), size_bytes: 16 * MIB, physical_address: one.address })
      return new ResponseError({ side: 'lakefs', status: 0 })
    }
    expect(await upload([big()])).toMatchObject({ uploaded: 1 })
    expect([lake.count('complete'), lake.count('link')]).toEqual([1, 0])
  })

  it('links what the store has put together when only the entry is missing', async () => {
    const { lake, upload } = rig(parts)
    lake.twist = ({ route }, count) => {
      if (route !== 'complete' || count > 1) return undefined
      const [[id, one] = []] = [...lake.multiparts]
      if (!id || !one) return undefined
      lake.multiparts.delete(id)
      lake.stored.set(one.address, new Uint8Array(16 * MIB))
      return say(503, 'busy')
    }
    expect(await upload([big()])).toMatchObject({ uploaded: 1 })
    expect([lake.count('complete'), lake.count('link'), lake.count('create')]).toEqual([2, 1, 1])
    expect(lake.objects.get('big.bin')).toMatchObject({ size_bytes: 16 * MIB, checksum: expect.stringMatching(/-4$/) })
  })

  it('never links an upload that is gone, and sends it again', async () => {
    const { lake, upload } = rig(parts)
    lake.twist = ({ route }, count) => {
      if (route === 'complete' && count === 1) lake.multiparts.clear()
      return undefined
    }
    expect(await upload([big()])).toMatchObject({ uploaded: 1 })
    expect(lake.count('link')).toBe(0)
    expect(lake.count('create')).toBe(2)
    expect(lake.stored.has(lake.objects.get('big.bin')?.physical_address ?? '')).toBe(true)
  })

  it('takes an entry back whose bytes turn out to be missing', async () => {
    const { lake, upload } = rig(parts)
    lake.twist = ({ route }, count) => {
      if (route !== 'complete' || count > 1) return undefined
      // The parts are swept away while the server is too busy to put them together.
      lake.multiparts.clear()
      return say(503, 'busy')
    }
    expect(await upload([big()])).toMatchObject({ uploaded: 1 })
    expect([lake.count('link'), lake.count('reset'), lake.count('create')]).toEqual([1, 1, 2])
    expect(lake.stored.has(lake.objects.get('big.bin')?.physical_address ?? '')).toBe(true)
  })

  it('takes an object back whose checksum is not that of the parts', async () => {
    const { lake, upload, engine } = rig(parts)
    lake.twist = ({ route, path }) => {
      if (route !== 'complete') return undefined
      const wrong = { ...lake.put(path), size_bytes: 16 * MIB, checksum: `${'0'.repeat(32)}-4` }
      return new Response(JSON.stringify(wrong), { status: 200 })
    }
    await upload([big()])
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'checksum-mismatch' } })
    expect(lake.objects.size).toBe(0)
  })

  it('looks before it writes over somebody', async () => {
    const { lake, upload, engine } = rig({ ...parts, onConflict: 'fail' })
    lake.twist = ({ route }) => {
      if (route === 'part') lake.put('big.bin')
      return undefined
    }
    await upload([big()])
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'exists' } })
    expect(lake.count('complete')).toBe(0)
  })
})

it('reads the end of a presigned URL from itself', () => {
  expect(expiryOf('http://s/k?X-Amz-Date=20261123T083126Z&X-Amz-Expires=900')).toBe(
    Date.UTC(2026, 10, 23, 8, 46, 26) / 1000,
  )
  expect(expiryOf('http://s/k?sig=1')).toBeUndefined()
})

it('takes the upload back whose address lakeFS will not take', async () => {
  const { lake, upload } = rig(parts)
  lake.twist = ({ route }, count) => (route === 'complete' && count === 1 ? say(409, 'conflict') : undefined)
  expect(await upload([big()])).toMatchObject({ uploaded: 1 })
  expect([lake.count('create'), lake.count('abort'), lake.multiparts.size]).toEqual([2, 1, 0])
})

it('sends an upload anew that the store does not put together', async () => {
  const { lake, upload } = rig(parts)
  lake.twist = ({ route }, count) =>
    route === 'complete' && count === 1 ? say(500, 'https response error StatusCode: 400, InvalidPart') : undefined
  expect(await upload([big()])).toMatchObject({ uploaded: 1 })
  expect([lake.count('create'), lake.multiparts.size]).toEqual([2, 0])
})
