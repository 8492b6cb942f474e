import { describe, expect, it } from 'vitest'
import { ENDED, type FileStatus, STATUSES } from './file/state.ts'
import type { Totals, UploaderStatus } from './snapshot.ts'
import { groupStateOf, stateOfUpload, type UploadFacts } from './upload-state.ts'

/** Size of every file of the table, in bytes. */
const SIZE = 100

/** Totals of an upload with so many files in each status. */
function totalsOf(some: Partial<Record<FileStatus, number>>): Totals {
  const counts = Object.fromEntries(STATUSES.map((status) => [status, some[status] ?? 0])) as Record<FileStatus, number>
  const files = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return {
    files,
    counts,
    bytes: (files - counts.skipped - counts.cancelled) * SIZE,
    sent: (counts.uploaded + counts.finishing) * SIZE,
    uploaded: counts.uploaded * SIZE,
    failed: counts.failed * SIZE,
    cancelled: counts.cancelled * SIZE,
  }
}

function statusOf({ counts, files }: Totals): UploaderStatus {
  const open = files - [...ENDED].reduce((sum, status) => sum + counts[status], 0)
  if (open === 0) return 'finished'
  if (counts.checking + counts.sending + counts.finishing > 0) return 'running'
  if (counts.waiting + counts.asking > 0) return 'waiting'
  return counts.queued > 0 ? 'running' : 'paused'
}

const factsOf = (some: Partial<Record<FileStatus, number>>, more: Partial<UploadFacts> = {}): UploadFacts => {
  const totals = totalsOf(some)
  return { totals, status: statusOf(totals), allIdentical: true, afterwards: 'uncommitted', ...more }
}

/** What an upload says, in one line. */
function told(some: Partial<Record<FileStatus, number>>, more: Partial<UploadFacts> = {}): string {
  const { mark, percent, title, remarks } = stateOfUpload(factsOf(some, more))
  const spelled = ({ type, ...facts }: { type: string }) => [type, ...Object.values(facts)].join(' ')
  return [`${mark} ${percent}%`, spelled(title), ...remarks.map(spelled)].join(' · ')
}

describe('an upload says', () => {
  const CASES: [Partial<Record<FileStatus, number>>, string, Partial<UploadFacts>?][] = [
    [{ sending: 1, queued: 1 }, 'percent 0% · sent 0 200'],
    [{ uploaded: 1, sending: 1 }, 'percent 50% · sent 100 200'],
    [{ uploaded: 2, finishing: 1 }, 'percent 99% · sent 300 300'],
    [{ uploaded: 3, asking: 1 }, 'percent 75% · asking 1 · uploaded-files 3'],
    [{ asking: 298 }, 'percent 0% · asking 298'],
    [{ uploaded: 1, asking: 1, sending: 2 }, 'percent 25% · sent 100 400'],
    [{ uploaded: 1, paused: 1 }, 'percent 50% · paused 100 200'],
    [{ uploaded: 3 }, 'tick 100% · uploaded 3 · uploaded-bytes 300 300 · uncommitted'],
    [{ uploaded: 3, skipped: 295 }, 'tick 100% · uploaded 3 · uploaded-bytes 300 300 · uncommitted'],
    [
      { uploaded: 3, skipped: 2 },
      'tick 100% · uploaded 3 · uploaded-bytes 300 300 · skipped 2 · uncommitted',
      { allIdentical: false },
    ],
    [
      { uploaded: 274, failed: 7, cancelled: 17 },
      'open 91% · partly-uploaded 274 298 · uploaded-bytes 27400 29800 · lost 17 7 · uncommitted',
    ],
    [
      { uploaded: 63, cancelled: 235 },
      'open 21% · partly-uploaded 63 298 · uploaded-bytes 6300 29800 · lost 235 0 · uncommitted',
    ],
    [{ skipped: 20_000 }, 'equals 100% · already-there · compared 20000'],
    [{ skipped: 4 }, 'equals 100% · nothing-uploaded · skipped 4', { allIdentical: false }],
    [{ failed: 4 }, 'fail 0% · nothing-uploaded · lost 0 4'],
    [{ failed: 4, cancelled: 2, skipped: 1 }, 'fail 0% · nothing-uploaded · lost 2 4 · skipped 1'],
    [{ cancelled: 235 }, 'off 0% · cancelled · cancelled 235'],
    [{ uploaded: 298 }, 'tick 100% · committed 298 · uploaded-bytes 29800 29800', { afterwards: 'committed' }],
    [
      { uploaded: 2, failed: 1 },
      'open 66% · committed 2 · uploaded-bytes 200 300 · lost 0 1',
      { afterwards: 'committed' },
    ],
    [{ uploaded: 2 }, 'tick 100% · in-review 2 · uploaded-bytes 200 200', { afterwards: 'in-review' }],
    [{ uploaded: 2 }, 'undone 0% · undone 2', { afterwards: 'undone' }],
    [{ failed: 2 }, 'fail 0% · nothing-uploaded · lost 0 2', { afterwards: 'committed' }],
  ]
  it.each(CASES)('%j: %s', (some, expected, more) => {
    expect(told(some, more)).toBe(expected)
  })

  it('nothing that its files do not bear out, in any mixture of states', () => {
    // Every set of statuses, with a different number of files in each.
    for (let set = 1; set < 2 ** STATUSES.length; set += 1) {
      const some = Object.fromEntries(STATUSES.flatMap((status, bit) => (set & (1 << bit) ? [[status, bit + 1]] : [])))
      const facts = factsOf(some)
      const { counts, files } = facts.totals
      const { mark, percent, title, remarks } = stateOfUpload(facts)
      const missing = counts.failed + counts.cancelled
      const isOver = facts.status === 'finished'
      if (mark === 'tick') expect(isOver && missing === 0 && counts.uploaded > 0, told(some)).toBe(true)
      if (mark === 'equals') expect(isOver && missing + counts.uploaded === 0, told(some)).toBe(true)
      if (percent === 100) expect(isOver && missing === 0, told(some)).toBe(true)
      if (title.type === 'uploaded') expect([title.files, missing], told(some)).toEqual([counts.uploaded, 0])
      if (title.type === 'partly-uploaded') {
        expect(title.of - title.files, told(some)).toBe(missing)
        expect(title.files, told(some)).toBe(counts.uploaded)
      }
      if (title.type === 'asking') expect(title.files + endedIn(facts.totals), told(some)).toBe(files)
      const lost = remarks.find((one) => one.type === 'lost')
      expect(lost ? lost.failed + lost.cancelled : 0, told(some)).toBe(
        isOver && title.type !== 'cancelled' ? missing : 0,
      )
    }
  })
})

const endedIn = ({ counts }: Totals) => [...ENDED].reduce((sum, status) => sum + counts[status], 0)

describe('a folder says', () => {
  const CASES: [Partial<Record<FileStatus, number>>, object][] = [
    [{ uploaded: 120 }, { type: 'all', status: 'uploaded', files: 120 }],
    [
      { uploaded: 3, skipped: 2 },
      { type: 'all', status: 'uploaded', files: 5 },
    ],
    [{ skipped: 5 }, { type: 'all', status: 'skipped', files: 5 }],
    [{ failed: 5 }, { type: 'all', status: 'failed', files: 5 }],
    [{ cancelled: 113 }, { type: 'all', status: 'cancelled', files: 113 }],
    [
      { uploaded: 7, cancelled: 113 },
      { type: 'partly-uploaded', files: 7, of: 120, failed: 0, cancelled: 113 },
    ],
    [
      { uploaded: 51, failed: 7 },
      { type: 'partly-uploaded', files: 51, of: 58, failed: 7, cancelled: 0 },
    ],
    [
      { uploaded: 1, skipped: 1, failed: 1, cancelled: 1 },
      { type: 'partly-uploaded', files: 2, of: 4, failed: 1, cancelled: 1 },
    ],
    [
      { skipped: 2, failed: 1 },
      { type: 'mixed', skipped: 2, failed: 1, cancelled: 0 },
    ],
    [
      { failed: 2, cancelled: 1 },
      { type: 'mixed', skipped: 0, failed: 2, cancelled: 1 },
    ],
  ]
  it.each(CASES)('%j: %j', (some, expected) => {
    expect(groupStateOf(totalsOf(some))).toEqual(expected)
  })

  it('that it is uploaded only when every file is there', () => {
    for (let set = 1; set < 16; set += 1) {
      const ended = ['uploaded', 'skipped', 'failed', 'cancelled'] as const
      const some = Object.fromEntries(ended.flatMap((status, bit) => (set & (1 << bit) ? [[status, 2]] : [])))
      const state = groupStateOf(totalsOf(some))
      if (state.type === 'all' && state.status === 'uploaded')
        expect((some.failed ?? 0) + (some.cancelled ?? 0)).toBe(0)
    }
  })
})
