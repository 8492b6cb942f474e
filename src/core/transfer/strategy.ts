import type { Multipart, ResumePoint, Stored } from '../file/resume-point.ts'
import type { Notice } from '../file/upload-file.ts'
import type { LakeFS } from '../lakefs/client.ts'
import type { BranchRef, StagingLocation } from '../lakefs/wire.ts'
import type { Side } from '../request/response-error.ts'
import type { StoreTraits } from '../store/limits.ts'
import type { StoreAnswer, StoreRequest } from '../store/storage.ts'

/** One file as the strategies see it. */
export interface FileToSend {
  readonly id: string
  readonly file: Blob
  readonly size: number
  readonly at: BranchRef
  /** Full path on the branch. */
  readonly path: string
  readonly contentType: string
  readonly metadata: Readonly<Record<string, string>>
}

/** What a strategy may use; waiting, retrying and the limits of what runs at once are behind it. */
export interface Means {
  readonly lakefs: LakeFS
  readonly signal: AbortSignal
  /** What this server turned out to support, shared by all files. */
  readonly server: ServerTraits
  /**
   * A lakeFS call in the API lane, repeated as the table says. `tries` is the number of refusals before; `timed: false`
   * for what may be known already, so that its time tells nothing of the server.
   */
  api<T>(call: (tries: number) => Promise<T>, signal?: AbortSignal, timed?: boolean): Promise<T>
  /**
   * Waits until the store is going to have room for this file, before an address is asked for: addresses are fetched a
   * little ahead and do not age in a line. Call what it gives once the file sends, or does not.
   */
  ahead(): Promise<() => void>
  /**
   * A request to the store in its lane, repeated as the table says. `prepare` is asked before each try, so that a URL
   * that has run out in the meantime can be replaced.
   */
  put(
    prepare: (tries: number) => Promise<PutRequest> | PutRequest,
    signal?: AbortSignal,
    side?: Side,
  ): Promise<StoreAnswer>
  /** Bytes of this file at the store or on the way. */
  progress(sent: number, repeating?: number): void
  /**
   * Whether a checksum that differs from ours means that the bytes do. Encryption with keys of one's own gives ETags
   * that only look like MD5s.
   */
  trustsChecksums(told: string, mine: string): Promise<boolean>
  /** Tells that the resumePoint has grown, by this part if one is given, for whoever keeps it. */
  keep(part?: number): void
  /** Ms that a wait without progress may add up to. */
  readonly patience: number
  /** Waits as long as before a repeat after that many refusals; the row says that lakeFS is busy. */
  pause(refusals: number): Promise<void>
  /** Gives up at the store what it has of an upload in parts, behind the files: nothing waits for it. */
  discard(multipart: Multipart): void
  /** Ms since 1970. */
  now(): number
  /** MD5 in hex of these bytes, computed beside the sending; undefined where verifying is off. */
  digest(body: Blob, signal: AbortSignal): Promise<string | undefined> | undefined
  /**
   * The same whatever the options say: where lakeFS would get no checksum without it. `behind` lets other bodies pass.
   */
  md5(body: Blob, signal: AbortSignal, behind?: boolean): Promise<string | undefined>
  /**
   * Whether a request with Content-MD5 gets through to the store; asked after one did not. A CORS rule that was written
   * before blocks were verified stops it, and then {@link ServerTraits.takesMd5} says so from here on.
   */
  takesMd5(): Promise<boolean>
  /** One request to the store that nobody waits for: no repeating, and a refusal is an answer. */
  ask(request: Omit<StoreRequest, 'signal'>): Promise<StoreAnswer>
  /** Something a person should know of this file; undefined takes it back. */
  notice(notice: Notice | undefined): void
  /** Ms from now until a moment in unix seconds of the server's clock; undefined where it is unknown. */
  timeLeft(expiry: number | null | undefined): number | undefined
  /** Whether a URL with this expiry (unix seconds, 0 or absent: unknown) can still be used, by the server's clock. */
  isFresh(expiry: number | null | undefined): boolean
  /** How many parts of one file may be on their way at once. */
  readonly lanes: number
  /** Bytes a second of one lane of the store, as seen so far by all files. */
  readonly pace: number | undefined
  readonly partSize: number | undefined
}

export interface PutRequest extends Omit<StoreRequest, 'signal' | 'side'> {
  /** Looks at a good answer; a ResponseError thrown here counts as the store's. */
  check?: (answer: StoreAnswer) => Promise<void> | void
}

export interface ServerTraits {
  /** False once the server has said that it cannot presign. */
  presign: boolean
  /** False once pmpu has answered 501. */
  multipart: boolean
  /** False for servers that only give all part URLs at create. */
  signsParts: boolean
  /** False once the store's CORS rule turned out to lack Content-MD5. */
  takesMd5?: boolean
  /** False once a server before lakeFS has found a file below `directBelow` too large for itself (413). */
  direct?: boolean
}

/** What a strategy is given besides the file and the means. */
export interface SendOptions {
  readonly resumePoint: ResumePoint
  readonly traits: StoreTraits
  /** Where a 409 said to send the file; without it an address is asked for. */
  readonly hint: StagingLocation | undefined
  /** Refuse to write over an object. */
  readonly ifAbsent: boolean
}

/** One way of bytes to where they belong. Goes on from the resumePoint; rejects with ResponseError, UploadError or AbortError. */
export type Strategy = (parcel: FileToSend, means: Means, delivery: SendOptions) => Promise<Stored>
