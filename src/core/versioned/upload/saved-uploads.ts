import type { BranchRef } from '../../lakefs/wire.ts'
import type { ArrivalRecord, UploadRecord } from '../../resume/database.ts'
import { lockUpload, unlockUpload } from '../open-uploads.ts'
import type { SessionContext } from './session-context.ts'
import { newUpload, type SessionState } from './session-state.ts'
import type { Upload } from './upload.ts'

/**
 * Saves the uploads of a session that have uncommitted objects, so that a later visit commits or undoes them as its own.
 * An upload with its own branch is not among them: its branch is its record. Without IndexedDB nothing is saved, and an
 * error while saving only means that a reload loses the upload.
 */
export class SavedUploads {
  readonly #context: SessionContext
  /** Number of saved objects by the id of their upload. */
  readonly #saved = new Map<string, number>()
  #state: SessionState | undefined
  #saving: Promise<void> | undefined

  constructor(context: SessionContext) {
    this.#context = context
  }

  /** Saves what has changed. Changes during a write are saved together after it. */
  follow(state: SessionState): void {
    this.#state = state
    if (this.#saving || this.#context.options.persist === false || !this.#isBehind(state)) return
    this.#saving = this.#save().finally(() => {
      this.#saving = undefined
      if (this.#state && this.#state !== state) this.follow(this.#state)
    })
  }

  /** Adopts the uploads to this branch that an earlier visit has saved and no other tab works on. */
  async restore({ repository, branch }: BranchRef): Promise<void> {
    if (this.#context.options.persist === false) return
    const { endpoint } = await this.#context.client()
    const { locks } = this.#context
    const isKnown = (id: string) => this.#context.getState().uploads.some((one) => one.id === id)
    await this.#context.withRecords(async (records) => {
      for (const record of (await records?.uploads()) ?? []) {
        const isHere = record.endpoint === endpoint && record.repository === repository && record.branch === branch
        if (!isHere || isKnown(record.id) || !(await lockUpload(record, { locks }))) continue
        // The other tab may have committed it since.
        const arrivals = (await records?.arrivals(record.id)) ?? []
        if (arrivals.length === 0 || isKnown(record.id)) continue
        this.#saved.set(record.id, arrivals.length)
        this.#context.dispatch({ type: 'restored', upload: restored(record, arrivals) })
      }
    })
  }

  #isBehind(state: SessionState): boolean {
    return state.uploads.some((one) => this.#missing(one) > 0 || this.#isDone(one))
  }

  /** Number of objects of an upload that are still to be saved. */
  #missing(upload: Upload): number {
    if (upload.atomic || isSettled(upload)) return 0
    return upload.landed.length - (this.#saved.get(upload.id) ?? 0)
  }

  /** True for a saved upload without uncommitted objects. */
  #isDone(upload: Upload): boolean {
    return this.#saved.has(upload.id) && isSettled(upload)
  }

  async #save(): Promise<void> {
    const { uploads } = this.#context.getState()
    const { locks } = this.#context
    try {
      const { endpoint, clock } = await this.#context.client()
      await this.#context.withRecords(async (records) => {
        for (const upload of uploads) {
          const { id, destination, since, files, bytes, landed } = upload
          const from = this.#saved.get(id)
          if (this.#isDone(upload)) {
            this.#saved.delete(id)
            await records?.deleteUpload(id)
            await unlockUpload(upload)
          } else if (this.#missing(upload) > 0) {
            this.#saved.set(id, landed.length)
            if (from === undefined) await lockUpload(upload, { locks })
            const { repository, branch, prefix } = destination
            const record = { id, endpoint, repository, branch, prefix, since, files, bytes, touched: clock.now() }
            const added = landed.slice(from ?? 0).map((object, at) => ({ upload: id, index: (from ?? 0) + at, object }))
            await records?.putUpload(record, added)
          }
        }
      })
    } catch {
      // A full disk, or a private window: the upload goes on, and a reload loses it.
    }
  }
}

/** True when all objects of the upload are committed or undone. */
const isSettled = ({ landed, settled }: Upload): boolean => settled >= landed.length

function restored(record: UploadRecord, arrivals: readonly ArrivalRecord[]): Upload {
  const { id, repository, branch, prefix, since, files, bytes } = record
  return newUpload(id, { repository, branch, prefix }, since, {
    files,
    bytes,
    landed: arrivals.map(({ object }) => object),
    stage: { type: 'open' },
  })
}
