import { describe, expect, it } from 'vitest'
import { ResponseError } from '../../request/response-error.ts'
import { md5, say } from '../../testing/lake.ts'
import { file } from '../../testing/rig.ts'
import { handleOf, visits } from '../../testing/visits.ts'

const MIB = 2 ** 20

describe('after a crash', () => {
  it('sends only the parts that are missing when the same file is added again', async () => {
    const { lake, clock, open, crash } = visits()
    const first = open()
    lake.twist = ({ route, path }) => (route === 'part' && path === '3' ? 'hang' : undefined)
    await clock.run(first.engine.add([file('big.bin', 16 * MIB)]))
    await clock.advance(1000)
    expect(lake.count('part')).toBe(4)
    await crash(first)

    const second = open()
    expect(await clock.run(second.engine.findUnfinished())).toMatchObject({
      files: [{ path: 'big.bin', size: 16 * MIB, stored: 11 * MIB, needs: 'file' }],
      bytesLeft: 5 * MIB,
      landed: 0,
    })
    expect(await second.upload([file('big.bin', 16 * MIB)])).toMatchObject({ uploaded: 1 })
    expect(lake.count('part')).toBe(5)
    expect(lake.count('create')).toBe(1)
    const [done] = second.engine.getSnapshot().files
    expect(done).toMatchObject({ status: 'uploaded', verified: true, earlier: 'resumed' })
    const stored = lake.stored.get(lake.objects.get('big.bin')?.physical_address ?? '') ?? ''
    expect(md5(stored)).toBe(md5(new Uint8Array(await file('big.bin', 16 * MIB).arrayBuffer())))
    expect(second.engine.getSnapshot().unfinished).toBeUndefined()
  })

  it('is found though the lock of the page before falls only after the look', async () => {
    const { browser, lake, clock, open } = visits()
    const first = open()
    lake.twist = ({ route, path }) => (route === 'part' && path === '3' ? 'hang' : undefined)
    await clock.run(first.engine.add([file('big.bin', 16 * MIB)]))
    await clock.advance(1000)
    const second = open()
    expect(await clock.run(second.engine.findUnfinished())).toMatchObject({ files: [] })
    await clock.advance(60_000)
    expect(second.engine.getSnapshot().unfinished).toBeUndefined()
    browser.crash()
    await clock.advance(0)
    expect(second.engine.getSnapshot().unfinished?.files).toMatchObject([{ path: 'big.bin', stored: 11 * MIB }])
  })

  it('goes on where the page could read no more in its last moments', async () => {
    const { browser, lake, clock, open } = visits()
    const first = open()
    const one = file('big.bin', 16 * MIB)
    const slice = one.slice.bind(one)
    let leaving = false
    one.slice = (...range) => {
      const part = slice(...range)
      const end = part.slice.bind(part)
      part.slice = (...inside) => {
        const bytes = end(...inside)
        if (leaving) bytes.arrayBuffer = () => Promise.reject(new DOMException('cancelled', 'NotReadableError'))
        return bytes
      }
      return part
    }
    lake.twist = ({ route, path }) => {
      if (route === 'part' && path === '2') leaving = true
      return route === 'part' && path === '2' ? new ResponseError({ side: 'storage', status: 0 }) : undefined
    }
    await clock.run(first.engine.add([one]))
    await clock.advance(2000)
    lake.twist = () => 'hang'
    browser.crash()
    const before = lake.multiparts.size
    expect([before, lake.count('abort'), browser.files.size]).toEqual([1, 0, 1])
    expect(first.engine.getSnapshot().files[0]?.status).not.toBe('failed')
  })

  it('does not call parts compared that the visit before had not', async () => {
    const { lake, clock, open, crash } = visits()
    const first = open({ verifyChecksums: false })
    lake.twist = ({ route, path }) => (route === 'part' && path === '3' ? 'hang' : undefined)
    await clock.run(first.engine.add([file('big.bin', 16 * MIB)]))
    await clock.advance(1000)
    await crash(first)
    lake.twist = () => undefined

    const second = open()
    expect(await second.upload([file('big.bin', 16 * MIB)])).toMatchObject({ uploaded: 1 })
    expect(lake.count('create')).toBe(1)
    expect(second.engine.getSnapshot().files[0]).toMatchObject({ earlier: 'resumed', verified: false })
  })

  it('only links what is stored, without the file', async () => {
    const { lake, clock, open, crash } = visits()
    const first = open()
    lake.twist = ({ route }) => (route === 'link' ? say(503, 'busy') : undefined)
    await clock.run(first.engine.add([file('a.csv')]))
    await clock.advance(500)
    await crash(first)

    const second = open()
    expect(await clock.run(second.engine.findUnfinished())).toMatchObject({
      files: [{ path: 'a.csv', stored: 13, needs: 'nothing' }],
      bytesLeft: 0,
    })
    await clock.run(second.engine.resumeUnfinished())
    expect(await clock.run(second.engine.finished())).toMatchObject({ uploaded: 1 })
    expect(lake.count('put')).toBe(1)
    expect(lake.objects.get('a.csv')).toMatchObject({ size_bytes: 13, checksum: md5('hello lakeFS\n') })
  })

  it('does not link again what the visit before had linked without hearing of it', async () => {
    const { lake, clock, open, crash } = visits()
    const first = open({ onConflict: 'ask' })
    lake.twist = ({ route, path, body }) => {
      if (route !== 'link') return undefined
      const { staging, size_bytes } = body as { staging: { physical_address: string }; size_bytes: number }
      lake.objects.set(path, { ...lake.put(path), physical_address: staging.physical_address, size_bytes })
      return 'hang'
    }
    await clock.run(first.engine.add([file('a.csv')]))
    await clock.advance(500)
    await crash(first)
    const second = open({ onConflict: 'ask' })
    await clock.run(second.engine.findUnfinished())
    await clock.run(second.engine.resumeUnfinished())
    expect(await clock.run(second.engine.finished())).toMatchObject({ uploaded: 1 })
    expect(lake.count('link')).toBe(1)
  })

  it('goes on with a kept handle after one click', async () => {
    const { lake, clock, open, crash } = visits()
    const one = file('big.bin', 16 * MIB)
    const permission = { state: 'granted' }
    const first = open()
    lake.twist = ({ route, path }) => (route === 'part' && path === '3' ? 'hang' : undefined)
    await clock.run(first.engine.add(handleOf(one, permission)))
    await clock.advance(1000)
    await crash(first)
    permission.state = 'prompt'
    const second = open()
    const { files } = await clock.run(second.engine.findUnfinished())
    expect(files).toMatchObject([{ needs: 'permission' }])
    await clock.run(second.engine.resumeUnfinished())
    expect(await clock.run(second.engine.finished())).toMatchObject({ uploaded: 1 })
    expect(lake.count('part')).toBe(5)
  })

  it('goes on after one click in an uploader that was stopped before it began', async () => {
    const { lake, clock, open, crash } = visits()
    const first = open()
    lake.twist = ({ route }) => (route === 'link' ? 'hang' : undefined)
    await clock.run(first.engine.add([file('a')]))
    await clock.advance(500)
    await crash(first)
    const second = open()
    // As React does to every effect in development.
    second.engine.stop()
    await clock.run(second.engine.findUnfinished())
    await clock.run(second.engine.resumeUnfinished())
    expect(await clock.run(second.engine.finished())).toMatchObject({ uploaded: 1 })
  })

  it('goes on with what it may read where the browser refuses to ask for the rest', async () => {
    const { lake, clock, open, crash } = visits()
    const handle = handleOf(file('big.bin', 16 * MIB), { state: 'granted' }) as FileSystemFileHandle & {
      requestPermission: () => Promise<string>
      queryPermission: () => Promise<string>
    }
    const first = open()
    lake.twist = ({ route }) => (route === 'link' || route === 'part' ? 'hang' : undefined)
    await clock.run(first.engine.add([handle, file('a')]))
    await clock.advance(1000)
    await crash(first)
    handle.queryPermission = async () => 'prompt'
    handle.getFile = handle.requestPermission = async () => {
      throw new DOMException('no user activation', 'SecurityError')
    }
    const second = open()
    await clock.run(second.engine.findUnfinished())
    expect((await clock.run(second.engine.resumeUnfinished())).ids).toHaveLength(1)
    expect(await clock.run(second.engine.finished())).toMatchObject({ uploaded: 1 })
    expect(second.engine.getSnapshot().unfinished).toMatchObject({ files: [{ path: 'big.bin' }] })
  })

  it('starts a changed file anew, says so and takes the old parts back', async () => {
    const { lake, clock, open, crash } = visits()
    const first = open()
    lake.twist = ({ route, path }) => (route === 'part' && path === '3' ? 'hang' : undefined)
    await clock.run(first.engine.add([file('big.bin', 16 * MIB)]))
    await clock.advance(1000)
    await crash(first)
    const second = open()
    await second.upload([file('big.bin', 16 * MIB - 1)])
    expect(second.engine.getSnapshot().files[0]).toMatchObject({ status: 'uploaded', earlier: 'changed' })
    expect(lake.count('abort')).toBe(1)
    expect(lake.multiparts.size).toBe(0)
    expect(lake.objects.get('big.bin')?.size_bytes).toBe(16 * MIB - 1)
  })

  it('takes back what is given up', async () => {
    const { browser, lake, clock, open, crash } = visits()
    const first = open()
    lake.twist = ({ route }) => (route === 'part' ? 'hang' : undefined)
    await clock.run(first.engine.add([file('big.bin', 16 * MIB)]))
    await clock.advance(1000)
    await crash(first)
    const second = open()
    await clock.run(second.engine.findUnfinished())
    await clock.run(second.engine.discardUnfinished())
    await clock.advance(1000)
    expect(lake.multiparts.size).toBe(0)
    // A record of it is kept until no part can bring it back.
    await clock.advance(60_000)
    expect(browser.files.size).toBe(0)
    expect(second.engine.getSnapshot().unfinished).toBeUndefined()
  })

  it('skips what was on the branch already when a whole drop is chosen again', async () => {
    const { lake, clock, open, crash } = visits()
    const first = open({ concurrency: { files: 1 } })
    lake.twist = ({ route, path }) => (route === 'link' && path === 'c' ? 'hang' : undefined)
    await clock.run(first.engine.add([file('a'), file('b'), file('c'), file('d')]))
    await clock.advance(1000)
    await crash(first)
    const second = open()
    expect(await clock.run(second.engine.findUnfinished())).toMatchObject({
      landed: 2,
      files: [
        { path: 'c', needs: 'nothing' },
        { path: 'd', needs: 'file' },
      ],
    })
    expect(await second.upload([file('a'), file('b'), file('c'), file('d')])).toMatchObject({ skipped: 2, uploaded: 2 })
    expect(lake.count('put')).toBe(4)
  })

  it('tells nothing of what landed on another branch than the unfinished ones are for', async () => {
    const { lake, clock, open, crash } = visits()
    lake.branches.push('other')
    const first = open({ branch: 'other' })
    lake.twist = ({ route, path }) => (route === 'link' && path === 'open.txt' ? 'hang' : undefined)
    await clock.run(first.engine.add([file('open.txt', 'open')]))
    first.engine.setOptions({ branch: 'main' })
    await clock.run(first.engine.add([file('done.txt', 'done')]))
    await clock.advance(1000)
    expect(lake.objects.has('done.txt')).toBe(true)
    await crash(first)
    const found = await clock.run(open().engine.findUnfinished())
    expect(found).toMatchObject({ files: [{ path: 'open.txt', destination: { branch: 'other' } }], landed: 0 })
  })

  it('begins anew when the address is too old', async () => {
    const { lake, clock, open, crash } = visits()
    const first = open()
    lake.twist = ({ route }) => (route === 'link' ? say(503, 'busy') : undefined)
    await clock.run(first.engine.add([file('a.csv')]))
    await clock.advance(500)
    await crash(first)
    await clock.advance(23.995 * 3_600_000)
    const second = open()
    expect(await clock.run(second.engine.findUnfinished())).toMatchObject({ files: [{ needs: 'file', stored: 0 }] })
    expect(await second.upload([file('a.csv')])).toMatchObject({ uploaded: 1 })
    expect(lake.count('put')).toBe(2)
    await clock.advance(1000)
  })
})

describe('two tabs', () => {
  it('never work the same file', async () => {
    const { lake, clock, open } = visits()
    const first = open()
    lake.twist = ({ route }, count) => (route === 'part' && count === 3 ? 'hang' : undefined)
    await clock.run(first.engine.add([file('big.bin', 16 * MIB)]))
    await clock.advance(1000)
    const second = open()
    expect(await clock.run(second.engine.findUnfinished())).toMatchObject({ files: [] })
  })

  it('have the files of an uploader that was stopped, also what its last answer brought', async () => {
    const { lake, browser, clock, open } = visits()
    const first = open()
    lake.twist = ({ route }) => {
      if (route === 'create') first.engine.stop()
      return undefined
    }
    await clock.run(first.engine.add([file('big.bin', 16 * MIB)]))
    await clock.advance(1000)
    expect([...browser.files.values()]).toMatchObject([{ path: 'big.bin', uploadId: expect.any(String) }])
    expect(browser.held.size).toBe(0)
    expect(await clock.run(open().engine.findUnfinished())).toMatchObject({ files: [{ path: 'big.bin' }] })
  })

  it('leave a file to the one that was first', async () => {
    const { lake, clock, open, crash } = visits()
    const first = open()
    lake.twist = ({ route }) => (route === 'link' ? say(503, 'busy') : undefined)
    await clock.run(first.engine.add([file('a.csv')]))
    await clock.advance(500)
    await crash(first)
    const [second, third] = [open(), open()]
    await clock.run(Promise.all([second.engine.findUnfinished(), third.engine.findUnfinished()]))
    await clock.run(Promise.all([second.engine.resumeUnfinished(), third.engine.resumeUnfinished()]))
    await clock.run(Promise.all([second.engine.finished(), third.engine.finished()]))
    expect(lake.count('link')).toBeGreaterThan(0)
    expect([...second.statuses(), ...third.statuses()]).toEqual(['a.csv uploaded'])
  })

  it('leave a file to the one that claims it while the other one looks', async () => {
    const { lake, browser, clock, open, crash } = visits()
    const first = open()
    const busy: typeof lake.twist = ({ route }) => (route === 'link' ? say(503, 'busy') : undefined)
    lake.twist = busy
    await clock.run(first.engine.add([file('a.csv')]))
    await clock.advance(500)
    await crash(first)
    lake.twist = busy
    const [second, third] = [open(), open()]
    // The third one has the answer to its last question only after the second one has the file.
    const { held } = browser.locks
    const answers: (() => void)[] = []
    browser.locks.held = async () => {
      const before = await held()
      await new Promise<void>((resolve) => answers.push(resolve))
      return before
    }
    const looking = third.engine.findUnfinished()
    await clock.advance(0)
    browser.locks.held = held
    await clock.run(second.engine.findUnfinished())
    await clock.run(second.engine.resumeUnfinished())
    expect(second.statuses()).toHaveLength(1)
    for (const answer of answers) answer()

    await clock.run(looking)
    await clock.advance(1000)
    await clock.run(third.engine.resumeUnfinished())
    expect(third.statuses()).toEqual([])
  })
})

describe('what is kept', () => {
  it('has no token, no URL and no bytes in it', async () => {
    const { browser, lake, clock, open } = visits()
    const page = open({ getToken: () => 'jwt-secret' })
    lake.twist = ({ route }, count) => (route === 'part' && count === 3 ? 'hang' : undefined)
    await clock.run(page.engine.add([file('a.txt', 'very private text'), file('big.bin', 16 * MIB)]))
    await clock.advance(1000)
    expect(browser.written).toContain('uploadId')
    for (const secret of ['jwt-secret', 'http://store', 'X-Amz', 'Signature', 'very private text']) {
      expect(browser.written).not.toContain(secret)
    }
  })

  it('is nothing once everything has landed', async () => {
    const { browser, clock, open } = visits()
    const page = open()
    await page.upload([file('big.bin', 16 * MIB), file('a.csv')])
    await clock.advance(1000)
    expect(browser.files.size + browser.parts.size).toBe(0)
  })

  it('has nothing of a file that was taken off the list while it was linked', async () => {
    const { browser, lake, clock, open } = visits()
    const page = open()
    lake.twist = ({ route, path }) => {
      // The run goes on with the other one, so that its end does not clear up.
      if (path === 'stays') return 'hang'
      if (route === 'link') page.engine.remove(page.engine.getSnapshot().ids[0])
      return undefined
    }
    await clock.run(page.engine.add([file('goes'), file('stays')]))
    await clock.advance(1000)
    expect([...lake.objects.keys()]).toEqual(['goes'])
    expect([...browser.files.values()].map(({ path }) => path)).toEqual(['stays'])
  })

  it('never fails an upload where nothing can be kept', async () => {
    const { browser, clock, open } = visits()
    browser.full = true
    const page = open()
    expect(await page.upload([file('big.bin', 16 * MIB), file('a.csv')])).toMatchObject({ uploaded: 2 })
    await clock.advance(1000)
    expect(page.engine.getReport()).toContain('QuotaExceededError')
  })

  it('never fails an upload, nor its end, where nothing can be locked', async () => {
    const { browser, clock, open } = visits()
    browser.locks.hold = () => Promise.reject(new DOMException('a sandboxed frame', 'SecurityError'))
    const unhandled: unknown[] = []
    const hear = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', hear)
    const page = open()
    expect(await page.upload([file('a.csv'), file('big.bin', 16 * MIB)])).toMatchObject({ uploaded: 2 })
    page.engine.stop()
    await clock.advance(1000)
    process.off('unhandledRejection', hear)
    expect(unhandled).toEqual([])
    expect(page.engine.getReport()).toContain('SecurityError')
  })

  it('is written and forgotten a hundred at a time', async () => {
    const { browser, lake, clock, open } = visits()
    const page = open()
    lake.twist = ({ route }) => (route === 'address' ? 'hang' : undefined)
    await clock.run(page.engine.add(Array.from({ length: 2000 }, (_, index) => file(`f${index}`))))
    await clock.advance(1000)
    expect(browser.files.size).toBe(2000)
    expect(browser.writes).toBeLessThan(30)
    page.engine.cancel()
    await clock.advance(1000)
    expect(browser.files.size).toBe(0)
    expect(browser.writes).toBeLessThan(60)
    expect(browser.largest).toBe(100)
  })
})

it('gives an upload up that the visit before had no time to give up', async () => {
  const { browser, lake, clock, open, crash } = visits()
  const first = open()
  lake.twist = ({ route }) => (route === 'part' || route === 'abort' ? 'hang' : undefined)
  await clock.run(first.engine.add([file('big.bin', 16 * MIB)]))
  await clock.advance(1000)
  first.engine.cancel()
  await clock.advance(300)
  expect(lake.multiparts.size).toBe(1)
  await crash(first)
  const second = open()
  expect(await clock.run(second.engine.findUnfinished())).toMatchObject({ files: [] })
  await clock.advance(1000)
  expect(lake.multiparts.size).toBe(0)
  await clock.advance(60_000)
  expect(browser.files.size).toBe(0)
})

it('never mixes the parts of two uploads of one file', async () => {
  const { lake, clock, open, crash } = visits()
  const first = open()
  lake.twist = ({ route, path }, count) => {
    if (route === 'part' && count === 3)
      return new Response('<Error><Code>NoSuchUpload</Code></Error>', { status: 404 })
    return route === 'part' && path === '2' && lake.count('create') === 2 ? 'hang' : undefined
  }
  await clock.run(first.engine.add([file('big.bin', 16 * MIB)]))
  await clock.advance(1000)
  expect(lake.count('create')).toBe(2)
  await crash(first)
  const second = open()
  const [upload] = [...lake.multiparts.values()].slice(-1)
  const there = [...(upload?.parts.values() ?? [])].reduce((sum, { length }) => sum + length, 0)
  expect((await clock.run(second.engine.findUnfinished())).files).toMatchObject([{ stored: there }])
  expect(await second.upload([file('big.bin', 16 * MIB)])).toMatchObject({ uploaded: 1 })
  const bytes = lake.stored.get(lake.objects.get('big.bin')?.physical_address ?? '') ?? ''
  expect(md5(bytes)).toBe(md5(new Uint8Array(await file('big.bin', 16 * MIB).arrayBuffer())))
})
