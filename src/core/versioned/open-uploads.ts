import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import { hasStatus, isAbort } from '../request/response-error.ts'
import type { DropRecord, Records } from '../resume/database.ts'

/**
 * How far an upload that lands as one has come. `gathering`: files go to its own branch. `merged`: its merge is on the target,
 * and has not been compared yet, or was found to be wrong and could not be taken back.
 */
export type AtomicState = 'gathering' | 'committed' | 'conflict' | 'merged' | 'in-review' | 'kept' | 'landed'

/** An upload of files that lands whole or not at all. */
export interface AtomicUpload {
  readonly id: string
  readonly repository: string
  /** Its own branch. */
  readonly branch: string
  /** Where it is going to be merged. */
  readonly target: string
  /** The commit that its branch was made from. Where it is not known, the parent of the branch's newest commit counts. */
  readonly base?: string
  /** The upload that it was made for, where that is known. */
  readonly given?: { readonly id: string; readonly since: number; readonly prefix: string }
  readonly state: AtomicState
  readonly hidden: boolean
}

type Remembered = Pick<Records, 'drops' | 'deleteDrop'>

/** Uploads of earlier visits and other tabs that have not landed; branches that are gone meanwhile are forgotten. */
export async function openUploads(
  lakefs: LakeFSClient,
  repository: string,
  records: Remembered,
  target?: string,
): Promise<AtomicUpload[]> {
  const uploads = (await records.drops()).filter(
    (one) =>
      one.repository === repository &&
      one.endpoint === lakefs.endpoint &&
      (target === undefined || one.target === target),
  )
  const found: AtomicUpload[] = []
  for (const { id, branch, target, base, given, state } of uploads) {
    try {
      await lakefs.branch({ repository, branch })
      const known = { id, repository, branch, target, hidden: true, state: state as AtomicState }
      found.push({ ...known, ...(base === undefined ? {} : { base }), ...(given ? { given } : {}) })
    } catch (thrown) {
      if (!hasStatus(thrown, 404)) throw thrown
      await records.deleteDrop(id)
    }
  }
  return found
}

/**
 * Takes up an upload for this target that an earlier visit has left open. One tab works on it: see {@link lockUpload}.
 * @returns it; or, as `elsewhere`, the one that another tab works on; neither where there is none.
 */
export async function takeUpUpload(
  lakefs: LakeFSClient,
  { repository, target }: { repository: string; target: string },
  records: Remembered,
  locks?: UploadLocks,
): Promise<{ upload?: AtomicUpload; elsewhere?: AtomicUpload }> {
  let elsewhere: AtomicUpload | undefined
  for (const upload of await openUploads(lakefs, repository, records, target)) {
    if (!(await lockUpload(upload, { locks }))) {
      elsewhere ??= upload
      continue
    }
    // The tab that had it may have landed it since it was found.
    if ((await records.drops()).some(({ id }) => id === upload.id)) return { upload }
    await unlockUpload(upload)
  }
  return elsewhere ? { elsewhere } : {}
}

/** Best effort: where nothing can be remembered, the upload goes on and only a reload forgets it. */
export async function rememberUpload(
  { clock, endpoint }: LakeFSClient,
  { id, repository, branch, target, base, given, state }: AtomicUpload,
  records: Pick<Records, 'putDrop'> | undefined,
): Promise<void> {
  const record: DropRecord = { id, endpoint, repository, branch, target, state, touched: clock.now() }
  const more = { ...(base === undefined ? {} : { base }), ...(given ? { given } : {}) }
  await records?.putDrop({ ...record, ...more }).catch(() => {})
}

/** It has ended: nobody looks for it any more, and other tabs need not wait. */
export async function forgetUpload(
  upload: AtomicUpload,
  records: Pick<Records, 'deleteDrop'> | undefined,
): Promise<void> {
  try {
    await records?.deleteDrop(upload.id)
  } finally {
    await unlockUpload(upload)
  }
}

/** Web Locks as far as open uploads need them. */
export interface UploadLocks {
  /**
   * The lock of that name, if it is free now; with `wait` once it is free.
   * @returns the way to let go; undefined where another tab has it.
   * @throws AbortError once `wait` is aborted.
   */
  take(name: string, wait?: AbortSignal): Promise<(() => void) | undefined>
}

/** The browser's own; undefined where it has none, which is plain http outside localhost. */
function tabLocks(): UploadLocks | undefined {
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

/** Uploads that this page works on, by id: however many widgets it has, it is one tab. */
const claimed = new Map<string, Promise<(() => void) | undefined>>()

/**
 * Makes an open upload this tab's own, by a Web Lock that falls with the tab. Without Web Locks nobody can tell, and every
 * tab may have it.
 * @returns whether this tab has it; false: another one has.
 * @throws AbortError once `wait` is aborted.
 */
export async function lockUpload(
  { id }: Claimed,
  {
    locks = tabLocks(),
    wait,
  }: {
    locks?: UploadLocks | undefined
    /** Waits until the other tab lets go of it, or until this aborts. */
    wait?: AbortSignal | undefined
  } = {},
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
export async function unlockUpload({ id }: Claimed): Promise<void> {
  const letGo = await claimed.get(id)
  claimed.delete(id)
  letGo?.()
}
