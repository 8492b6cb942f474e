import type { Md5 } from '../checksum/md5.ts'
import { DEFAULTS } from '../defaults.ts'
import { type ErrorCode, isUploadError } from '../errors.ts'
import { createJob, fullPath, type Job } from '../file/job.ts'
import type { Multipart } from '../file/resume-point.ts'
import type { FileEvent } from '../file/state.ts'
import type { Notice } from '../file/upload-file.ts'
import { checkUnchanged } from '../intake/collect.ts'
import type { LakeFS } from '../lakefs/client.ts'
import { DestinationCache } from '../lakefs/destination-cache.ts'
import { type LakeFSClient, retrying } from '../lakefs/retrying-client.ts'
import type { Destination, ObjectStats } from '../lakefs/wire.ts'
import { Alarm, type Clock, unlessAborted } from '../request/clock.ts'
import { guarded } from '../request/host-callback.ts'
import { ConcurrencyLimiter } from '../request/limiter.ts'
import type { Log } from '../request/log.ts'
import { Pace } from '../request/pace.ts'
import { retry } from '../request/retry.ts'
import { Session } from '../request/session.ts'
import type { ResumeStore, ResumeStorePorts } from '../resume/resume-store.ts'
import { type Place, StoreHealth } from '../store/health.ts'
import type { Store } from '../store/storage.ts'
import type { UploaderOptions } from '../uploader.ts'
import { AbortAgain } from './abort-uploads.ts'
import { meansFor, Progress, type Shared } from './context.ts'
import { FullStores } from './full-stores.ts'
import { leftByOther, OTHER_TAB, PathLocks } from './path-lock.ts'
import { putBack } from './put-back.ts'
import type { FileToSend, Means } from './strategy.ts'
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
const LAST_LOOK = 60_000

/** Codes of a file that could not be read as it was given. */
const UNREAD: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['file-changed', 'file-unreadable'])
/** Ms that a page which is being left may live on. */
const LAST_MOMENTS = 3000

/** Who hears what becomes of the files. */
export interface Listener {
  emit(job: Job, event: FileEvent): void
  report(job: Job, sent: number, repeating: number | undefined): void
  /** What the store has of a file has grown, by this part if one is given. */
  keep(job: Job, part: number | undefined): void
  notice(job: Job, notice: Notice | undefined): void
  isClaimed(job: Job, fullPath: string): boolean
  /** Something that shows in all files has changed: the session. */
  touch(): void
}

/** Runs the transfers of one uploader: shared doors, lanes and session. */
export class TransferManager {
  readonly session: Session
  /** lakeFS for what goes around the uploads: the same session, the same lane, the same repeats. */
  readonly lakefs: LakeFSClient
  readonly aborts: AbortAgain
  /** Paths that this tab and the others send to. */
  readonly paths: PathLocks
  readonly #ports: Ports
  readonly #options: () => UploaderOptions
  readonly #listener: Listener
  readonly #resumeStore: ResumeStore | undefined
  readonly #storeHealth: StoreHealth
  readonly #shared: Shared
  readonly #destinations: DestinationCache
  readonly #fullStores: FullStores
  readonly #life = new AbortController()
  #streams = false

  constructor(ports: Ports, options: () => UploaderOptions, listener: Listener, resumeStore: ResumeStore | undefined) {
    this.#resumeStore = resumeStore
    const { clock, lakefs } = ports
    this.#destinations = new DestinationCache(lakefs, this.#life.signal)
    this.aborts = new AbortAgain(clock, ports.log)
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
    this.#storeHealth = new StoreHealth(ports.store, tools, this.#life.signal)
    const { store } = this.#storeHealth
    this.#ports = ports
    this.#options = options
    this.#listener = listener
    this.session = new Session({
      clock,
      probe: () => this.#isSignedIn(),
      onLost: () => guarded(() => options().onSessionExpired?.()),
      onChange: () => listener.touch(),
    })
    this.#shared = {
      lakefs,
      store,
      clock,
      log: ports.log,
      session: this.session,
      apiLimiter: new ConcurrencyLimiter(clock, STREAMS, options().concurrency?.api || DEFAULTS.concurrency.api),
      storeLimiter: new ConcurrencyLimiter(clock, STREAMS, options().concurrency?.parts || DEFAULTS.concurrency.parts),
      aheadLimiter: new ConcurrencyLimiter(clock, 2 * STREAMS),
      server: { presign: true, multipart: true, signsParts: true },
      online: ports.online,
      patience: () => options().patience ?? DEFAULTS.patience,
      partSize: () => options().partSize,
      pace: new Pace(),
      verify: () => options().verify !== false,
      md5: ports.md5,
      examineStore: (job) => this.#storeHealth.examine(placeOf(job)),
      trustsChecksums: (job) => this.#storeHealth.trustsChecksums(placeOf(job)),
      takesMd5: (job) => this.#takesMd5(job),
      checkRoom: ({ destination, size, resumePoint }) =>
        this.#fullStores.check(destination.repository, size, resumePoint),
      checkUnchanged: (job, body) => checkUnchanged(body, fullPath(job), job),
      keep: (job, part) => listener.keep(job, part),
      discard: (job, multipart) => this.discard(job, multipart),
      report: (job, sent, repeating) => listener.report(job, sent, repeating),
      notice: (job, notice) => listener.notice(job, notice),
    }
    const own = jobOfNoFile()
    this.lakefs = retrying(lakefs, {
      clock,
      md5: ports.md5,
      repeat: (attempt, signal) => this.#quietMeans(own, signal).api(attempt),
    })
    this.adopt()
    ports.onProtocol(lakefs.url(''), (protocol) => {
      this.#streams = /^h[23]/.test(protocol)
      this.adopt()
    })
  }

  /** Takes over the limits of the options. */
  adopt(): void {
    const { concurrency } = this.#options()
    const { apiLimiter, storeLimiter, aheadLimiter } = this.#shared
    apiLimiter.ceiling = concurrency?.api || (this.#streams ? STREAMS : DEFAULTS.concurrency.api)
    storeLimiter.ceiling = concurrency?.parts || DEFAULTS.concurrency.parts
    aheadLimiter.ceiling = 2 * storeLimiter.ceiling
  }

  /** Tells which path is going to be looked for on the branch, so that one listing answers for many. */
  announce(destination: Destination, path: string): void {
    this.#destinations.lookup(destination).announce(path)
  }

  /** As many files as keep every lane busy: while some send, others fetch addresses and link. */
  get filesAtOnce(): number {
    const { apiLimiter, storeLimiter } = this.#shared
    return Math.max(DEFAULTS.concurrency.files, 2 * (apiLimiter.limit + storeLimiter.limit))
  }

  /** What was found out of the destinations is asked for anew: a person may have changed something. */
  forget(): void {
    this.#destinations.forget()
    this.#fullStores.forget()
  }

  /** A person asks for the next try now, whatever the file waits for. */
  wake(job: Job): void {
    job.alarm.ring()
    this.session.look()
  }

  /**
   * One file, from where its resumePoint says it is, to an outcome; to none where another tab has its path. Rejects with
   * UploadError or AbortError.
   */
  run(job: Job, signal: AbortSignal): { outcome: Promise<Outcome | typeof OTHER_TAB>; progress: Progress } {
    const progress = new Progress(job, (event) => this.#listener.emit(job, event))
    const means = meansFor(job, this.#shared, progress, signal)
    const outcome = this.paths.hold(job, async () => {
      if (!job.contested) return await this.#transfer(job, means, progress)
      progress.enter('check')
      return (await leftByOther(job, means)) ?? (await this.#transfer(job, means, progress))
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

  #transfer(job: Job, means: Means, progress: Progress): Promise<Outcome> {
    const { signal } = means
    const { destination, file } = job
    const destinations = this.#destinations
    const options = this.#options()
    // An announced listing may be older than what another tab has put there.
    const look = (path: string) =>
      job.contested
        ? means.lakefs.stat(destination, path, signal)
        : unlessAborted(destinations.lookup(destination).at(path), signal)
    return transfer(
      { file, parcel: parcelOf(job, file ?? new Blob()), resumePoint: job.resumePoint, answer: job.answer },
      {
        means,
        policy: options.onConflict ?? DEFAULTS.onConflict,
        directBelow: options.directBelow ?? DEFAULTS.directBelow,
        // Asked for many files at once: one that is stopped does not wait for the answer.
        verdict: () => means.api(() => unlessAborted(destinations.verdict(destination), signal), signal, false),
        present: (path) => means.api(() => look(path), signal, false),
        isClaimed: (path) => this.#listener.isClaimed(job, path),
        discard: (multipart) => this.discard(job, multipart),
        checkUnchanged: async () => file && (await checkUnchanged(file, fullPath(job), job)),
        onCheck: () => progress.enter('check'),
        onSend: () => {
          // A link that was under way when the person cancelled was not called back; sending once more is.
          if (job.stopReason === 'cancel') job.controller?.abort()
          // Before an address is asked for, or an upload in parts begun that nobody would end.
          this.#shared.checkRoom(job)
          progress.enter('send')
        },
        onFinish: () => progress.enter('finish'),
      },
    )
  }

  /** For what goes on behind the files and that nobody stops. */
  get signal(): AbortSignal {
    return this.#life.signal
  }

  /** A call at the end of a run: waits for no session, and only as long as somebody would who looks at the screen. */
  ask<T>(call: () => Promise<T>): Promise<T> {
    const { clock, session, online, patience, apiLimiter } = this.#shared
    // Mostly known already from a listing: its time tells nothing of the server.
    return retry(() => apiLimiter.run('end of the run', this.#life.signal, call, { timed: false }), {
      clock,
      session,
      alarm: new Alarm(),
      online,
      patience: Math.min(patience(), LAST_LOOK),
      signal: this.#life.signal,
      waitForSession: false,
    })
  }

  /** Puts an object of a file back on its branch; see {@link putBack}. */
  putBack(job: Job, object: ObjectStats): Promise<ObjectStats> {
    // With an alarm of its own: who wakes or stops the file does not mean this.
    const own = { ...job, alarm: new Alarm(), controller: undefined }
    const patience = () => Math.min(this.#shared.patience(), LAST_LOOK)
    const shared: Shared = { ...this.#shared, patience, waitForSession: false }
    const means = meansFor(own, shared, new Progress(own, () => {}), this.#life.signal)
    return putBack(parcelOf(job, new Blob()), means, object)
  }

  /**
   * Gives up at the store what it has of an upload in parts; parts cost money and nobody sees them (peers B14). Behind
   * the files: nothing waits for it. Called once all its part requests have ended here.
   * @param left when an earlier visit had given it up, and what to do once it is gone; absent: a record is kept till then.
   */
  discard(job: Job, multipart: Multipart, left?: { since: number; done: () => void }): void {
    const { clock, lakefs } = this.#ports
    const { at, path } = parcelOf(job, new Blob())
    // With an alarm of its own: who wakes or stops the file does not mean this.
    const means = this.#quietMeans({ ...job, alarm: new Alarm(), controller: undefined })
    this.aborts.giveUp({
      path,
      since: left?.since ?? clock.now(),
      abort: () => means.api(() => lakefs.abortMultipart(at, path, multipart, means.signal)),
      done: left?.done ?? this.#resumeStore?.leave(job, multipart),
    })
  }

  /** What happened, for a person to send. */
  report(destination: Destination, counts: Readonly<Record<string, number>>, path?: string): string {
    const { repository, branch, prefix } = destination
    const { server } = this.#destinations
    const { onConflict, verify, directBelow, partSize } = { ...DEFAULTS, ...this.#options() }
    const facts = {
      browser: globalThis.navigator?.userAgent,
      destination: `lakefs://${repository}/${branch}/${prefix}`,
      lakeFS: server?.version_config?.version,
      store: server?.storage_config.blockstore_type,
      options: JSON.stringify({ onConflict, verify, directBelow, partSize }),
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
    throw await this.#storeHealth.explain(placeOf(job), thrown)
  }

  async #takesMd5(job: Job): Promise<boolean> {
    const takes = await this.#storeHealth.takesMd5(placeOf(job))
    const { server } = this.#shared
    if (!takes && server.takesMd5 !== false) {
      server.takesMd5 = false
      this.#ports.log.add({
        what: 'blocks go unverified: the CORS rule of the store lacks Content-MD5',
        side: 'storage',
      })
    }
    return takes
  }

  /** Means for work that no row shows, and that no person stops unless by the signal. */
  #quietMeans(job: Job, signal = this.#life.signal): Means {
    return meansFor(job, this.#shared, new Progress(job, () => {}), signal)
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

function parcelOf(job: Job, file: Blob): FileToSend {
  const { id, size, contentType, metadata } = job
  return { id, file, size, ...placeOf(job), contentType, metadata }
}

function placeOf(job: Job): Place {
  const { repository, branch } = job.destination
  return { at: { repository, branch }, path: fullPath(job) }
}

/** Calls around the uploads go through the same means, which wait and log for a job. */
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
