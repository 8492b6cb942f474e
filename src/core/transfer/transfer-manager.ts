import type { Md5 } from '../checksum/md5.ts'
import { DEFAULTS } from '../defaults.ts'
import type { ErrorCode } from '../error-codes.ts'
import { isUploadError } from '../errors.ts'
import { createJobWithoutFile, type Job } from '../file/job.ts'
import { Movement } from '../file/movement.ts'
import type { Multipart } from '../file/resume-point.ts'
import { StopControl } from '../file/stop-control.ts'
import type { LakeFS } from '../lakefs/client.ts'
import { DestinationCache } from '../lakefs/destination-cache.ts'
import { type LakeFSClient, retrying } from '../lakefs/retrying-client.ts'
import type { Destination, ObjectStats } from '../lakefs/wire.ts'
import { policyOf, type UploaderOptions } from '../options.ts'
import { allowed } from '../request/allowed.ts'
import { Alarm, type Clock } from '../request/clock.ts'
import { tellNoSession } from '../request/developer-note.ts'
import { guarded } from '../request/host-callback.ts'
import { ConcurrencyLimiter } from '../request/limiter.ts'
import type { Log } from '../request/log.ts'
import { Session } from '../request/session.ts'
import { Throughput } from '../request/throughput.ts'
import type { ResumeStore, ResumeStorePorts } from '../resume/resume-store.ts'
import type { BrowserProbes } from '../store/browser-probes.ts'
import { LakeFSHealth } from '../store/lakefs-health.ts'
import { absolute, type Store } from '../store/storage.ts'
import { MultipartAborts } from './abort-uploads.ts'
import { Comparer } from './compare/comparer.ts'
import { TransferContext } from './context.ts'
import { placeOf } from './file-to-send.ts'
import { FullStores } from './full-stores.ts'
import { Progress } from './progress.ts'
import { putBack } from './put-back.ts'
import { ReadBack } from './read-back.ts'
import { RepositoryStores } from './repository-stores.ts'
import type { TransferListener, TransferServices, WaitLimits } from './services.ts'
import { goesThroughLakeFS } from './strategies/choose.ts'
import { OTHER_TAB, PathLocks, skipIfUploadedByOtherTab } from './tabs/path-lock.ts'
import type { Tabs } from './tabs/tabs.ts'
import { type Outcome, transfer } from './transfer.ts'

/** Interfaces of the engine to its environment. browser.ts connects those of the browser, tests connect their own. */
export interface Ports {
  log: Log
  /** Other tabs of this browser. Absent when they cannot be known. */
  tabs?: Tabs | undefined
  /** Database of the unfinished files. Absent when none are kept. */
  resumeStore?: Pick<ResumeStorePorts, 'open' | 'locks' | 'endpoint'> | undefined
  lakefs: LakeFS
  /** Called when a user has signed in: no later request may get a token that was asked for before. */
  renewToken?: (() => void) | undefined
  store: Store
  clock: Clock
  /** Lets the page work between two slices of a long task. */
  breathe: () => Promise<void>
  /** Calls back when the network is back, or when a late token has arrived. Returns a function that unsubscribes. */
  onOnline: (callback: () => void) => () => void
  /** Calls back when the page becomes visible. Returns a function that unsubscribes. */
  onShown: (callback: () => void) => () => void
  /** False only when the browser is sure that there is no network. */
  online: () => boolean
  /** Computes an MD5 (hex) off the main thread. */
  md5: Md5
  /**
   * Calls back once with the protocol of a response from below the URL (`nextHopProtocol`). Returns a function that
   * unsubscribes.
   */
  onProtocol: (url: string, callback: (protocol: string) => void) => () => void
  /** Resolves with whether the host of the URL answers at all, without CORS. */
  reach: (url: string) => Promise<boolean>
  /** What else the browser tells about requests without an answer. */
  probes?: BrowserProbes | undefined
}

/**
 * Maximum number of concurrent requests over HTTP/2 and 3, which carry many over one connection. The limiters adapt
 * below it.
 */
const MAX_HTTP2_REQUESTS = 64

/**
 * Waits of the comparison with the branch at the end of a run: the user watches, so it is short and needs no session.
 */
const END_OF_RUN_WAITS: WaitLimits = { maxMs: 60_000, forSession: false }

/** Codes of files that could not be read or have changed. */
const UNREADABLE_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['file-changed', 'file-unreadable'])
/** Ms that a page may keep running while it is being left. */
const LEAVING_PAGE_MS = 3000

/** Runs the transfers of one uploader with shared limiters, session and retries. */
export class TransferManager {
  readonly session: Session
  /** Client for calls around the uploads, with the same session, limiter and retries. */
  readonly lakefs: LakeFSClient
  readonly aborts: MultipartAborts
  /** Compares files with the objects at their paths. */
  readonly comparer: Comparer
  /** Locks of the paths that this tab and the others send to. */
  readonly paths: PathLocks
  readonly #ports: Ports
  readonly #options: () => UploaderOptions
  readonly #resumeStore: ResumeStore | undefined
  readonly #stores: RepositoryStores
  readonly #lakefsHealth: LakeFSHealth
  readonly #services: TransferServices
  readonly #destinations: DestinationCache
  readonly #fullStores: FullStores
  readonly #lifetime = new AbortController()
  #isHttp2 = false

  constructor(
    ports: Ports,
    options: () => UploaderOptions,
    listener: TransferListener,
    resumeStore: ResumeStore | undefined,
  ) {
    this.#resumeStore = resumeStore
    const { clock, lakefs } = ports
    this.#destinations = new DestinationCache(lakefs, this.#lifetime.signal)
    this.aborts = new MultipartAborts(clock, ports.log)
    this.comparer = new Comparer(ports, resumeStore)
    this.paths = new PathLocks(ports.tabs, lakefs.endpoint)
    this.#fullStores = new FullStores(clock.now)
    const tools = (repository: string) => ({
      lakefs,
      store: ports.store,
      reach: ports.reach,
      probes: ports.probes,
      blockstore: this.#destinations.storageOf(repository)?.blockstore_type ?? 's3',
      page: allowed(() => origin) ?? '',
      clock,
    })
    this.#stores = new RepositoryStores(ports.store, tools, this.#lifetime.signal)
    const lakefsTools = () => ({ ...tools(options().repository), endpoint: absolute(lakefs.endpoint) })
    this.#lakefsHealth = new LakeFSHealth(lakefsTools, this.#lifetime.signal)
    this.#ports = ports
    this.#options = options
    this.session = new Session({
      clock,
      probe: () => this.#isSignedIn(),
      onLost: () => {
        if (!this.session.wasAccepted) tellNoSession(lakefs.endpoint)
        guarded(() => options().onSessionExpired?.())
      },
      onChange: () => listener.invalidate(),
    })
    const { concurrency } = options()
    this.#services = {
      options,
      lakefs,
      destinations: this.#destinations,
      health: (repository) => this.#stores.health(repository),
      lakefsHealth: this.#lakefsHealth,
      fullStores: this.#fullStores,
      readBack: new ReadBack(),
      clock,
      log: ports.log,
      session: this.session,
      apiLimiter: new ConcurrencyLimiter(clock, MAX_HTTP2_REQUESTS, concurrency?.api || DEFAULTS.concurrency.api),
      storeLimiter: new ConcurrencyLimiter(clock, MAX_HTTP2_REQUESTS, concurrency?.parts || DEFAULTS.concurrency.parts),
      aheadLimiter: new ConcurrencyLimiter(clock, 2 * MAX_HTTP2_REQUESTS),
      throughput: new Throughput(),
      server: (repository) => this.#stores.traits(repository),
      online: ports.online,
      md5: ports.md5,
      listener,
      abortUpload: (job, multipart) => this.abortUpload(job, multipart),
    }
    const own = createJobWithoutFile()
    this.lakefs = retrying(lakefs, {
      clock,
      md5: ports.md5,
      repeat: (attempt, signal) => this.#backgroundContext(own, signal).api(attempt),
    })
    this.applyLimits()
    ports.onProtocol(lakefs.url(''), (protocol) => {
      this.#isHttp2 = /^h[23]/.test(protocol)
      this.applyLimits()
    })
  }

  /** Applies the limits of the current options. */
  applyLimits(): void {
    const { concurrency } = this.#options()
    const { apiLimiter, storeLimiter, aheadLimiter } = this.#services
    apiLimiter.ceiling = concurrency?.api || (this.#isHttp2 ? MAX_HTTP2_REQUESTS : DEFAULTS.concurrency.api)
    storeLimiter.ceiling = concurrency?.parts || DEFAULTS.concurrency.parts
    aheadLimiter.ceiling = 2 * storeLimiter.ceiling
  }

  /** Announces a path that will be looked up on the branch, so that one listing answers for many paths. */
  prefetch(destination: Destination, path: string): void {
    this.#destinations.lookup(destination).prefetch(path)
  }

  /**
   * Maximum number of files in progress: the option, or else enough to keep every limiter busy. While some files send,
   * others request addresses and link.
   */
  get filesAtOnce(): number {
    const { apiLimiter, storeLimiter } = this.#services
    const busy = Math.max(DEFAULTS.concurrency.files, 2 * (apiLimiter.limit + storeLimiter.limit))
    // An invalid limit is rejected when files are added next, and must not stop the files that are already on the list.
    return Math.max(1, this.#options().concurrency?.files || busy)
  }

  /** Writes the remaining changes of the resume records, and lets other tabs have the files. */
  releaseRecords(): void {
    this.comparer.save()
    void this.#resumeStore?.release()
  }

  /** Forgets what is known of the destinations and of full stores, because the user may have changed something. */
  forgetDestinations(): void {
    this.#destinations.forget()
    this.#fullStores.forget()
  }

  /** Starts the next try of a waiting file now, because the user asks for it. */
  wake(job: Job): void {
    job.alarm.ring()
    this.session.look()
  }

  /**
   * Transfers one file from its resume point to an outcome, or to {@link OTHER_TAB} when another tab sends to its path.
   * The outcome rejects with UploadError or AbortError.
   */
  run(job: Job, signal: AbortSignal): { outcome: Promise<Outcome | typeof OTHER_TAB>; progress: Progress } {
    const { listener } = this.#services
    const progress = new Progress(job, (event) => listener.dispatch(job, event))
    const context = new TransferContext(job, this.#services, progress, signal)
    const outcome = this.paths.hold(job, async () => {
      if (!job.contested) return await transfer(context)
      context.enter('check')
      return (await skipIfUploadedByOtherTab(context)) ?? (await transfer(context))
    })
    const explained = outcome.then(
      (result) => {
        if (result !== OTHER_TAB && result.type === 'uploaded') {
          this.#fullStores.arrive(job.destination.repository, job.size)
          this.comparer.remember(job, result.object.checksum)
        }
        return result
      },
      (thrown: unknown) => this.#explain(job, thrown, signal),
    )
    return { outcome: explained, progress }
  }

  /** Signal of work in the background, which no user stops. */
  get signal(): AbortSignal {
    return this.#lifetime.signal
  }

  /** Calls lakeFS at the end of a run, for at most a minute and without waiting for a session. */
  callAtRunEnd<T>(call: () => Promise<T>): Promise<T> {
    // The result often comes from a listing, so its duration says nothing about the server.
    return this.#backgroundContext(createJobWithoutFile(), this.#lifetime.signal, END_OF_RUN_WAITS).api(
      call,
      this.#lifetime.signal,
      false,
    )
  }

  /** Puts the object of a file back on its branch; see {@link putBack}. */
  putBack(job: Job, object: ObjectStats): Promise<ObjectStats> {
    const context = this.#backgroundContext(job, this.#lifetime.signal, END_OF_RUN_WAITS)
    return putBack(context.toSend, context, object)
  }

  /**
   * Aborts a multipart upload in the background: its parts cost money and no listing shows them
   * (https://github.com/transloadit/uppy/issues/2699). Call it when all its part requests have ended.
   * @param left when an earlier visit abandoned it, in ms since 1970, and a function to call when it is gone. By
   *   default a record is kept until then.
   */
  abortUpload(job: Job, multipart: Multipart, left?: { since: number; done: () => void }): void {
    const { clock, lakefs } = this.#ports
    const { at, path } = placeOf(job)
    const context = this.#backgroundContext(job)
    this.aborts.abort({
      path,
      since: left?.since ?? clock.now(),
      abort: () => context.api(() => lakefs.abortMultipart(at, path, multipart, context.signal)),
      done: left?.done ?? this.#resumeStore?.saveAborted(job, multipart),
    })
  }

  /** Returns whether files of a repository go straight to its store. */
  hasDirectWay(repository: string): boolean {
    const storage = this.#destinations.storageOf(repository)
    const { presign = DEFAULTS.presign } = this.#options()
    const server = this.#stores.traits(repository)
    return presign !== 'always' && storage !== undefined && !goesThroughLakeFS({ storage, server, presign })
  }

  /** Sends the files of a repository through lakeFS from now on, because the user wants it. */
  takeLakeFSWay(repository: string): void {
    this.#stores.traits(repository).throughLakeFS = true
  }

  /** Returns the log with facts about browser, server and options, for a bug report. */
  report(destination: Destination, counts: Readonly<Record<string, number>>, path?: string): string {
    const { repository, branch, prefix } = destination
    const { server } = this.#destinations
    const options = this.#options()
    const { verifyChecksums: verify = DEFAULTS.verifyChecksums, viaApiBelow = DEFAULTS.viaApiBelow } = options
    const { presign, partSize } = options
    const facts = {
      browser: allowed(() => navigator.userAgent),
      destination: `lakefs://${repository}/${branch}/${prefix}`,
      lakeFS: server?.version_config?.version,
      store: this.#destinations.storageOf(repository)?.blockstore_type,
      options: JSON.stringify({ onConflict: policyOf(options.onConflict), verify, viaApiBelow, presign, partSize }),
      files: JSON.stringify(Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))),
      session: this.session.expired ? 'expired' : 'ok',
    }
    return this.#ports.log.text(facts, path)
  }

  /** Rethrows an error of a file, with the result of the self-test of the store if that explains it. */
  async #explain(job: Job, thrown: unknown, signal: AbortSignal): Promise<never> {
    if (!isUploadError(thrown)) throw thrown
    if (thrown.code === 'storage-full') this.#fullStores.refuse(job.destination.repository, job.size, thrown)
    // On a reload, WebKit aborts the file reads of the page and keeps it running until the next page is there. Taking
    // that for a changed file would abort the upload that the next visit can resume.
    const sent = job.state.status !== 'checking' || job.resumePoint.multipart !== undefined
    if (sent && UNREADABLE_CODES.has(thrown.code)) await new Alarm().sleep(LEAVING_PAGE_MS, this.#ports.clock, signal)
    const health = this.#stores.health(job.destination.repository)
    throw await this.#lakefsHealth.explain(await health.explain(placeOf(job), thrown))
  }

  /** Creates a context for work that no row shows and that the user does not stop. */
  #backgroundContext(job: Job, signal = this.#lifetime.signal, waits: WaitLimits = {}): TransferContext {
    // Its own alarm and stop control: waking or stopping the file must not affect this work.
    const own = { ...job, alarm: new Alarm(), movement: new Movement(), stop: new StopControl() }
    return new TransferContext(own, this.#services, new Progress(own, () => {}), signal, waits)
  }

  async #isSignedIn(): Promise<boolean> {
    try {
      return (await this.#ports.lakefs.user()) !== undefined
    } catch {
      // An error proves no session. The session is probed again later.
      return false
    }
  }
}
