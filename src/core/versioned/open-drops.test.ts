import { expect, test } from 'vitest'
import { type Answer, json, lakefsWith, mergesWell } from '../testing/answers.ts'
import { memory, otherTab } from '../testing/drops.ts'
import { say } from '../testing/lake.ts'
import { beginAtomic, discardAtomic, keepAtomic, landAtomic } from './atomic-drop.ts'
import { openDrops, takeUpDrop, unlockDrop } from './open-drops.ts'

const usual: Record<string, Answer> = {
  ...mergesWell('a'),
  'POST /branches': () => json(201, 'c1'),
  branch: () => json(200, { id: 'drop', commit_id: 'c1' }),
  'POST /commits': () => json(201, { id: 'c2', message: 'Add', parents: ['c1'] }),
  'POST /pulls': () => json(201, { id: 'p1' }),
}
const at = { repository: 'lake', target: 'main' }
const lockOf = ({ id }: { id: string }) => `lakefs-uploader drop ${id}`

test('a reload finds the drop again, and forgets one whose branch is gone', async () => {
  const records = memory()
  const { lakefs } = lakefsWith({
    ...usual,
    branch: (_, count) => (count === 2 ? say(404, 'branch not found') : json(200, { id: 'd', commit_id: 'c' })),
  })
  const drop = await beginAtomic(lakefs, { ...at, records })
  expect(await openDrops(lakefs, 'lake', records)).toMatchObject([{ branch: drop.branch, target: 'main', base: 'c1' }])
  expect(await openDrops(lakefs, 'other', records)).toEqual([])
  expect(await openDrops(lakefs, 'lake', records)).toEqual([])
  expect(records.kept.size).toBe(0)
})

test('a drop that another tab works on is told and not taken up, and is once that tab is gone', async () => {
  const records = memory()
  const { held, leave, locks } = otherTab()
  const { lakefs } = lakefsWith(usual)
  const drop = await beginAtomic(lakefs, { ...at, records, locks })
  expect(held).toEqual(new Set([lockOf(drop)]))
  await unlockDrop(drop)

  held.add(lockOf(drop))
  expect(await takeUpDrop(lakefs, at, records, locks)).toMatchObject({ elsewhere: { branch: drop.branch } })
  expect(await takeUpDrop(lakefs, { ...at, target: 'dev' }, records, locks)).toEqual({})
  leave(lockOf(drop))
  expect(await takeUpDrop(lakefs, at, records, locks)).toMatchObject({ drop: { branch: drop.branch } })
  expect(held.size).toBe(1)
  await unlockDrop(drop)
})

test('a drop that the other tab has landed since it was found is not taken up', async () => {
  const records = memory()
  const { held, locks } = otherTab()
  const { lakefs } = lakefsWith(usual)
  const drop = await beginAtomic(lakefs, { ...at, records, locks })
  await unlockDrop(drop)
  const landing = {
    ...locks,
    take: (name: string) => {
      records.kept.clear()
      return locks.take(name)
    },
  }
  expect(await takeUpDrop(lakefs, at, records, landing)).toEqual({})
  expect(held.size).toBe(0)
})

test.each([
  ['landed', landAtomic],
  [
    'reviewed',
    (...[lakefs, drop, text]: Parameters<typeof landAtomic>) => landAtomic(lakefs, drop, text, { review: true }),
  ],
  ['kept', (...[, drop]: Parameters<typeof landAtomic>) => keepAtomic(drop)],
  ['discarded', (...[lakefs, drop]: Parameters<typeof landAtomic>) => discardAtomic(lakefs, drop)],
])('once it is %s other tabs need not wait', async (_, end) => {
  const { held, locks } = otherTab()
  const { lakefs } = lakefsWith({ ...usual, 'DELETE /branches/drop': () => json(204) })
  const drop = await beginAtomic(lakefs, { ...at, locks })
  expect(held.size).toBe(1)
  await end(lakefs, drop, { message: 'Add' })
  expect(held.size).toBe(0)
})
