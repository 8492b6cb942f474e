import { Alarm, type Clock } from '../request/clock.ts'
import { ConcurrencyLimiter } from '../request/limiter.ts'
import type { Log } from '../request/log.ts'
import { isAbort } from '../request/response-error.ts'

/**
 * Ms before each further abort of one upload, counted from the answer to the previous abort: six aborts within about
 * eight minutes. A store that accepts every abort, whether the upload exists or not, gets no more than these.
 */
export const ABORT_DELAYS_MS: readonly number[] = [5_000, 15_000, 45_000, 120_000, 300_000]
/**
 * Ms after an upload was abandoned during which "no such upload" is not believed: a part that is still on its way may
 * arrive and bring the upload back.
 */
export const LATE_PARTS_MS = 20_000
/** Maximum number of concurrent aborts, so that they leave the limits of lakeFS to the files. */
const MAX_CONCURRENT_ABORTS = 2

/** Multipart upload that is not continued. */
export interface AbandonedUpload {
  /** Full path of the file, for the log. */
  readonly path: string
  /** Ms since 1970 when it was abandoned; all its part requests had ended by then. */
  readonly since: number
  /**
   * Asks the store once to abort it. Resolves with true when the store has no such upload. Rejects with the last
   * refusal.
   */
  readonly abort: () => Promise<boolean>
  /** Called once, when no visit need abort it again. */
  readonly done: (() => void) | undefined
}

interface AbortTask {
  readonly upload: AbandonedUpload
  /** Number of aborts that were answered or refused. */
  tries: number
  running: boolean
}

/**
 * Aborts multipart uploads until the store confirms that they are gone. One abort is not enough: a part that was on its
 * way may still succeed, and on many stores brings the upload back
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html). No file waits for an abort.
 */
export class MultipartAborts {
  readonly #clock: Clock
  readonly #log: Log
  readonly #limiter: ConcurrencyLimiter
  readonly #open = new Set<AbortTask>()
  readonly #lifetime = new AbortController()
  #waits = new AbortController()

  constructor(clock: Clock, log: Log) {
    this.#clock = clock
    this.#log = log
    this.#limiter = new ConcurrencyLimiter(clock, MAX_CONCURRENT_ABORTS)
  }

  /** Aborts an upload now and, unless {@link pause} was called, again until it is gone. */
  abort(upload: AbandonedUpload): void {
    const chase = { upload, tries: 0, running: false }
    this.#open.add(chase)
    void this.#run(chase)
  }

  /** Starts no further abort until {@link resume}; running ones finish. */
  pause(): void {
    this.#waits.abort()
  }

  /** Continues the aborts that {@link pause} has interrupted. */
  resume(): void {
    if (this.#waits.signal.aborted) this.#waits = new AbortController()
    for (const chase of this.#open) if (!chase.running) void this.#run(chase)
  }

  async #run(chase: AbortTask): Promise<void> {
    chase.running = true
    try {
      await this.#abortUntilGone(chase)
      this.#open.delete(chase)
    } catch (thrown) {
      // Paused: the record stays for a later visit, and the upload for `resume`.
      if (!isAbort(thrown)) this.#note(chase.upload, String(thrown))
    } finally {
      chase.running = false
    }
  }

  async #abortUntilGone(chase: AbortTask): Promise<void> {
    const { upload } = chase
    const quietFrom = upload.since + LATE_PARTS_MS
    for (;;) {
      const distance = ABORT_DELAYS_MS[chase.tries - 1] ?? 0
      if (chase.tries > 0) await new Alarm().sleep(distance, this.#clock, this.#waits.signal)
      const { gone, refused } = await this.#abort(upload)
      chase.tries += 1
      if (gone && this.#clock.now() >= quietFrom) break
      if (chase.tries <= ABORT_DELAYS_MS.length) continue
      this.#note(upload, refused ?? 'the store takes every abort')
      // An abort that was always refused may succeed in a later visit, so its record stays.
      if (refused !== undefined) return
      break
    }
    upload.done?.()
  }

  async #abort({ path, abort }: AbandonedUpload): Promise<{ gone: boolean; refused?: string }> {
    try {
      return { gone: await this.#limiter.run(path, this.#lifetime.signal, abort) }
    } catch (thrown) {
      return { gone: false, refused: String(thrown) }
    }
  }

  /** Logs an upload that may stay. Stores usually have a rule that deletes old multipart uploads. */
  #note({ path }: AbandonedUpload, detail: string): void {
    this.#log.add({ what: 'a multipart upload may stay open', path, detail })
  }
}
