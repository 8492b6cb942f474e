import type { Snapshot } from '../../snapshot.ts'
import type { Upload } from './upload.ts'

/** What keeps an upload from being brought to its target. */
export type LandBlock =
  /** Files are sent, or are being added: they may be for this upload, or be compared with it. */
  | { type: 'running' }
  /** Files that have not arrived. */
  | { type: 'failed'; files: number }
  /** Files of it that an earlier visit has left undone. */
  | { type: 'unfinished'; files: number }
  /** It is not known yet what earlier visits have left. */
  | { type: 'looking' }

type Known = Pick<Snapshot, 'ids' | 'status' | 'adding' | 'totals' | 'unfinished'>

/** Files that have not arrived, of all that were given. */
export const notArrived = ({ totals: { counts } }: Pick<Snapshot, 'totals'>): number => counts.failed + counts.cancelled

/** Whether files are still sent; a list without files is none of them. */
export const isRunning = ({ ids, status }: Pick<Snapshot, 'ids' | 'status'>): boolean =>
  ids.length > 0 && status !== 'finished'

/** Why an upload cannot be merged yet; empty where it can. @param looked what earlier visits have left is known. */
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
