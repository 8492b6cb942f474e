import { describe, expect, it } from 'vitest'
import type { ObjectStats } from '../lakefs/wire.ts'
import { json } from '../testing/answers.ts'
import { say, type TestLake } from '../testing/lake.ts'
import { file, rig } from '../testing/rig.ts'

/** Lets lakeFS answer a request as it answers when a server in between has changed what was asked. */
function changed(lake: TestLake, routes: readonly string[], change: (stats: ObjectStats) => Partial<ObjectStats>) {
  lake.twist = ({ route, path, body }) => {
    if (!routes.includes(route)) return undefined
    const { size_bytes = 13, staging } = (body ?? {}) as { size_bytes?: number; staging?: { physical_address: string } }
    const stats = { ...lake.put(path), size_bytes, ...(staging ?? {}) }
    lake.objects.delete(path)
    const object = { ...stats, ...change(stats) }
    lake.objects.set(object.path, object)
    return json(route === 'upload' ? 201 : 200, object)
  }
}

const decoded = ({ path }: ObjectStats) => ({ path: decodeURIComponent(path.replaceAll('+', ' ')) })
const PARTS = { partSize: 5 * 2 ** 20 }
const large = () => new File([new Uint8Array(11 * 2 ** 20)], 'a+b.bin')

describe('an address that a server in between has decoded once more', () => {
  it.each([
    ['a+b.txt', 'a b.txt'],
    ['100%25.csv', '100%.csv'],
    ['%2e%2E/x', '../x'],
  ])('is noticed at the link of %s, and the object at %s is taken back', async (path, got) => {
    const { lake, engine, upload } = rig()
    changed(lake, ['link'], decoded)
    expect(await upload([{ file: file('x'), path }])).toMatchObject({ uploaded: 0, failed: 1 })
    const [row] = engine.getSnapshot().files
    expect(row).toMatchObject({ status: 'failed', error: { code: 'path-mismatch', facts: { path, got } } })
    expect(row?.status === 'failed' && row.error.message).toContain(`“${path}” and answered for “${got}”`)
    expect([...lake.objects.keys()]).toEqual([])
  })

  it('is noticed when parts are put together, and in an upload through lakeFS', async () => {
    const parts = rig(PARTS)
    changed(parts.lake, ['complete'], decoded)
    expect(await parts.upload([large()])).toMatchObject({ failed: 1 })
    expect(parts.engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'path-mismatch' } })
    const through = rig({ viaApiBelow: 1e6 })
    changed(through.lake, ['upload'], decoded)
    expect(await through.upload([file('a+b.txt')])).toMatchObject({ failed: 1 })
    expect(through.engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'path-mismatch' } })
  })

  it('is noticed before anything is sent where the branch is looked at first', async () => {
    const { lake, engine, upload } = rig({ onConflict: 'skip', ...PARTS })
    changed(lake, ['stat'], decoded)
    expect(await upload([large()])).toMatchObject({ failed: 1, skipped: 0 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'path-mismatch' } })
  })
})

describe('a body that a server in between has cut', () => {
  it('is noticed in an upload through lakeFS, whatever is verified, and taken back', async () => {
    const { lake, engine, upload } = rig({ viaApiBelow: 1e6, verifyChecksums: false })
    changed(lake, ['upload'], () => ({ size_bytes: 10 }))
    expect(await upload([file('a.txt')])).toMatchObject({ failed: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({
      error: { code: 'size-mismatch', facts: { size: 13, arrived: 10 } },
    })
    expect(lake.objects.size).toBe(0)
  })

  it('is noticed when parts are put together', async () => {
    const { lake, engine, upload } = rig({ ...PARTS, verifyChecksums: false })
    changed(lake, ['complete'], () => ({ size_bytes: 10_485_760 }))
    expect(await upload([large()])).toMatchObject({ failed: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'size-mismatch' } })
  })
})

it('an object that cannot be taken back is told of all the same', async () => {
  const { lake, engine, upload } = rig()
  changed(lake, ['link'], decoded)
  const { twist } = lake
  const refusal = 'insufficient permissions: not allowed to fs:RevertBranch'
  lake.twist = (seen, count) => (seen.route === 'reset' ? say(401, refusal) : twist(seen, count))
  expect(await upload([file('a+b.txt')])).toMatchObject({ failed: 1 })
  const [row] = engine.getSnapshot().files
  expect(row).toMatchObject({ error: { code: 'path-mismatch', facts: { left: 1 } } })
  expect(row?.status === 'failed' && row.error.message).toMatch(/answered for “a b.txt”, where it is still\./)
})
