import { expect, test } from 'vitest'
import { type Answer, json, lakefsWith, mergesWell } from '../testing/answers.ts'
import { say } from '../testing/lake.ts'
import { otherTab, rememberedUploads } from '../testing/open-uploads.ts'
import { beginAtomic, discardAtomic, keepAtomic, landAtomic } from './atomic-upload.ts'
import { openUploads, takeUpUpload, unlockUpload } from './open-uploads.ts'

const usual: Record<string, Answer> = {
  ...mergesWell('a'),
  'POST /branches': () => json(201, 'c1'),
  branch: () => json(200, { id: 'drop', commit_id: 'c1' }),
  'POST /commits': () => json(201, { id: 'c2', message: 'Add', parents: ['c1'] }),
  'POST /pulls': () => json(201, { id: 'p1' }),
}
const at = { repository: 'lake', target: 'main' }
const lockOf = ({ id }: { id: string }) => `lakefs-uploader drop ${id}`

test('a reload finds the upload again, and forgets one whose branch is gone', async () => {
  const records = rememberedUploads()
  const { lakefs } = lakefsWith({
    ...usual,
    branch: (_, count) => (count === 2 ? say(404, 'branch not found') : json(200, { id: 'd', commit_id: 'c' })),
  })
  const upload = await beginAtomic(lakefs, { ...at, records })
  expect(await openUploads(lakefs, 'lake', records)).toMatchObject([
    { branch: upload.branch, target: 'main', base: 'c1' },
  ])
  expect(await openUploads(lakefs, 'other', records)).toEqual([])
  expect(await openUploads(lakefs, 'lake', records)).toEqual([])
  expect(records.kept.size).toBe(0)
})

test('a upload that another tab works on is told and not taken up, and is once that tab is gone', async () => {
  const records = rememberedUploads()
  const { held, leave, locks } = otherTab()
  const { lakefs } = lakefsWith(usual)
  const upload = await beginAtomic(lakefs, { ...at, records, locks })
  expect(held).toEqual(new Set([lockOf(upload)]))
  await unlockUpload(upload)

  held.add(lockOf(upload))
  expect(await takeUpUpload(lakefs, at, records, locks)).toMatchObject({ elsewhere: { branch: upload.branch } })
  expect(await takeUpUpload(lakefs, { ...at, target: 'dev' }, records, locks)).toEqual({})
  leave(lockOf(upload))
  expect(await takeUpUpload(lakefs, at, records, locks)).toMatchObject({ upload: { branch: upload.branch } })
  expect(held.size).toBe(1)
  await unlockUpload(upload)
})

test('a upload that the other tab has landed since it was found is not taken up', async () => {
  const records = rememberedUploads()
  const { held, locks } = otherTab()
  const { lakefs } = lakefsWith(usual)
  const upload = await beginAtomic(lakefs, { ...at, records, locks })
  await unlockUpload(upload)
  const landing = {
    ...locks,
    take: (name: string) => {
      records.kept.clear()
      return locks.take(name)
    },
  }
  expect(await takeUpUpload(lakefs, at, records, landing)).toEqual({})
  expect(held.size).toBe(0)
})

test.each([
  ['landed', landAtomic],
  [
    'reviewed',
    (...[lakefs, upload, text]: Parameters<typeof landAtomic>) => landAtomic(lakefs, upload, text, { review: true }),
  ],
  ['kept', (...[, upload]: Parameters<typeof landAtomic>) => keepAtomic(upload)],
  ['discarded', (...[lakefs, upload]: Parameters<typeof landAtomic>) => discardAtomic(lakefs, upload)],
])('once it is %s other tabs need not wait', async (_, end) => {
  const { held, locks } = otherTab()
  const { lakefs } = lakefsWith({ ...usual, 'DELETE /branches/drop': () => json(204) })
  const upload = await beginAtomic(lakefs, { ...at, locks })
  expect(held.size).toBe(1)
  await end(lakefs, upload, { message: 'Add' })
  expect(held.size).toBe(0)
})
