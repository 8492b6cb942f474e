import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import { hasStatus } from '../request/response-error.ts'
import type { DropRecord, Records } from '../resume/database.ts'
import { type DropLocks, lockDrop, unlockDrop } from './claims.ts'

/**
 * How far a drop that lands as one has come. `gathering`: files go to its own branch. `merged`: its merge is on the target,
 * and has not been compared yet, or was found to be wrong and could not be taken back.
 */
export type DropState = 'gathering' | 'committed' | 'conflict' | 'merged' | 'in-review' | 'kept' | 'landed'

/** A drop of files that lands whole or not at all. */
export interface AtomicDrop {
  readonly id: string
  readonly repository: string
  /** Its own branch. */
  readonly branch: string
  /** Where it is going to be merged. */
  readonly target: string
  /** The commit that its branch was made from. Where it is not known, the parent of the branch's newest commit counts. */
  readonly base?: string
  readonly state: DropState
  readonly hidden: boolean
}

type Remembered = Pick<Records, 'drops' | 'deleteDrop'>

/** Drops of earlier visits and other tabs that have not landed; branches that are gone meanwhile are forgotten. */
export async function openDrops(
  lakefs: LakeFSClient,
  repository: string,
  records: Remembered,
  target?: string,
): Promise<AtomicDrop[]> {
  const drops = (await records.drops()).filter(
    (one) =>
      one.repository === repository &&
      one.endpoint === lakefs.endpoint &&
      (target === undefined || one.target === target),
  )
  const found: AtomicDrop[] = []
  for (const { id, branch, target, base, state } of drops) {
    try {
      await lakefs.branch({ repository, branch })
      const known = { id, repository, branch, target, hidden: true, state: state as DropState }
      found.push(base === undefined ? known : { ...known, base })
    } catch (thrown) {
      if (!hasStatus(thrown, 404)) throw thrown
      await records.deleteDrop(id)
    }
  }
  return found
}

/**
 * Takes up a drop for this target that an earlier visit has left open. One tab works on it: see {@link lockDrop}.
 * @returns it; or, as `elsewhere`, the one that another tab works on; neither where there is none.
 */
export async function takeUpDrop(
  lakefs: LakeFSClient,
  { repository, target }: { repository: string; target: string },
  records: Remembered,
  locks?: DropLocks,
): Promise<{ drop?: AtomicDrop; elsewhere?: AtomicDrop }> {
  let elsewhere: AtomicDrop | undefined
  for (const drop of await openDrops(lakefs, repository, records, target)) {
    if (!(await lockDrop(drop, { locks }))) {
      elsewhere ??= drop
      continue
    }
    // The tab that had it may have landed it since it was found.
    if ((await records.drops()).some(({ id }) => id === drop.id)) return { drop }
    await unlockDrop(drop)
  }
  return elsewhere ? { elsewhere } : {}
}

/** Best effort: where nothing can be remembered, the drop goes on and only a reload forgets it. */
export async function rememberDrop(
  { clock, endpoint }: LakeFSClient,
  { id, repository, branch, target, base, state }: AtomicDrop,
  records: Pick<Records, 'putDrop'> | undefined,
): Promise<void> {
  const record: DropRecord = { id, endpoint, repository, branch, target, state, touched: clock.now() }
  await records?.putDrop(base === undefined ? record : { ...record, base }).catch(() => {})
}

/** It has ended: nobody looks for it any more, and other tabs need not wait. */
export async function forgetDrop(drop: AtomicDrop, records: Pick<Records, 'deleteDrop'> | undefined): Promise<void> {
  try {
    await records?.deleteDrop(drop.id)
  } finally {
    await unlockDrop(drop)
  }
}
