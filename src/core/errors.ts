/**
 * Every way an upload can fail, as a stable code. Words for a person are kept apart (react/messages), so that a host
 * can replace or translate them while tests and hosts hold on to the code.
 */
export type ErrorCode =
  /** lakeFS no longer knows who asks: 401, or 403 "session expired". */
  | 'session-expired'
  /** lakeFS refuses this person: 403 otherwise. */
  | 'forbidden'
  /** The branch only changes by merge: 403 "cannot write to protected branch". */
  | 'protected-branch'
  /** The whole repository refuses writes: 403 "read-only repository". */
  | 'read-only'
  | 'repository-not-found'
  | 'branch-not-found'
  /** The destination names a tag or a commit; only branches take uploads. */
  | 'not-a-branch'
  /** The destination path is over 1,024 bytes of UTF-8. */
  | 'path-too-long'
  /** The destination path cannot be one; the fact `reason` says why: see {@link PathFault}. */
  | 'path-invalid'
  /** Two files were given for one destination path. */
  | 'path-twice'
  /** Metadata that a header cannot carry, for a file that can only go through lakeFS. */
  | 'metadata-invalid'
  /** The path is taken and the policy is `fail`, or it was taken while the file was sent. */
  | 'exists'
  /** The address outlived its 24 hours (400 "link address expired") twice. */
  | 'address-expired'
  /** lakeFS moved the file to another address (409) more often than {@link MAX_MOVES}. */
  | 'address-taken'
  /** The store answered with a final refusal. */
  | 'storage-refused'
  /**
   * The store has no room: its disk is full or a quota is used up, as it said itself or by lakeFS. Its words are the
   * `detail`. With the fact `unsent` nothing of this file was sent, because files no larger had been refused just before.
   */
  | 'storage-full'
  /** The store answered with an error of its own (408, 500, 502, 504) for longer than the retry timeout; see {@link AnswerFacts}. */
  | 'storage-error'
  /** The store gave no readable answer: CORS, mixed content or network. */
  | 'storage-unreachable'
  /** The store took the bytes and hid the ETag, so there is no checksum to link with. */
  | 'etag-hidden'
  /** lakeFS answered with an error (408, 425, 500, 502, 504) for longer than the retry timeout; see {@link AnswerFacts}. */
  | 'lakefs-error'
  /** lakeFS gave no answer. */
  | 'lakefs-unreachable'
  | 'checksum-mismatch'
  /** lakeFS confirmed the object, and the branch does not have it: a commit beside the upload has lost it. */
  | 'not-on-branch'
  | 'file-changed'
  | 'file-unreadable'
  /** A folder came where only a file can be read. */
  | 'is-folder'
  /** Over what the store takes in one object. */
  | 'too-large'
  /** 429 or 503 for longer than the retry timeout. The fact `side` says whose: `lakefs` or `storage`. */
  | 'throttled'
  /** Stopped by the person, never shown as a failure. */
  | 'aborted'
  /** A figure among the uploader's options that cannot be; `add` rejects with it. */
  | 'option-invalid'
  /** An answer outside the contract. */
  | 'protocol'

/** Facts a sentence may need: figures, names. Never a URL, a token or file content. */
export type ErrorFacts = Readonly<Record<string, string | number>>

/** What `storage-error` and `lakefs-error` know of the answer; also part of the state of a file that waits after one. */
export type AnswerFacts = {
  /** Its status and, where it had one, its code: `500 InternalError`. */
  answer: string
  /** `unknown`: nothing in it shows that the side asked gave it, and not a server in front of it. */
  by: 'itself' | 'unknown'
}

export interface UploadErrorInit {
  /** HTTP status of the answer that failed; absent where there was none. */
  status?: number | undefined
  /** Whether the same file may succeed when it is tried again. Default: what the code says. */
  retryable?: boolean | undefined
  facts?: ErrorFacts | undefined
  /** What the server itself said, cut to one line. */
  detail?: string | undefined
  /** X-Request-Id of lakeFS or x-amz-request-id of the store. */
  requestId?: string | undefined
  cause?: unknown
}

const FINAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'path-too-long',
  'path-invalid',
  'path-twice',
  'file-unreadable',
  'file-changed',
  'is-folder',
  'too-large',
  'not-on-branch',
  'option-invalid',
])

/** The one error class: branch on `code`, never on `message`. `message` is for logs and has no URL query in it. */
export class UploadError extends Error {
  override readonly name = 'UploadError'
  readonly code: ErrorCode
  readonly status: number | undefined
  readonly retryable: boolean
  readonly facts: ErrorFacts
  readonly detail: string | undefined
  readonly requestId: string | undefined

  constructor(code: ErrorCode, init: UploadErrorInit = {}) {
    const detail = init.detail === undefined ? undefined : withoutQueries(init.detail)
    super(detail ? `${code}: ${detail}` : code, init.cause === undefined ? undefined : { cause: init.cause })
    this.code = code
    this.status = init.status
    this.retryable = init.retryable ?? !FINAL.has(code)
    this.facts = init.facts ?? {}
    this.detail = detail
    this.requestId = init.requestId
  }
}

/** True for an UploadError of this or another copy of the package (an `instanceof` fails across bundles). */
export function isUploadError(value: unknown): value is UploadError {
  return value instanceof Error && value.name === 'UploadError' && 'code' in value
}

/**
 * Cuts credentials out of a text: the query of every URL (a presigned URL is a credential for its lifetime, and server
 * messages quote URLs), signature parameters that stand alone, what follows Bearer or Basic, and tokens that look like JWTs.
 */
export function withoutSecrets(text: string): string {
  return text
    .replace(/((?:https?:\/\/|\/)[^\s"'<>?]*)\?[^\s"'<>]*/gi, '$1?…')
    .replace(/\b((?:X-(?:Amz|Goog|Ms)-[\w-]+|Signature|sig|AWSAccessKeyId|GoogleAccessId)=)[^\s&"'<>]+/gi, '$1…')
    .replace(/\b(Bearer|Basic) [\w.~+/=-]+/gi, '$1 …')
    .replace(/\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]+)?/g, '…')
}

/** The same on one line of 500 characters. */
export function withoutQueries(text: string): string {
  return withoutSecrets(text).replace(/\s+/g, ' ').slice(0, 500)
}

/** Name and message of what was thrown, without the request that errors of fetch wrappers carry around. */
export function plainCause(thrown: unknown): Error {
  const plain = new Error(withoutQueries(thrown instanceof Error ? thrown.message : String(thrown)))
  plain.name = thrown instanceof Error ? thrown.name : 'Error'
  return plain
}
