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
import type { LakeFSHealth } from '../store/lakefs-health.ts'
import type { StoreAnswer, StoreRequest } from '../store/storage.ts'
import type { FullStores } from './full-stores.ts'
import type { ReadBack } from './read-back.ts'

/**
 * What is known of the way to one repository's store, shared by all its files. Repositories may have different stores,
 * and buckets with different rules at one store.
 */
export interface ServerTraits {
  /** False once the server has answered that it cannot presign. */
  presign: boolean
  /** False once the multipart API (pmpu) has answered 501. */
  multipart: boolean
  /** True once the user has chosen to send the files of this repository through lakeFS. */
  throughLakeFS?: true
  /** False for servers that return all part URLs at create and sign no single part. */
  signsParts: boolean
  /** False once the CORS rule of the store was found to lack Content-MD5. */
  takesMd5?: false
  /** False once a proxy in front of lakeFS has refused a file below `viaApiBelow` as too large (413). */
  direct?: boolean
  /** False once listings alone got no answer, as where an extension of the browser stops them. */
  lists?: false
}

/** Receives the events of the transfers. */
export interface TransferListener {
  dispatch(job: Job, event: FileEvent): void
  report(job: Job, sent: number, repeating: number | undefined): void
  /** Called when the resume point of a file has grown, with the number of a part if one was added. */
  save(job: Job, part: number | undefined): void
  notice(job: Job, notice: Notice | undefined): void
  isClaimed(job: Job, fullPath: string): boolean
  /** Called when something that all files show has changed, such as the session. */
  invalidate(): void
}

/** State and limits that the transfers of one uploader share. */
export interface TransferServices {
  readonly options: () => UploaderOptions
  readonly lakefs: LakeFS
  readonly destinations: DestinationCache
  /** Returns what is known of the store of a repository. */
  readonly health: (repository: string) => StoreHealth
  readonly lakefsHealth: LakeFSHealth
  readonly fullStores: FullStores
  readonly readBack: ReadBack
  readonly clock: Clock
  readonly log: Log
  readonly session: Session
  readonly apiLimiter: ConcurrencyLimiter
  readonly storeLimiter: ConcurrencyLimiter
  /** Limits the files that hold an address and do not send yet. */
  readonly aheadLimiter: ConcurrencyLimiter
  readonly throughput: Throughput
  /** Returns the features of the store of a repository, to be corrected by whoever learns better. */
  readonly server: (repository: string) => ServerTraits
  readonly online: () => boolean
  readonly md5: Md5
  readonly listener: TransferListener
  /** Aborts a multipart upload in the background. */
  abortUpload(job: Job, multipart: Multipart): void
}

/** Limits of the waits of requests that do not belong to a file in progress. */
export interface WaitLimits {
  /** Upper bound of the retry timeout in ms. */
  readonly maxMs?: number
  /** False ends the work when the session expires. By default it waits until the user has signed in. */
  readonly forSession?: false
}

export interface PutRequest extends Omit<StoreRequest, 'signal' | 'side'> {
  /** Checks a successful answer. A ResponseError thrown here counts as a refusal of the store. */
  check?: (answer: StoreAnswer) => Promise<void> | void
}
