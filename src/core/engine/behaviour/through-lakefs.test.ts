import { describe, expect, it } from 'vitest'
import { ResponseError } from '../../request/response-error.ts'
import type { Twist } from '../../testing/lake.ts'
import { file, rig } from '../../testing/rig.ts'

const MIB = 2 ** 20
const json = (body: unknown) => new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } })
const STORAGE = { blockstore_type: 's3', pre_sign_support: true, pre_sign_multipart_upload: true }

/** A store that gives a page no answer it may read, as without a CORS rule. */
const silent: Twist = ({ route }) =>
  route === 'put' || route === 'part' ? new ResponseError({ side: 'storage', status: 0 }) : undefined
/** A bucket that demands headers which a presigned request cannot have. */
const refusing: Twist = ({ route }) =>
  route === 'put' || route === 'part'
    ? new ResponseError({ side: 'storage', status: 403, xmlCode: 'AccessDenied', message: 'encryption is required' })
    : undefined

describe('a server that keeps pages from presigned addresses', () => {
  const switched: Twist = ({ route }) =>
    route === 'config' ? json({ storage_config: { ...STORAGE, pre_sign_support_ui: false } }) : undefined

  it('gets every file through lakeFS', async () => {
    const { lake, upload } = rig()
    lake.twist = switched
    expect(await upload([file('a.txt'), file('b.bin', 40 * MIB)])).toMatchObject({ uploaded: 2 })
    expect([lake.count('upload'), lake.count('address'), lake.count('create'), lake.count('put')]).toEqual([2, 0, 0, 0])
  })

  it('gets them at the store where the host insists', async () => {
    const { lake, upload } = rig({ presign: 'always' })
    lake.twist = switched
    expect(await upload([file('a.txt'), file('b.bin', 40 * MIB)])).toMatchObject({ uploaded: 2 })
    expect([lake.count('upload'), lake.count('put'), lake.count('complete')]).toEqual([0, 1, 1])
  })
})

describe('the way through lakeFS that a user chooses', () => {
  it.each([
    ['a store that is shut for this page', silent],
    ['a bucket that demands other headers', refusing],
  ])('brings what has failed to the branch: %s', async (_, twist) => {
    const { engine, clock, lake, upload } = rig({}, { reach: async () => true })
    lake.twist = twist
    const add = [file('a.txt'), file('b.txt'), file('c.bin', 40 * MIB)]
    expect(await upload(add)).toMatchObject({ failed: 3 })
    const { files } = engine.getSnapshot()
    expect(files.map(({ id }) => engine.getDetails(id)?.mayGoThroughLakeFS)).toEqual([true, true, true])
    engine.sendThroughLakeFS(files[0]?.id)
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 3, failed: 0 })
    expect(lake.count('upload')).toBe(3)
    // Later files follow without an attempt at the store, and the upload in parts is given up.
    const tried = lake.count('put')
    await clock.run(engine.add([file('d.txt')]))
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1, failed: 0 })
    expect([lake.count('put') - tried, lake.multiparts.size]).toEqual([0, 0])
  })

  it('brings what waits there at once', async () => {
    const { engine, clock, lake, until } = rig({ retryTimeout: 3_600_000 })
    lake.twist = silent
    await clock.run(engine.add([file('a.txt')]))
    const waiting = await until('waiting')
    expect(engine.getDetails(waiting.id)?.mayGoThroughLakeFS).toBe(true)
    const began = clock.now()
    engine.sendThroughLakeFS()
    expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
    expect(clock.now() - began).toBeLessThan(60_000)
  })

  it.each([
    ['silent', silent],
    ['refusing', refusing],
  ])('takes files along that are being sent to a %s store', async (_, twist) => {
    const { engine, clock, lake, upload } = rig({ retryTimeout: 3_600_000 }, { reach: async () => true })
    lake.twist = twist
    expect(await upload([file('a.txt')])).toMatchObject({ failed: 1 })
    const [id] = engine.getSnapshot().ids
    const before = lake.count('put')
    lake.twist = (seen, count) => {
      if (seen.route === 'put' && count === before + 1) engine.sendThroughLakeFS(id)
      return twist(seen, count)
    }
    await clock.run(engine.add([file('b.txt')]))
    await clock.run(engine.finished())
    expect(engine.getSnapshot().files.map(({ status }) => status)).toEqual(['uploaded', 'uploaded'])
    // A refusal is signed anew once; silence would be waited out for an hour.
    expect(lake.count('put') - before).toBeLessThanOrEqual(2)
  })

  it('is not offered for what it would not help', async () => {
    const helps = async (twist: Twist, options: Parameters<typeof rig>[0] = {}) => {
      const { engine, lake, upload } = rig(options, { reach: async () => true })
      lake.twist = twist
      expect(await upload([file('a.txt')])).toMatchObject({ failed: 1 })
      const [id = ''] = engine.getSnapshot().ids
      const offered = engine.getDetails(id)?.mayGoThroughLakeFS
      engine.sendThroughLakeFS(id)
      return { offered, status: engine.getFile(id)?.status, sent: lake.count('upload') }
    }
    const untouched = { offered: undefined, status: 'failed', sent: 0 }
    // The host insists on presigned addresses.
    expect(await helps(silent, { presign: 'always' })).toEqual(untouched)
    // A full store is as full by way of lakeFS.
    const full = new ResponseError({ side: 'storage', status: 507 })
    expect(await helps(({ route }) => (route === 'put' ? full : undefined))).toEqual(untouched)
  })

  it('is left to lakeFS where there is no other', async () => {
    const { engine, lake, upload } = rig()
    lake.presign = false
    const broken = new ResponseError({ side: 'lakefs', status: 500, message: 'StatusCode: 403, AccessDenied' })
    lake.twist = ({ route }) => (route === 'upload' ? broken : undefined)
    expect(await upload([file('a.txt')])).toMatchObject({ failed: 1 })
    const [id = ''] = engine.getSnapshot().ids
    expect(engine.getFile(id)).toMatchObject({ error: { code: 'storage-refused' } })
    expect(engine.getDetails(id)?.mayGoThroughLakeFS).toBeUndefined()
  })

  it('concerns one repository', async () => {
    const { engine, clock, lake, upload } = rig({}, { reach: async () => true })
    lake.twist = refusing
    expect(await upload([file('a.txt')])).toMatchObject({ failed: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({
      error: { code: 'storage-refused', facts: { check: 'refused', origin: 'http://store.test', status: 403 } },
    })
    engine.setOptions({ repository: 'other' })
    await clock.run(engine.add([file('b.txt')]))
    expect(await clock.run(engine.finished())).toMatchObject({ failed: 1 })
    engine.sendThroughLakeFS(engine.getSnapshot().ids[1])
    expect(await clock.run(engine.finished())).toMatchObject({ failed: 0, uploaded: 1 })
    expect(engine.getSnapshot().files.map(({ status }) => status)).toEqual(['failed', 'uploaded'])
  })
})
