import { expect, it } from 'vitest'
import { say } from '../../testing/lake.ts'
import { file, rig } from '../../testing/rig.ts'

/** Paths and branches of all files, with how each one stands. */
function standing({ engine }: ReturnType<typeof rig>): string[] {
  return engine
    .getSnapshot()
    .files.map(({ path, status, destination }) => `${destination.branch}/${destination.prefix}${path} ${status}`)
}

it('files that a branch would not take go to the one chosen since, and their old rows with them', async () => {
  const one = rig({ branch: 'gone', prefix: 'raw' })
  const { engine, clock, lake, upload } = one
  await upload([file('a.txt', 'a'), file('b.txt', 'b')])
  expect(standing(one)).toEqual(['gone/raw/a.txt failed', 'gone/raw/b.txt failed'])
  engine.setOptions({ branch: 'main', prefix: 'new' })
  engine.retry()
  const summary = await clock.run(engine.finished())
  expect(standing(one)).toEqual(['main/new/a.txt uploaded', 'main/new/b.txt uploaded'])
  expect(summary).toMatchObject({ files: 2, uploaded: 2, failed: 0 })
  expect([...lake.objects.keys()]).toEqual(['new/a.txt', 'new/b.txt'])
})

it('one that is asked twice to go elsewhere goes once', async () => {
  const one = rig({ branch: 'gone' })
  const { engine, clock, lake, upload } = one
  await upload([file('a.txt', 'a')])
  engine.setOptions({ branch: 'main' })
  const [id = ''] = engine.getSnapshot().ids
  engine.retry(id)
  engine.retry()
  await clock.run(engine.finished())
  expect(standing(one)).toEqual(['main/a.txt uploaded'])
  expect(lake.seen.filter(({ route }) => route === 'link')).toHaveLength(1)
})

it('on the way elsewhere they are a drop like any other: given up there, they stay as they were', async () => {
  const drops: unknown[] = []
  let giveUp = true
  const one = rig({
    branch: 'gone',
    beforeUpload: async ({ files, destination }) => {
      drops.push([files.map(({ path }) => path), destination.branch])
      return giveUp && destination.branch !== 'gone'
        ? undefined
        : { files, destination: { ...destination, branch: 'main' } }
    },
  })
  const { engine, clock, upload, lake } = one
  lake.twist = ({ route }) =>
    route === 'link' && drops.length === 1 ? say(403, 'cannot write to protected branch') : undefined
  await upload([file('a.txt', 'a')])
  expect(standing(one)).toEqual(['main/a.txt failed'])
  engine.setOptions({ branch: 'other' })
  engine.retry()
  await clock.run(engine.finished())
  expect(standing(one)).toEqual(['main/a.txt failed'])
  giveUp = false
  engine.retry()
  await clock.run(engine.finished())
  expect(standing(one)).toEqual(['main/a.txt uploaded'])
  expect(drops).toEqual([
    [['a.txt'], 'gone'],
    [['a.txt'], 'other'],
    [['a.txt'], 'other'],
  ])
})

it('where the branch is made meanwhile, or the failure is another one, they go where they were sent', async () => {
  const one = rig({ branch: 'late' })
  const { engine, clock, lake, upload } = one
  await upload([file('a.txt', 'a')])
  lake.branches.push('late')
  engine.retry()
  await clock.run(engine.finished())
  expect(standing(one)).toEqual(['late/a.txt uploaded'])

  lake.twist = ({ route }) => (route === 'link' ? say(400, 'something else') : undefined)
  await upload([file('b.txt', 'b')])
  engine.setOptions({ branch: 'main' })
  lake.twist = () => undefined
  engine.retry()
  await clock.run(engine.finished())
  expect(standing(one)).toEqual(['late/a.txt uploaded', 'late/b.txt uploaded'])
})

it('a file that is chosen again, as its row asks for, takes the place of the row', async () => {
  const one = rig()
  const { lake, upload } = one
  const gone = file('a.txt', 'a')
  gone.slice = () => {
    throw new DOMException('', 'NotReadableError')
  }
  gone.arrayBuffer = () => Promise.reject(new DOMException('', 'NotReadableError'))
  await upload([gone, file('b.txt', 'b')])
  expect(standing(one)).toEqual(['main/a.txt failed', 'main/b.txt uploaded'])
  const summary = await upload([file('a.txt', 'anew')])
  expect(standing(one)).toEqual(['main/b.txt uploaded', 'main/a.txt uploaded'])
  expect(summary).toMatchObject({ uploaded: 1, failed: 0 })
  expect(lake.objects.get('a.txt')?.size_bytes).toBe(4)
})

it('one that had to go for another of its name is not taken for that one given again', async () => {
  const one = rig()
  const { engine, upload } = one
  await upload([
    { file: file('a.txt', 'one'), path: 'a.txt' },
    { file: file('a.txt', 'two'), path: 'a.txt' },
  ])
  expect(standing(one)).toEqual(['main/a.txt uploaded', 'main/a.txt failed'])
  await upload([file('a.txt', 'one')])
  expect(engine.getSnapshot().totals.counts).toMatchObject({ uploaded: 2, failed: 1 })
})

it('what the store has of a file that is given again is given up', async () => {
  const one = rig({ partSize: 5 * 2 ** 20, retryTimeout: 1000 })
  const { engine, clock, lake, upload } = one
  lake.twist = ({ route }) => (route === 'complete' ? say(400, 'no') : undefined)
  const large = file('a.bin', 20 * 2 ** 20)
  await upload([large])
  expect(standing(one)).toEqual(['main/a.bin failed'])
  lake.twist = () => undefined
  await upload([large])
  await clock.advance(1000)
  expect(standing(one)).toEqual(['main/a.bin uploaded'])
  expect(lake.multiparts.size).toBe(0)
  expect(engine.getSnapshot().totals.files).toBe(1)
})
