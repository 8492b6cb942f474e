import { compareBytes } from '../../file/compare-bytes.ts'
import { fullPath, type Job } from '../../file/job.ts'
import { claimKey } from '../../intake/paths.ts'
import { isForbidden } from '../../request/refusal-rules.ts'
import { absolute } from '../../store/storage.ts'
import type { TransferContext } from '../context.ts'
import type { Outcome } from '../transfer.ts'
import type { Tabs } from './tabs.ts'

/** Reason for a wait: another tab of this browser sends a file to the same path. */
export const OTHER_TAB = 'other-tab'

/**
 * Prevents two tabs of one browser from sending to the same path of a branch at the same time, or one after the other
 * without looking at the branch. Only files in progress hold a lock, so there are never many.
 */
export class PathLocks {
  readonly #tabs: Tabs | undefined
  readonly #endpoint: string
  #prefixOnce: string | undefined

  /** @param endpoint of the lakeFS server, because two servers may have branches of the same name. */
  constructor(tabs: Tabs | undefined, endpoint: string) {
    this.#tabs = tabs
    this.#endpoint = endpoint
  }

  /**
   * Runs the work while this tab holds the lock of the file's path. Resolves with {@link OTHER_TAB} at once, without
   * the work, when another tab holds it.
   */
  async hold(job: Job, work: () => Promise<Outcome>): Promise<Outcome | typeof OTHER_TAB> {
    if (!this.#tabs) return await work()
    const name = this.#nameOf(job)
    const release = await this.#tabs.claim(name)
    if (!release) {
      job.contested = true
      return OTHER_TAB
    }
    try {
      const outcome = await work()
      // Sent before the lock is released, so that the tab that takes it next knows.
      if (outcome.type === 'uploaded') this.#tabs.send(name)
      return outcome
    } finally {
      release()
    }
  }

  /**
   * Resolves when no other tab holds the lock of the file's path. Rejects with AbortError when the signal is aborted.
   */
  async freed(job: Job, signal: AbortSignal): Promise<void> {
    await this.#tabs?.freed(this.#nameOf(job), signal)
  }

  /**
   * Calls back with the claim key of each path to which another tab has uploaded. Returns a function that unsubscribes.
   */
  onLanded(callback: (key: string) => void): () => void {
    const tell = (name: string) => {
      if (name.startsWith(this.#prefix)) callback(name.slice(this.#prefix.length))
    }
    return this.#tabs?.onMessage(tell) ?? (() => {})
  }

  get #prefix(): string {
    this.#prefixOnce ??= `lakefs-uploader path ${absolute(this.#endpoint)}\n`
    return this.#prefixOnce
  }

  #nameOf(job: Job): string {
    return this.#prefix + claimKey(job.destination, fullPath(job))
  }
}

/** Returns the outcome `skip` when another tab has uploaded this very file; undefined when the policy decides. */
export async function skipIfUploadedByOtherTab(context: TransferContext): Promise<Outcome | undefined> {
  const { job } = context
  const { file, resumePoint, destination } = job
  // Once all bytes are stored only the link is left, which checks the path itself.
  if (!file || resumePoint.stored) return undefined
  const stat = () => context.lakefs.stat(destination, fullPath(job), context.signal)
  const existing = await context.api(stat).catch((thrown: unknown) => {
    if (isForbidden(thrown)) return undefined
    throw thrown
  })
  if (!existing) return undefined
  const same =
    (await compareBytes(file, existing, (body, signal) => context.md5(body, signal), context.signal)) === 'same'
  return same ? { type: 'skip', reason: 'identical', object: existing } : undefined
}
