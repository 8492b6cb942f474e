import 'fake-indexeddb/auto'
import { expect, test, vi } from 'vitest'
import { openRecords } from '../resume/database.ts'
import { lakefsWith } from '../testing/answers.ts'
import { findRecentCommit, forgetCommit, rememberCommit } from './recent-commit.ts'

let databases = 0
const fresh = () => openRecords(`landings-${databases++}`)
const at = { repository: 'lake', branch: 'main' }
const DAY = 24 * 3_600_000

test('the last upload that landed on a branch is known there, and nowhere else', async () => {
  const { lakefs, clock } = lakefsWith()
  const records = await fresh()
  expect(await findRecentCommit(lakefs, at, records)).toBeUndefined()
  await rememberCommit(lakefs, { ...at, commit: 'c2', merge: false }, records)
  await rememberCommit(lakefs, { ...at, commit: 'm3', merge: true }, records)
  expect(await findRecentCommit(lakefs, at, records)).toEqual({ ...at, commit: 'm3', merge: true, when: clock.now() })
  expect(await findRecentCommit(lakefs, { ...at, branch: 'dev' }, records)).toBeUndefined()
  const elsewhere = { ...lakefs, endpoint: 'http://other.test/api/v1' }
  expect(await findRecentCommit(elsewhere, at, records)).toBeUndefined()
})

test('it is forgotten once it is taken back, and not where another tab has landed a newer one', async () => {
  const { lakefs } = lakefsWith()
  const records = await fresh()
  await rememberCommit(lakefs, { ...at, commit: 'c2', merge: false }, records)
  await rememberCommit(lakefs, { ...at, commit: 'c3', merge: false }, records)
  await forgetCommit(lakefs, { ...at, commit: 'c2' }, records)
  expect(await findRecentCommit(lakefs, at, records)).toMatchObject({ commit: 'c3' })
  await forgetCommit(lakefs, { ...at, commit: 'c3' }, records)
  expect(await findRecentCommit(lakefs, at, records)).toBeUndefined()
})

test('it is offered for a week', async () => {
  const { lakefs, clock } = lakefsWith()
  const records = await fresh()
  await rememberCommit(lakefs, { ...at, commit: 'c2', merge: false }, records)
  clock.jump(7 * DAY)
  expect(await findRecentCommit(lakefs, at, records)).toMatchObject({ commit: 'c2' })
  clock.jump(1)
  expect(await findRecentCommit(lakefs, at, records)).toBeUndefined()
  expect(await records.lastCommit({ ...at, endpoint: lakefs.endpoint })).toBeUndefined()
})

test('where nothing can be remembered the landing goes on', async () => {
  const { lakefs } = lakefsWith()
  const putLanding = vi.fn(() => Promise.reject(new DOMException('no space', 'QuotaExceededError')))
  const landing = { ...at, commit: 'c2', merge: false }
  await expect(rememberCommit(lakefs, landing, { putLastCommit: putLanding })).resolves.toBeUndefined()
  expect(putLanding).toHaveBeenCalledOnce()
  await expect(rememberCommit(lakefs, landing, undefined)).resolves.toBeUndefined()
})
