import type { AnswerFacts, ErrorCode, ErrorFacts } from '../error-codes.ts'
import { isUploadError, plainCause, UploadError, withoutQueries, withoutSecrets } from '../errors.ts'
import { hasText } from './json-body.ts'
import { saysFull } from './storage-full-words.ts'

export type Side = 'lakefs' | 'storage'

export interface ResponseErrorInit {
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
export class ResponseError extends Error {
  override readonly name = 'ResponseError'
  readonly side: Side
  readonly status: number
  readonly detail: string
  readonly xmlCode: string | undefined
  readonly body: unknown
  readonly retryAfter: number | undefined
  readonly requestId: string | undefined
  /** Ms that repeats of it have waited, once whoever repeats has given up. */
  waitedMs: number | undefined

  constructor(init: ResponseErrorInit) {
    const detail = withoutSecrets(init.message ?? '')
    // A proxy in front of the store may write what it likes there, and the sentence of the error repeats it.
    const xmlCode = init.xmlCode === undefined ? undefined : withoutQueries(init.xmlCode)
    super(`${init.side} ${init.status} ${xmlCode ?? ''} ${detail}`.trim(), {
      ...(init.cause === undefined ? {} : { cause: plainCause(init.cause) }),
    })
    this.side = init.side
    this.status = init.status
    this.detail = detail
    this.xmlCode = xmlCode
    this.body = init.body
    this.retryAfter = init.retryAfter
    this.requestId = init.requestId
  }
}

/** Whether lakeFS or the store has answered with one of these statuses. */
export function hasStatus(thrown: unknown, ...statuses: number[]): thrown is ResponseError {
  return thrown instanceof ResponseError && statuses.includes(thrown.status)
}

/** What to do after a refusal. */
export type RetryAction =
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
  match?: RegExp | ((text: string) => boolean)
  /** Whom it is about, where lakeFS only passes it on. Default: `side`. */
  by?: Side
  action: RetryAction
  code: ErrorCode
  reason?: WaitReason
}

/** What lakeFS passes on of a store's answer: the words of Amazon's and Azure's clients inside it. */
const STORE_SAID = /(?:StatusCode: |RESPONSE )(\d{3})\b/
const STORE_CODE = /(?:api error |ERROR CODE: )(\w+)/

/** What to repeat, first match wins. */
export const RULES: readonly Rule[] = [
  { side: 'lakefs', status: [401], action: 'session', code: 'session-expired', reason: 'session' },
  {
    side: 'lakefs',
    status: [403],
    match: /session expired/i,
    action: 'session',
    code: 'session-expired',
    reason: 'session',
  },
  { side: 'lakefs', status: [403], match: /protected branch/i, action: 'final', code: 'protected-branch' },
  { side: 'lakefs', status: [403], match: /read-only/i, action: 'final', code: 'read-only' },
  { side: 'lakefs', status: [403], action: 'final', code: 'forbidden' },
  // With the branch's name in between where the bytes go through lakeFS; of a listing it is the ref that is not there.
  { side: 'lakefs', status: [404], match: /\b(branch|ref)\b.* not found/i, action: 'final', code: 'branch-not-found' },
  { side: 'lakefs', status: [404], match: /repository not found/i, action: 'final', code: 'repository-not-found' },
  { side: 'lakefs', status: [400], match: /address expired/i, action: 'final', code: 'address-expired' },
  { side: 'lakefs', status: [400], match: /above maximum length/i, action: 'final', code: 'path-too-long' },
  { side: 'lakefs', status: [409], action: 'final', code: 'address-taken' },
  { side: 'lakefs', status: [412], action: 'final', code: 'exists' },
  { side: 'lakefs', status: [507], by: 'storage', action: 'final', code: 'storage-full' },
  // A store that lakeFS writes to itself, or that has told lakeFS.
  {
    side: 'lakefs',
    status: [400, 413, 429, 500, 502, 503, 504],
    match: (text) => STORE_SAID.exec(text)?.[1] === '507' || saysFull(text, false),
    by: 'storage',
    action: 'final',
    code: 'storage-full',
  },
  {
    side: 'lakefs',
    status: [500],
    match: /StatusCode: (?:429|503)\b|RESPONSE (?:429|503)\b/,
    by: 'storage',
    action: 'wait',
    code: 'throttled',
    reason: 'busy',
  },
  {
    side: 'lakefs',
    status: [500],
    match: /StatusCode: 4\d\d|NoSuchUpload/i,
    by: 'storage',
    action: 'final',
    code: 'storage-refused',
  },
  {
    side: 'lakefs',
    status: [500],
    match: /not supported|GoogleAccessID|validation error/i,
    action: 'final',
    code: 'protocol',
  },
  {
    side: 'lakefs',
    status: [500],
    match: /locked|predicate failed/i,
    action: 'wait',
    code: 'throttled',
    reason: 'busy',
  },
  { side: 'lakefs', status: [423, 429, 503], action: 'wait', code: 'throttled', reason: 'busy' },
  { side: 'lakefs', status: [0], match: /getToken/, action: 'wait', code: 'session-expired', reason: 'token' },
  // 502 and 504 are a gateway's word that the server behind it does not answer (RFC 9110, 15.6.3 and 15.6.5).
  { side: 'lakefs', status: [0, 502, 504], action: 'wait', code: 'lakefs-unreachable', reason: 'lakefs-unreachable' },
  {
    side: 'lakefs',
    status: [500],
    match: /StatusCode: 5\d\d\b|RESPONSE 5\d\d\b/,
    by: 'storage',
    action: 'wait',
    code: 'storage-error',
    reason: 'storage-error',
  },
  { side: 'lakefs', status: [408, 425, 500], action: 'wait', code: 'lakefs-error', reason: 'lakefs-error' },
  // A good status and a body that is none: cut off on its way, left out, or a proxy's page.
  { side: 'lakefs', status: [200, 201, 202, 204], action: 'once', code: 'protocol' },
  { side: 'lakefs', action: 'final', code: 'protocol' },

  { side: 'storage', status: [507], action: 'final', code: 'storage-full' },
  // Before the 403 that another signature may cure: Ceph and Huawei answer 403 where a quota is used up.
  { side: 'storage', match: (text) => saysFull(text, true), action: 'final', code: 'storage-full' },
  { side: 'storage', status: [403], action: 'sign', code: 'storage-refused' },
  { side: 'storage', match: /ExpiredToken|RequestTimeTooSkewed/, action: 'sign', code: 'storage-refused' },
  // Azure's own words and, the last one, those of its emulator.
  {
    side: 'storage',
    match: /BadDigest|Md5Mismatch|contentMD5 doesn't match/,
    action: 'once',
    code: 'checksum-mismatch',
  },
  // S3's 400 for a body that came too slowly or broke off.
  {
    side: 'storage',
    status: [400],
    match: /RequestTimeout\b|IncompleteBody/,
    action: 'wait',
    code: 'storage-error',
    reason: 'storage-error',
  },
  { side: 'storage', status: [429, 503], action: 'wait', code: 'throttled', reason: 'busy' },
  { side: 'storage', status: [0], action: 'wait', code: 'storage-unreachable', reason: 'storage-unreachable' },
  { side: 'storage', status: [408, 500, 502, 504], action: 'wait', code: 'storage-error', reason: 'storage-error' },
  { side: 'storage', action: 'final', code: 'storage-refused' },
]

/** The first rule that fits. The two rules without a status make sure that one does. */
export function ruleFor(refusal: ResponseError): Rule {
  const text = `${refusal.xmlCode ?? ''} ${refusal.detail}`
  const found = RULES.find(
    (rule) =>
      rule.side === refusal.side &&
      (rule.status === undefined || rule.status.includes(refusal.status)) &&
      (rule.match === undefined || (typeof rule.match === 'function' ? rule.match(text) : rule.match.test(text))),
  )
  return found ?? { side: refusal.side, action: 'final', code: 'protocol' }
}

/** Whom a refusal is about: the store also where lakeFS passes on what it said. */
export function sideOf(refusal: ResponseError, rule: Rule = ruleFor(refusal)): Side {
  return rule.by ?? refusal.side
}

/** Status and code of an answer that is an error, and whether it shows who gave it. */
export function answerOf(refusal: ResponseError, rule: Rule = ruleFor(refusal)): AnswerFacts {
  const { side, status, detail, xmlCode, body } = refusal
  if (side === 'lakefs' && rule.by === 'storage') {
    const said = [STORE_SAID.exec(detail)?.[1], STORE_CODE.exec(detail)?.[1]].filter(Boolean)
    return { answer: said.join(' ') || String(status), by: 'itself' }
  }
  const known = side === 'storage' ? xmlCode !== undefined && xmlCode !== '' : hasText(body, 'message')
  return { answer: [status, xmlCode].filter(Boolean).join(' '), by: known ? 'itself' : 'unknown' }
}

function factsOf(refusal: ResponseError, rule: Rule): ErrorFacts | undefined {
  if (rule.code === 'throttled') {
    const seconds = Math.round((refusal.waitedMs ?? 0) / 1000)
    return { side: sideOf(refusal, rule), ...(seconds > 0 ? { seconds } : {}) }
  }
  return rule.code === 'storage-error' || rule.code === 'lakefs-error' ? answerOf(refusal, rule) : undefined
}

/**
 * Any thrown value as the error that a person may see.
 * @param place facts that an answer does not tell, such as the branch that a sentence names.
 */
export function toUploadError(thrown: unknown, place?: ErrorFacts): UploadError {
  if (isUploadError(thrown)) return thrown
  if (thrown instanceof ResponseError) {
    const rule = ruleFor(thrown)
    return new UploadError(rule.code, {
      status: thrown.status || undefined,
      facts: { ...place, ...factsOf(thrown, rule) },
      detail: wordsOf(thrown),
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

/** What the server itself said; undefined where it said nothing. */
export function wordsOf({ xmlCode, detail }: ResponseError): string | undefined {
  return [xmlCode, detail].filter(Boolean).join(': ') || undefined
}

/** True for the rejection that an AbortSignal of ours causes. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError'
}

/** Why a file waits instead of failing. */
export type WaitReason =
  /** The browser has no network. */
  | 'offline'
  /** lakeFS asks to sign in again. */
  | 'session'
  /** lakeFS or the store asks to slow down, or a branch is locked. */
  | 'busy'
  /** lakeFS does not answer. */
  | 'lakefs-unreachable'
  /** lakeFS, or a server in front of it, answers with an error. */
  | 'lakefs-error'
  /** The store does not answer. */
  | 'storage-unreachable'
  /** The store, or a server in front of it, answers with an error. */
  | 'storage-error'
  /** The host's `getToken` does not answer. */
  | 'token'
  /** Another tab of this browser is uploading to the same path; goes on when that has ended. */
  | 'other-tab'

/**
 * Whether lakeFS refuses this person, and not this session.
 */
export function isForbidden(thrown: unknown): thrown is ResponseError {
  return thrown instanceof ResponseError && ruleFor(thrown).code === 'forbidden'
}
