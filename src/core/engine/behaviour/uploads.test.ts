import { describe, expect, test } from 'vitest'
import { file, rig } from '../../testing/rig.ts'
import { visits } from '../../testing/visits.ts'

const MIB = 2 ** 20

type Rig = ReturnType<typeof rig>

/** What the uploads of an engine say of themselves: destination, status, and the statuses that their files have. */
const told = ({ engine }: Rig) =>
  engine.getSnapshot().uploads.map(({ destination, status, totals }) => {
    const counts = Object.entries(totals.counts).filter(([, count]) => count > 0)
    const { branch, prefix } = destination
    return `${branch}/${prefix} ${status}: ${counts.map(([name, count]) => `${count} ${name}`).join(', ')}`
  })

describe('an upload', () => {
  test('is what is added together, and what joins it while it runs', async () => {
    const one = rig({ prefix: 'in/' })
    const { engine, clock } = one
    await engine.add([file('a.txt'), file('b.txt')])
    await engine.add(file('c.txt'))
    expect(engine.getSnapshot().uploads).toHaveLength(1)
    await clock.run(engine.finished())
    expect(told(one)).toEqual(['main/in/ finished: 3 uploaded'])
    await clock.run(engine.add(file('d.txt')))
    await clock.run(engine.finished())
    expect(told(one)).toEqual(['main/in/ finished: 3 uploaded', 'main/in/ finished: 1 uploaded'])
    const [first, second] = engine.getSnapshot().uploads
    expect(first?.id).not.toBe(second?.id)
    expect(engine.getSnapshot().files.map(({ upload }) => upload)).toEqual([...Array(3).fill(first?.id), second?.id])
  })

  test('keeps its destination while another one is chosen, and files for that one are another upload', async () => {
    const one = rig()
    const { engine, clock, lake } = one
    lake.branches.push('side')
    await engine.add(file('a.txt'))
    engine.setOptions({ branch: 'side' })
    await engine.add(file('b.txt'))
    await clock.run(engine.finished())
    expect(told(one)).toEqual(['main/ finished: 1 uploaded', 'side/ finished: 1 uploaded'])
  })

  test('keeps its counts when its rows are cleared, and is gone when it is dismissed', async () => {
    const one = rig()
    const { engine, upload } = one
    await upload([file('a.txt'), file('b.txt')])
    engine.remove()
    expect(engine.getSnapshot().ids).toEqual([])
    expect(engine.getSnapshot().totals.files).toBe(0)
    expect(told(one)).toEqual(['main/ finished: 2 uploaded'])
    engine.dismissUpload(engine.getSnapshot().uploads[0]?.id ?? '')
    expect(told(one)).toEqual([])
  })

  test('that is dismissed while it runs is cancelled', async () => {
    const one = rig()
    const { engine, clock, lake } = one
    lake.twist = () => 'hang'
    await engine.add(file('a.txt'))
    await clock.advance(100)
    const finished = engine.finished()
    engine.dismissUpload(engine.getSnapshot().uploads[0]?.id ?? '')
    await clock.run(finished)
    expect(told(one)).toEqual([])
    expect(engine.getSnapshot().ids).toEqual([])
  })

  test('is paused, resumed, cancelled, retried and cleared without the others', async () => {
    const one = rig()
    const { engine, clock, lake } = one
    lake.branches.push('side')
    lake.twist = ({ route }) => (route === 'put' ? 'hang' : undefined)
    await engine.add([file('a.txt'), file('b.txt')])
    engine.setOptions({ branch: 'side' })
    await engine.add(file('c.txt'))
    await clock.advance(100)
    const [main, side] = engine.getSnapshot().uploads.map(({ id }) => id)
    if (!main || !side) throw new Error('two uploads run')
    engine.pause({ upload: main })
    await clock.advance(100)
    expect(engine.getSnapshot().uploads.map(({ status }) => status)).toEqual(['paused', 'running'])
    engine.cancel({ upload: side })
    await clock.advance(100)
    expect(told(one)).toEqual(['main/ paused: 2 paused', 'side/ finished: 1 cancelled'])
    lake.twist = () => undefined
    engine.resume({ upload: main })
    engine.retry({ upload: side })
    await clock.advance(5000)
    // Cancelled files are only sent again when they are meant.
    expect(told(one)).toEqual(['main/ finished: 2 uploaded', 'side/ finished: 1 cancelled'])
    engine.retry({ upload: side, status: 'cancelled' })
    await clock.run(engine.finished())
    expect(told(one)).toEqual(['main/ finished: 2 uploaded', 'side/ finished: 1 uploaded'])
    engine.remove({ upload: main })
    expect(engine.getSnapshot().files.map(({ path }) => path)).toEqual(['c.txt'])
  })

  test('answers all of its conflicts at once, and none of another upload', async () => {
    const one = rig({ onConflict: 'ask' })
    const { engine, clock, lake } = one
    lake.branches.push('side')
    for (const path of ['a.txt', 'b.txt']) lake.put(path)
    await engine.add([file('a.txt'), file('b.txt')])
    await clock.advance(1000)
    engine.setOptions({ branch: 'side' })
    await engine.add(file('a.txt'))
    await clock.advance(1000)
    const [first] = engine.getSnapshot().files
    engine.resolveConflict(first?.id ?? '', 'skip', { forAll: true })
    expect(engine.getSnapshot().uploads[0]?.totals.counts.skipped).toBe(2)
    expect(engine.getSnapshot().uploads[1]?.totals.counts.skipped).toBe(0)
  })

  test('tells how long its files had work left, without the time in between', async () => {
    const { engine, clock, lake } = rig()
    lake.twist = ({ route }) => (route === 'address' ? 'hang' : undefined)
    await engine.add(file('a.txt'))
    await clock.advance(3000)
    engine.cancel()
    await clock.advance(60_000)
    expect(engine.getSnapshot().uploads[0]?.durationMs).toBe(3000)
  })
})

test('files whose host or session names an upload of their own do not join a running one', async () => {
  const { engine, clock } = rig({ beforeUpload: async ({ files, upload }) => ({ files, upload }) })
  await Promise.all([engine.add(file('a.txt')), engine.add(file('b.txt'))])
  await clock.run(engine.finished())
  expect(engine.getSnapshot().uploads.map(({ ids }) => ids.length)).toEqual([1, 1])
})

describe('after a reload', () => {
  /** Two uploads to one branch, one after the other, that hang until the page is gone. */
  async function interrupted() {
    const { lake, clock, open, crash } = visits()
    const first = open()
    lake.twist = ({ route }) => (route === 'part' || route === 'put' ? 'hang' : undefined)
    const named = ({ files }: { files: readonly { path: string }[] }) => files[0]?.path
    first.engine.setOptions({ beforeUpload: async (given) => ({ files: given.files, upload: named(given) }) })
    await clock.run(first.engine.add([file('a.bin', 16 * MIB)]))
    await clock.run(first.engine.add([file('b.bin', 16 * MIB)]))
    await clock.advance(1000)
    await crash(first)
    lake.twist = () => undefined
    return { clock, open }
  }
  const uploadsOf = ({ engine }: Pick<Rig, 'engine'>) =>
    engine.getSnapshot().files.map(({ path, upload }) => `${path} of ${upload}`)

  test('files that are given again belong to the upload that they were part of, each to its own', async () => {
    const { open } = await interrupted()
    const second = open()
    await second.upload([file('a.bin', 16 * MIB), file('b.bin', 16 * MIB), file('c.txt')])
    expect(uploadsOf(second).sort()).toEqual(['a.bin of a.bin', 'b.bin of b.bin', 'c.txt of a.bin'])
  })

  test('a host that names the upload has the last word', async () => {
    const { open } = await interrupted()
    const second = open()
    second.engine.setOptions({ beforeUpload: async ({ files }) => ({ files, upload: 'mine' }) })
    await second.upload([file('a.bin', 16 * MIB)])
    expect(uploadsOf(second)).toEqual(['a.bin of mine'])
  })
})

test('a snapshot of an upload stays the same object until the upload changes', async () => {
  const { engine, clock, lake, upload } = rig()
  lake.branches.push('side')
  await upload(file('a.txt'))
  const [before] = engine.getSnapshot().uploads
  engine.setOptions({ branch: 'side' })
  await engine.add(file('b.txt'))
  await clock.run(engine.finished())
  expect(engine.getSnapshot().uploads[0]).toBe(before)
})
