import type { PickedFile } from '../../intake/collect.ts'
import { NO_REJECTIONS } from '../../intake/input.ts'
import type { Destination } from '../../lakefs/wire.ts'
import type { Clock } from '../../request/clock.ts'
import type { Log } from '../../request/log.ts'
import type { ResumeStore } from '../../resume/resume-store.ts'
import type { ResumeMatch, UnfinishedUploads } from '../../resume/unfinished.ts'
import type { Unfinished } from '../../snapshot.ts'
import type { TransferManager } from '../../transfer/transfer-manager.ts'
import type { Added } from '../../uploader.ts'
import type { FileLifecycle } from '../lifecycle.ts'
import type { Addition } from './addition.ts'
import { type FileJoiner, jobWithoutFile } from './join-files.ts'

/** Maximum ms for which adding files waits for the records of earlier visits. */
const MAX_RECALL_MS = 1000

/** Finds the unfinished files of earlier visits, and resumes or discards them. */
export class FileResumer {
  readonly #clock: Clock
  readonly #log: Log
  readonly #unfinished: UnfinishedUploads
  readonly #resumeStore: ResumeStore
  readonly #transfers: TransferManager
  readonly #lifecycle: FileLifecycle
  readonly #joiner: FileJoiner
  readonly #pump: () => void

  /** @param pump is called when files may start. */
  constructor(
    { clock, log }: { clock: Clock; log: Log },
    unfinished: UnfinishedUploads,
    resumeStore: ResumeStore,
    transfers: TransferManager,
    lifecycle: FileLifecycle,
    joiner: FileJoiner,
    pump: () => void,
  ) {
    this.#clock = clock
    this.#log = log
    this.#unfinished = unfinished
    this.#resumeStore = resumeStore
    this.#transfers = transfers
    this.#lifecycle = lifecycle
    this.#joiner = joiner
    this.#pump = pump
  }

  /** Reads the records again and returns the unfinished files of the repository. */
  async find(repository: string): Promise<Unfinished | undefined> {
    await this.recall(repository, true)
    return this.#unfinished.unfinished
  }

  /** Finds the records of earlier visits for files that are added now. */
  match(picked: readonly PickedFile[], destination: Destination): Promise<Map<PickedFile, ResumeMatch>> {
    return this.#unfinished.match(picked, destination)
  }

  /** Adds the unfinished files to the list. @param automatic with a destination, only its files that need no user. */
  async resume(addition: Addition, automatic?: Destination): Promise<Added> {
    const ids: string[] = []
    const superseded: ResumeMatch[] = []
    for (const found of await this.#unfinished.resume(addition.signal, automatic)) {
      const id = this.#joiner.joinUnfinished(found, addition)
      if (id === undefined) superseded.push(found.match)
      else ids.push(id)
    }
    this.#pump()
    this.#abortUploads(superseded)
    await this.#resumeStore.delete(superseded.map(({ record }) => record))
    return { ids, rejections: NO_REJECTIONS }
  }

  /** Discards the unfinished files, their records and their stored bytes. */
  async discard(): Promise<void> {
    this.#abortUploads(await this.#unfinished.discard())
  }

  /**
   * Reads the records of earlier visits, once unless `again` is true. Resolves after at most a second and never
   * rejects, so that no upload waits longer or fails because of the records.
   */
  async recall(repository: string, again = false, signal?: AbortSignal): Promise<void> {
    const lookAgain = () => void this.recall(repository, true)
    const found = this.#unfinished.find(repository, again, lookAgain).catch((thrown: unknown) => {
      this.#logUnreadable(thrown)
    })
    void found.then(() => this.#abortAbandoned())
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(MAX_RECALL_MS, resolve)
      const done = () => {
        cancel()
        resolve()
      }
      void found.then(done)
      signal?.addEventListener('abort', done, { once: true })
    })
  }

  /** Aborts multipart uploads that an earlier visit abandoned and did not finish aborting. */
  async #abortAbandoned(): Promise<void> {
    try {
      for (const { record, multipart, forget } of await this.#unfinished.abandoned()) {
        // The record keeps its age and stays until the upload is gone, so a store that never confirms it is asked for
        // at most a day.
        const done = () => void forget().catch((thrown: unknown) => this.#logUnreadable(thrown))
        this.#transfers.abortUpload(jobWithoutFile(record), multipart, { since: record.touched, done })
      }
    } catch (thrown) {
      this.#logUnreadable(thrown)
    }
  }

  #logUnreadable(thrown: unknown): void {
    this.#log.add({ what: 'records cannot be read', detail: String(thrown) })
  }

  #abortUploads(matches: readonly ResumeMatch[]): void {
    for (const { record, resumePoint, spent } of matches) {
      this.#lifecycle.abortUpload(jobWithoutFile(record, spent ? { multipart: spent } : resumePoint))
    }
  }
}
