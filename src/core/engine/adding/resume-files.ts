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

/** Ms that adding files waits for the records of earlier visits. */
const LONGEST_RECALL = 1000

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

  /** @param pump is called when there are files that may start. */
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

  /** Looks anew, and returns what is unfinished in the repository. */
  async find(repository: string): Promise<Unfinished | undefined> {
    await this.recall(repository, true)
    return this.#unfinished.unfinished
  }

  /** Finds what earlier visits have done of files that are added now. */
  match(picked: readonly PickedFile[], destination: Destination): Promise<Map<PickedFile, ResumeMatch>> {
    return this.#unfinished.match(picked, destination)
  }

  /** Joins the unfinished files. @param automatic where to, if only those are meant that need no user. */
  async resume(addition: Addition, automatic?: Destination): Promise<Added> {
    const ids: string[] = []
    const superseded: ResumeMatch[] = []
    for (const found of await this.#unfinished.resume(addition.signal, automatic)) {
      const id = this.#joiner.joinUnfinished(found, addition)
      if (id === undefined) superseded.push(found.match)
      else ids.push(id)
    }
    this.#pump()
    this.#takeBack(superseded)
    await this.#resumeStore.delete(superseded.map(({ record }) => record))
    return { ids, rejections: NO_REJECTIONS }
  }

  /** Gives the unfinished files up, here and at the store. */
  async discard(): Promise<void> {
    this.#takeBack(await this.#unfinished.discard())
  }

  /**
   * Reads what earlier visits have left, at most once unless `again`. Resolves after a second at the latest, and never
   * rejects: no upload waits longer for it, or fails by it.
   */
  async recall(repository: string, again = false, signal?: AbortSignal): Promise<void> {
    const lookAgain = () => void this.recall(repository, true)
    const found = this.#unfinished.find(repository, again, lookAgain).catch((thrown: unknown) => {
      this.#unread(thrown)
    })
    void found.then(() => this.#tidy())
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(LONGEST_RECALL, resolve)
      const done = () => {
        cancel()
        resolve()
      }
      void found.then(done)
      signal?.addEventListener('abort', done, { once: true })
    })
  }

  /** Gives up at the store what a visit before had no time to give up. */
  async #tidy(): Promise<void> {
    try {
      for (const { record, multipart, forget } of await this.#unfinished.abandoned()) {
        // The record stays until it is gone, as old as it is: a store that never says so is asked for a day at most.
        const done = () => void forget().catch((thrown: unknown) => this.#unread(thrown))
        this.#transfers.abortUpload(jobWithoutFile(record), multipart, { since: record.touched, done })
      }
    } catch (thrown) {
      this.#unread(thrown)
    }
  }

  #unread(thrown: unknown): void {
    this.#log.add({ what: 'records cannot be read', detail: String(thrown) })
  }

  #takeBack(matches: readonly ResumeMatch[]): void {
    for (const { record, resumePoint, spent } of matches) {
      this.#lifecycle.abortUpload(jobWithoutFile(record, spent ? { multipart: spent } : resumePoint))
    }
  }
}
