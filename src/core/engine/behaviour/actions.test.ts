import { expect, it } from 'vitest'
import { isUploadError } from '../../errors.ts'
import { ENDED } from '../../file/state.ts'
import type { UploaderOptions } from '../../options.ts'
import { ResponseError } from '../../request/response-error.ts'
import { md5, say } from '../../testing/lake.ts'
import { file, rig } from '../../testing/rig.ts'

const MIB = 2 ** 20
const POLICIES = ['overwrite', 'skip', 'rename', 'ask', 'fail'] as const
const ANSWERS = ['overwrite', 'skip', 'rename'] as const
const TO_STORE = ['put', 'part', 'upload']
/** Contents that are not of the drop. */
const OTHERS = ['there', 'somebody']

/** A person who does anything at any time, and servers that fail at any time, both by one seed. */
function chaos(seed: number) {
  let state = seed * 2_654_435_761
  const random = () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T
  const options: Partial<UploaderOptions> = {
    onConflict: pick(POLICIES),
    partSize: 5 * MIB,
    retryTimeout: 5000,
    viaApiBelow: random() < 0.3 ? 100 : 0,
  }
  const { engine, lake, clock } = rig(options)
  const wrong = { links: 0 }
  let calm = false
  let named = 0

  lake.twist = ({ route, body, path }) => {
    const { staging } = (body ?? {}) as { staging?: { physical_address: string } }
    if (route === 'link' && !lake.stored.has(staging?.physical_address ?? '')) wrong.links += 1
    if (calm) return undefined
    const chance = random()
    if (chance < 0.05) return new ResponseError({ side: TO_STORE.includes(route) ? 'storage' : 'lakefs', status: 0 })
    // Nobody can take back an upload whose id never came.
    if (chance < 0.09 && route !== 'upload' && route !== 'create') return 'lost'
    if (chance < 0.11 && route === 'link') return say(409, 'moved')
    if (chance < 0.13 && !TO_STORE.includes(route) && route !== 'user') return say(401, 'error authenticating request')
    if (chance < 0.15) return say(503, 'busy')
    if (chance < 0.16 && (route === 'put' || route === 'part')) return 'damaged'
    if (chance < 0.165 && route === 'link') lake.put(path, 'somebody')
    return undefined
  }

  function add(): void {
    const files = Array.from({ length: 4 }, () => {
      named += 1
      const name = `f${named}`
      const one = random() < 0.15 ? file(name, 11 * MIB) : file(name, `content ${named}`)
      return { file: one, path: random() < 0.2 ? `sub/${name}` : name }
    })
    void engine.add(files)
  }

  function act(): void {
    const some = pick(engine.getSnapshot().ids)
    const id = random() < 0.8 ? some : undefined
    pick([
      add,
      () => engine.pause(id),
      () => engine.resume(id),
      () => engine.cancel(some),
      () => engine.retry(id),
      () => engine.remove(some),
      () => engine.resolveConflict(some ?? '', pick(ANSWERS), { forAll: random() < 0.3 }),
      () => {
        engine.pause(id)
        engine.resume(id)
      },
      () => random() < 0.3 && engine.stop(),
      () => {
        try {
          engine.rename(some ?? '', `r${pick([1, 2, 3])}`)
        } catch (thrown) {
          if (!isUploadError(thrown)) throw thrown
        }
      },
      () => engine.sessionRenewed(),
    ])()
  }

  /** From now on nothing fails and the person wants everything to arrive. */
  async function settle(): Promise<void> {
    calm = true
    const open = () => engine.getSnapshot().files.filter(({ status }) => !ENDED.has(status))
    for (let round = 0; round < 20 && (round === 0 || open().length > 0); round += 1) {
      engine.resume()
      engine.retry()
      for (const { id, status } of open()) if (status === 'asking') engine.resolveConflict(id, pick(ANSWERS))
      await clock.advance(15_000)
    }
    expect(open().map(({ path, status }) => `${path} ${status}`)).toEqual([])
    await clock.run(engine.finished())
    // What is given up at the store is repeated in the background.
    await clock.advance(200_000)
  }

  return { engine, lake, clock, random, wrong, add, act, settle }
}

it.each(Array.from({ length: 12 }, (_, index) => index + 1))(
  'whatever is done in whatever order, nothing is lost, doubled or left open (seed %i)',
  async (seed) => {
    const { engine, lake, clock, random, wrong, add, act, settle } = chaos(seed)
    for (const name of ['f1', 'f2', 'sub/f3']) lake.put(name, 'there')
    add()
    for (let step = 0; step < 25; step += 1) {
      await clock.advance(Math.floor(random() * 400))
      act()
      const { totals, ids } = engine.getSnapshot()
      const sum = Object.values(totals.counts).reduce((all, count) => all + count, 0)
      expect([sum, totals.files]).toEqual([ids.length, ids.length])
    }
    await settle()

    const { files } = engine.getSnapshot()
    for (const one of files.filter(({ status }) => status === 'uploaded')) {
      const object = lake.objects.get(one.path)
      if (object && OTHERS.some((content) => object.checksum === md5(content))) continue
      expect([one.path, object?.size_bytes]).toEqual([one.path, one.size])
      const bytes = lake.stored.get(object?.physical_address ?? '')
      if (!object?.physical_address.startsWith('local:'))
        expect([one.path, bytes?.length]).toEqual([one.path, one.size])
    }
    const sums = [...lake.objects.values()]
      .map(({ checksum }) => checksum)
      .filter((checksum) => !checksum.includes('-') && !OTHERS.some((content) => checksum === md5(content)))
    expect(new Set(sums).size).toBe(sums.length)
    expect([wrong.links, lake.multiparts.size]).toEqual([0, 0])
  },
)
