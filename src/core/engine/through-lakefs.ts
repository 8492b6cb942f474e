import { allows } from '../file/actions.ts'
import type { Job } from '../file/job.ts'
import { isStoppedByStore } from '../file/stopped-by-store.ts'
import type { TransferManager } from '../transfer/transfer-manager.ts'
import type { FileStore } from './file-store.ts'
import type { FileLifecycle } from './lifecycle.ts'
import { isSentAgain } from './retries.ts'
import type { Scheduler } from './scheduler.ts'

/** Moves files that their store stops to the way through lakeFS, at the wish of the user. */
export class ThroughLakeFS {
  readonly #fileStore: FileStore
  readonly #transfers: TransferManager
  readonly #lifecycle: FileLifecycle
  readonly #scheduler: Scheduler

  constructor(fileStore: FileStore, transfers: TransferManager, lifecycle: FileLifecycle, scheduler: Scheduler) {
    this.#fileStore = fileStore
    this.#transfers = transfers
    this.#lifecycle = lifecycle
    this.#scheduler = scheduler
  }

  /** Returns whether the way through lakeFS would help a file, and is not the one that it takes anyway. */
  helps(job: Job): boolean {
    return isStoppedByStore(job.state) && this.#transfers.hasDirectWay(job.destination.repository)
  }

  /**
   * Sends the files of a repository through lakeFS from now on. Those that their store stops start again; those that
   * are being sent follow when the store refuses them.
   */
  take(id: string | undefined): void {
    const helped = this.#fileStore.select(id).filter((job) => this.helps(job))
    const repositories = new Set(helped.map(({ destination }) => destination.repository))
    for (const repository of repositories) this.#transfers.takeLakeFSWay(repository)
    for (const job of this.#fileStore.all()) {
      if (!repositories.has(job.destination.repository) || !isStoppedByStore(job.state)) continue
      if (job.state.status === 'waiting') this.#scheduler.stop(job, 'resume')
      else if (allows(job.state, 'retry') && isSentAgain(job, true) && this.#fileStore.claim(job)) {
        this.#lifecycle.sendAnew(job)
      }
    }
    this.#scheduler.start()
  }
}
