import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import { hasStatus, isAbort } from '../request/response-error.ts'
import type { DropRecord, Records } from '../resume/database.ts'

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

/** Web Locks as far as open drops need them. */
export interface DropLocks {
  /**
   * The lock of that name, if it is free now; with `wait` once it is free.
   * @returns the way to let go; undefined where another tab has it.
   * @throws AbortError once `wait` is aborted.
   */
  take(name: string, wait?: AbortSignal): Promise<(() => void) | undefined>
}

/** The browser's own; undefined where it has none, which is plain http outside localhost. */
function tabLocks(): DropLocks | undefined {
  const locks = globalThis.navigator?.locks
  if (!locks) return undefined
  return {
    take: (name, wait) =>
      new Promise((resolve, reject) => {
        const hold = (lock: Lock | null) => {
          if (lock) return new Promise<void>((letGo) => resolve(letGo))
          resolve(undefined)
        }
        locks.request(name, wait ? { signal: wait } : { ifAvailable: true }, hold).catch((thrown: unknown) => {
          // A sandboxed frame has the locks and may not use them: there nobody can tell either.
          if (isAbort(thrown)) reject(thrown)
          else resolve(() => {})
        })
      }),
  }
}

interface Claimed {
  id: string
}

/** Drops that this page works on, by id: however many widgets it has, it is one tab. */
const claimed = new Map<string, Promise<(() => void) | undefined>>()

/**
 * Makes an open drop this tab's own, by a Web Lock that falls with the tab. Without Web Locks nobody can tell, and every
 * tab may have it.
 * @param options.wait waits until the other tab lets go of it.
 * @returns whether this tab has it; false: another one has.
 * @throws AbortError once `wait` is aborted.
 */
export async function lockDrop(
  { id }: Claimed,
  { locks = tabLocks(), wait }: { locks?: DropLocks | undefined; wait?: AbortSignal | undefined } = {},
): Promise<boolean> {
  if (!locks) return true
  const name = `lakefs-uploader drop ${id}`
  if (wait && !(await claimed.get(id))) {
    const letGo = await locks.take(name, wait)
    claimed.set(id, Promise.resolve(letGo))
    return true
  }
  const taking = claimed.get(id) ?? locks.take(name)
  claimed.set(id, taking)
  const has = (await taking) !== undefined
  if (!has) claimed.delete(id)
  return has
}

/** Lets other tabs have it: it has ended, or this tab leaves it. */
export async function unlockDrop({ id }: Claimed): Promise<void> {
  const letGo = await claimed.get(id)
  claimed.delete(id)
  letGo?.()
}
