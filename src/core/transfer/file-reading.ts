import { isUploadError } from '../errors.ts'
import { fullPath, type Job } from '../file/job.ts'
import { checkUnchanged } from '../intake/collect.ts'
import type { Clock } from '../request/clock.ts'
import { linkedAbort } from '../request/linked-abort.ts'
import { ResponseError, type Side } from '../request/response-error.ts'
import type { WaitState } from '../request/retry.ts'
import type { Progress } from './progress.ts'

/**
 * Ms before each further try to read a file that the browser refuses to read: a minute in all, in which a network drive
 * or a disk that was asleep comes back.
 */
export const READ_DELAYS_MS: readonly number[] = [1000, 2000, 4000, 8000, 16_000, 30_000]
/** Number of times that a file is hashed again because it could not be read meanwhile. */
const MAX_HASHES = 3
/** Ms without a byte of a request after which its file is looked at. */
const LOOK_AFTER_MS = 5000

/** Reads one file while it is sent: not readable for a moment is not changed. */
export class FileReading {
  readonly #job: Job
  readonly #clock: Clock
  readonly #progress: Progress

  constructor(job: Job, clock: Clock, progress: Progress) {
    this.#job = job
    this.#clock = clock
    this.#progress = progress
  }

  /**
   * Resolves when the body can be read, after a minute of tries at most.
   * @throws UploadError `file-changed` at once; `file-unreadable` when the last try failed.
   */
  async ready(body: Blob, signal: AbortSignal): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.#look(body)
      } catch (thrown) {
        const delay = READ_DELAYS_MS[tries]
        if (delay === undefined || !isUnreadable(thrown)) throw thrown
        await this.#wait(delay, signal)
      }
    }
  }

  /** Runs work that reads the whole body, again if the browser has refused to read it for a moment. */
  async whole<T>(body: Blob, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await work()
      } catch (thrown) {
        if (tries === MAX_HASHES || !isUnreadable(thrown)) throw thrown
        await this.ready(body, signal)
      }
    }
  }

  /**
   * Sends a body, and looks at its file while no byte moves and after a request without an answer: a browser that
   * cannot read a file may keep the request open for good (WebKit), or call it a network error (Chromium).
   * @param side server that receives it.
   * @param send receives a signal, and a function for the bytes that are sent so far.
   * @throws UploadError `file-changed` or `file-unreadable`, and what `send` throws.
   */
  async sending<T>(
    body: Blob,
    signal: AbortSignal,
    side: Side,
    send: (signal: AbortSignal, onProgress: (sent: number) => void) => Promise<T>,
  ): Promise<T> {
    const stop = linkedAbort(signal)
    let found: unknown
    let open = true
    let sent = 0
    let seen = 0
    let cancel = () => {}
    const look = async () => {
      if (sent > seen || (sent > 0 && sent >= body.size)) seen = sent
      else {
        try {
          await this.#look(body)
        } catch (thrown) {
          found = thrown
          stop.abort()
          return
        }
      }
      if (open) cancel = this.#clock.after(LOOK_AFTER_MS, look)
    }
    cancel = this.#clock.after(LOOK_AFTER_MS, look)
    try {
      return await send(stop.signal, (bytes) => {
        sent = bytes
      })
    } catch (thrown) {
      if (signal.aborted) throw thrown
      if (found !== undefined && !isUnreadable(found)) throw found
      const silent = found !== undefined || (thrown instanceof ResponseError && thrown.status === 0)
      if (silent) await this.ready(body, signal)
      if (found === undefined) throw thrown
      throw new ResponseError({ side, status: 0, message: 'the file could not be read' })
    } finally {
      open = false
      cancel()
      stop.release()
    }
  }

  #look(body: Blob): Promise<void> {
    return checkUnchanged(body, fullPath(this.#job), this.#job)
  }

  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    const waiting: WaitState = { reason: 'file-unreadable', side: 'lakefs', until: this.#clock.now() + ms }
    this.#progress.startWaiting(waiting)
    try {
      await this.#job.alarm.sleep(ms, this.#clock, signal)
    } finally {
      this.#progress.stopWaiting(waiting)
    }
  }
}

/** Names under which browsers refuse to read a file. */
const REFUSALS = ['NotReadableError', 'NotFoundError']

function isUnreadable(thrown: unknown): boolean {
  if (isUploadError(thrown)) return thrown.code === 'file-unreadable'
  return thrown instanceof Error && REFUSALS.includes(thrown.name)
}
