import { describe, expect, it } from 'vitest'
import { ResponseError } from '../request/response-error.ts'
import { md5, type Seen, say, type TestLake } from '../testing/lake.ts'
import { file, rig } from '../testing/rig.ts'

const MIB = 2 ** 20
const SIZE = 16 * MIB
/** Answers after which nobody knows what lakeFS has done, as servers in between and lakeFS itself give them. */
const OPEN: readonly [name: string, answer: () => Response | ResponseError][] = [
  ['no answer', () => new ResponseError({ side: 'lakefs', status: 0 })],
  ['524 of a gateway', () => new Response('<html>A timeout occurred</html>', { status: 524 })],
  ['520 of a gateway', () => new Response('error code: 520', { status: 520 })],
  ['504 of a gateway', () => new Response('<html>504</html>', { status: 504 })],
  ['500', () => say(500, 'something went wrong')],
  ['a refusal of the store', () => say(500, 'StatusCode: 400, InvalidRequest')],
  ['508', () => new Response('', { status: 508 })],
  ['200 without a body', () => new Response(null, { status: 200 })],
]

/** Does the work of a request that puts an object on the branch. */
function land(lake: TestLake, { route, path, body }: Seen, bytes = SIZE): void {
  const sent = body as { staging?: { physical_address: string }; physical_address?: string; checksum?: string }
  const physical_address = sent.staging?.physical_address ?? sent.physical_address ?? ''
  const checksum = route === 'complete' ? 'composite-4' : (sent.checksum ?? '')
  if (route === 'complete') lake.stored.set(physical_address, new Uint8Array(bytes))
  lake.objects.set(path, { path, path_type: 'object', physical_address, checksum, size_bytes: bytes, mtime: 1 })
}

describe.each([
  ['link', 'overwrite', 1000],
  ['link', 'fail', 1000],
  ['complete', 'overwrite', SIZE],
  ['complete', 'fail', SIZE],
] as const)('a %s that was done though no answer says so (%s)', (route, onConflict, size) => {
  it.each(OPEN)('is not done again, and its file has not failed: %s', async (_, answer) => {
    const { lake, upload } = rig({ onConflict, partSize: 5 * MIB })
    lake.twist = (seen) => {
      if (seen.route !== route) return undefined
      land(lake, seen, size)
      return answer()
    }
    expect(await upload([file('a.bin', size)])).toMatchObject({ uploaded: 1 })
    expect(lake.count(route)).toBe(1)
  })

  it('is seen by a last look where each try only got so far', async () => {
    const { lake, upload } = rig({ onConflict, retryTimeout: 2000, partSize: 5 * MIB })
    lake.twist = (seen, count) => {
      if (seen.route !== route) return undefined
      // The last one for which this page has patience.
      if (count === 3) land(lake, seen, size)
      return new Response('', { status: 524 })
    }
    expect(await upload([file('a.bin', size)])).toMatchObject({ uploaded: 1 })
  })

  it('fails by its own words where the last look sees nothing, and soon', async () => {
    const { lake, upload, engine, clock } = rig({ onConflict, retryTimeout: 2000, partSize: 5 * MIB })
    const from = clock.now()
    let begun = false
    lake.twist = (seen) => {
      begun ||= seen.route === route
      return begun ? new Response('', { status: 524 }) : undefined
    }
    expect(await upload([file('a.bin', size)])).toMatchObject({ failed: 1 })
    expect(engine.getSnapshot().files[0]).toMatchObject({ error: { code: 'lakefs-error', status: 524 } })
    expect(clock.now() - from).toBeLessThan(90_000)
  })
})

describe('an upload through lakeFS whose answer is open', () => {
  const through = (options: Parameters<typeof rig>[0] = {}) => {
    const one = rig(options)
    one.lake.presign = false
    return one
  }
  const keep = (lake: TestLake, path: string, text: string) =>
    lake.objects.set(path, { ...lake.put(path, text), physical_address: `local://${path}` })

  it.each(OPEN.flatMap(([name, answer]) => [true, false].map((verify) => [name, verify, answer] as const)))(
    'is found on the branch and not sent again: %s, verifyChecksums %s',
    async (_, verifyChecksums, answer) => {
      const { lake, upload } = through({ verifyChecksums })
      lake.twist = ({ route, path }) => {
        if (route !== 'upload') return undefined
        keep(lake, path, 'hello')
        const given = answer()
        return given instanceof ResponseError ? 'lost' : given
      }
      // The fake store of these tests does not lose answers of an upload, so it says so itself.
      const { send } = lake.store
      lake.store.send = async (request) => {
        const got = await send(request)
        if (_ === 'no answer') throw new ResponseError({ side: 'lakefs', status: 0 })
        return got
      }
      expect(await upload([file('a.txt', 'hello')])).toMatchObject({ uploaded: 1 })
      expect([lake.count('upload'), lake.objects.get('a.txt')?.checksum]).toEqual([1, md5('hello')])
    },
  )

  it('is sent again where the branch has other bytes, or the same with other metadata', async () => {
    for (const there of ['other', 'hello']) {
      const { lake, upload } = through()
      const before = { ...lake.put('a.txt', there), metadata: { owner: 'someone' } }
      lake.objects.set('a.txt', before)
      lake.twist = ({ route }, count) =>
        route === 'upload' && count === 1 ? new Response('', { status: 524 }) : undefined
      const one = { file: file('a.txt', 'hello'), metadata: { Owner: 'me' } }
      expect(await upload([one])).toMatchObject({ uploaded: 1 })
      expect([lake.count('upload'), lake.objects.get('a.txt')?.checksum]).toEqual([2, md5('hello')])
    }
  })

  it('is sent again by a person who may not read', async () => {
    const { lake, upload } = through()
    lake.twist = ({ route }, count) => {
      if (route === 'stat') return say(401, 'insufficient permissions: not allowed to fs:ReadObject')
      return route === 'upload' && count === 1 ? new Response('', { status: 524 }) : undefined
    }
    expect(await upload([file('a.txt', 'hello')])).toMatchObject({ uploaded: 1 })
    expect(lake.count('upload')).toBe(2)
  })

  it('does not hold the one place that lakeFS has for this page against its own look', async () => {
    const { lake, upload } = through({ concurrency: { api: 1 } })
    lake.twist = ({ route }, count) =>
      route === 'upload' && count === 1 ? new Response('', { status: 524 }) : undefined
    expect(await upload([file('a.txt', 'hello')])).toMatchObject({ uploaded: 1 })
  })
})
