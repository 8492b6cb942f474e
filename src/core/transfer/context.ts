import { DEFAULTS } from '../defaults.ts'
import { UploadError } from '../errors.ts'
import { fullPath, type Job } from '../file/job.ts'
import type { Multipart, ResumePoint } from '../file/resume-point.ts'
import type { Notice } from '../file/upload-file.ts'
import { checkReadable } from '../intake/collect.ts'
import { hasMadeUpName } from '../intake/made-up-names.ts'
import type { LakeFS } from '../lakefs/client.ts'
import type { PrecheckResult } from '../lakefs/precheck.ts'
import type { ObjectStats } from '../lakefs/wire.ts'
import { type ConflictPolicy, policyOf } from '../options.ts'
import { unlessAborted } from '../request/clock.ts'
import type { Side } from '../request/response-error.ts'
import { delayAfter, type RetryOptions, retry, type WaitState } from '../request/retry.ts'
import { within } from '../request/within.ts'
import type { StoreHealth } from '../store/health.ts'
import type { StoreAnswer, StoreRequest } from '../store/storage.ts'
import { BodySender, type Prepare } from './body-sender.ts'
import { FileReading } from './file-reading.ts'
import { type FileToSend, placeOf } from './file-to-send.ts'
import type { Progress } from './progress.ts'
import { retryOptions } from './retry-options.ts'
import { runInLimiter } from './run-in-limiter.ts'
import type { ServerTraits, TransferServices, WaitLimits } from './services.ts'

/** Ms for which the last look at the branch is repeated before a file fails. */
const LAST_LOOK_MS = 15_000
/** Ms before its expiry, by the clock of the server, from which a presigned URL is no longer used. */
const URL_MARGIN_MS = 15_000

/**
 * Everything that the transfer of one file uses: its job, lakeFS and the store with retries and shared limits, and the
 * facts about its destination.
 */
export class TransferContext {
  readonly job: Job
  readonly signal: AbortSignal
  readonly #services: TransferServices
  readonly #progress: Progress
  readonly #waits: WaitLimits
  readonly #reading: FileReading
  readonly #sender: BodySender
  /** Last checksum of the store by the MD5 of the bytes, for checksums that differ. */
  readonly #differences = new Map<string, string>()

  constructor(job: Job, services: TransferServices, progress: Progress, signal: AbortSignal, waits: WaitLimits = {}) {
    this.job = job
    this.signal = signal
    this.#services = services
    this.#progress = progress
    this.#waits = waits
    this.#reading = new FileReading(job, services.clock, progress)
    this.#sender = new BodySender(job, services, progress, this.#reading)
  }

  get lakefs(): LakeFS {
    return this.#services.lakefs
  }

  /** Features that the store of this repository supports, shared by all its files. */
  get server(): ServerTraits {
    return this.#services.server(this.job.destination.repository)
  }

  get #health(): StoreHealth {
    return this.#services.health(this.job.destination.repository)
  }

  get resumePoint(): ResumePoint {
    return this.job.resumePoint
  }

  /** The file as it is sent. Its bytes are empty when only an earlier visit had the file, which has stored them all. */
  get toSend(): FileToSend {
    const { id, file = new Blob(), size, contentType, metadata } = this.job
    return { id, file, size, ...placeOf(this.job), contentType, metadata }
  }

  /** Returns the file. @throws UploadError `file-unreadable` when only an earlier visit had it. */
  requireFile(): File {
    const { file } = this.job
    if (!file) throw new UploadError('file-unreadable', { retryable: false, facts: { path: fullPath(this.job) } })
    return file
  }

  /** Policy for a taken path: the answer of the user, or else the option. A name that nobody gave is changed. */
  get choice(): ConflictPolicy {
    const { answer, file, path } = this.job
    if (!answer && file && hasMadeUpName({ file, path })) return 'rename'
    return answer ?? policyOf(this.#services.options().onConflict)
  }

  /** Options of the host that decide the way of a file. */
  get wayOptions() {
    const { presign, viaApiBelow, partSize } = this.#services.options()
    return { presign: presign ?? DEFAULTS.presign, viaApiBelow: viaApiBelow ?? DEFAULTS.viaApiBelow, partSize }
  }

  get partSize(): number | undefined {
    return this.#services.options().partSize
  }

  /** Total ms of waiting without progress. */
  get retryTimeout(): number {
    const timeout = this.#services.options().retryTimeout ?? DEFAULTS.retryTimeout
    return Math.min(timeout, this.#waits.maxMs ?? timeout)
  }

  /** Maximum number of concurrent parts of one file. */
  get partsAtOnce(): number {
    const { throughput, storeLimiter, apiLimiter } = this.#services
    return throughput.partsAtOnce(storeLimiter.limit, apiLimiter.minLatency)
  }

  /** Bytes per second of one connection to the store, measured over all files; undefined before the first request. */
  get bytesPerSecond(): number | undefined {
    return this.#services.throughput.value
  }

  /** Returns ms since 1970. */
  now(): number {
    return this.#services.clock.now()
  }

  /** Returns ms until a time in Unix seconds of the server's clock; undefined when the time is unknown. */
  timeLeft(expiry: number | null | undefined): number | undefined {
    return expiry ? expiry * 1000 - (this.now() + this.lakefs.clockOffset) : undefined
  }

  /** Returns whether a URL with this expiry (Unix seconds; 0 or undefined: unknown) can still be used. */
  isFresh(expiry: number | null | undefined): boolean {
    return (this.timeLeft(expiry) ?? Number.POSITIVE_INFINITY) > URL_MARGIN_MS
  }

  /** Enters a phase, which the row of the file shows. */
  enter(phase: 'check' | 'send' | 'finish'): void {
    const { job } = this
    if (phase === 'send') {
      // A link that was running when the user cancelled was not aborted; sending again is.
      job.stop.abortIfCancelled()
      // Checked before an address is requested or a multipart upload created, which would otherwise be left open.
      this.#sender.checkRoom()
    }
    this.#progress.enter(phase)
  }

  /** Returns whether lakeFS accepts files at the destination. Requested once for all its files. */
  precheck(): Promise<PrecheckResult> {
    const { destination } = this.job
    // A stopped file does not wait for the answer, which other files share.
    const ask = () => unlessAborted(this.#services.destinations.precheck(destination), this.signal)
    return this.api(ask, this.signal, false)
  }

  /** Returns the object at a path of the branch, from a listing if one covers it; undefined without an object. */
  objectAt(path: string): Promise<ObjectStats | undefined> {
    const { destination, contested } = this.job
    // A prefetched listing may be older than the object that another tab has put there.
    const look = () =>
      contested || this.server.lists === false
        ? this.lakefs.stat(destination, path, this.signal)
        : unlessAborted(this.#services.destinations.lookup(destination).get(path), this.signal)
    return this.api(look, this.signal, false, true)
  }

  /** Returns whether another file of this uploader is sent to the path. */
  isClaimed(path: string): boolean {
    return this.#services.listener.isClaimed(this.job, path)
  }

  /**
   * Rejects with an UploadError when the file cannot be read or has changed. Waits only where some of it is stored:
   * otherwise the others go first, and nothing is lost by a retry.
   */
  async checkReadable(): Promise<void> {
    const { multipart, blocks } = this.resumePoint
    if (multipart || blocks) await this.checkUnchanged()
    await checkReadable(this.requireFile(), fullPath(this.job), this.job)
  }

  /**
   * Resolves when the whole file can be read and is as it was added.
   * @throws UploadError `file-changed`; `file-unreadable` after a minute of tries.
   */
  async checkUnchanged(): Promise<void> {
    const { file } = this.job
    if (file) await this.#reading.ready(file, this.signal)
  }

  /** Saves the resume point, with this part if one is given. */
  saveResumePoint(part?: number): void {
    this.#services.listener.save(this.job, part)
  }

  /**
   * Reports how many bytes of the file are stored or on their way. @param repeating number of a part that is sent
   * again.
   */
  progress(sent: number, repeating?: number): void {
    this.#services.listener.report(this.job, sent, repeating)
  }

  /** Shows a notice on the file; undefined removes it. */
  notice(notice: Notice | undefined): void {
    this.#services.listener.notice(this.job, notice)
  }

  /** Aborts a multipart upload in the background. */
  abortUpload(multipart: Multipart): void {
    this.#services.abortUpload(this.job, multipart)
  }

  /** Computes the MD5 (hex) of a body while it is sent; undefined when `verifyChecksums` is false. */
  digest(body: Blob, signal: AbortSignal): Promise<string | undefined> | undefined {
    return this.#services.options().verifyChecksums === false ? undefined : this.md5(body, signal)
  }

  /**
   * Computes the MD5 (hex) whatever the options say, for checksums that lakeFS needs. @param behind lets other bodies
   * go first.
   */
  md5(body: Blob, signal: AbortSignal, behind?: boolean): Promise<string | undefined> {
    return this.#reading.whole(body, signal, () => this.#services.md5(body, signal, behind))
  }

  /**
   * Returns whether the store accepts Content-MD5; call it after a request with that header failed. A CORS rule without
   * the header makes the browser refuse the request. {@link ServerTraits.takesMd5} keeps that result for all files.
   */
  async takesMd5(): Promise<boolean> {
    const { server } = this
    if (server.takesMd5 === false) return false
    if (await this.#health.takesMd5(placeOf(this.job))) return true
    // Logged once, however many blocks ask.
    if (server.takesMd5 === undefined) {
      server.takesMd5 = false
      this.#services.log.add({
        what: 'blocks go unverified: the CORS rule of the store lacks Content-MD5',
        side: 'storage',
      })
    }
    return false
  }

  /** True when the store of this file refuses bodies without Content-MD5. */
  get needsMd5(): boolean {
    return this.#health.needsMd5
  }

  /** Remembers that it does, for all files of the repository. */
  requireMd5(): void {
    if (!this.needsMd5) this.#services.log.add({ what: 'the store asks for Content-MD5', side: 'storage' })
    this.#health.requireMd5()
  }

  /**
   * Returns whether a checksum that differs from ours proves that the bytes differ. Encryption with customer keys gives
   * ETags that only look like MD5s.
   */
  async trustsChecksums(told: string, mine: string): Promise<boolean> {
    // A store that encrypts with customer keys gives two copies of the same bytes two different checksums. A store or
    // network that damages bytes is not excused by that: the self-test then decides.
    const before = this.#differences.get(mine)
    this.#differences.set(mine, told)
    if (before === undefined || before === told) return true
    return await this.#health.trustsChecksums(placeOf(this.job))
  }

  /**
   * Calls lakeFS within its limit, with retries (docs/lakefs-contract.md, "Retry table").
   * @param call receives the number of refusals before it.
   * @param timed false when the result may be cached, so that its duration says nothing about the server.
   * @param listing true for a listing that the file can do without.
   */
  api<T>(call: (tries: number) => Promise<T>, signal = this.signal, timed = true, listing = false): Promise<T> {
    const { apiLimiter, clock } = this.#services
    const turn = { owner: this.job.id, side: 'lakefs' as const, signal, now: clock.now }
    return retry(
      (tries) => runInLimiter(apiLimiter, turn, this.#progress, () => call(tries), { timed }),
      this.#retryOptions(signal, listing),
    )
  }

  /** Reads the object of this file back, if it is the first of its repository in this visit; see {@link ReadBack}. */
  readBack(object: ObjectStats): Promise<void> {
    return this.#services.readBack.check(object, this.toSend, this)
  }

  /** Runs optional work. Returns undefined when it took longer than that many ms. */
  within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    return within(ms, this.#services.clock, this.signal, work)
  }

  /** Calls lakeFS for the last time before the file fails, for seconds only and not for a new session. */
  lastLook<T>(call: () => Promise<T>): Promise<T> {
    const { signal } = this
    const retries = { ...this.#retryOptions(signal), retryTimeout: LAST_LOOK_MS, waitForSession: false }
    return retry(() => this.#services.apiLimiter.run(this.job.id, signal, call), retries)
  }

  /**
   * Waits until the store is about to have room for this file. Called before an address is requested, so that addresses
   * do not expire in a queue. Resolves with a function to call when the file starts to send or gives up.
   */
  waitForRoom(): Promise<() => void> {
    return this.#services.aheadLimiter.enter(this.job.id, this.signal)
  }

  /** Sends one optional request to the store, without retries. Rejects with the ResponseError. */
  ask(request: Omit<StoreRequest, 'signal'>): Promise<StoreAnswer> {
    const { job, signal } = this
    return this.#services.storeLimiter.run(job.id, signal, () => this.#health.store.send({ ...request, signal }))
  }

  /**
   * Sends a request with retries within the limit of the server (docs/lakefs-contract.md, "Retry table").
   * @param side server that receives it.
   */
  put(prepare: Prepare, signal: AbortSignal = this.signal, side: Side = 'storage'): Promise<StoreAnswer> {
    const { partsAtOnce } = this
    return this.#sender.put(prepare, { side, signal, retries: this.#retryOptions(signal), partsAtOnce })
  }

  /** Waits as long as before a retry after this number of refusals. The row shows that lakeFS is busy. */
  async pause(refusals: number): Promise<void> {
    const { clock } = this.#services
    const ms = delayAfter(refusals, clock.random())
    const waiting: WaitState = { reason: 'busy', side: 'lakefs', until: clock.now() + ms }
    await this.#sender.wait(waiting, ms, this.signal)
  }

  #retryOptions(signal: AbortSignal, listing = false): RetryOptions {
    const { maxMs, forSession: waitForSession } = this.#waits
    const waits = { retryTimeout: this.retryTimeout, waitForSession, obeys: maxMs === undefined, signal }
    return retryOptions(this.job, this.#services, this.#progress, waits, listing)
  }
}
