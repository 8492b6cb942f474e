import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import { allowed } from '../request/allowed.ts'
import { hasStatus, isAbort } from '../request/response-error.ts'
import type { AtomicUploadRecord, Records } from '../resume/database.ts'

/**
 * State of an atomic upload. `gathering`: its branch receives files. `merged`: its merge is on the target, and was not
 * compared yet, or is wrong and could not be reverted.
 */
export type AtomicState = 'gathering' | 'committed' | 'conflict' | 'merged' | 'in-review' | 'kept' | 'landed'

/** Upload whose files reach the target together or not at all. */
export interface AtomicUpload {
  readonly id: string
  readonly repository: string
  /** Branch of the upload. */
  readonly branch: string
  /** Branch that it is merged into. */
  readonly target: string
  /**
   * Commit from which the branch was created. If it is unknown, the parent of the newest commit of the branch is used.
   */
  readonly base?: string
  /** Upload that the branch was created for, if it is known. */
  readonly given?: { readonly id: string; readonly since: number; readonly prefix: string }
  readonly state: AtomicState
  readonly hidden: boolean
}

type Remembered = Pick<Records, 'atomicUploads' | 'deleteAtomicUpload'>

/**
 * Returns the open uploads of earlier visits and other tabs. Deletes the records of those whose branch no longer
 * exists.
 */
export async function openUploads(
  lakefs: LakeFSClient,
  repository: string,
  records: Remembered,
  target?: string,
): Promise<AtomicUpload[]> {
  const uploads = (await records.atomicUploads()).filter(
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
      await records.deleteAtomicUpload(id)
    }
  }
  return found
}

/**
 * Adopts an open upload of an earlier visit for this target. Only one tab works on it: see {@link lockUpload}.
 * @returns `upload`, or as `elsewhere` one that another tab works on; neither if there is none.
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
    // The other tab may have merged it since it was found.
    if ((await records.atomicUploads()).some(({ id }) => id === upload.id)) return { upload }
    await unlockUpload(upload)
  }
  return elsewhere ? { elsewhere } : {}
}

/** Records an upload. Errors are ignored: without a record only a reload loses the upload. */
export async function rememberUpload(
  { clock, endpoint }: LakeFSClient,
  { id, repository, branch, target, base, given, state }: AtomicUpload,
  records: Pick<Records, 'putAtomicUpload'> | undefined,
): Promise<void> {
  const record: AtomicUploadRecord = { id, endpoint, repository, branch, target, state, touched: clock.now() }
  const more = { ...(base === undefined ? {} : { base }), ...(given ? { given } : {}) }
  await records?.putAtomicUpload({ ...record, ...more }).catch(() => {})
}

/** Deletes the record of an upload that has ended, and releases its lock for other tabs. */
export async function forgetUpload(
  upload: AtomicUpload,
  records: Pick<Records, 'deleteAtomicUpload'> | undefined,
): Promise<void> {
  try {
    await records?.deleteAtomicUpload(upload.id)
  } finally {
    await unlockUpload(upload)
  }
}

/** Web Locks that open uploads use. */
export interface UploadLocks {
  /**
   * Acquires a lock if it is free; with `wait` once it is free.
   * @returns a function that releases it; undefined when another tab has it.
   * @throws AbortError when `wait` is aborted.
   */
  take(name: string, wait?: AbortSignal): Promise<(() => void) | undefined>
}

/** Returns the Web Locks of the browser; undefined on plain http outside localhost. */
function tabLocks(): UploadLocks | undefined {
  const locks = allowed(() => navigator.locks)
  if (!locks) return undefined
  return {
    take: (name, wait) =>
      new Promise((resolve, reject) => {
        const hold = (lock: Lock | null) => {
          if (lock) return new Promise<void>((release) => resolve(release))
          resolve(undefined)
        }
        const ask = async () => await locks.request(name, wait ? { signal: wait } : { ifAvailable: true }, hold)
        ask().catch((thrown: unknown) => {
          // In a sandboxed frame the locks exist but every request fails. Then the upload counts as locked.
          if (isAbort(thrown)) reject(thrown)
          else resolve(() => {})
        })
      }),
  }
}

interface Lockable {
  id: string
}

/** Uploads that this page has locked, by id. Several widgets on a page share the lock. */
const heldLocks = new Map<string, Promise<(() => void) | undefined>>()

/**
 * Locks an open upload for this tab with a Web Lock, which the browser releases when the tab closes. Without Web Locks
 * every tab may have it.
 * @returns false when another tab has it.
 * @throws AbortError when `wait` is aborted.
 */
export async function lockUpload(
  { id }: Lockable,
  {
    locks = tabLocks(),
    wait,
  }: {
    locks?: UploadLocks | undefined
    /** Waits until the other tab releases it, or until this signal aborts. */
    wait?: AbortSignal | undefined
  } = {},
): Promise<boolean> {
  if (!locks) return true
  const name = `lakefs-uploader drop ${id}`
  if (wait && !(await heldLocks.get(id))) {
    const release = await locks.take(name, wait)
    heldLocks.set(id, Promise.resolve(release))
    return true
  }
  const taking = heldLocks.get(id) ?? locks.take(name)
  heldLocks.set(id, taking)
  const has = (await taking) !== undefined
  if (!has) heldLocks.delete(id)
  return has
}

/** Releases an upload for other tabs. */
export async function unlockUpload({ id }: Lockable): Promise<void> {
  const release = await heldLocks.get(id)
  heldLocks.delete(id)
  release?.()
}
