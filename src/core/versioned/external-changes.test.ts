import { expect, it } from 'vitest'
import type { ObjectStats } from '../lakefs/wire.ts'
import { type Answer, json, lakefsWith, page } from '../testing/answers.ts'
import { say } from '../testing/lake.ts'
import { findExternalChange } from './external-changes.ts'

const at = { repository: 'lake', branch: 'main' }
const stats = (address: string, checksum = 'x'): ObjectStats => ({
  path: 'a',
  physical_address: address,
  checksum,
  size_bytes: 1,
  mtime: 1,
})
const commit = { id: 'c1', message: 'm', committer: 'ada', creation_date: 1, parents: ['c0'], metadata: {} }
const mine = stats('s3://b/1')

/** What becomes of `mine` where the newest commit and the one before it have these at its path. */
async function became(head: ObjectStats | undefined, before?: ObjectStats, more: Record<string, Answer> = {}) {
  const { lakefs } = lakefsWith({
    'GET /diff': () => page([{ path: 'other', type: 'added' }]),
    'GET /commits/c1': () => json(200, commit),
    stat: (_, count) => {
      const there = count === 1 ? head : before
      return there ? json(200, there) : say(404, 'not found')
    },
    ...more,
  })
  return await findExternalChange(lakefs, at, [mine])
}

it('names the commit that took it, where that is the newest one', async () => {
  expect(await became(mine)).toEqual({ type: 'committed', commit })
  expect(await became(mine, stats('s3://b/0'))).toEqual({ type: 'committed', commit })
})

it('names no commit where an earlier one has it already', async () => {
  expect(await became(mine, mine)).toEqual({ type: 'committed' })
})

it('tells what was reset or replaced, and what changed nothing', async () => {
  expect(await became(undefined)).toEqual({ type: 'gone' })
  expect(await became(stats('s3://b/2', 'y'))).toEqual({ type: 'gone' })
  expect(await became(stats('s3://b/0'))).toEqual({ type: 'same' })
})

it('says nothing while it is uncommitted', async () => {
  expect(await became(mine, undefined, { 'GET /diff': () => page([{ path: 'a', type: 'added' }]) })).toBeUndefined()
})
