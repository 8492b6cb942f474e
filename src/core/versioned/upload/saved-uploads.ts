import { listingOf, ObjectLookup } from '../../lakefs/object-lookup.ts'
import type { LakeFSClient } from '../../lakefs/retrying-client.ts'
import { type BranchRef, isSameAddress } from '../../lakefs/wire.ts'
import { hasStatus } from '../../request/response-error.ts'
import type { ArrivalRecord, Records, UploadRecord } from '../../resume/database.ts'
import { uncommittedOn } from '../diff.ts'
import { lockUpload, unlockUpload } from '../open-uploads.ts'
import type { LandedObject } from '../receipt.ts'
import type { SessionContext } from './session-context.ts'
import { newUpload, type SessionState } from './session-state.ts'
import type { Upload } from './upload.ts'

/** Sessions of this page by the id of the upload that each saves. Web Locks only keep other tabs out. */
const OWNERS = new Map<string, SavedUploads>()

/** What the database has of an upload. */
interface Saved {
  /** Range of the objects of {@link Upload.landed} that are saved. */
  from: number
  to: number
  /** Key of the object at `to`. */
  nextIndex: number
}

/**
 * Saves the uploads of a session that have uncommitted objects, so that a later visit commits or undoes them as its own.
 * An upload with its own branch is not among them: its branch is its record. Without IndexedDB nothing is saved, and an
 * error while saving only means that a reload loses the upload.
 */
export class SavedUploads {
  readonly #context: SessionContext
  readonly #saved = new Map<string, Saved>()
  #state: SessionState | undefined
  #saving: Promise<void> | undefined

  constructor(context: SessionContext) {
    this.#context = context
  }

  /** Saves what has changed. Changes during a write are saved together after it. */
  follow(state: SessionState): void {
    this.#state = state
    if (this.#saving || !this.#isOn || !state.uploads.some((one) => this.#isBehind(one))) return
    this.#saving = this.#save(state).finally(() => {
      this.#saving = undefined
      if (this.#state && this.#state !== state) this.follow(this.#state)
    })
  }

  /**
   * Adopts the uploads to this branch that an earlier visit has saved, with those of their objects that are still
   * uncommitted on the branch. Calls GET …/diff and lists the branch where there is such an upload.
   * @param signal waits for uploads that another tab works on, until it is aborted. Default: they are left to that tab.
   */
  async restore(at: BranchRef, signal?: AbortSignal): Promise<void> {
    const lakefs = await this.#context.client()
    if (!this.#isOn) return
    const isHere = ({ endpoint, repository, branch }: UploadRecord) =>
      endpoint === lakefs.endpoint && repository === at.repository && branch === at.branch
    const records = await this.#context.withRecords(async (open) => (await open?.uploads()) ?? [])
    const locked: UploadRecord[] = []
    for (const record of records.filter(isHere).sort((a, b) => a.since - b.since)) {
      if (!(await this.#adopt(record, lakefs))) locked.push(record)
    }
    for (const record of signal ? locked : []) await this.#adopt(record, lakefs, signal)
  }

  /** Leaves the uploads to other sessions and tabs; the records stay. */
  release(): void {
    for (const id of this.#saved.keys()) void this.#leave(id)
    this.#saved.clear()
  }

  get #isOn(): boolean {
    return this.#context.uploader?.persists ?? false
  }

  #isBehind(upload: Upload): boolean {
    const saved = this.#saved.get(upload.id)
    if (upload.atomic) return false
    if (isSettled(upload)) return saved !== undefined
    return !saved || saved.to < upload.landed.length || saved.from < upload.settled
  }

  async #save({ uploads }: SessionState): Promise<void> {
    try {
      const { endpoint, clock } = await this.#context.client()
      await this.#context.withRecords(async (records) => {
        if (!records || !this.#isOn) return
        for (const upload of uploads.filter((one) => this.#isBehind(one))) {
          const saved = isSettled(upload)
            ? this.#delete(upload, records)
            : this.#write(upload, endpoint, clock.now(), records)
          // A full disk, for example: the objects are tried again with the next ones.
          await saved.catch(() => {})
        }
      })
    } catch {
      // The engine cannot be loaded, or another tab has closed the database: only a reload loses the upload.
    }
  }

  async #write(upload: Upload, endpoint: string, now: number, records: Records): Promise<void> {
    const { id, destination, since, files, bytes, landed, settled } = upload
    const { repository, branch, prefix } = destination
    const before = this.#saved.get(id)
    if (!before && !(await this.#take(id))) return
    // Committed or undone objects are no longer part of it: what was saved of them is replaced.
    const replaces = !before || before.from < settled
    const firstIndex = replaces ? 0 : before.nextIndex
    const arrivals = recordsOf(id, landed.slice(replaces ? settled : before.to), firstIndex)
    const record = { id, endpoint, repository, branch, prefix, since, files, bytes, touched: now }
    await records.putUpload(record, arrivals, replaces)
    const from = replaces ? settled : before.from
    this.#saved.set(id, { from, to: landed.length, nextIndex: firstIndex + arrivals.length })
  }

  async #delete({ id }: Pick<Upload, 'id'>, records: Records): Promise<void> {
    await records.deleteUpload(id)
    this.#saved.delete(id)
    await this.#leave(id)
  }

  /** Returns false when another tab works on the upload. */
  async #adopt(record: UploadRecord, lakefs: LakeFSClient, wait?: AbortSignal): Promise<boolean> {
    const { id, repository, branch } = record
    if (this.#isKnown(id) || OWNERS.has(id)) return true
    if (!(await this.#take(id, wait))) return false
    try {
      // The other tab may have committed or deleted it since.
      const arrivals = await this.#context.withRecords(async (records) => (await records?.arrivals(id)) ?? [])
      const objects = await stillUncommitted(lakefs, { repository, branch }, record.prefix, arrivals)
      await this.#context.withRecords(async (records) => {
        if (!records) return
        if (objects.length === 0) return await this.#delete(record, records)
        await records.putUpload({ ...record, touched: lakefs.clock.now() }, recordsOf(id, objects, 0), true)
        this.#saved.set(id, { from: 0, to: objects.length, nextIndex: objects.length })
      })
      if (objects.length > 0) this.#context.dispatch({ type: 'restored', upload: restored(record, objects) })
      // Closed meanwhile.
      if (!this.#isOn) this.release()
    } catch (thrown) {
      this.#saved.delete(id)
      await this.#leave(id)
      throw thrown
    }
    return true
  }

  #isKnown(id: string): boolean {
    return this.#context.getState().uploads.some((one) => one.id === id)
  }

  async #take(id: string, wait?: AbortSignal): Promise<boolean> {
    const owner = OWNERS.get(id)
    if (owner) return owner === this
    OWNERS.set(id, this)
    const has = await lockUpload({ id }, { locks: this.#context.locks, wait }).catch(() => false)
    if (!has) OWNERS.delete(id)
    return has
  }

  async #leave(id: string): Promise<void> {
    if (OWNERS.get(id) !== this) return
    OWNERS.delete(id)
    await unlockUpload({ id })
  }
}

/** True when all objects of the upload are committed or undone. */
const isSettled = ({ landed, settled }: Upload): boolean => settled >= landed.length

/**
 * Returns those objects that are among the uncommitted changes of the branch, as they were uploaded: meanwhile another
 * user may have committed, replaced or removed them.
 */
async function stillUncommitted(
  lakefs: LakeFSClient,
  at: BranchRef,
  prefix: string,
  arrivals: readonly ArrivalRecord[],
): Promise<LandedObject[]> {
  if (arrivals.length === 0) return []
  try {
    const { changes, more } = await uncommittedOn(lakefs, at)
    const pending = new Set(changes.flatMap(({ path, type }) => (type === 'removed' ? [] : path)))
    const candidates = arrivals.flatMap(({ object }) => (more || pending.has(object.path) ? object : []))
    const lookup = new ObjectLookup(listingOf(lakefs, at, prefix, new AbortController().signal))
    for (const { path } of candidates) lookup.prefetch(path)
    const addresses = new Map<string, string | undefined>()
    for (const { path } of candidates)
      if (!addresses.has(path)) addresses.set(path, (await lookup.get(path))?.physical_address)
    return candidates.filter(({ path, physical_address }) => isSameAddress(physical_address, addresses.get(path) ?? ''))
  } catch (thrown) {
    // The branch was deleted, and everything uncommitted on it.
    if (hasStatus(thrown, 404)) return []
    throw thrown
  }
}

function recordsOf(upload: string, objects: readonly LandedObject[], firstIndex: number): ArrivalRecord[] {
  return objects.map((object, at) => ({ upload, index: firstIndex + at, object }))
}

function restored(record: UploadRecord, landed: readonly LandedObject[]): Upload {
  const { id, repository, branch, prefix, since, files, bytes } = record
  return newUpload(id, { repository, branch, prefix }, since, { files, bytes, landed, stage: { type: 'open' } })
}
