import { compareBytes } from '../file/compare-bytes.ts'
import { fullPath, type Job } from '../file/job.ts'
import { claimKey } from '../intake/paths.ts'
import { isForbidden } from '../request/response-error.ts'
import { absolute } from '../store/storage.ts'
import type { TransferContext } from './context.ts'
import type { Tabs } from './tabs.ts'
import type { Outcome } from './transfer.ts'

/** Another tab of this browser is sending a file to the same path. */
export const OTHER_TAB = 'other-tab'

/**
 * Sees to it that two tabs of one browser do not send the same path of a branch at the same time, nor one after the
 * other without a look at what the first has left there. Only files under way hold a lock, so there are never many.
 */
export class PathLocks {
  readonly #tabs: Tabs | undefined
  readonly #endpoint: string
  #known: string | undefined

  /** @param endpoint of the lakeFS: two of them may have branches of one name. */
  constructor(tabs: Tabs | undefined, endpoint: string) {
    this.#tabs = tabs
    this.#endpoint = endpoint
  }

  /** Runs the work with the file's path in this tab's hands; {@link OTHER_TAB} at once where another one has it. */
  async hold(job: Job, work: () => Promise<Outcome>): Promise<Outcome | typeof OTHER_TAB> {
    if (!this.#tabs) return await work()
    const name = this.#nameOf(job)
    const letGo = await this.#tabs.claim(name)
    if (!letGo) {
      job.contested = true
      return OTHER_TAB
    }
    try {
      const outcome = await work()
      // Before the lock falls: who takes it next has to know.
      if (outcome.type === 'uploaded') this.#tabs.tell(name)
      return outcome
    } finally {
      letGo()
    }
  }

  /** Resolves once no other tab has the file's path. Rejects with AbortError at the signal. */
  async freed(job: Job, signal: AbortSignal): Promise<void> {
    await this.#tabs?.freed(this.#nameOf(job), signal)
  }

  /** Calls back with the claim key of each path that another tab has put something at; returns the way to stop. */
  onLanded(callback: (key: string) => void): () => void {
    const tell = (name: string) => {
      if (name.startsWith(this.#prefix)) callback(name.slice(this.#prefix.length))
    }
    return this.#tabs?.onTold(tell) ?? (() => {})
  }

  get #prefix(): string {
    this.#known ??= `lakefs-uploader path ${absolute(this.#endpoint)}\n`
    return this.#known
  }

  #nameOf(job: Job): string {
    return this.#prefix + claimKey(job.destination, fullPath(job))
  }
}

/**
 * What another tab has left at the path, where it is this very file: then nothing is left to do, whatever the policy.
 * Undefined where the policy decides.
 */
export async function leftByOther(context: TransferContext): Promise<Outcome | undefined> {
  const { job } = context
  const { file, resumePoint, destination } = job
  // With every byte stored only the link is left, and that one finds out by itself.
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
