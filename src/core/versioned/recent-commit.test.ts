import 'fake-indexeddb/auto'
import { expect, test, vi } from 'vitest'
import { openRecords } from '../resume/database.ts'
import { errandsWith } from '../testing/answers.ts'
import { forgetLanding, lastLanding, rememberLanding } from './recent-commit.ts'

let databases = 0
const fresh = () => openRecords(`landings-${databases++}`)
const at = { repository: 'lake', branch: 'main' }
const DAY = 24 * 3_600_000

test('the last drop that landed on a branch is known there, and nowhere else', async () => {
  const { errands, clock } = errandsWith()
  const records = await fresh()
  expect(await lastLanding(errands, at, records)).toBeUndefined()
  await rememberLanding(errands, { ...at, commit: 'c2', merge: false }, records)
  await rememberLanding(errands, { ...at, commit: 'm3', merge: true }, records)
  expect(await lastLanding(errands, at, records)).toEqual({ ...at, commit: 'm3', merge: true, when: clock.now() })
  expect(await lastLanding(errands, { ...at, branch: 'dev' }, records)).toBeUndefined()
  const elsewhere = { ...errands, lakefs: { ...errands.lakefs, endpoint: 'http://other.test/api/v1' } }
  expect(await lastLanding(elsewhere, at, records)).toBeUndefined()
})

test('it is forgotten once it is taken back, and not where another tab has landed a newer one', async () => {
  const { errands } = errandsWith()
  const records = await fresh()
  await rememberLanding(errands, { ...at, commit: 'c2', merge: false }, records)
  await rememberLanding(errands, { ...at, commit: 'c3', merge: false }, records)
  await forgetLanding(errands, { ...at, commit: 'c2' }, records)
  expect(await lastLanding(errands, at, records)).toMatchObject({ commit: 'c3' })
  await forgetLanding(errands, { ...at, commit: 'c3' }, records)
  expect(await lastLanding(errands, at, records)).toBeUndefined()
})

test('it is offered for a week', async () => {
  const { errands, clock } = errandsWith()
  const records = await fresh()
  await rememberLanding(errands, { ...at, commit: 'c2', merge: false }, records)
  clock.jump(7 * DAY)
  expect(await lastLanding(errands, at, records)).toMatchObject({ commit: 'c2' })
  clock.jump(1)
  expect(await lastLanding(errands, at, records)).toBeUndefined()
  expect(await records.landing({ ...at, endpoint: errands.lakefs.endpoint })).toBeUndefined()
})

test('where nothing can be remembered the landing goes on', async () => {
  const { errands } = errandsWith()
  const putLanding = vi.fn(() => Promise.reject(new DOMException('no space', 'QuotaExceededError')))
  const landing = { ...at, commit: 'c2', merge: false }
  await expect(rememberLanding(errands, landing, { putLanding })).resolves.toBeUndefined()
  expect(putLanding).toHaveBeenCalledOnce()
  await expect(rememberLanding(errands, landing, undefined)).resolves.toBeUndefined()
})
