import { type ErrorCode, isUploadError, plainCause, UploadError, withoutSecrets } from './errors.ts'
import type { WaitReason } from './state.ts'

export type Side = 'lakefs' | 'storage'

export interface RefusalInit {
  side: Side
  /** HTTP status; 0 where no readable answer came. */
  status: number
  /** lakeFS: the `message` of the body. Store: the `<Message>` of its XML. */
  message?: string | undefined
  /** Store: the `<Code>` of its XML, `NoSuchUpload` and the like. */
  xmlCode?: string | undefined
  /** The parsed JSON body, where there was one. */
  body?: unknown
  /** Ms that the server asks to wait. */
  retryAfter?: number | undefined
  requestId?: string | undefined
  cause?: unknown
}

/** An answer (or none) that is not the one wanted; what it means is decided by {@link ruleFor}. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly side: Side
  readonly status: number
  readonly detail: string
  readonly xmlCode: string | undefined
  readonly body: unknown
  readonly retryAfter: number | undefined
  readonly requestId: string | undefined

  constructor(init: RefusalInit) {
    const detail = withoutSecrets(init.message ?? '')
    super(`${init.side} ${init.status} ${init.xmlCode ?? ''} ${detail}`.trim(), {
      ...(init.cause === undefined ? {} : { cause: plainCause(init.cause) }),
    })
    this.side = init.side
    this.status = init.status
    this.detail = detail
    this.xmlCode = init.xmlCode
    this.body = init.body
    this.retryAfter = init.retryAfter
    this.requestId = init.requestId
  }
}

/** What to do after a refusal. */
export type Verdict =
  /** The same request again, later. */
  | 'wait'
  /** The same request again, once somebody has signed in. */
  | 'session'
  /** A newly signed URL, once. */
  | 'sign'
  /** The same request again, once. */
  | 'once'
  /** Nobody repeats this by itself. */
  | 'final'

export interface Rule {
  side: Side
  /** Any of these; absent: every status. */
  status?: readonly number[]
  /** Found in the message or the XML code. */
  says?: RegExp
  verdict: Verdict
  code: ErrorCode
  reason?: WaitReason
}

/** What to repeat: the contract's table (contract §7), first match wins. */
export const RULES: readonly Rule[] = [
  { side: 'lakefs', status: [401], verdict: 'session', code: 'session-expired', reason: 'session' },
  {
    side: 'lakefs',
    status: [403],
    says: /session expired/i,
    verdict: 'session',
    code: 'session-expired',
    reason: 'session',
  },
  { side: 'lakefs', status: [403], says: /protected branch/i, verdict: 'final', code: 'protected-branch' },
  { side: 'lakefs', status: [403], says: /read-only/i, verdict: 'final', code: 'read-only' },
  { side: 'lakefs', status: [403], verdict: 'final', code: 'forbidden' },
  // With the branch's name in between where the bytes go through lakeFS; of a listing it is the ref that is not there.
  { side: 'lakefs', status: [404], says: /\b(branch|ref)\b.* not found/i, verdict: 'final', code: 'branch-not-found' },
  { side: 'lakefs', status: [404], says: /repository not found/i, verdict: 'final', code: 'repository-not-found' },
  { side: 'lakefs', status: [400], says: /address expired/i, verdict: 'final', code: 'address-expired' },
  { side: 'lakefs', status: [400], says: /above maximum length/i, verdict: 'final', code: 'path-too-long' },
  { side: 'lakefs', status: [409], verdict: 'final', code: 'address-taken' },
  { side: 'lakefs', status: [412], verdict: 'final', code: 'exists' },
  { side: 'lakefs', status: [500], says: /StatusCode: 4\d\d|NoSuchUpload/i, verdict: 'final', code: 'storage-refused' },
  {
    side: 'lakefs',
    status: [500],
    says: /not supported|GoogleAccessID|validation error/i,
    verdict: 'final',
    code: 'protocol',
  },
  {
    side: 'lakefs',
    status: [500],
    says: /locked|predicate failed/i,
    verdict: 'wait',
    code: 'throttled',
    reason: 'busy',
  },
  { side: 'lakefs', status: [423, 429, 503], verdict: 'wait', code: 'throttled', reason: 'busy' },
  { side: 'lakefs', status: [0], says: /getToken/, verdict: 'wait', code: 'session-expired', reason: 'token' },
  {
    side: 'lakefs',
    status: [0, 408, 425, 500, 502, 504],
    verdict: 'wait',
    code: 'lakefs-unreachable',
    reason: 'lakefs-unreachable',
  },
  // A good status and a body that is none: cut off on its way, left out, or a proxy's page.
  { side: 'lakefs', status: [200, 201, 202, 204], verdict: 'once', code: 'protocol' },
  { side: 'lakefs', verdict: 'final', code: 'protocol' },

  { side: 'storage', status: [403], verdict: 'sign', code: 'storage-refused' },
  { side: 'storage', says: /ExpiredToken|RequestTimeTooSkewed/, verdict: 'sign', code: 'storage-refused' },
  // Azure's own words and, the last one, those of its emulator.
  {
    side: 'storage',
    says: /BadDigest|Md5Mismatch|contentMD5 doesn't match/,
    verdict: 'once',
    code: 'checksum-mismatch',
  },
  // S3's 400 for a body that came too slowly or broke off.
  {
    side: 'storage',
    status: [400],
    says: /RequestTimeout\b|IncompleteBody/,
    verdict: 'wait',
    code: 'storage-unreachable',
    reason: 'storage-unreachable',
  },
  { side: 'storage', status: [429, 503], verdict: 'wait', code: 'throttled', reason: 'busy' },
  {
    side: 'storage',
    status: [0, 408, 500, 502, 504],
    verdict: 'wait',
    code: 'storage-unreachable',
    reason: 'storage-unreachable',
  },
  { side: 'storage', verdict: 'final', code: 'storage-refused' },
]

/** The first rule that fits. The two rules without a status make sure that one does. */
export function ruleFor(refusal: Refusal): Rule {
  const text = `${refusal.xmlCode ?? ''} ${refusal.detail}`
  const found = RULES.find(
    (rule) =>
      rule.side === refusal.side &&
      (rule.status === undefined || rule.status.includes(refusal.status)) &&
      (rule.says === undefined || rule.says.test(text)),
  )
  return found ?? { side: refusal.side, verdict: 'final', code: 'protocol' }
}

/** Any thrown value as the error that a person may see. */
export function toUploadError(thrown: unknown): UploadError {
  if (isUploadError(thrown)) return thrown
  if (thrown instanceof Refusal) {
    const rule = ruleFor(thrown)
    return new UploadError(rule.code, {
      facts: { side: thrown.side },
      status: thrown.status || undefined,
      detail: [thrown.xmlCode, thrown.detail].filter(Boolean).join(': ') || undefined,
      requestId: thrown.requestId,
      // Not the refusal itself: the body of a 409 has a presigned URL in it.
      cause: plainCause(thrown),
    })
  }
  if (isAbort(thrown)) return new UploadError('aborted', { cause: thrown })
  return new UploadError('protocol', {
    detail: thrown instanceof Error ? thrown.message : String(thrown),
    cause: plainCause(thrown),
  })
}

/** True for the rejection that an AbortSignal of ours causes. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError'
}
