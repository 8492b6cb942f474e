import { DEFAULTS } from '../defaults.ts'
import { UploadError } from '../errors.ts'
import { fullPath, isLarge, type Job } from '../file/job.ts'
import type { Multipart, ResumePoint } from '../file/resume-point.ts'
import type { Notice } from '../file/upload-file.ts'
import { checkReadable, checkUnchanged } from '../intake/collect.ts'
import type { LakeFS } from '../lakefs/client.ts'
import type { PrecheckResult } from '../lakefs/precheck.ts'
import type { ObjectStats } from '../lakefs/wire.ts'
import { type ConflictPolicy, policyOf } from '../options.ts'
import { unlessAborted } from '../request/clock.ts'
import { ResponseError, type Side } from '../request/response-error.ts'
import { delayAfter, type RetryOptions, retry, type WaitState } from '../request/retry.ts'
import type { StoreAnswer, StoreRequest } from '../store/storage.ts'
import { type FileToSend, placeOf } from './file-to-send.ts'
import type { Progress } from './progress.ts'
import { retryOptions } from './retry-options.ts'
import type { PutRequest, ServerTraits, TransferServices, Waits } from './services.ts'

/** A presigned URL is used up to this many ms before its end, by the server's clock. */
const URL_MARGIN = 15_000

/**
 * What one transfer works with: its file, lakeFS and the store behind waits, repeats and limits that all files share, and
 * what is known of its destination.
 */
export class TransferContext {
  readonly job: Job
  readonly signal: AbortSignal
  readonly #services: TransferServices
  readonly #progress: Progress
  readonly #waits: Waits
  /** What the store has told of bytes with this MD5. */
  readonly #differences = new Map<string, string>()

  constructor(job: Job, services: TransferServices, progress: Progress, signal: AbortSignal, waits: Waits = {}) {
    this.job = job
    this.signal = signal
    this.#services = services
    this.#progress = progress
    this.#waits = waits
  }

  get lakefs(): LakeFS {
    return this.#services.lakefs
  }

  /** What this server turned out to support, shared by all files. */
  get server(): ServerTraits {
    return this.#services.server
  }

  get resumePoint(): ResumePoint {
    return this.job.resumePoint
  }

  /** The file as it is sent; without its bytes where an earlier visit has stored them all. */
  get toSend(): FileToSend {
    const { id, file = new Blob(), size, contentType, metadata } = this.job
    return { id, file, size, ...placeOf(this.job), contentType, metadata }
  }

  /** Gives the file. @throws UploadError `file-unreadable` where only an earlier visit had it. */
  requireFile(): File {
    const { file } = this.job
    if (!file) throw new UploadError('file-unreadable', { facts: { path: fullPath(this.job) } })
    return file
  }

  /** What is done if the path is taken: the user's answer, else the option. */
  get choice(): ConflictPolicy {
    return this.job.answer ?? policyOf(this.#services.options().onConflict)
  }

  /** Files with fewer bytes go through lakeFS. */
  get viaApiBelow(): number {
    return this.#services.options().viaApiBelow ?? DEFAULTS.viaApiBelow
  }

  get partSize(): number | undefined {
    return this.#services.options().partSize
  }

  /** Ms that a wait without progress may add up to. */
  get retryTimeout(): number {
    const patience = this.#services.options().retryTimeout ?? DEFAULTS.retryTimeout
    return Math.min(patience, this.#waits.mostMs ?? patience)
  }

  /** How many parts of one file may be on their way at once. */
  get partsAtOnce(): number {
    const { throughput, storeLimiter, apiLimiter } = this.#services
    return throughput.partsAtOnce(storeLimiter.limit, apiLimiter.minLatency)
  }

  /** Bytes a second of one connection to the store, as seen so far by all files. */
  get bytesPerSecond(): number | undefined {
    return this.#services.throughput.value
  }

  /** Ms since 1970. */
  now(): number {
    return this.#services.clock.now()
  }

  /** Ms from now until a moment in unix seconds of the server's clock; undefined where it is unknown. */
  timeLeft(expiry: number | null | undefined): number | undefined {
    return expiry ? expiry * 1000 - (this.now() + this.lakefs.clockOffset) : undefined
  }

  /** Whether a URL with this expiry (unix seconds, 0 or absent: unknown) can still be used, by the server's clock. */
  isFresh(expiry: number | null | undefined): boolean {
    return (this.timeLeft(expiry) ?? Number.POSITIVE_INFINITY) > URL_MARGIN
  }

  /** Shows a phase in the file's row. */
  enter(phase: 'check' | 'send' | 'finish'): void {
    const { job } = this
    if (phase === 'send') {
      // A link that was under way when the person cancelled was not called back; sending once more is.
      job.stop.abortIfCancelled()
      // Before an address is asked for, or an upload in parts begun that nobody would end.
      this.#checkRoom()
    }
    this.#progress.enter(phase)
  }

  /** Whether files may land there, as far as lakeFS tells. Asked once for all files of a destination. */
  precheck(): Promise<PrecheckResult> {
    const { destination } = this.job
    // One that is stopped does not wait for the answer.
    const ask = () => unlessAborted(this.#services.destinations.precheck(destination), this.signal)
    return this.api(ask, this.signal, false)
  }

  /** What the branch has at a path now, from listings where they tell. */
  objectAt(path: string): Promise<ObjectStats | undefined> {
    const { destination, contested } = this.job
    // An announced listing may be older than what another tab has put there.
    const look = () =>
      contested
        ? this.lakefs.stat(destination, path, this.signal)
        : unlessAborted(this.#services.destinations.lookup(destination).get(path), this.signal)
    return this.api(look, this.signal, false)
  }

  /** Whether another file of this uploader is going to land there. */
  isClaimed(path: string): boolean {
    return this.#services.listener.isClaimed(this.job, path)
  }

  /** @throws UploadError where the file cannot be read. */
  checkReadable(): Promise<void> {
    return checkReadable(this.requireFile(), fullPath(this.job))
  }

  /** @throws UploadError `file-changed` where the file is not what it was when it was given. */
  async checkUnchanged(body: Blob | undefined = this.job.file): Promise<void> {
    if (body) await checkUnchanged(body, fullPath(this.job), this.job)
  }

  /** Tells that the resume point has grown, by this part if one is given. */
  saveResumePoint(part?: number): void {
    this.#services.listener.save(this.job, part)
  }

  /** Tells how many bytes of this file are at the store or on the way. */
  progress(sent: number, repeating?: number): void {
    this.#services.listener.report(this.job, sent, repeating)
  }

  /** Shows something that a user should know of this file; undefined takes it back. */
  notice(notice: Notice | undefined): void {
    this.#services.listener.notice(this.job, notice)
  }

  /** Gives up at the store what it has of an upload in parts, behind the files: nothing waits for it. */
  abortUpload(multipart: Multipart): void {
    this.#services.abortUpload(this.job, multipart)
  }

  /** MD5 in hex of these bytes, computed beside the sending; undefined where verifying is off. */
  digest(body: Blob, signal: AbortSignal): Promise<string | undefined> | undefined {
    return this.#services.options().verifyChecksums === false ? undefined : this.#services.md5(body, signal)
  }

  /**
   * The same whatever the options say: where lakeFS would get no checksum without it. `behind` lets other bodies pass.
   */
  md5(body: Blob, signal: AbortSignal, behind?: boolean): Promise<string | undefined> {
    return this.#services.md5(body, signal, behind)
  }

  /**
   * Whether a request with Content-MD5 gets through to the store; asked after one did not. A CORS rule that was written
   * before blocks were verified stops it, and then {@link ServerTraits.takesMd5} says so from here on.
   */
  async takesMd5(): Promise<boolean> {
    const { health, server, log } = this.#services
    if (server.takesMd5 === false) return false
    if (await health.takesMd5(placeOf(this.job))) return true
    // Told once, however many blocks have asked.
    if (server.takesMd5 === undefined) {
      server.takesMd5 = false
      log.add({ what: 'blocks go unverified: the CORS rule of the store lacks Content-MD5', side: 'storage' })
    }
    return false
  }

  /**
   * Whether a checksum that differs from ours means that the bytes do. Encryption with keys of one's own gives ETags
   * that only look like MD5s.
   */
  async trustsChecksums(told: string, mine: string): Promise<boolean> {
    // Two copies of the same bytes with two checksums, neither of them right: a store that encrypts with keys of its
    // owner does that. One that damages what it gets, or a line that does, is not excused by it.
    const before = this.#differences.get(mine)
    this.#differences.set(mine, told)
    if (before === undefined || before === told) return true
    return await this.#services.health.trustsChecksums(placeOf(this.job))
  }

  /**
   * Calls lakeFS within its limit, repeated as the table of response-error.ts says. `tries` is the number of refusals
   * before; `timed: false` for what may be known already, so that its time tells nothing of the server.
   */
  api<T>(call: (tries: number) => Promise<T>, signal: AbortSignal = this.signal, timed = true): Promise<T> {
    const { apiLimiter } = this.#services
    return retry(
      (tries) => apiLimiter.run(this.job.id, signal, () => call(tries), { timed }),
      this.#retryOptions(signal),
    )
  }

  /**
   * Waits until the store is going to have room for this file, before an address is asked for: addresses are fetched a
   * little ahead and do not age in a line. Call what it gives once the file sends, or does not.
   */
  ahead(): Promise<() => void> {
    return this.#services.aheadLimiter.enter(this.job.id, this.signal)
  }

  /** Sends one request to the store that nobody waits for: no repeating, and a refusal is an answer. */
  ask(request: Omit<StoreRequest, 'signal'>): Promise<StoreAnswer> {
    const { health, storeLimiter } = this.#services
    const { signal } = this
    return storeLimiter.run(this.job.id, signal, () => health.store.send({ ...request, signal }))
  }

  /**
   * Sends a request to the store within its limit, repeated as the table of response-error.ts says. `prepare` is asked
   * before each try, so that a URL that has run out in the meantime can be replaced.
   */
  put(
    prepare: (tries: number) => Promise<PutRequest> | PutRequest,
    signal: AbortSignal = this.signal,
    side: Side = 'storage',
  ): Promise<StoreAnswer> {
    const { apiLimiter, storeLimiter } = this.#services
    const { id, size } = this.job
    const limiter = side === 'storage' ? storeLimiter : apiLimiter
    const kind = { large: isLarge(size) }
    storeLimiter.maxLarge = this.partsAtOnce
    return retry(
      async (tries) => {
        const send = () => this.#send(prepare, tries, side, signal)
        const { check, answer } = await limiter.run(id, signal, send, kind)
        // Outside the limiter: comparing checksums must not keep the next request waiting.
        await check?.(answer)
        return answer
      },
      { ...this.#retryOptions(signal), carries: true },
    )
  }

  /** Waits as long as before a repeat after that many refusals; the row says that lakeFS is busy. */
  async pause(refusals: number): Promise<void> {
    const { clock } = this.#services
    const ms = delayAfter(refusals, clock.random())
    const waiting: WaitState = { reason: 'busy', side: 'lakefs', until: clock.now() + ms }
    this.#progress.startWaiting(waiting)
    try {
      await this.job.alarm.sleep(ms, clock, this.signal)
    } finally {
      this.#progress.stopWaiting(waiting)
    }
  }

  async #send(
    prepare: (tries: number) => Promise<PutRequest> | PutRequest,
    tries: number,
    side: Side,
    signal: AbortSignal,
  ): Promise<{ check: PutRequest['check']; answer: StoreAnswer }> {
    const { clock, health, log, throughput, storeLimiter } = this.#services
    const { job } = this
    const { check, ...request } = await prepare(tries)
    const { body } = request
    // Once more, for what was said while it waited for its turn.
    if (body instanceof Blob && tries === 0) this.#checkRoom()
    // The first sending of a whole file comes right after its check at the start.
    if (body instanceof Blob && (tries > 0 || body.size < job.size)) await this.checkUnchanged(body)
    const from = clock.now()
    const size = body instanceof Blob ? body.size : 0
    const note = (status: number, requestId?: string) => {
      const ms = clock.now() - from
      log.add({ what: `${request.method} ${size} B`, path: fullPath(job), side, status, requestId, ms })
    }
    try {
      const answer = await this.#progress.moving(from, () => health.store.send({ ...request, side, signal }))
      if (side === 'storage' && size > 0) throughput.note(size, clock.now() - from, storeLimiter.active)
      note(answer.status, answer.header('x-amz-request-id') ?? answer.header('x-ms-request-id'))
      return { check, answer }
    } catch (thrown) {
      if (thrown instanceof ResponseError) note(thrown.status, thrown.requestId)
      throw thrown
    }
  }

  /** @throws UploadError `storage-full` where the store has just said of files no larger that it has no room. */
  #checkRoom(): void {
    const { destination, size, resumePoint } = this.job
    this.#services.fullStores.check(destination.repository, size, resumePoint)
  }

  #retryOptions(signal: AbortSignal): RetryOptions {
    return retryOptions(this.job, this.#services, this.#progress, {
      retryTimeout: this.retryTimeout,
      waitForSession: this.#waits.forSession,
      signal,
    })
  }
}
