import type { Snapshot } from '../../snapshot.ts'
import type { Upload } from './upload.ts'

/** Reason why an upload cannot be merged yet. */
export type LandBlock =
  /** Files have not ended or are being added, which may belong to this upload. Paused ones count too. */
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

/**
 * Returns the reasons why an upload cannot be merged yet; empty when it can.
 * @param looked true when the unfinished files of earlier visits are known.
 */
export function landBlocks(snapshot: Known, { atomic }: Pick<Upload, 'atomic'>, looked: boolean): LandBlock[] {
  const ended = snapshot.ids.length === 0 || snapshot.status === 'finished'
  if (!ended || snapshot.adding !== undefined) return [{ type: 'running' }]
  const blocks: LandBlock[] = looked ? [] : [{ type: 'looking' }]
  const failed = notArrived(snapshot)
  if (failed > 0) blocks.push({ type: 'failed', files: failed })
  const left = snapshot.unfinished?.files.filter(
    ({ destination: { repository, branch } }) => repository === atomic?.repository && branch === atomic.branch,
  )
  if (left && left.length > 0) blocks.push({ type: 'unfinished', files: left.length })
  return blocks
}

/** Reason why the changes of a branch cannot be committed yet. */
export type CommitBlock =
  /** Files are being sent, which may belong to the commit. Paused ones do not hold it up: what has arrived is whole. */
  | 'running'
  /** Nothing is uncommitted. */
  | 'nothing'
  /** The commit would take changes that are not of this upload, and the user has not agreed to that. */
  | 'not-agreed'
  | 'no-message'

/** What a commit would contain, and what the user has said to it. */
export interface CommitContent {
  /** Number of changes of this upload. */
  mine: number
  /** Number of changes of others. */
  others: number
  /** True when there are more changes than were read: they may belong to others. */
  more: boolean
  /** True when the user agrees to commit the changes of others too. */
  included: boolean
  message: string
}

const isShared = ({ others, more }: CommitContent) => others > 0 || more

/** Returns the first reason why the changes cannot be committed yet; undefined when they can. */
export function commitBlock({ status }: Pick<Snapshot, 'status'>, content: CommitContent): CommitBlock | undefined {
  if (status === 'running') return 'running'
  if (content.mine + content.others === 0) return 'nothing'
  if (isShared(content) && !content.included) return 'not-agreed'
  return content.message.trim() === '' ? 'no-message' : undefined
}

/**
 * Returns whether the changes may be committed without a press: all files have arrived, and nothing of others would be
 * committed with them, whatever the user agreed to before.
 * @param looked true when the list of changes is not being read anew.
 */
export function mayCommitUnasked(
  snapshot: Pick<Snapshot, 'status' | 'totals'>,
  content: CommitContent,
  looked: boolean,
): boolean {
  const arrived = snapshot.status === 'finished' && notArrived(snapshot) === 0
  return looked && arrived && !isShared(content) && commitBlock(snapshot, content) === undefined
}
