import { fullPath, isLarge, type Job } from '../file/job.ts'
import { ResponseError, type Side } from '../request/response-error.ts'
import { type RetryOptions, retry, type WaitState } from '../request/retry.ts'
import { skewWait } from '../store/clock-skew.ts'
import { SilenceError } from '../store/stall.ts'
import type { StoreAnswer } from '../store/storage.ts'
import type { FileReading } from './file-reading.ts'
import { placeOf } from './file-to-send.ts'
import type { Progress } from './progress.ts'
import { runInLimiter } from './run-in-limiter.ts'
import type { PutRequest, TransferServices } from './services.ts'

/** Makes the request before each try, so that it can replace an expired URL. */
export type Prepare = (tries: number) => Promise<PutRequest> | PutRequest

interface SendTo {
  side: Side
  signal: AbortSignal
  retries: RetryOptions
  partsAtOnce: number
}

/** One body through all its tries. */
interface Body {
  readonly prepare: Prepare
  /** How often it was cut in a silence before its first byte or after its last one. */
  cuts: number
  /** URL of the last try. */
  url: string
  /** Waits for the clock of the store in a row. */
  skewWaits: number
  /** Ms that are left for them. */
  skewLeft: number
}

/** Sends the bodies of one file, within the limits of their server, with retries and all that their waits depend on. */
export class BodySender {
  readonly #job: Job
  readonly #services: TransferServices
  readonly #progress: Progress
  readonly #reading: FileReading

  constructor(job: Job, services: TransferServices, progress: Progress, reading: FileReading) {
    this.#job = job
    this.#services = services
    this.#progress = progress
    this.#reading = reading
  }

  /** Sends a request with retries (docs/lakefs-contract.md, "Retry table"). */
  put(prepare: Prepare, { side, signal, retries, partsAtOnce }: SendTo): Promise<StoreAnswer> {
    const { apiLimiter, clock, storeLimiter } = this.#services
    const { id, size } = this.#job
    const limiter = side === 'storage' ? storeLimiter : apiLimiter
    const kind = { large: isLarge(size) }
    const body: Body = { prepare, cuts: 0, url: '', skewWaits: 0, skewLeft: retries.retryTimeout }
    storeLimiter.maxLarge = partsAtOnce
    return retry(
      async (tries) => {
        for (;;) {
          try {
            // An address that is not valid yet stays the same: another one would be newer still.
            const send = () => this.#send(body, body.skewWaits > 0 ? 0 : tries, side, signal)
            const turn = { owner: id, side, signal, now: clock.now }
            const { check, answer } = await runInLimiter(limiter, turn, this.#progress, send, kind)
            body.skewWaits = 0
            // The check runs outside the limiter, so that comparing checksums does not delay the next request.
            await check?.(answer)
            return answer
          } catch (thrown) {
            const waits = this.#waitForClock(thrown, body, signal)
            if (!waits) {
              body.skewWaits = 0
              throw thrown
            }
            await waits
          }
        }
      },
      { ...retries, carries: true },
    )
  }

  /** Waits while the row of the file says so. A retry of the user ends it. */
  async wait(waiting: WaitState, ms: number, signal: AbortSignal): Promise<void> {
    this.#progress.startWaiting(waiting)
    try {
      await this.#job.alarm.sleep(ms, this.#services.clock, signal)
    } finally {
      this.#progress.stopWaiting(waiting)
    }
  }

  /**
   * Checks that the store has room. @throws UploadError `storage-full` when it has just refused files of this size or
   * less.
   */
  checkRoom(): void {
    const { destination, size, resumePoint } = this.#job
    this.#services.fullStores.check(destination.repository, size, resumePoint)
  }

  /** Waits until the clock of the store has caught up, and returns whether it was the reason of the refusal. */
  #waitForClock(thrown: unknown, body: Body, signal: AbortSignal): false | Promise<true> {
    const { clock, lakefs } = this.#services
    const ms = skewWait(thrown, body.url, clock.now() + lakefs.clockOffset, body.skewWaits)
    if (ms === undefined || ms > body.skewLeft) return false
    body.skewWaits += 1
    body.skewLeft -= ms
    const waiting: WaitState = { reason: 'store-clock', side: 'storage', until: clock.now() + ms }
    return this.wait(waiting, ms, signal).then(() => true)
  }

  async #send(
    sent: Body,
    tries: number,
    side: Side,
    signal: AbortSignal,
  ): Promise<{ check: PutRequest['check']; answer: StoreAnswer }> {
    const { clock, health, log, throughput, storeLimiter } = this.#services
    const job = this.#job
    const { check, ...request } = await sent.prepare(tries)
    sent.url = request.url
    const { body, onProgress } = request
    // Checked again, because another file may have found the store full while this one waited for its turn.
    if (body instanceof Blob && tries === 0) this.checkRoom()
    // The first PUT of a whole file directly follows the check at its start.
    if (body instanceof Blob && (tries > 0 || body.size < job.size)) await this.#reading.ready(body, signal)
    const from = clock.now()
    const size = body instanceof Blob ? body.size : 0
    const note = (status: number, requestId?: string) => {
      const ms = clock.now() - from
      log.add({ what: `${request.method} ${size} B`, path: fullPath(job), side, status, requestId, ms })
    }
    const send = (until: AbortSignal, progress: typeof onProgress) =>
      this.#progress.moving(clock.now(), () =>
        health(job.destination.repository).send(
          { ...request, side, signal: until, cuts: sent.cuts, onProgress: progress },
          placeOf(job),
        ),
      )
    try {
      const answer =
        body instanceof Blob
          ? await this.#reading.sending(body, signal, side, (until, watch) =>
              send(until, (bytes) => {
                watch(bytes)
                onProgress?.(bytes)
              }),
            )
          : await send(signal, onProgress)
      if (side === 'storage' && size > 0) throughput.note(size, clock.now() - from, storeLimiter.active)
      note(answer.status, answer.header('x-amz-request-id') ?? answer.header('x-ms-request-id'))
      return { check, answer }
    } catch (thrown) {
      if (thrown instanceof SilenceError) sent.cuts += 1
      if (thrown instanceof ResponseError) note(thrown.status, thrown.requestId)
      throw thrown
    }
  }
}
