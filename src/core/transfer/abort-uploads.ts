import { Alarm, type Clock } from '../request/clock.ts'
import { ConcurrencyLimiter } from '../request/limiter.ts'
import type { Log } from '../request/log.ts'
import { isAbort } from '../request/response-error.ts'

/**
 * Ms before each further abort of one upload, counted from the answer to the abort before it: six aborts within some
 * eight minutes. Stores that say yes to every abort, whether there is an upload or not, get no more than these.
 */
export const ABORT_DISTANCES_MS: readonly number[] = [5_000, 15_000, 45_000, 120_000, 300_000]
/**
 * Ms after an upload was given up from which the store's "there is none" is believed: until then a part that something
 * on the line still held may arrive and bring it back.
 */
export const PARTS_STILL_COME_MS = 20_000
/** Aborts under way at once, so that they leave the limiter of lakeFS to the files. */
const AT_ONCE = 2

/** An upload in parts that nobody goes on with. */
export interface GivenUp {
  /** Of the file, for the log. */
  readonly path: string
  /** Ms since 1970 when it was given up; every part request of this page had ended by then. */
  readonly since: number
  /** Asks the store once to abort it. True: the store has none of that name. Rejects with the refusal that is left. */
  readonly abort: () => Promise<boolean>
  /** Told once when no visit need try again. */
  readonly done: (() => void) | undefined
}

interface Chase {
  readonly upload: GivenUp
  /** Aborts that have been answered, or refused. */
  tries: number
  running: boolean
}

/**
 * Aborts uploads in parts until the store confirms that there is none. One abort is not enough: a part that was under
 * way when the store took it may still succeed, and on many stores brings the upload back with it
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html). Nothing waits for it.
 */
export class MultipartAborts {
  readonly #clock: Clock
  readonly #log: Log
  readonly #limiter: ConcurrencyLimiter
  readonly #open = new Set<Chase>()
  readonly #life = new AbortController()
  #waits = new AbortController()

  constructor(clock: Clock, log: Log) {
    this.#clock = clock
    this.#log = log
    this.#limiter = new ConcurrencyLimiter(clock, AT_ONCE)
  }

  /** Aborts it now, and unless at rest again until it is gone. */
  abort(upload: GivenUp): void {
    const chase = { upload, tries: 0, running: false }
    this.#open.add(chase)
    void this.#run(chase)
  }

  /** Waits for no further abort until {@link resume}; what is under way comes to its end. */
  pause(): void {
    this.#waits.abort()
  }

  /** Goes on with what {@link pause} has left. */
  resume(): void {
    if (this.#waits.signal.aborted) this.#waits = new AbortController()
    for (const chase of this.#open) if (!chase.running) void this.#run(chase)
  }

  async #run(chase: Chase): Promise<void> {
    chase.running = true
    try {
      await this.#pursue(chase)
      this.#open.delete(chase)
    } catch (thrown) {
      // At rest: the record stays for a later visit, and the upload for `go`.
      if (!isAbort(thrown)) this.#note(chase.upload, String(thrown))
    } finally {
      chase.running = false
    }
  }

  async #pursue(chase: Chase): Promise<void> {
    const { upload } = chase
    const quietFrom = upload.since + PARTS_STILL_COME_MS
    for (;;) {
      const distance = ABORT_DISTANCES_MS[chase.tries - 1] ?? 0
      if (chase.tries > 0) await new Alarm().sleep(distance, this.#clock, this.#waits.signal)
      const { gone, refused } = await this.#abort(upload)
      chase.tries += 1
      if (gone && this.#clock.now() >= quietFrom) break
      if (chase.tries <= ABORT_DISTANCES_MS.length) continue
      this.#note(upload, refused ?? 'the store takes every abort')
      // What was refused to the end may be granted to a later visit.
      if (refused !== undefined) return
      break
    }
    upload.done?.()
  }

  async #abort({ path, abort }: GivenUp): Promise<{ gone: boolean; refused?: string }> {
    try {
      return { gone: await this.#limiter.run(path, this.#life.signal, abort) }
    } catch (thrown) {
      return { gone: false, refused: String(thrown) }
    }
  }

  /** Stores are set to sweep what is left even then. */
  #note({ path }: GivenUp, detail: string): void {
    this.#log.add({ what: 'a multipart upload may stay open', path, detail })
  }
}
