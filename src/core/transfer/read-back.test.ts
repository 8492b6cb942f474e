import { describe, expect, it } from 'vitest'
import { say, type Twist } from '../testing/lake.ts'
import { azureRig, gcsRig } from '../testing/other-stores.ts'
import { file, rig } from '../testing/rig.ts'

const MIB = 2 ** 20
const of =
  (route: string, answer: () => Response): Twist =>
  (seen) =>
    seen.route === route ? answer() : undefined

describe('the first object of a visit', () => {
  it.each([
    ['S3', rig],
    ['Azure', azureRig],
    ['Google', gcsRig],
  ] as const)('is read back at its end, once, and the others are not: %s', async (_, start) => {
    const { lake, upload } = start()
    expect(await upload(['a', 'b', 'c'].map((name) => file(name, `${name} hello`)))).toMatchObject({ uploaded: 3 })
    expect(await upload([file('d', 'hello')])).toMatchObject({ uploaded: 1 })
    const [read, ...others] = lake.seen.filter(({ route }) => route === 'object')
    expect([read?.headers.range, others]).toEqual(['bytes=6-6', []])
  })

  it.each([
    ['410', () => say(410, 'resource expired')],
    ['404', () => say(404, 'not found')],
    ['416', () => say(416, 'Requested Range Not Satisfiable')],
    ['500 with the words of the store', () => say(500, 'operation error S3: GetObject, StatusCode: 416, InvalidRange')],
    ['an empty answer', () => new Response(null, { status: 206 })],
  ])('that cannot be read back is taken off the branch, and its file fails: %s', async (_, answer) => {
    for (const size of [1000, 16 * MIB]) {
      const { lake, upload, engine, clock } = rig({ partSize: 5 * MIB })
      lake.twist = of('object', answer)
      expect(await upload([file('a.bin', size)])).toMatchObject({ failed: 1 })
      expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'object-unreadable', retryable: true } })
      expect(lake.objects.size).toBe(0)
      // Each is read until one is whole.
      lake.twist = () => undefined
      engine.retry()
      expect(await clock.run(engine.finished())).toMatchObject({ uploaded: 1 })
    }
  })

  it('that cannot be taken off for want of a permission is told as what it is, and as there still', async () => {
    const { lake, upload, engine } = rig()
    lake.twist = ({ route }) => {
      if (route === 'object') return say(410, 'resource expired')
      return route === 'reset' ? say(401, 'insufficient permissions: not allowed to fs:RevertBranch') : undefined
    }
    expect(await upload([file('a.bin', 1000)])).toMatchObject({ failed: 1 })
    const [row] = engine.getSnapshot().files
    expect(row).toMatchObject({ error: { code: 'object-unreadable', facts: { left: 1 } } })
    expect(row?.status === 'failed' && row.error.message).toBe(
      'The stored copy cannot be read back, and its entry is still on the branch. Tell the store’s owner.',
    )
  })

  it('of which the store keeps half is found out', async () => {
    const { lake, upload, engine } = rig()
    lake.twist = ({ route }) => {
      if (route === 'link') for (const [address, bytes] of lake.stored) lake.stored.set(address, bytes.slice(0, 3))
      return undefined
    }
    expect(await upload([file('a.txt', 'hello')])).toMatchObject({ failed: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'object-unreadable' } })
  })

  it.each([
    ['a person who may not read', () => say(401, 'insufficient permissions: not allowed to fs:ReadObject'), 1],
    ['a server that is busy', () => say(503, 'throttled'), 3],
    ['a server with an error', () => say(500, 'oops'), 3],
  ])('holds up nobody: %s', async (_, answer, asked) => {
    const { lake, upload, clock } = rig()
    const from = clock.now()
    lake.twist = of('object', answer)
    for (const name of ['a', 'b', 'c', 'd', 'e']) expect(await upload([file(name)])).toMatchObject({ uploaded: 1 })
    expect([lake.count('object'), clock.now() - from]).toEqual([asked, 0])
  })

  it('is waited for no longer than seconds', async () => {
    const { lake, upload, clock } = rig()
    const from = clock.now()
    lake.twist = ({ route }) => (route === 'object' ? 'hang' : undefined)
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1 })
    expect(clock.now() - from).toBeLessThanOrEqual(5000)
  })

  it('is left to the end of the run where a commit has dropped it meanwhile', async () => {
    const { lake, upload } = rig()
    lake.twist = ({ route, path }, count) => {
      if (route !== 'object' || count > 1) return undefined
      lake.objects.delete(path)
      return say(404, 'not found')
    }
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1 })
    expect(lake.objects.has('a')).toBe(true)
  })

  it('that is empty has nothing to lose', async () => {
    const { lake, upload } = rig()
    expect(await upload([file('empty', '')])).toMatchObject({ uploaded: 1 })
    expect(lake.count('object')).toBe(0)
  })

  it('is not read whole from a server that knows no ranges', async () => {
    const { lake, upload } = rig()
    let pulled = 0
    lake.twist = of('object', () => {
      const body = new ReadableStream<Uint8Array>({
        pull(stream) {
          pulled += 1
          stream.enqueue(new Uint8Array(1000))
          if (pulled === 1000) stream.close()
        },
      })
      return new Response(body, { status: 200 })
    })
    expect(await upload([file('a')])).toMatchObject({ uploaded: 1 })
    expect(pulled).toBeLessThan(10)
  })
})
