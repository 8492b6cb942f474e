import type { Job } from '../../file/job.ts'
import type { Standstill } from '../../file/standstill.ts'
import type { Destination } from '../../lakefs/wire.ts'
import { type Clock, uniqueName } from '../../request/clock.ts'
import type { UploadSnapshot } from '../../snapshot.ts'
import type { FilesOfUpload } from '../../uploader.ts'
import type { Share } from '../status-counter.ts'
import { UploadEntry } from './upload-entry.ts'

/** Facts of an upload that other parts of the engine know. */
export interface OutsideFacts {
  branchCheck: (upload: string) => UploadSnapshot['branchCheck']
  adding: (upload: string) => UploadSnapshot['adding']
}

/**
 * Uploads of one uploader: the files that were added together for one destination, and those that joined them while
 * they ran. An upload keeps its counts when its rows are removed from the list, until it is dismissed.
 */
export class Uploads {
  readonly #clock: Clock
  readonly #standstill: () => Standstill
  readonly #entries = new Map<string, UploadEntry>()
  #created = 0

  /** @param standstill returns for how long no file of the uploader has moved. */
  constructor(clock: Clock, standstill: () => Standstill) {
    this.#clock = clock
    this.#standstill = standstill
  }

  /** Returns an id for the next upload, unique over all tabs and visits, because it is a key of the database. */
  newId({ repository, branch }: Destination): string {
    this.#created += 1
    return `${repository}/${branch} ${uniqueName(this.#clock)} ${this.#created}`
  }

  /** Returns the upload to this destination that files join while it runs. */
  running(destination: Destination): string | undefined {
    const open = [...this.#entries.values()].findLast((one) => one.isOpen && isSame(one.destination, destination))
    return open?.id
  }

  /** Returns an upload of an earlier visit to this destination, or the id for a new one, for files that name none. */
  forResumed(destination: Destination): string {
    const entries = [...this.#entries.values()]
    return entries.findLast((one) => isSame(one.destination, destination))?.id ?? this.newId(destination)
  }

  /** Adds a file. @param share its contribution to the totals. */
  add(job: Job, share: Share): void {
    const { upload, destination } = job
    if (upload === undefined) return
    let entry = this.#entries.get(upload)
    if (!entry) {
      entry = new UploadEntry(upload, this.#clock.now(), destination)
      this.#entries.set(upload, entry)
    }
    entry.add(job, share, this.#clock.now())
  }

  /** Removes a file from its list. */
  remove(job: Job, share: Share): void {
    const entry = this.#entryOf(job)
    entry?.remove(job, share, this.#clock.now())
    // Files that are gone before they got anywhere leave nothing to show.
    if (entry?.isEmpty) this.#entries.delete(entry.id)
  }

  change(job: Job, before: Share, after: Share): void {
    this.#entryOf(job)?.change(before, after, this.#clock.now())
  }

  /** Forgets an upload whose files are off the list. */
  dismiss(upload: string): void {
    this.#entries.delete(upload)
  }

  /** Returns the uploads in the order in which they began. */
  snapshots({ branchCheck, adding }: OutsideFacts): readonly UploadSnapshot[] {
    const now = this.#clock.now()
    const standstill = this.#standstill()
    return [...this.#entries.values()].map((entry) =>
      entry.snapshot(now, { branchCheck: branchCheck(entry.id), adding: adding(entry.id) }, standstill),
    )
  }

  /** Publishes the current figures of all uploads with the next snapshot. */
  refresh(): void {
    for (const entry of this.#entries.values()) entry.refresh()
  }

  #entryOf({ upload }: Job): UploadEntry | undefined {
    return upload === undefined ? undefined : this.#entries.get(upload)
  }
}

const isSame = (a: Destination, b: Destination): boolean =>
  a.repository === b.repository && a.branch === b.branch && a.prefix === b.prefix

/** Returns whether a call for these files applies to those that are still being added, too. */
export const includesAdding = (files: string | FilesOfUpload | undefined): files is FilesOfUpload | undefined =>
  typeof files !== 'string' && files?.status === undefined
