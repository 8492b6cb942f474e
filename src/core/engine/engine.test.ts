import { describe, expect, it, vi } from 'vitest'
import { createLakeFS } from '../lakefs/client.ts'
import { ResponseError } from '../request/response-error.ts'
import { md5, say, TestLake } from '../testing/lake.ts'
import { file, rig } from '../testing/rig.ts'

const silence = new ResponseError({ side: 'storage', status: 0, message: 'no answer' })

describe('one file', () => {
  it('lands with size, type and checksum, linked once', async () => {
    const { lake, upload, engine } = rig({ prefix: 'raw' })
    const summary = await upload([file('a.csv')])
    expect(summary).toMatchObject({ files: 1, uploaded: 1, failed: 0, bytes: 13 })
    expect(lake.objects.get('raw/a.csv')).toMatchObject({ size_bytes: 13, checksum: md5('hello lakeFS\n') })
    const link = lake.seen.filter(({ route }) => route === 'link')
    expect(link).toHaveLength(1)
    expect(link[0]?.body).toMatchObject({ content_type: 'text/csv', size_bytes: 13 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ status: 'uploaded', verified: true, path: 'a.csv' })
  })

  it('lands when it is empty', async () => {
    const { lake, upload } = rig()
    expect(await upload([file('empty.txt', '')])).toMatchObject({ uploaded: 1, bytes: 0 })
    expect(lake.objects.get('empty.txt')?.checksum).toBe(md5(''))
  })

  it('sends no authorization to the store and names itself to lakeFS', async () => {
    const { lake, upload } = rig({ getToken: () => 'jwt' })
    await upload([file('a.csv')])
    for (const { route, headers } of lake.seen) {
      const names = Object.keys(headers).map((name) => name.toLowerCase())
      if (route === 'put') expect(names).toEqual(['content-type'])
      else expect(headers).toMatchObject({ authorization: 'Bearer jwt', 'x-lakefs-client': /^lakefs-uploader\// })
    }
  })

  it('is never linked when the store refuses it', async () => {
    const { lake, upload, engine } = rig()
    lake.twist = ({ route }) =>
      route === 'put' ? new Response('<Error><Code>AccessDenied</Code></Error>', { status: 403 }) : undefined
    expect(await upload([file('a.csv')])).toMatchObject({ failed: 1 })
    expect(lake.count('link')).toBe(0)
    // Signed anew once, then final.
    expect(lake.count('put')).toBe(2)
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'storage-refused', status: 403 } })
  })

  it('is sent again once when the stored copy differs, then fails unlinked', async () => {
    const { lake, upload, engine } = rig()
    const wrong = () => new Response(null, { status: 200, headers: { ETag: `"${md5('other')}"` } })
    lake.twist = ({ route }) => (route === 'put' ? wrong() : undefined)
    await upload([file('a.csv')])
    expect(lake.count('put')).toBe(2)
    expect(lake.count('link')).toBe(0)
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'checksum-mismatch' } })
  })

  it('fails with a code of its own where the store hides its ETag', async () => {
    const { lake, upload, engine } = rig()
    lake.twist = ({ route }) => (route === 'put' ? new Response(null, { status: 200 }) : undefined)
    await upload([file('a.csv')])
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'etag-hidden' } })
    expect(lake.count('link')).toBe(0)
  })

  it('repeats only the link when only the link failed', async () => {
    const { lake, upload } = rig()
    lake.twist = ({ route }, count) => (route === 'link' && count < 4 ? say(429, 'Too many attempts') : undefined)
    expect(await upload([file('a.csv')])).toMatchObject({ uploaded: 1 })
    expect(lake.count('put')).toBe(1)
    expect(lake.count('link')).toBe(4)
  })

  it('does not link twice when the answer of a link is lost', async () => {
    const { lake, upload } = rig({ onConflict: 'fail' })
    lake.twist = ({ route, path, body }, count) => {
      if (route !== 'link' || count > 1) return undefined
      const { staging, size_bytes } = body as { staging: { physical_address: string }; size_bytes: number }
      lake.objects.set(path, { ...lake.put(path), physical_address: staging.physical_address, size_bytes })
      return new ResponseError({ side: 'lakefs', status: 0 })
    }
    expect(await upload([file('a.csv')])).toMatchObject({ uploaded: 1, failed: 0 })
    expect(lake.count('link')).toBe(1)
  })

  it('waits for Retry-After and says until when', async () => {
    const { lake, engine, clock, until } = rig()
    lake.twist = ({ route }, count) =>
      route === 'address' && count === 1 ? say(503, 'slow down', { 'Retry-After': '12' }) : undefined
    await clock.run(engine.add([file('a.csv')]))
    const waiting = await until('waiting')
    expect(waiting).toMatchObject({ wait: { reason: 'busy', side: 'lakefs' }, stored: false })
    const from = clock.now()
    await until('uploaded')
    expect(clock.now() - from).toBeGreaterThanOrEqual(11_000)
  })

  it('keeps Retry-After when the network is back meanwhile', async () => {
    const { lake, engine, clock, until, network } = rig()
    lake.twist = ({ route }, count) =>
      route === 'link' && count === 1 ? say(429, 'Too many attempts', { 'Retry-After': '12' }) : undefined
    await clock.run(engine.add([file('a.csv')]))
    await until('waiting')
    network.back()
    await clock.advance(5000)
    expect([engine.getSnapshot().files[0]?.status, lake.count('link')]).toEqual(['waiting', 1])
    await clock.advance(7000)
    expect([engine.getSnapshot().files[0]?.status, lake.count('link')]).toEqual(['uploaded', 2])
  })

  it('gives up when nothing has moved for as long as the patience', async () => {
    const { lake, upload, engine, clock } = rig({ retryTimeout: 60_000 })
    const from = clock.now()
    lake.twist = ({ route }) => (route === 'link' ? say(503, 'throttled') : undefined)
    await upload([file('a.csv')])
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'throttled' } })
    expect(clock.now() - from).toBeLessThan(62_000)
    lake.twist = () => undefined
    engine.retry()
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
    // Its bytes were stored all the time.
    expect(lake.count('put')).toBe(1)
  })

  it('goes on after silences of the store without going back', async () => {
    const { lake, engine, clock } = rig({}, { reach: async () => false })
    lake.twist = ({ route }, count) => (route === 'put' && count < 3 ? silence : undefined)
    const shown: number[] = []
    engine.subscribe(() => {
      const state = engine.getSnapshot().files[0]
      if (state && 'sent' in state) shown.push(state.sent)
    })
    await clock.run(engine.add([file('a.bin', 1000)]))
    await clock.run(engine.finished())
    expect(shown).toEqual([...shown].sort((a, b) => a - b))
    expect(engine.getSnapshot().files[0]?.status).toBe('uploaded')
  })

  it('is heard of while it runs, however soon after a notice it begins and is over', async () => {
    const { engine, clock, upload } = rig()
    const heard: string[] = []
    engine.subscribe(() => heard.push(engine.getSnapshot().status))
    for (const name of ['a.csv', 'b.csv']) {
      heard.length = 0
      // Time moves for nothing but what is waited for: each run is over within the moment of its first notice.
      await upload([file(name)])
      await clock.advance(100)
      expect(heard).toContain('running')
      expect(heard.at(-1)).toBe('finished')
    }
  })

  it('stops waiting for a store that shuts the page out, and says so', async () => {
    const { lake, upload, engine } = rig({}, { reach: async () => true })
    lake.twist = ({ route }) => (route === 'put' ? silence : undefined)
    await upload([file('a.csv')])
    expect(engine.getSnapshot().files[0]).toMatchObject({
      error: { code: 'storage-unreachable', facts: { check: 'cors', origin: 'http://store.test' } },
    })
  })
})

describe('409', () => {
  const moved = (lake: ReturnType<typeof rig>['lake'], presigned = true) =>
    new Response(JSON.stringify(lake.location(presigned)), { status: 409 })

  it('sends the bytes at once to the hinted address and links that one', async () => {
    const { lake, upload, clock } = rig()
    const from = clock.now()
    lake.twist = ({ route }, count) => (route === 'link' && count === 1 ? moved(lake) : undefined)
    expect(await upload([file('a.csv')])).toMatchObject({ uploaded: 1 })
    expect(lake.count('address')).toBe(1)
    expect(lake.count('put')).toBe(2)
    expect(lake.objects.get('a.csv')?.physical_address).toBe('s3://bucket/data/2')
    expect(clock.now() - from).toBeLessThan(300)
  })

  it('links with the token of the hint', async () => {
    const { lake, upload } = rig()
    lake.twist = ({ route }, count) =>
      route === 'link' && count === 1
        ? new Response(JSON.stringify({ ...lake.location(), token: 't1' }), { status: 409 })
        : undefined
    await upload([file('a.csv')])
    expect(lake.seen.filter(({ route }) => route === 'link')[1]?.body).toMatchObject({ staging: { token: 't1' } })
  })

  it('asks for a new address when the hint has no URL, and when it is an error', async () => {
    for (const answer of [(lake: ReturnType<typeof rig>['lake']) => moved(lake, false), () => say(409, 'conflict')]) {
      const { lake, upload } = rig()
      lake.twist = ({ route }, count) => (route === 'link' && count === 1 ? answer(lake) : undefined)
      expect(await upload([file('a.csv')])).toMatchObject({ uploaded: 1 })
      expect(lake.count('address')).toBe(2)
    }
  })

  it('gives up after five moves', async () => {
    const { lake, upload, engine } = rig()
    lake.twist = ({ route }) => (route === 'link' ? moved(lake) : undefined)
    await upload([file('a.csv')])
    expect(lake.count('put')).toBe(6)
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'address-taken' } })
  })
})

describe('session', () => {
  it('waits with all bytes stored and links after signing in', async () => {
    let lost = 0
    let signedIn = false
    const { lake, engine, clock, until } = rig({ onSessionExpired: () => lost++ })
    lake.twist = ({ route }) => {
      if (signedIn || !['link', 'user'].includes(route)) return undefined
      return route === 'user' ? new Response('{"user":{"id":""}}') : say(401, 'error authenticating request')
    }
    await clock.run(engine.add([file('a.csv'), file('b.csv')]))
    expect(await until('waiting')).toMatchObject({ wait: { reason: 'session' }, stored: true })
    await clock.advance(60_000)
    expect(lost).toBe(1)
    expect(engine.getSnapshot().sessionExpired).toBe(true)
    signedIn = true
    engine.sessionRenewed()
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 2 })
    expect(lake.count('put')).toBe(2)
    expect(engine.getSnapshot().sessionExpired).toBe(false)
  })

  it('that never was has not ended: the developer is told why, and the user that nobody is signed in', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {})
    const lake = new TestLake()
    // The line is written once for each server.
    const lakefs = createLakeFS({ endpoint: 'http://nobody.test/api/v1', fetch: lake.fetch })
    const { engine, clock, until } = rig({}, { lakefs }, { lake })
    let signedIn = false
    lake.twist = () => (signedIn ? undefined : say(401, 'error authenticating request'))
    await clock.run(engine.add([file('a.csv')]))
    await until('waiting')
    expect(engine.getSnapshot()).toMatchObject({ sessionExpired: true, neverSignedIn: true })
    expect(said.mock.calls.map(String)).toEqual([
      expect.stringMatching(/lakeFS at http:\/\/nobody\.test\/api\/v1 does not know who is signed in.*docs\//),
    ])
    said.mockRestore()
    signedIn = true
    engine.sessionRenewed()
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
    expect(engine.getSnapshot()).toMatchObject({ sessionExpired: false, neverSignedIn: false })
  })

  it('finds out by itself that somebody has signed in elsewhere', async () => {
    const { lake, engine, clock } = rig()
    lake.twist = ({ route }, count) =>
      route === 'address' && count === 1 ? say(401, 'error authenticating request') : undefined
    await clock.run(engine.add([file('a.csv')]))
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
  })
})

describe('a permission that is missing', () => {
  const lacks = (permission: string) => say(401, `insufficient permissions: not allowed to ${permission}`)

  it('is passed over where it is only for reading', async () => {
    let lost = 0
    const { lake, upload } = rig({ onSessionExpired: () => lost++, onConflict: 'overwrite' })
    lake.twist = ({ route }) => (route === 'protection' ? lacks('branches:GetBranchProtectionRules') : undefined)
    expect(await upload([file('a.csv'), file('b.csv')])).toMatchObject({ uploaded: 2 })
    expect([lost, lake.count('put')]).toEqual([0, 2])
  })

  it('to write is named at once, without a sign-in and before a byte is sent', async () => {
    let lost = 0
    const { lake, engine, upload } = rig({ onSessionExpired: () => lost++ })
    lake.twist = ({ route }) => (route === 'address' ? lacks('fs:WriteObject') : undefined)
    expect(await upload([file('a.csv')])).toMatchObject({ failed: 1 })
    expect(engine.getSnapshot()).toMatchObject({ sessionExpired: false })
    expect(engine.getSnapshot().files[0]).toMatchObject({
      error: { code: 'forbidden', status: 401, facts: { permission: 'fs:WriteObject', repository: 'lake' } },
    })
    expect([lost, lake.count('put'), lake.count('address')]).toEqual([0, 0, 1])
  })
})

describe('conflicts', () => {
  it('asks the branch only at the end when it may overwrite', async () => {
    const { lake, upload } = rig({ onConflict: 'overwrite' })
    lake.put('a.csv')
    expect(await upload([file('a.csv')])).toMatchObject({ uploaded: 1 })
    const routes = lake.seen.map(({ route }) => route).filter((route) => ['list', 'stat', 'link'].includes(route))
    expect(routes).toEqual(['link', 'stat'])
  })

  it('skips and sends nothing', async () => {
    const { lake, upload } = rig({ onConflict: 'skip' })
    lake.put('a.csv')
    expect(await upload([file('a.csv'), file('b.csv')])).toMatchObject({ uploaded: 1, skipped: 1 })
    expect(lake.count('put')).toBe(1)
  })

  it('keeps both under the next free name', async () => {
    const { lake, upload, statuses } = rig({ onConflict: 'rename', prefix: 'x' })
    lake.put('x/a.csv')
    lake.put('x/a-2.csv')
    await upload([file('a.csv')])
    expect(statuses()).toEqual(['a-3.csv uploaded'])
    expect(lake.objects.has('x/a-3.csv')).toBe(true)
  })

  it('fails with exists', async () => {
    const { lake, upload, engine } = rig({ onConflict: 'fail' })
    lake.put('a.csv')
    await upload([file('a.csv')])
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'exists' } })
    expect(lake.count('put')).toBe(0)
  })

  it('asks without holding the others up, and does what the person says', async () => {
    const { lake, engine, clock, until, statuses } = rig({ onConflict: 'ask', concurrency: { files: 1 } })
    for (const name of ['a', 'b', 'c']) lake.put(name, 'theirs')
    await clock.run(engine.add([file('a'), file('b'), file('c'), file('d')]))
    expect(await until('asking')).toMatchObject({ conflict: { renamed: 'a-2', existing: { size_bytes: 6 } } })
    await clock.advance(1000)
    expect(statuses()).toEqual(['a asking', 'b asking', 'c asking', 'd uploaded'])
    const [a, b, c] = engine.getSnapshot().ids
    engine.resolveConflict(a ?? '', 'overwrite')
    engine.resolveConflict(b ?? '', 'skip')
    engine.resolveConflict(c ?? '', 'rename')
    await clock.run(engine.finished())
    expect(statuses()).toEqual(['a uploaded', 'b skipped', 'c-2 uploaded', 'd uploaded'])
    expect(lake.objects.get('a')?.checksum).toBe(md5('hello lakeFS\n'))
    expect(lake.objects.get('b')?.size_bytes).toBe(6)
  })

  it('answers for all conflicts of the drop', async () => {
    const { lake, engine, clock, until } = rig({ onConflict: 'ask' })
    for (let index = 0; index < 30; index += 1) lake.put(`f${index}`)
    await clock.run(engine.add(Array.from({ length: 30 }, (_, index) => file(`f${index}`))))
    const asking = await until('asking')
    engine.resolveConflict(asking.id, 'skip', { forAll: true })
    expect(await clock.run(engine.finished())).toMatchObject({ skipped: 30 })
  })

  it('notices a path that was taken while the file was sent, and needs no second sending to replace it', async () => {
    const { lake, engine, clock, until } = rig({ onConflict: 'ask' })
    lake.twist = ({ route }) => {
      if (route === 'put') lake.put('a.csv')
      return undefined
    }
    await clock.run(engine.add([file('a.csv')]))
    const asking = await until('asking')
    engine.resolveConflict(asking.id, 'overwrite')
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
    expect(lake.count('put')).toBe(1)
  })

  it('looks at the branch once before and once after a thousand files of an empty folder', {
    timeout: 60_000,
  }, async () => {
    const { lake, upload } = rig({ onConflict: 'ask' })
    const files = Array.from({ length: 1000 }, (_, index) => file(`f${index}`, 'x'))
    expect(await upload(files)).toMatchObject({ uploaded: 1000 })
    expect(lake.count('list')).toBe(2)
    expect(lake.count('stat')).toBe(0)
  })
})
