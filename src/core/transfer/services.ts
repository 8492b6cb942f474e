import type { Md5 } from '../checksum/md5.ts'
import type { Job } from '../file/job.ts'
import type { Multipart } from '../file/resume-point.ts'
import type { FileEvent } from '../file/state.ts'
import type { Notice } from '../file/upload-file.ts'
import type { LakeFS } from '../lakefs/client.ts'
import type { DestinationCache } from '../lakefs/destination-cache.ts'
import type { UploaderOptions } from '../options.ts'
import type { Clock } from '../request/clock.ts'
import type { ConcurrencyLimiter } from '../request/limiter.ts'
import type { Log } from '../request/log.ts'
import type { Session } from '../request/session.ts'
import type { Throughput } from '../request/throughput.ts'
import type { StoreHealth } from '../store/health.ts'
import type { StoreAnswer, StoreRequest } from '../store/storage.ts'
import type { FullStores } from './full-stores.ts'

/** What a server turned out to support, shared by all files. */
export interface ServerTraits {
  /** False once the server has said that it cannot presign. */
  presign: boolean
  /** False once pmpu has answered 501. */
  multipart: boolean
  /** False for servers that only give all part URLs at create. */
  signsParts: boolean
  /** False once the store's CORS rule turned out to lack Content-MD5. */
  takesMd5?: false
  /** False once a server before lakeFS has found a file below `viaApiBelow` too large for itself (413). */
  direct?: boolean
}

/** Hears what becomes of the files. */
export interface TransferListener {
  dispatch(job: Job, event: FileEvent): void
  report(job: Job, sent: number, repeating: number | undefined): void
  /** What the store has of a file has grown, by this part if one is given. */
  save(job: Job, part: number | undefined): void
  notice(job: Job, notice: Notice | undefined): void
  isClaimed(job: Job, fullPath: string): boolean
  /** Something that shows in all files has changed: the session. */
  invalidate(): void
}

/** What the transfers of one uploader share. */
export interface TransferServices {
  readonly options: () => UploaderOptions
  readonly lakefs: LakeFS
  readonly destinations: DestinationCache
  readonly health: StoreHealth
  readonly fullStores: FullStores
  readonly clock: Clock
  readonly log: Log
  readonly session: Session
  readonly apiLimiter: ConcurrencyLimiter
  readonly storeLimiter: ConcurrencyLimiter
  /** Files that hold an address and do not send yet. */
  readonly aheadLimiter: ConcurrencyLimiter
  readonly throughput: Throughput
  readonly server: ServerTraits
  readonly online: () => boolean
  readonly md5: Md5
  readonly listener: TransferListener
  /** Gives up at the store what it has of an upload in parts. */
  abortUpload(job: Job, multipart: Multipart): void
}

/** How long work waits whose options are not those of the files. */
export interface Waits {
  /** Ms at most, where the option allows more. */
  readonly mostMs?: number
  /** False: a lost session ends the work. Default true: it waits until somebody has signed in. */
  readonly forSession?: false
}

export interface PutRequest extends Omit<StoreRequest, 'signal' | 'side'> {
  /** Looks at a good answer; a ResponseError thrown here counts as the store's. */
  check?: (answer: StoreAnswer) => Promise<void> | void
}
