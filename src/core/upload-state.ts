import type { Totals, UploaderStatus } from './snapshot.ts'

/** What became of the uploaded files after their arrival on the branch. */
export type Afterwards = 'uncommitted' | 'committed' | 'in-review' | 'undone'

/** Facts that the state of an upload is derived from. */
export interface UploadFacts {
  totals: Totals
  status: UploaderStatus
  /** True when every skipped file was skipped because the branch has the same bytes. */
  allIdentical: boolean
  afterwards: Afterwards
}

/** One line about an upload. It claims nothing that is not true of its files. */
export type UploadTitle =
  | { type: 'sent'; sent: number; bytes: number }
  | { type: 'paused'; sent: number; bytes: number }
  /** Nothing is left to do but the decisions of the user. */
  | { type: 'asking'; files: number }
  /** Every file that was to be uploaded is on the branch. */
  | { type: 'uploaded'; files: number }
  /** `of`: files that were to be uploaded. The others failed or were cancelled. */
  | { type: 'partly-uploaded'; files: number; of: number }
  | { type: 'committed'; files: number }
  | { type: 'in-review'; files: number }
  | { type: 'undone'; files: number }
  /** Nothing had to be uploaded, because the branch has the same bytes. */
  | { type: 'already-there' }
  | { type: 'cancelled' }
  | { type: 'nothing-uploaded' }

/** Sentence below the title. Bytes and counts are those of the files it names. */
export type UploadRemark =
  | { type: 'uploaded-bytes'; bytes: number; of: number }
  | { type: 'uploaded-files'; files: number }
  | { type: 'compared'; files: number }
  | { type: 'lost'; cancelled: number; failed: number }
  | { type: 'cancelled'; files: number }
  | { type: 'skipped'; files: number }
  | { type: 'uncommitted' }

/** Picture beside the title. `open`: something is missing; `equals`: nothing had to be done. */
export type UploadMark = 'percent' | 'tick' | 'open' | 'fail' | 'off' | 'equals' | 'undone'

/** What an upload says of itself. */
export interface UploadState {
  mark: UploadMark
  /** Percent from 0 to 100, rounded down: 100 only when nothing is missing. */
  percent: number
  title: UploadTitle
  remarks: readonly UploadRemark[]
}

/**
 * Returns what an upload says of itself, by its counts alone: the first case that fits. While it runs, the remarks are
 * empty, because speed and time left are told in their place.
 */
export function stateOfUpload(facts: UploadFacts): UploadState {
  const { totals, status } = facts
  const { counts, bytes, sent } = totals
  if (status !== 'finished') {
    const open = totals.files - endedOf(totals)
    const percent = Math.min(99, percentOf(totals))
    const waits = counts.asking > 0 && counts.asking === open
    if (waits) {
      const uploaded = counts.uploaded > 0 ? [{ type: 'uploaded-files' as const, files: counts.uploaded }] : []
      return { mark: 'percent', percent, title: { type: 'asking', files: counts.asking }, remarks: uploaded }
    }
    return {
      mark: 'percent',
      percent,
      title: { type: status === 'paused' ? 'paused' : 'sent', sent, bytes },
      remarks: [],
    }
  }
  return stateAtEnd(facts)
}

function stateAtEnd({ totals, allIdentical, afterwards }: UploadFacts): UploadState {
  const { counts, uploaded: bytes, cancelled: cancelledBytes } = totals
  const { uploaded, failed, cancelled, skipped } = counts
  const lost = failed + cancelled
  const percent = percentOf(totals)
  if (uploaded === 0) return { percent: lost === 0 && skipped > 0 ? 100 : 0, ...withoutUploaded(totals, allIdentical) }
  if (afterwards === 'undone')
    return { mark: 'undone', percent: 0, title: { type: 'undone', files: uploaded }, remarks: [] }
  const amount: UploadRemark = { type: 'uploaded-bytes', bytes, of: totals.bytes + cancelledBytes }
  const missing: UploadRemark[] = lost > 0 ? [{ type: 'lost', cancelled, failed }] : []
  // What was skipped because it is there already needs no word; what was kept by an answer does.
  const kept: UploadRemark[] = skipped > 0 && !allIdentical ? [{ type: 'skipped', files: skipped }] : []
  const remarks = [amount, ...missing, ...kept]
  const mark = lost > 0 ? 'open' : 'tick'
  if (afterwards !== 'uncommitted') return { mark, percent, title: { type: afterwards, files: uploaded }, remarks }
  const title: UploadTitle =
    lost > 0 ? { type: 'partly-uploaded', files: uploaded, of: uploaded + lost } : { type: 'uploaded', files: uploaded }
  return { mark, percent, title, remarks: [...remarks, { type: 'uncommitted' }] }
}

/** Returns what an upload says of itself of which no file has arrived. */
function withoutUploaded({ counts }: Totals, allIdentical: boolean): Omit<UploadState, 'percent'> {
  const { failed, cancelled, skipped } = counts
  if (failed > 0) {
    const more: UploadRemark[] = skipped > 0 ? [{ type: 'skipped', files: skipped }] : []
    return {
      mark: 'fail',
      title: { type: 'nothing-uploaded' },
      remarks: [{ type: 'lost', cancelled, failed }, ...more],
    }
  }
  if (cancelled > 0) {
    const more: UploadRemark[] = skipped > 0 ? [{ type: 'skipped', files: skipped }] : []
    return { mark: 'off', title: { type: 'cancelled' }, remarks: [{ type: 'cancelled', files: cancelled }, ...more] }
  }
  if (skipped > 0 && allIdentical)
    return { mark: 'equals', title: { type: 'already-there' }, remarks: [{ type: 'compared', files: skipped }] }
  return {
    mark: skipped > 0 ? 'equals' : 'off',
    title: { type: 'nothing-uploaded' },
    remarks: skipped > 0 ? [{ type: 'skipped', files: skipped }] : [],
  }
}

const endedOf = ({ counts }: Totals): number => counts.uploaded + counts.skipped + counts.failed + counts.cancelled

/**
 * Returns the share of an upload that is done, from 0 to 1, by bytes; by files when all of them are empty. At the end
 * only what is on the branch counts, and cancelled and failed files are missing from it.
 */
export function doneShareOf(totals: Totals): number {
  const { bytes, sent, uploaded, cancelled, files, counts } = totals
  if (files === 0) return 0
  const isOver = endedOf(totals) === files
  if (isOver) {
    const missing = counts.failed + counts.cancelled
    if (missing === 0) return 1
    const all = bytes + cancelled
    return all > 0 ? uploaded / all : (counts.uploaded + counts.skipped) / files
  }
  return bytes > 0 ? Math.min(1, sent / bytes) : endedOf(totals) / files
}

const percentOf = (totals: Totals): number => Math.floor(doneShareOf(totals) * 100)

/** What a folder, or any other group of files, says of itself. */
export type GroupState =
  | { type: 'all'; status: 'uploaded' | 'skipped' | 'failed' | 'cancelled'; files: number }
  /** Some of its files are on the branch, and the others are not. */
  | { type: 'partly-uploaded'; files: number; of: number; failed: number; cancelled: number }
  /** None of its files was uploaded, and they ended in different ways. */
  | { type: 'mixed'; skipped: number; failed: number; cancelled: number }

/** Returns what a group of files says of itself once all of them have ended. */
export function groupStateOf({ counts, files }: Pick<Totals, 'counts' | 'files'>): GroupState {
  const { uploaded, skipped, failed, cancelled } = counts
  for (const status of ['uploaded', 'skipped', 'failed', 'cancelled'] as const)
    if (counts[status] === files) return { type: 'all', status, files }
  // Files that are there already are as good as uploaded.
  if (failed + cancelled === 0) return { type: 'all', status: 'uploaded', files }
  if (uploaded + skipped > 0 && uploaded > 0)
    return { type: 'partly-uploaded', files: uploaded + skipped, of: files, failed, cancelled }
  return { type: 'mixed', skipped, failed, cancelled }
}
