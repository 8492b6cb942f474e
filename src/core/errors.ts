import type { ErrorCode, ErrorFacts } from './error-codes.ts'
import { errorSentence } from './error-sentences.ts'
import { type RefusedBy, refusedBy } from './refused-by.ts'

export interface UploadErrorInit {
  /** HTTP status of the answer that failed; absent without an answer. */
  status?: number | undefined
  /** True when the same file may succeed on a retry. Default: depends on the code. */
  retryable?: boolean | undefined
  facts?: ErrorFacts | undefined
  /** Words of the server, cut to one line. */
  detail?: string | undefined
  /** X-Request-Id of lakeFS or x-amz-request-id of the store. */
  requestId?: string | undefined
  cause?: unknown
}

/** Whether the same file can succeed on a retry, unless the error itself says otherwise. */
const RETRYABLE: Readonly<Record<ErrorCode, boolean>> = {
  'session-expired': true,
  'lakefs-unreachable': true,
  'storage-unreachable': true,
  'lakefs-error': true,
  'storage-error': true,
  throttled: true,
  forbidden: true,
  'protected-branch': true,
  'read-only': true,
  'proxy-refused': true,
  'not-lakefs': true,
  'blocked-by-policy': true,
  blocked: true,
  'repository-not-found': true,
  'store-unknown': true,
  'branch-not-found': true,
  'not-a-branch': true,
  'path-too-long': false,
  'path-invalid': false,
  'path-twice': false,
  'metadata-invalid': true,
  exists: true,
  'storage-refused': true,
  'etag-hidden': true,
  'file-changed': false,
  'file-unreadable': true,
  'is-folder': false,
  'too-large': false,
  'option-invalid': false,
  'storage-full': true,
  'not-on-branch': false,
  'address-expired': true,
  'address-taken': true,
  'checksum-mismatch': true,
  'path-mismatch': true,
  'size-mismatch': true,
  'object-unreadable': true,
  aborted: true,
  protocol: true,
}

/**
 * The only error class. Branch on `code`. `message` is an English sentence for a user; `detail` has the words of the
 * server. The component shows the same sentence in its own language.
 */
export class UploadError extends Error {
  override readonly name = 'UploadError'
  readonly code: ErrorCode
  readonly status: number | undefined
  readonly retryable: boolean
  readonly facts: ErrorFacts
  readonly detail: string | undefined
  readonly requestId: string | undefined
  /** Who or what has refused; undefined where nobody has, or where it cannot be told. */
  readonly refusedBy: RefusedBy | undefined

  constructor(code: ErrorCode, init: UploadErrorInit = {}) {
    const detail = init.detail === undefined ? undefined : withoutQueries(init.detail)
    super(errorSentence(code, init.facts ?? {}), init.cause === undefined ? undefined : { cause: init.cause })
    this.code = code
    this.status = init.status
    this.retryable = init.retryable ?? RETRYABLE[code]
    this.facts = init.facts ?? {}
    this.detail = detail
    this.requestId = init.requestId
    this.refusedBy = refusedBy(code, this.facts)
  }
}

/** True for an UploadError of this or another copy of the package, where `instanceof` would fail. */
export function isUploadError(value: unknown): value is UploadError {
  return value instanceof Error && value.name === 'UploadError' && 'code' in value
}

/**
 * Removes credentials from a text: the query of every URL (a presigned URL is a credential for its lifetime, and server
 * messages quote URLs), signature parameters that stand alone, the value after Bearer or Basic, and tokens that look
 * like JWTs.
 */
export function withoutSecrets(text: string): string {
  return text
    .replace(/((?:https?:\/\/|\/)[^\s"'<>?]*)\?[^\s"'<>]*/gi, '$1?…')
    .replace(/\b((?:X-(?:Amz|Goog|Ms)-[\w-]+|Signature|sig|AWSAccessKeyId|GoogleAccessId)=)[^\s&"'<>]+/gi, '$1…')
    .replace(/\b(Bearer|Basic) [\w.~+/=-]+/gi, '$1 …')
    .replace(/\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]+)?/g, '…')
}

/** Removes credentials likewise and returns one line of at most 500 characters. */
export function withoutQueries(text: string): string {
  return withoutSecrets(text).replace(/\s+/g, ' ').slice(0, 500)
}

/** Returns name and message of a thrown value, without the request that errors of fetch wrappers carry. */
export function plainCause(thrown: unknown): Error {
  const plain = new Error(withoutQueries(thrown instanceof Error ? thrown.message : String(thrown)))
  plain.name = thrown instanceof Error ? thrown.name : 'Error'
  return plain
}
