import { afterEach, describe, expect, it, vi } from 'vitest'
import type { LinkBody } from '../../lakefs/wire.ts'
import { ResponseError } from '../../request/response-error.ts'
import { md5, say } from '../../testing/lake.ts'
import { file, rig } from '../../testing/rig.ts'

afterEach(() => vi.unstubAllGlobals())

describe('code of the host that throws', () => {
  it('stops nothing and is reported', async () => {
    const reported = vi.fn()
    vi.stubGlobal('reportError', reported)
    const boom = () => {
      throw new Error('host')
    }
    const { upload, engine, clock } = rig({
      onUploaded: boom,
      onFinished: boom,
      onSessionExpired: boom,
      concurrency: { files: 1 },
    })
    engine.subscribe(boom)
    const heard = vi.fn()
    engine.subscribe(heard)
    expect(await upload([file('a'), file('b'), file('c')])).toMatchObject({ uploaded: 3 })
    await clock.advance(200)
    expect(heard).toHaveBeenCalled()
    expect(reported.mock.calls.length).toBeGreaterThanOrEqual(4)
  })

  it('waits for a token like for a session', async () => {
    let works = false
    const { engine, clock, until } = rig({
      getToken: () => {
        if (!works) throw new Error('refresh failed with jwt-secret')
        return 'jwt'
      },
    })
    await clock.run(engine.add([file('a')]))
    expect(await until('waiting')).toMatchObject({ wait: { reason: 'session' } })
    works = true
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
  })
})

describe('a token that does not come', () => {
  it('leaves its file waiting with the reason, and at Retry it is asked for again', async () => {
    let asked = 0
    let works = false
    const getToken = () => {
      asked += 1
      return works ? 'jwt' : new Promise<string>(() => {})
    }
    const { engine, clock, lake, until } = rig({ getToken })
    await clock.run(engine.add([file('a')]))
    const { id, ...waits } = await until('waiting')
    expect(waits).toMatchObject({ wait: { reason: 'token', side: 'lakefs' }, stored: false })
    expect(lake.seen).toEqual([])
    works = true
    const before = asked
    engine.retry(id)
    await clock.advance(0)
    expect(asked).toBeGreaterThan(before)
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
  })

  it('goes on at once with an answer that comes late', async () => {
    const open: ((token: string) => void)[] = []
    const { engine, clock, lake, until } = rig({ getToken: () => new Promise<string>((resolve) => open.push(resolve)) })
    await clock.run(engine.add([file('a')]))
    await clock.advance(200_000)
    await until('waiting')
    open[0]?.('late')
    await clock.advance(0)
    expect(lake.seen[0]?.headers.authorization).toBe('Bearer late')
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
  })

  it('fails once patience is over, with a code and another try', async () => {
    const { engine, clock } = rig({ getToken: () => new Promise<string>(() => {}) })
    await clock.run(engine.add([file('a')]))
    const began = clock.now()
    const { errors } = await clock.run(engine.finished())
    expect(errors).toMatchObject([{ error: { code: 'session-expired', retryable: true } }])
    expect(clock.now() - began).toBeGreaterThan(500_000)
    expect(clock.now() - began).toBeLessThanOrEqual(610_000)
  })
})

describe('two sources for one destination', () => {
  it('is an error before anything is sent', async () => {
    const { lake, upload, engine } = rig()
    await upload([
      { file: file('a', 'one'), path: 'same' },
      { file: file('b', 'two'), path: 'same' },
    ])
    expect(engine.getSnapshot().files).toMatchObject([
      { status: 'uploaded' },
      { status: 'failed', error: { code: 'path-twice', retryable: false } },
    ])
    expect(lake.count('put')).toBe(1)
  })

  it('is not the same name in two folders, nor under two prefixes', async () => {
    const { lake, engine, clock, upload } = rig({ prefix: 'x' })
    lake.twist = ({ route }, count) => (route === 'put' && count === 1 ? say(503, 'busy') : undefined)
    void engine.add([
      { file: file('a'), path: 'f/a' },
      { file: file('a'), path: 'g/a' },
    ])
    engine.setOptions({ prefix: 'y' })
    expect(await upload([{ file: file('a'), path: 'f/a' }])).toMatchObject({ uploaded: 3 })
    await clock.advance(0)
    expect([...lake.objects.keys()].sort()).toEqual(['x/f/a', 'x/g/a', 'y/f/a'])
  })

  it('is not the same file dropped twice', async () => {
    const { lake, engine, clock } = rig()
    lake.twist = ({ route }) => (route === 'address' ? 'hang' : undefined)
    const one = file('a')
    const first = await clock.run(engine.add([one]))
    const second = await clock.run(engine.add([one]))
    expect(second.ids).toEqual(first.ids)
  })
})

describe('pause, resume, cancel, retry, remove', () => {
  const slow = (lake: ReturnType<typeof rig>['lake']) => {
    lake.twist = ({ route }, count) => (route === 'put' && count <= 2 ? 'hang' : undefined)
  }

  it('pauses one file and leaves the others', async () => {
    const { lake, engine, clock, statuses } = rig()
    // Each by its size, whichever is read first.
    const held = new Set([1, 2])
    lake.twist = ({ route, body }) => (route === 'put' && held.delete((body as Blob).size) ? 'hang' : undefined)
    const { ids } = await clock.run(engine.add([file('a', 1), file('b', 2), file('c', 3)]))
    await clock.advance(500)
    engine.pause(ids[0])
    await clock.advance(500)
    expect(statuses()).toEqual(['a paused', 'b sending', 'c uploaded'])
    engine.resume(ids[0])
    await clock.advance(500)
    expect(statuses()[0]).toBe('a uploaded')
  })

  it('pauses and resumes all, queued ones too', async () => {
    const { lake, engine, clock } = rig({ concurrency: { files: 2 } })
    slow(lake)
    await clock.run(engine.add(['a', 'b', 'c', 'd'].map((name) => file(name))))
    await clock.advance(500)
    engine.pause()
    await clock.advance(500)
    expect(engine.getSnapshot()).toMatchObject({ status: 'paused', totals: { counts: { paused: 4 } } })
    engine.resume()
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 4 })
  })

  it('leaves an upload through lakeFS paused when it is stopped, and knows what had arrived', async () => {
    const { lake, engine, clock } = rig({ onConflict: 'fail' })
    lake.presign = false
    lake.twist = ({ route, path }, count) => {
      if (route !== 'upload' || count > 1) return undefined
      lake.put(path, 'hello lakeFS\n')
      return 'hang'
    }
    await clock.run(engine.add([file('a')]))
    await clock.advance(500)
    engine.pause()
    await clock.advance(0)
    engine.resume()
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
    expect(lake.count('upload')).toBe(1)
  })

  it.each([true, false])(
    'goes straight to the store where a server before lakeFS takes no such body',
    async (presign) => {
      const { lake, upload } = rig({ viaApiBelow: 2 ** 20 })
      lake.presign = presign
      lake.twist = ({ route }) => (route === 'upload' ? say(413, 'Request Entity Too Large') : undefined)
      const summary = await upload([file('a', 1000)])
      expect(summary).toMatchObject(presign ? { uploaded: 1 } : { errors: [{ error: { status: 413 } }] })
      expect(lake.count('upload')).toBe(presign ? 1 : 2)
    },
  )

  it('cancels in the middle of a PUT: no link, no object', async () => {
    const { lake, engine, clock } = rig()
    slow(lake)
    await clock.run(engine.add([file('a')]))
    await clock.advance(500)
    engine.cancel()
    expect(await clock.run(engine.finished())).toMatchObject({ cancelled: 1 })
    expect([lake.count('link'), lake.objects.size]).toEqual([0, 0])
  })

  it('lets a link that is under way tell what became of the file, and does not repeat it after a cancel', async () => {
    const { lake, engine, clock } = rig()
    lake.twist = ({ route }) => {
      if (route !== 'link') return undefined
      engine.cancel()
      return say(503, 'busy')
    }
    await clock.run(engine.add([file('a')]))
    expect(await clock.run(engine.finished())).toMatchObject({ cancelled: 1 })
    expect(lake.count('link')).toBe(1)
  })

  it('retries failed files only, and the totals add up', async () => {
    const { lake, engine, clock, upload } = rig()
    let broken = true
    lake.twist = ({ route, path }) =>
      broken && route === 'link' && path === 'b' ? say(403, 'insufficient permissions') : undefined
    await upload([file('a'), file('b'), file('c')])
    expect(engine.getSnapshot().totals).toMatchObject({ bytes: 39, failed: 13, uploaded: 26 })
    broken = false
    engine.retry()
    expect(await clock.run(engine.finished())).toMatchObject({ files: 1, uploaded: 1, failed: 0 })
    expect(engine.getSnapshot().totals).toMatchObject({ files: 3, bytes: 39, sent: 39, uploaded: 39, failed: 0 })
    expect(lake.count('put')).toBe(3)
  })

  it('counts sent bytes once however often a file is retried', async () => {
    const { lake, engine, clock, upload } = rig()
    lake.twist = ({ route }, count) => (route === 'put' && count < 5 ? new Response(null, { status: 405 }) : undefined)
    await upload([file('a')])
    for (let round = 0; round < 4; round += 1) {
      engine.retry()
      await clock.run(engine.finished())
      const { sent, bytes } = engine.getSnapshot().totals
      expect(sent).toBeLessThanOrEqual(bytes)
    }
    expect(engine.getSnapshot().totals).toMatchObject({ sent: 13, bytes: 13, uploaded: 13 })
  })

  it('takes a cancelled file up again when asked by name', async () => {
    const { lake, engine, clock } = rig()
    slow(lake)
    const { ids } = await clock.run(engine.add([file('a')]))
    await clock.advance(100)
    engine.cancel()
    await clock.run(engine.finished())
    lake.twist = () => undefined
    engine.retry()
    expect(engine.getSnapshot().files[0]?.status).toBe('cancelled')
    engine.retry(ids[0])
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
  })

  it('removes ended files and leaves failed ones', async () => {
    const { lake, engine, upload } = rig()
    lake.twist = ({ route, path }) => (route === 'link' && path === 'b' ? say(403, 'no') : undefined)
    await upload([file('a'), file('b')])
    engine.remove()
    expect(engine.getSnapshot().files).toMatchObject([{ path: 'b', status: 'failed' }])
    expect(engine.getSnapshot().totals).toMatchObject({ files: 1, bytes: 13, sent: 13 })
  })
})

describe('a stopped uploader', () => {
  it('begins nothing new, and can be used again', async () => {
    const { lake, engine, clock } = rig({ concurrency: { files: 1 } })
    lake.twist = ({ route }) => (route === 'put' ? 'hang' : undefined)
    await clock.run(engine.add([file('a'), file('b'), file('c')]))
    await clock.advance(500)
    engine.stop()
    await clock.advance(5000)
    expect(lake.count('put')).toBe(1)
    expect(engine.getSnapshot().totals.counts).toMatchObject({ paused: 3 })
    lake.twist = () => undefined
    engine.resume()
    expect(await clock.run(engine.add([file('d')]))).toMatchObject({ ids: [expect.any(String)] })
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 4 })
  })

  it('does no harm before anything was added', async () => {
    const { engine, upload } = rig()
    engine.stop()
    engine.stop()
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1 })
  })
})

describe('limits', () => {
  it('are kept for files, parts and calls', async () => {
    const { lake, engine, clock } = rig({ concurrency: { files: 3, parts: 2, api: 1 } })
    let [calls, mostCalls, puts, mostPuts] = [0, 0, 0, 0]
    const fetch = lake.fetch
    lake.fetch = async (...request) => {
      mostCalls = Math.max(mostCalls, ++calls)
      try {
        return await fetch(...request)
      } finally {
        calls -= 1
      }
    }
    const { send } = lake.store
    lake.store.send = async (request) => {
      mostPuts = Math.max(mostPuts, ++puts)
      try {
        return await send(request)
      } finally {
        puts -= 1
      }
    }
    await clock.run(engine.add(Array.from({ length: 30 }, (_, index) => file(`f${index}`))))
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 30 })
    expect(mostPuts).toBeLessThanOrEqual(2)
  })
})

describe('answers outside the contract', () => {
  it.each([
    ['no JSON', 'protocol', () => new Response('ok', { status: 200 })],
    ['a page', 'not-lakefs', () => new Response('<html>proxy</html>', { status: 200 })],
    ['another shape', 'protocol', () => new Response('{"ok":true}', { status: 200 })],
    ['nothing', 'protocol', () => new Response(null, { status: 200 })],
  ])('are a clear error after a second try: %s', async (_, code, answer) => {
    for (const route of ['config', 'address', 'link']) {
      const { lake, upload, engine } = rig()
      lake.twist = (seen) => (seen.route === route ? answer() : undefined)
      expect(await upload([file('a')])).toMatchObject({ failed: 1 })
      expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code } })
      expect(lake.count(route)).toBe(2)
    }
  })

  it('are survived once', async () => {
    const { lake, upload } = rig()
    lake.twist = ({ route }, count) =>
      count === 1 && ['config', 'address', 'link'].includes(route) ? new Response('{"cut', { status: 200 }) : undefined
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1 })
  })
})

it('a link that is answered without a body is looked up, and not sent twice', async () => {
  const { lake, upload } = rig()
  lake.twist = ({ route, path, body }) => {
    if (route !== 'link') return undefined
    const { staging, checksum, size_bytes } = body as LinkBody
    const { physical_address } = staging
    lake.objects.set(path, { path, path_type: 'object', physical_address, checksum, size_bytes, mtime: 1 })
    return new Response(null, { status: 204 })
  }
  expect(await upload([file('a')])).toMatchObject({ uploaded: 1 })
  expect(lake.count('link')).toBe(1)
})

describe('checksums', () => {
  const other = (text: string) => new Response(null, { status: 200, headers: { ETag: `"${md5(text)}"` } })

  it('of a store that encrypts with its own keys are told apart and not compared', async () => {
    const { lake, upload, engine } = rig()
    let copy = 0
    lake.twist = ({ route }) => (route === 'put' ? other(`copy ${++copy}`) : undefined)
    expect(await upload([file('a'), file('b'), file('c')])).toMatchObject({ uploaded: 3 })
    expect(engine.getSnapshot().files.map((one) => one.status === 'uploaded' && one.verified)).toEqual([
      false,
      false,
      false,
    ])
  })

  it('are not compared where nobody wants it', async () => {
    const { lake, upload, engine } = rig({ verifyChecksums: false })
    lake.twist = ({ route }) => (route === 'put' ? other('else') : undefined)
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ verified: false })
    expect(lake.count('put')).toBe(1)
  })
})

describe('a file that changes', () => {
  const changing = (name: string, size: number, when: () => boolean, error: string) => {
    const one = file(name, size)
    const { slice } = one
    one.slice = (from, to, type) => {
      const cut = slice.call(one, from, to, type)
      const read = cut.arrayBuffer.bind(cut)
      const own = cut.slice.bind(cut)
      const guarded = (blob: Blob, bytes: () => Promise<ArrayBuffer>) => {
        blob.arrayBuffer = async () => {
          if (when()) throw new DOMException('changed', error)
          return await bytes()
        }
        return blob
      }
      cut.slice = (...range) => {
        const inner = own(...range)
        return guarded(inner, inner.arrayBuffer.bind(inner))
      }
      return guarded(cut, read)
    }
    const whole = one.arrayBuffer.bind(one)
    one.arrayBuffer = async () => {
      if (when()) throw new DOMException('changed', error)
      return await whole()
    }
    return one
  }

  it('while it is sent is never linked, and its parts are taken back', async () => {
    const { lake, upload, engine } = rig({ partSize: 5 * 2 ** 20 })
    const begun = () => lake.count('part') >= 2
    const one = changing('big.bin', 16 * 2 ** 20, begun, 'NotReadableError')
    const { lastModified } = one
    Object.defineProperty(one, 'lastModified', { get: () => lastModified + (begun() ? 1 : 0) })
    expect(await upload([one])).toMatchObject({ failed: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'file-changed', retryable: false } })
    expect([lake.count('complete'), lake.objects.size, lake.multiparts.size]).toEqual([0, 0, 0])
  })

  it('before its first byte is told at once: nothing was sent that another visit could go on with', async () => {
    const { lake, upload, engine, clock } = rig()
    const begun = clock.now()
    await upload([changing('a', 10, () => true, 'NotReadableError')])
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'file-unreadable' } })
    expect([clock.now() - begun, lake.count('put')]).toEqual([0, 0])
  })

  it('after its PUT and before its link is not linked', async () => {
    const { lake, upload, engine } = rig()
    const one = changing('a', 10, () => lake.count('put') > 0, 'NotFoundError')
    await upload([one])
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'file-unreadable' } })
    expect(lake.count('link')).toBe(0)
  })
})

describe('the store looked into', () => {
  const silence = new ResponseError({ side: 'storage', status: 0 })

  it('says which rule to set where it shuts the page out', async () => {
    const { lake, upload, engine } = rig({}, { reach: async () => true })
    lake.twist = ({ route }) => (route === 'put' ? silence : undefined)
    await upload([file('a')])
    const [one] = engine.getSnapshot().files
    expect(one).toMatchObject({ error: { code: 'storage-unreachable', facts: { check: 'cors', store: 's3' } } })
    const { rule } = one?.status === 'failed' ? one.error.facts : {}
    expect(JSON.parse(String(rule))).toMatchObject([
      { AllowedMethods: ['PUT'], ExposeHeaders: expect.arrayContaining(['ETag']) },
    ])
  })

  it('says so for a hidden ETag too', async () => {
    const { lake, upload, engine } = rig()
    lake.twist = ({ route }) => (route === 'put' ? new Response(null, { status: 200 }) : undefined)
    await upload([file('a')])
    expect(engine.getSnapshot().files[0]).toMatchObject({
      error: { code: 'etag-hidden', facts: { check: 'etag-hidden' } },
    })
  })

  it('does not take a bad line for a shut door once it has answered', async () => {
    const { lake, upload } = rig({}, { reach: async () => true })
    lake.twist = ({ route }, count) => (route === 'put' && count % 5 !== 1 ? silence : undefined)
    expect(await upload([file('a'), file('b')])).toMatchObject({ uploaded: 2 })
  })

  it('nor a line that cuts off the look as well', async () => {
    const { lake, upload } = rig({}, { reach: async () => true })
    // Two tries of the file and the first one of the look.
    lake.twist = ({ route }, count) => (route === 'put' && count <= 3 ? silence : undefined)
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1 })
  })

  it('does not hold up a file for long where nothing answers at all', async () => {
    const { lake, upload, engine, clock } = rig({ retryTimeout: 60_000 }, { reach: () => new Promise(() => {}) })
    lake.twist = ({ route }) => (route === 'put' ? silence : undefined)
    const began = clock.now()
    await upload([file('a')])
    expect(engine.getSnapshot().files[0]).toMatchObject({
      error: { code: 'storage-unreachable', facts: { check: 'network', origin: 'http://store.test' } },
    })
    // The patience, and two looks of 20 s.
    expect(clock.now() - began).toBeLessThan(120_000)
  })

  it('gives its finding to the error of a file that waited in vain', async () => {
    const { lake, upload, engine } = rig({ retryTimeout: 60_000 })
    lake.twist = ({ route }) => (route === 'put' ? silence : undefined)
    await upload([file('a')])
    expect(engine.getSnapshot().files[0]).toMatchObject({
      error: { code: 'storage-unreachable', facts: { check: 'network', origin: 'http://store.test' } },
    })
  })
})

describe('the summary', () => {
  it('is of one run, in order of arrival', async () => {
    const finished = vi.fn()
    const { lake, upload } = rig({ onFinished: finished })
    lake.twist = ({ route, path }, count) =>
      route === 'link' && path === 'a' && count < 3 ? say(503, 'busy') : undefined
    expect((await upload([file('a'), file('b')])).objects.map(({ path }) => path)).toEqual(['b', 'a'])
    expect(await upload([file('c')])).toMatchObject({ files: 1, uploaded: 1, objects: [{ path: 'c' }] })
    expect(finished).toHaveBeenCalledTimes(2)
  })

  it('comes also where no file could begin', async () => {
    const finished = vi.fn()
    const { upload } = rig({ onFinished: finished })
    expect(await upload([file('x'.repeat(1025))])).toMatchObject({ failed: 1 })
    expect(finished).toHaveBeenCalledTimes(1)
  })
})

describe('who may write and not look', () => {
  const blind = (lake: ReturnType<typeof rig>['lake']) => {
    lake.twist = ({ route }) => (['list', 'stat'].includes(route) ? say(403, 'forbidden') : undefined)
  }

  it('uploads, is asked for the listing once, and is told that nobody looked at the end', async () => {
    const { lake, upload } = rig({ onConflict: 'ask' })
    blind(lake)
    expect(await upload(['a', 'b', 'c'].map((name) => file(name)))).toMatchObject({
      uploaded: 3,
      confirmed: false,
    })
    expect([lake.count('list'), lake.count('stat')]).toEqual([1, 1])
  })

  it.each([
    ['skip', { skipped: 1, failed: 0 }],
    ['ask', { skipped: 0, failed: 1 }],
    ['rename', { skipped: 0, failed: 1 }],
  ] as const)('writes over nothing: %s', async (onConflict, ends) => {
    const { lake, upload, engine } = rig({ onConflict })
    lake.put('a')
    blind(lake)
    expect(await upload([file('a')])).toMatchObject(ends)
    if (ends.failed) expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'exists' } })
    expect(lake.objects.get('a')?.physical_address).toBe('s3://bucket/old/a')
  })

  it('is not stuck with stored bytes after a link that was too busy', async () => {
    const { lake, upload } = rig({ onConflict: 'fail' })
    lake.twist = ({ route }, count) => {
      if (['list', 'stat'].includes(route)) return say(403, 'forbidden')
      return route === 'link' && count < 3 ? say(503, 'busy') : undefined
    }
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1, failed: 0 })
    expect(lake.count('put')).toBe(1)
  })

  it('nor after a complete that was too busy', async () => {
    const { lake, upload } = rig({ onConflict: 'overwrite', partSize: 5 * 2 ** 20 })
    lake.twist = ({ route }, count) => {
      if (['list', 'stat'].includes(route)) return say(403, 'forbidden')
      return route === 'complete' && count === 1 ? say(503, 'busy') : undefined
    }
    expect(await upload([file('big', 16 * 2 ** 20)])).toMatchObject({ uploaded: 1, failed: 0 })
    expect([lake.count('complete'), lake.count('create')]).toEqual([2, 1])
  })

  it('sends no byte of a file in parts, which nothing would guard', async () => {
    const { lake, upload, engine } = rig({ onConflict: 'ask', partSize: 5 * 2 ** 20 })
    blind(lake)
    expect(await upload([file('big', 16 * 2 ** 20)])).toMatchObject({ failed: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'forbidden' } })
    expect([lake.count('create'), lake.count('part')]).toEqual([0, 0])
  })
})
