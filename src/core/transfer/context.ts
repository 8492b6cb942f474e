import type { Md5 } from '../checksum/md5.ts'
import { fullPath, isLarge, type Job } from '../file/job.ts'
import type { Multipart } from '../file/resume-point.ts'
import type { FileEvent } from '../file/state.ts'
import type { Notice } from '../file/upload-file.ts'
import type { LakeFS } from '../lakefs/client.ts'
import type { Clock } from '../request/clock.ts'
import type { ConcurrencyLimiter } from '../request/limiter.ts'
import type { Log } from '../request/log.ts'
import type { Pace } from '../request/pace.ts'
import { ResponseError } from '../request/response-error.ts'
import { delayAfter, type RetryOptions, retry, type Waiting } from '../request/retry.ts'
import type { Session } from '../request/session.ts'
import type { Store } from '../store/storage.ts'
import type { Means, ServerTraits } from './strategy.ts'

/** A presigned URL is used up to this many ms before its end, by the server's clock. */
const URL_MARGIN = 15_000
/** Refusals without an answer before the store is looked into. */
const TEST_AFTER = 2

/** What all transfers of one uploader share. */
export interface Shared {
  readonly lakefs: LakeFS
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly session: Session
  readonly apiLimiter: ConcurrencyLimiter
  readonly storeLimiter: ConcurrencyLimiter
  /** Files that hold an address and do not send yet. */
  readonly aheadLimiter: ConcurrencyLimiter
  readonly pace: Pace
  readonly server: ServerTraits
  readonly online: () => boolean
  readonly patience: () => number
  /** False: a lost session ends the work. Absent: it waits until somebody has signed in. */
  readonly waitForSession?: false
  readonly partSize: () => number | undefined
  readonly verify: () => boolean
  readonly md5: Md5
  /** Finds out why the store does not answer; rejects where waiting is of no use. */
  readonly examineStore: (job: Job) => Promise<void>
  /** Whether the store's checksums are the MD5s of what it is sent. */
  readonly trustsChecksums: (job: Job) => Promise<boolean>
  /** Whether the store lets Content-MD5 through; the server's traits say no from then on. */
  readonly takesMd5: (job: Job) => Promise<boolean>
  /** Throws where the store has just said of files no larger that it has no room. */
  readonly checkRoom: (job: Job) => void
  /** Rejects where the bytes are no longer those of the file that was given. */
  readonly checkUnchanged: (job: Job, body: Blob) => Promise<void>
  /** Takes note that the resumePoint of a file has grown. */
  readonly keep: (job: Job, part: number | undefined) => void
  /** Gives up at the store what it has of an upload in parts. */
  readonly discard: (job: Job, multipart: Multipart) => void
  /** Takes note of a file's progress. */
  readonly report: (job: Job, sent: number, repeating: number | undefined) => void
  /** Takes note of something a person should know of a file. */
  readonly notice: (job: Job, notice: Notice | undefined) => void
}

/** What a transfer is doing, for the row: it waits only when nothing of it moves. */
export class Progress {
  readonly #job: Job
  readonly #emit: (event: FileEvent) => void
  readonly #waits = new Set<Waiting>()
  #phase: 'check' | 'send' | 'finish' = 'check'

  constructor(job: Job, emit: (event: FileEvent) => void) {
    this.#job = job
    this.#emit = emit
  }

  get phase() {
    return this.#phase
  }

  /** True while a request is under way whose answer will tell what became of the file. */
  get isWaiting(): boolean {
    return this.#waits.size > 0 && this.#job.requests === 0
  }

  enter(phase: 'check' | 'send' | 'finish'): void {
    this.#phase = phase
    this.#show()
  }

  wait(waiting: Waiting): void {
    this.#waits.add(waiting)
    this.#show()
  }

  go(waiting: Waiting): void {
    this.#waits.delete(waiting)
    this.#show()
  }

  /** A request with bytes of the file, from its start to its end. @param now ms since 1970. */
  async moving<T>(now: number, work: () => Promise<T>): Promise<T> {
    const job = this.#job
    // It had to wait for its turn; from here on it is its own.
    if (job.requests === 0) job.movedAt = now
    job.requests += 1
    if (this.#waits.size > 0 && job.requests === 1) this.#show()
    try {
      return await work()
    } finally {
      job.requests -= 1
      if (this.#waits.size > 0 && job.requests === 0) this.#show()
    }
  }

  #show(): void {
    const { shown: sent, resumePoint } = this.#job
    const [waiting] = this.isWaiting ? this.#waits : []
    if (waiting) this.#emit({ type: 'wait', waiting, stored: resumePoint.stored !== undefined, sent })
    else if (this.#phase === 'check') this.#emit({ type: 'check' })
    else if (this.#phase === 'send') this.#emit({ type: 'send', sent })
    else this.#emit({ type: 'finish', sent: this.#job.size })
  }
}

/** The means of one transfer: shared doors and lanes, its own signal, and waits that show in its row. */
export function meansFor(job: Job, shared: Shared, progress: Progress, own: AbortSignal): Means {
  const { lakefs, store, clock, apiLimiter, storeLimiter, pace } = shared

  const options = (signal: AbortSignal): RetryOptions => {
    let current: Waiting | undefined
    let silences = 0
    return {
      clock,
      session: shared.session,
      alarm: job.alarm,
      online: shared.online,
      patience: shared.patience(),
      waitForSession: shared.waitForSession,
      signal,
      progress: () => job.moved,
      onWait(waiting) {
        // A link that was under way when the person cancelled was not called back; its repeat is.
        if (job.stopReason === 'cancel') job.controller?.abort()
        current = waiting
        progress.wait(waiting)
      },
      onGo() {
        if (current) progress.go(current)
      },
      async onRefusal(refusal: ResponseError, { reason }, offline) {
        const lane = refusal.side === 'storage' ? storeLimiter : apiLimiter
        if (!offline && reason !== 'token') lane.slowDown(refusal.retryAfter)
        if (refusal.side !== 'storage' || refusal.status !== 0 || offline) return
        silences += 1
        if (silences >= TEST_AFTER) await shared.examineStore(job)
      },
    }
  }

  const timeLeft = (expiry: number | null | undefined) =>
    expiry ? expiry * 1000 - (clock.now() + lakefs.clockOffset) : undefined

  const differences = new Map<string, string>()
  return {
    lakefs,
    signal: own,
    server: shared.server,
    partSize: shared.partSize(),
    get lanes() {
      return pace.lanes(storeLimiter.limit, apiLimiter.shortest)
    },
    get pace() {
      return shared.pace.value
    },
    digest: (body, signal) => (shared.verify() ? shared.md5(body, signal) : undefined),
    md5: shared.md5,
    takesMd5: async () => shared.server.takesMd5 !== false && (await shared.takesMd5(job)),
    async trustsChecksums(told, mine) {
      // Two copies of the same bytes with two checksums, neither of them right: a store that encrypts with keys of its
      // owner does that. One that damages what it gets, or a line that does, is not excused by it.
      const before = differences.get(mine)
      differences.set(mine, told)
      return before === undefined || before === told || (await shared.trustsChecksums(job))
    },
    keep: (part) => shared.keep(job, part),
    patience: shared.patience(),
    async pause(refusals) {
      const ms = delayAfter(refusals, clock.random())
      const waiting: Waiting = { reason: 'busy', side: 'lakefs', until: clock.now() + ms }
      progress.wait(waiting)
      try {
        await job.alarm.sleep(ms, clock, own)
      } finally {
        progress.go(waiting)
      }
    },
    discard: (multipart) => shared.discard(job, multipart),
    now: clock.now,
    isFresh: (expiry) => (timeLeft(expiry) ?? Number.POSITIVE_INFINITY) > URL_MARGIN,
    timeLeft,
    ask: (request) => storeLimiter.run(job.id, own, () => store.send({ ...request, signal: own })),
    notice: (notice) => shared.notice(job, notice),
    api: (call, signal = own, timed = true) =>
      retry((tries) => apiLimiter.run(job.id, signal, () => call(tries), { timed }), options(signal)),
    ahead: () => shared.aheadLimiter.enter(job.id, own),
    put(prepare, signal = own, side = 'storage') {
      const lane = side === 'storage' ? storeLimiter : apiLimiter
      const kind = { bulk: isLarge(job.size) }
      storeLimiter.mostBulk = pace.lanes(storeLimiter.limit, apiLimiter.shortest)
      return retry(
        async (tries) => {
          const send = async () => {
            const { check, ...request } = await prepare(tries)
            // The first sending of a whole file comes right after its check at the start.
            const { body } = request
            // Once more, for what was said while it waited for its turn.
            if (body instanceof Blob && tries === 0) shared.checkRoom(job)
            if (body instanceof Blob && (tries > 0 || body.size < job.size)) await shared.checkUnchanged(job, body)
            const from = clock.now()
            const size = body instanceof Blob ? body.size : 0
            const note = (status: number, requestId?: string) => {
              const ms = clock.now() - from
              shared.log.add({ what: `${request.method} ${size} B`, path: fullPath(job), side, status, requestId, ms })
            }
            try {
              const answer = await progress.moving(from, () => store.send({ ...request, side, signal }))
              if (side === 'storage' && size > 0) pace.note(size, clock.now() - from, storeLimiter.active)
              note(answer.status, answer.header('x-amz-request-id') ?? answer.header('x-ms-request-id'))
              return { check, answer }
            } catch (thrown) {
              if (thrown instanceof ResponseError) note(thrown.status, thrown.requestId)
              throw thrown
            }
          }
          const { check, answer } = await lane.run(job.id, signal, send, kind)
          // Outside the lane: comparing checksums must not keep the next request waiting.
          await check?.(answer)
          return answer
        },
        { ...options(signal), carries: true },
      )
    },
    progress(sent, repeating) {
      shared.report(job, sent, repeating)
    },
  }
}
