import type { Md5 } from '../checksum/md5.ts'
import { DEFAULTS } from '../defaults.ts'
import type { ErrorCode } from '../error-codes.ts'
import { isUploadError } from '../errors.ts'
import { createJob, type Job } from '../file/job.ts'
import { Movement } from '../file/movement.ts'
import type { Multipart } from '../file/resume-point.ts'
import { StopControl } from '../file/stop-control.ts'
import type { LakeFS } from '../lakefs/client.ts'
import { DestinationCache } from '../lakefs/destination-cache.ts'
import { type LakeFSClient, retrying } from '../lakefs/retrying-client.ts'
import type { Destination, ObjectStats } from '../lakefs/wire.ts'
import { policyOf, type UploaderOptions } from '../options.ts'
import { Alarm, type Clock } from '../request/clock.ts'
import { guarded } from '../request/host-callback.ts'
import { ConcurrencyLimiter } from '../request/limiter.ts'
import type { Log } from '../request/log.ts'
import { Session } from '../request/session.ts'
import { Throughput } from '../request/throughput.ts'
import type { ResumeStore, ResumeStorePorts } from '../resume/resume-store.ts'
import { StoreHealth } from '../store/health.ts'
import type { Store } from '../store/storage.ts'
import { MultipartAborts } from './abort-uploads.ts'
import { TransferContext } from './context.ts'
import { placeOf } from './file-to-send.ts'
import { FullStores } from './full-stores.ts'
import { leftByOther, OTHER_TAB, PathLocks } from './path-lock.ts'
import { Progress } from './progress.ts'
import { putBack } from './put-back.ts'
import type { TransferListener, TransferServices, Waits } from './services.ts'
import type { Tabs } from './tabs.ts'
import { type Outcome, transfer } from './transfer.ts'

/** What the engine needs from outside; browser.ts wires the browser's, tests wire their own. */
export interface Ports {
  log: Log
  /** The other tabs of this browser; absent: there is no way to know of them. */
  tabs?: Tabs | undefined
  /** Where unfinished files are remembered; absent: nowhere. */
  resumeStore?: Pick<ResumeStorePorts, 'open' | 'locks' | 'endpoint'> | undefined
  lakefs: LakeFS
  store: Store
  clock: Clock
  /** Gives the page a turn between two slices of long work. */
  breathe: () => Promise<void>
  /** Calls back when the network is back, or a token that was late; returns the way to stop. */
  onOnline: (callback: () => void) => () => void
  /** Calls back when the user looks at the page again; returns the way to stop. */
  onShown: (callback: () => void) => () => void
  /** False only when the browser is sure to have no network. */
  online: () => boolean
  /** MD5 in hex, computed elsewhere than on the main thread. */
  md5: Md5
  /** Calls back once with the protocol of answers from under the URL (`nextHopProtocol`); returns the way to stop. */
  onProtocol: (url: string, callback: (protocol: string) => void) => () => void
  /** Whether the URL's host answers at all, without CORS. */
  reach: (url: string) => Promise<boolean>
}

/** HTTP/2 and 3 carry many requests on one connection; how many are good is found out by adapting. */
const STREAMS = 64

/** Ms that the branch is asked for at the end of a run before its summary is told without. */
const AT_THE_END: Waits = { mostMs: 60_000, forSession: false }

/** Codes of a file that could not be read as it was given. */
const UNREAD: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['file-changed', 'file-unreadable'])
/** Ms that a page which is being left may live on. */
const LAST_MOMENTS = 3000

/** Runs the transfers of one uploader: shared doors, limiters and session. */
export class TransferManager {
  readonly session: Session
  /** lakeFS for what goes around the uploads: the same session, the same limiter, the same repeats. */
  readonly lakefs: LakeFSClient
  readonly aborts: MultipartAborts
  /** Paths that this tab and the others send to. */
  readonly paths: PathLocks
  readonly #ports: Ports
  readonly #options: () => UploaderOptions
  readonly #resumeStore: ResumeStore | undefined
  readonly #health: StoreHealth
  readonly #services: TransferServices
  readonly #destinations: DestinationCache
  readonly #fullStores: FullStores
  readonly #life = new AbortController()
  #streams = false

  constructor(
    ports: Ports,
    options: () => UploaderOptions,
    listener: TransferListener,
    resumeStore: ResumeStore | undefined,
  ) {
    this.#resumeStore = resumeStore
    const { clock, lakefs } = ports
    this.#destinations = new DestinationCache(lakefs, this.#life.signal)
    this.aborts = new MultipartAborts(clock, ports.log)
    this.paths = new PathLocks(ports.tabs, lakefs.endpoint)
    this.#fullStores = new FullStores(clock.now)
    const tools = () => ({
      lakefs,
      store: ports.store,
      reach: ports.reach,
      blockstore: this.#destinations.server?.storage_config.blockstore_type ?? 's3',
      page: globalThis.origin ?? '',
      clock,
    })
    this.#health = new StoreHealth(ports.store, tools, this.#life.signal)
    this.#ports = ports
    this.#options = options
    this.session = new Session({
      clock,
      probe: () => this.#isSignedIn(),
      onLost: () => guarded(() => options().onSessionExpired?.()),
      onChange: () => listener.invalidate(),
    })
    const { concurrency } = options()
    this.#services = {
      options,
      lakefs,
      destinations: this.#destinations,
      health: this.#health,
      fullStores: this.#fullStores,
      clock,
      log: ports.log,
      session: this.session,
      apiLimiter: new ConcurrencyLimiter(clock, STREAMS, concurrency?.api || DEFAULTS.concurrency.api),
      storeLimiter: new ConcurrencyLimiter(clock, STREAMS, concurrency?.parts || DEFAULTS.concurrency.parts),
      aheadLimiter: new ConcurrencyLimiter(clock, 2 * STREAMS),
      throughput: new Throughput(),
      server: { presign: true, multipart: true, signsParts: true },
      online: ports.online,
      md5: ports.md5,
      listener,
      abortUpload: (job, multipart) => this.abortUpload(job, multipart),
    }
    const own = jobOfNoFile()
    this.lakefs = retrying(lakefs, {
      clock,
      md5: ports.md5,
      repeat: (attempt, signal) => this.#quiet(own, signal).api(attempt),
    })
    this.applyLimits()
    ports.onProtocol(lakefs.url(''), (protocol) => {
      this.#streams = /^h[23]/.test(protocol)
      this.applyLimits()
    })
  }

  /** Takes over the limits of the options. */
  applyLimits(): void {
    const { concurrency } = this.#options()
    const { apiLimiter, storeLimiter, aheadLimiter } = this.#services
    apiLimiter.ceiling = concurrency?.api || (this.#streams ? STREAMS : DEFAULTS.concurrency.api)
    storeLimiter.ceiling = concurrency?.parts || DEFAULTS.concurrency.parts
    aheadLimiter.ceiling = 2 * storeLimiter.ceiling
  }

  /** Tells which path is going to be looked for on the branch, so that one listing answers for many. */
  prefetch(destination: Destination, path: string): void {
    this.#destinations.lookup(destination).prefetch(path)
  }

  /**
   * How many files may be under way: as many as the host says, else as many as keep every limiter busy. While some send,
   * others fetch addresses and link.
   */
  get filesAtOnce(): number {
    const { apiLimiter, storeLimiter } = this.#services
    const busy = Math.max(DEFAULTS.concurrency.files, 2 * (apiLimiter.limit + storeLimiter.limit))
    // A limit that cannot be is refused with the next files, and holds none of those that are there.
    return Math.max(1, this.#options().concurrency?.files || busy)
  }

  /** Writes what is left to write of the resume records, and lets other tabs have the files. */
  releaseRecords(): void {
    void this.#resumeStore?.release()
  }

  /** What was found out of the destinations is asked for anew: a person may have changed something. */
  forgetDestinations(): void {
    this.#destinations.forget()
    this.#fullStores.forget()
  }

  /** A person asks for the next try now, whatever the file waits for. */
  wake(job: Job): void {
    job.alarm.ring()
    this.session.look()
  }

  /**
   * Brings one file from where its resume point says it is to an outcome; to none where another tab has its path.
   * Rejects with UploadError or AbortError.
   */
  run(job: Job, signal: AbortSignal): { outcome: Promise<Outcome | typeof OTHER_TAB>; progress: Progress } {
    const { listener } = this.#services
    const progress = new Progress(job, (event) => listener.dispatch(job, event))
    const context = new TransferContext(job, this.#services, progress, signal)
    const outcome = this.paths.hold(job, async () => {
      if (!job.contested) return await transfer(context)
      context.enter('check')
      return (await leftByOther(context)) ?? (await transfer(context))
    })
    const explained = outcome.then(
      (result) => {
        if (result !== OTHER_TAB && result.type === 'uploaded') {
          this.#fullStores.arrive(job.destination.repository, job.size)
        }
        return result
      },
      (thrown: unknown) => this.#explain(job, thrown, signal),
    )
    return { outcome: explained, progress }
  }

  /** For what goes on behind the files and that nobody stops. */
  get signal(): AbortSignal {
    return this.#life.signal
  }

  /**
   * Calls lakeFS at the end of a run: waits for no session, and only as long as a user would who looks at the screen.
   */
  askAtEnd<T>(call: () => Promise<T>): Promise<T> {
    // Mostly known already from a listing: its time tells nothing of the server.
    return this.#quiet(jobOfNoFile(), this.#life.signal, AT_THE_END).api(call, this.#life.signal, false)
  }

  /** Puts an object of a file back on its branch; see {@link putBack}. */
  putBack(job: Job, object: ObjectStats): Promise<ObjectStats> {
    const context = this.#quiet(job, this.#life.signal, AT_THE_END)
    return putBack(context.toSend, context, object)
  }

  /**
   * Gives up at the store what it has of an upload in parts; parts cost money and nobody sees them
   * (https://github.com/transloadit/uppy/issues/2699). Behind the files: nothing waits for it. Called once all its part
   * requests have ended here.
   * @param left when an earlier visit had given it up, and what to do once it is gone; absent: a record is kept till
   *   then.
   */
  abortUpload(job: Job, multipart: Multipart, left?: { since: number; done: () => void }): void {
    const { clock, lakefs } = this.#ports
    const { at, path } = placeOf(job)
    const context = this.#quiet(job)
    this.aborts.abort({
      path,
      since: left?.since ?? clock.now(),
      abort: () => context.api(() => lakefs.abortMultipart(at, path, multipart, context.signal)),
      done: left?.done ?? this.#resumeStore?.saveAborted(job, multipart),
    })
  }

  /** What happened, for a person to send. */
  report(destination: Destination, counts: Readonly<Record<string, number>>, path?: string): string {
    const { repository, branch, prefix } = destination
    const { server } = this.#destinations
    const options = this.#options()
    const { verifyChecksums: verify = DEFAULTS.verifyChecksums, viaApiBelow = DEFAULTS.viaApiBelow } = options
    const facts = {
      browser: globalThis.navigator?.userAgent,
      destination: `lakefs://${repository}/${branch}/${prefix}`,
      lakeFS: server?.version_config?.version,
      store: server?.storage_config.blockstore_type,
      options: JSON.stringify({
        onConflict: policyOf(options.onConflict),
        verify,
        viaApiBelow,
        partSize: options.partSize,
      }),
      files: JSON.stringify(Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))),
      session: this.session.expired ? 'expired' : 'ok',
    }
    return this.#ports.log.text(facts, path)
  }

  /** Throws what the file fails with, and says what the store's self-test says of it. */
  async #explain(job: Job, thrown: unknown, signal: AbortSignal): Promise<never> {
    if (!isUploadError(thrown)) throw thrown
    if (thrown.code === 'storage-full') this.#fullStores.refuse(job.destination.repository, job.size, thrown)
    // WebKit cancels what a page reads as soon as somebody reloads it, and runs the page on until the next one is
    // there: who took that for a change of the file would give up at the store what the next visit goes on with.
    const sent = job.state.status !== 'checking' || job.resumePoint.multipart !== undefined
    if (sent && UNREAD.has(thrown.code)) await new Alarm().sleep(LAST_MOMENTS, this.#ports.clock, signal)
    throw await this.#health.explain(placeOf(job), thrown)
  }

  /** Work that no row shows, and that no user stops unless by the signal. */
  #quiet(job: Job, signal = this.#life.signal, waits: Waits = {}): TransferContext {
    // With an alarm of its own: who wakes or stops the file does not mean this.
    const own = { ...job, alarm: new Alarm(), movement: new Movement(), stop: new StopControl() }
    return new TransferContext(own, this.#services, new Progress(own, () => {}), signal, waits)
  }

  async #isSignedIn(): Promise<boolean> {
    try {
      return (await this.#ports.lakefs.user()) !== undefined
    } catch {
      // Not an answer is not a yes; the next look comes by itself.
      return false
    }
  }
}

/** Calls around the uploads wait and are logged as those of a file are. */
function jobOfNoFile(): Job {
  return createJob({
    id: 'client',
    path: '',
    destination: { repository: '', branch: '', prefix: '' },
    size: 0,
    lastModified: 0,
    contentType: '',
    metadata: {},
    file: undefined,
  })
}
