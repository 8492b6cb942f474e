import type { Snapshot } from '../../snapshot.ts'
import type { Upload } from './upload.ts'

/** Reason why an upload cannot be merged yet. */
export type LandBlock =
  /** Files are being sent or added, which may belong to this upload. */
  | { type: 'running' }
  /** Number of files that failed or were cancelled. */
  | { type: 'failed'; files: number }
  /** Number of its files that an earlier visit left unfinished. */
  | { type: 'unfinished'; files: number }
  /** The unfinished files of earlier visits are not known yet. */
  | { type: 'looking' }

type Known = Pick<Snapshot, 'ids' | 'status' | 'adding' | 'totals' | 'unfinished'>

/** Returns the number of files that failed or were cancelled. */
export const notArrived = ({ totals: { counts } }: Pick<Snapshot, 'totals'>): number => counts.failed + counts.cancelled

/** True while files are being sent; false for an empty list. */
export const isRunning = ({ ids, status }: Pick<Snapshot, 'ids' | 'status'>): boolean =>
  ids.length > 0 && status !== 'finished'

/**
 * Returns the reasons why an upload cannot be merged yet; empty when it can.
 * @param looked true when the unfinished files of earlier visits are known.
 */
export function landBlocks(snapshot: Known, { atomic }: Pick<Upload, 'atomic'>, looked: boolean): LandBlock[] {
  if (isRunning(snapshot) || snapshot.adding !== undefined) return [{ type: 'running' }]
  const blocks: LandBlock[] = looked ? [] : [{ type: 'looking' }]
  const failed = notArrived(snapshot)
  if (failed > 0) blocks.push({ type: 'failed', files: failed })
  const left = snapshot.unfinished?.files.filter(
    ({ destination: { repository, branch } }) => repository === atomic?.repository && branch === atomic.branch,
  )
  if (left && left.length > 0) blocks.push({ type: 'unfinished', files: left.length })
  return blocks
}
