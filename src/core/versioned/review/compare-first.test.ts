import { expect, it } from 'vitest'
import { abortError } from '../../request/clock.ts'
import { KnownFiles } from '../../resume/known-files.ts'
import { lakefsWith, page } from '../../testing/answers.ts'
import { TestClock } from '../../testing/clock.ts'
import { md5 } from '../../testing/lake.ts'
import { TestBrowser } from '../../testing/records.ts'
import { file } from '../../testing/rig.ts'
import type { PlanProgress } from '../compare.ts'
import { planUpload } from '../plan.ts'
import { ReadingRate } from './reading-rate.ts'

const destination = { repository: 'lake', branch: 'main', prefix: 'raw/' }
const given = (...files: File[]) => files.map((one) => ({ path: one.name, file: one }))

/** A plan that counts the files it reads. @param hash takes the place of the MD5. */
async function plan(
  files: File[],
  { browser = new TestBrowser(), skip = new AbortController(), onBranch = 'same' } = {},
) {
  const { lakefs, lake } = lakefsWith({ 'GET /diff': () => page([]) })
  for (const { name } of files) lake.put(`raw/${name}`, onBranch)
  const clock = new TestClock()
  const log = { add: () => {} } as never
  const records = { endpoint: 'http://lakefs.test/api/v1', open: browser.open }
  const remembered = new KnownFiles({ clock, log, records })
  const read: string[] = []
  const told: PlanProgress[] = []
  const counting = {
    ...lakefs,
    md5: async (body: Blob, signal: AbortSignal) => {
      if (signal.aborted) throw abortError()
      read.push(await body.text())
      if (read.length === 2) skip.abort(skip.signal.reason)
      return md5(new Uint8Array(await body.arrayBuffer()))
    },
  }
  const options = { remembered, skip: skip.signal, onProgress: (progress: PlanProgress) => void told.push(progress) }
  const made = await planUpload(counting, given(...files), destination, options)
  await remembered.flush()
  return {
    read,
    told,
    browser,
    kinds: made.entries.map(({ kind, unchanged, notCompared }) => ({ kind, unchanged, notCompared })),
  }
}

const many = (count: number) => Array.from({ length: count }, (_, index) => file(`f${index}`, 'same'))

it('reads a file of an earlier upload once, and again when it or the branch has changed', async () => {
  const browser = new TestBrowser()
  const first = await plan([file('a', 'same')], { browser })
  expect(first).toMatchObject({ read: ['same'], kinds: [{ kind: 'identical', unchanged: undefined }] })
  const second = await plan([file('a', 'same')], { browser })
  expect(second).toMatchObject({ read: [], kinds: [{ kind: 'identical', unchanged: true }] })
  const touched = new File(['same'], 'a', { lastModified: 5 })
  expect(await plan([touched], { browser })).toMatchObject({ read: ['same'], kinds: [{ kind: 'identical' }] })
  expect(await plan([touched], { browser, onBranch: 'SAME' })).toMatchObject({
    read: ['same'],
    kinds: [{ kind: 'changed' }],
  })
})

it('leaves what was not read out of the identical files when the user skips the rest', async () => {
  const { kinds, told } = await plan(many(40))
  expect(kinds.filter(({ kind }) => kind === 'identical').length).toBeLessThan(20)
  const rest = kinds.filter(({ kind }) => kind !== 'identical')
  expect(rest.every(({ kind, notCompared }) => kind === 'changed' && notCompared)).toBe(true)
  expect(told.at(-1)).toMatchObject({ step: 'hashing', done: 40, of: 40, bytesDone: 160, bytesTotal: 160 })
})

it('estimates the time from the first bytes, and then from all that were read', async () => {
  let now = 0
  const total = 100 * 2 ** 30
  const rate = new ReadingRate(total, () => now)
  expect(rate.figures().secondsLeft).toBeUndefined()
  const sample = async () => {
    now += 100
    return 'hex'
  }
  // 8 MiB in 0.1 s: 80 MiB/s.
  await rate.measure(new Blob([new Uint8Array(2 ** 23)]), sample, new AbortController().signal)
  expect(rate.figures().secondsLeft).toBe(1280)
  now = 10_000
  rate.read(1, 10 * 2 ** 30, 10 * 2 ** 30)
  rate.read(1, 10 * 2 ** 30, 10 * 2 ** 30)
  expect(rate.figures()).toEqual({ bytesDone: 10 * 2 ** 30, bytesTotal: total, secondsLeft: 90 })
})
