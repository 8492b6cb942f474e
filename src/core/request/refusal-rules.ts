import type { AnswerFacts, ErrorCode } from '../error-codes.ts'
import { hasText } from './json-body.ts'
import { isOwn, ResponseError, type Side } from './response-error.ts'
import { saysFull } from './storage-full-words.ts'

/** What the caller does after a failed request. */
export type RetryAction =
  /** Repeat the same request later. */
  | 'wait'
  /** Repeat the same request after the user has signed in. */
  | 'session'
  /** Sign a new URL, once. */
  | 'sign'
  /** Repeat the same request, once. */
  | 'once'
  /** Do not repeat. */
  | 'final'

export interface Rule {
  side: Side
  /** Matches any of these; every status when absent. */
  status?: readonly number[]
  /** Matches answers whose body is, or is not, lakeFS's own. Default: both. */
  own?: boolean
  /** Matches the message or the XML code. */
  match?: RegExp | ((text: string) => boolean)
  /** Server that the answer is about, when lakeFS only passes it on. Default: `side`. */
  by?: Side
  action: RetryAction
  code: ErrorCode
  reason?: WaitReason
}

/** Status and code of the store inside a message of lakeFS, as the clients of Amazon and Azure write them. */
const STORE_SAID = /(?:StatusCode: |RESPONSE )(\d{3})\b/
const STORE_CODE = /(?:api error |ERROR CODE: )(\w+)/

/**
 * Words by which lakeFS says that it does not know who asks. To a missing permission it answers 401 as well
 * (docs/lakefs-contract.md, "Permissions"), and then signing in does not help.
 */
const NOT_SIGNED_IN = /authenticat|unauthori[sz]ed|session|token|credential|getToken|sign-in page/i
const TOO_FEW_RIGHTS = /insufficient permissions/i

/** How a web page begins, or the plain answer of a Node server that has no such route. */
const WEB_PAGE = /^\s*(?:<(?:!doctype|html|head|body)\b|Cannot [A-Z]+ )|web page/i

/** Statuses that mean the same from whichever server they come. */
const SAID_BY_ALL: readonly number[] = [401, 408, 409, 412, 423, 425, 429]
const REFUSED_BEFORE = Array.from({ length: 100 }, (_, index) => 400 + index).filter(
  (status) => !SAID_BY_ALL.includes(status),
)
const SERVER_ERRORS = Array.from({ length: 100 }, (_, index) => 500 + index)

/** Rules for failed requests; the first match applies. docs/lakefs-contract.md, "Retry table", explains them. */
export const RULES: readonly Rule[] = [
  { side: 'lakefs', status: [401, 403], own: true, match: TOO_FEW_RIGHTS, action: 'final', code: 'forbidden' },
  {
    side: 'lakefs',
    status: [401],
    match: NOT_SIGNED_IN,
    action: 'session',
    code: 'session-expired',
    reason: 'session',
  },
  // A server before lakeFS asks for a sign-in of its own.
  { side: 'lakefs', status: [401], own: false, action: 'session', code: 'session-expired', reason: 'session' },
  { side: 'lakefs', status: [401], action: 'final', code: 'forbidden' },
  {
    side: 'lakefs',
    status: [403],
    own: true,
    match: /session expired/i,
    action: 'session',
    code: 'session-expired',
    reason: 'session',
  },
  { side: 'lakefs', status: [403], own: true, match: /protected branch/i, action: 'final', code: 'protected-branch' },
  { side: 'lakefs', status: [403], own: true, match: /read-only/i, action: 'final', code: 'read-only' },
  { side: 'lakefs', status: [403], own: true, action: 'final', code: 'forbidden' },
  // A refusal through lakeFS has the name of the branch in between; a listing names a missing ref.
  {
    side: 'lakefs',
    status: [404],
    own: true,
    match: /\b(branch|ref)\b.* not found/i,
    action: 'final',
    code: 'branch-not-found',
  },
  {
    side: 'lakefs',
    status: [404],
    own: true,
    match: /repository not found/i,
    action: 'final',
    code: 'repository-not-found',
  },
  { side: 'lakefs', status: [400], own: true, match: /address expired/i, action: 'final', code: 'address-expired' },
  { side: 'lakefs', status: [400], own: true, match: /above maximum length/i, action: 'final', code: 'path-too-long' },
  { side: 'lakefs', status: [409], action: 'final', code: 'address-taken' },
  { side: 'lakefs', status: [412], action: 'final', code: 'exists' },
  { side: 'lakefs', status: [507], by: 'storage', action: 'final', code: 'storage-full' },
  // lakeFS reports a full store: it wrote to the store itself, or it quotes an answer of the store.
  {
    side: 'lakefs',
    status: [400, 413, 429, 500, 502, 503, 504],
    match: (text) => STORE_SAID.exec(text)?.[1] === '507' || saysFull(text, false),
    by: 'storage',
    action: 'final',
    code: 'storage-full',
  },
  // lakeFS has all routes that are asked for, and answers in JSON: this server does not pass them on to it.
  { side: 'lakefs', status: [404, 405, 501], own: false, match: WEB_PAGE, action: 'final', code: 'not-lakefs' },
  // Not JSON: the page of a firewall or a proxy, whose refusal says nothing about this user's rights in lakeFS.
  { side: 'lakefs', status: REFUSED_BEFORE, own: false, action: 'final', code: 'proxy-refused' },
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
  // 502 and 504 come from a gateway: the server behind it does not answer (RFC 9110, 15.6.3 and 15.6.5).
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
  // Whoever gives an answer that no rule above knows, such as a gateway's 520 or 524, may give another one later.
  { side: 'lakefs', status: [501, 505, 508, 510, 511], action: 'final', code: 'protocol' },
  {
    side: 'lakefs',
    status: [408, 425, ...SERVER_ERRORS],
    action: 'wait',
    code: 'lakefs-error',
    reason: 'lakefs-error',
  },
  { side: 'lakefs', status: [200, 201, 202, 204], match: WEB_PAGE, action: 'once', code: 'not-lakefs' },
  // A good status with a body that is not JSON: cut off, left out, or changed on the way.
  { side: 'lakefs', status: [200, 201, 202, 204], action: 'once', code: 'protocol' },
  { side: 'lakefs', action: 'final', code: 'protocol' },

  { side: 'storage', status: [507], action: 'final', code: 'storage-full' },
  // Before the 403 that a new signature may cure: Ceph and Huawei answer 403 when a quota is used up.
  { side: 'storage', match: (text) => saysFull(text, true), action: 'final', code: 'storage-full' },
  { side: 'storage', status: [403], action: 'sign', code: 'storage-refused' },
  { side: 'storage', match: /ExpiredToken|RequestTimeTooSkewed/, action: 'sign', code: 'storage-refused' },
  // Words of Azure and, the last one, of its emulator.
  {
    side: 'storage',
    match: /BadDigest|Md5Mismatch|contentMD5 doesn't match/,
    action: 'once',
    code: 'checksum-mismatch',
  },
  // S3 answers 400 to a body that came too slowly or broke off.
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
  { side: 'storage', status: [501, 505], action: 'final', code: 'storage-refused' },
  { side: 'storage', status: [408, ...SERVER_ERRORS], action: 'wait', code: 'storage-error', reason: 'storage-error' },
  { side: 'storage', action: 'final', code: 'storage-refused' },
]

/** Returns the first rule that matches. The last rule of each server has no condition and matches every answer. */
export function ruleFor(refusal: ResponseError): Rule {
  const text = `${refusal.xmlCode ?? ''} ${refusal.detail}`
  const found = RULES.find(
    (rule) =>
      rule.side === refusal.side &&
      (rule.status === undefined || rule.status.includes(refusal.status)) &&
      (rule.own === undefined || rule.own === isOwn(refusal)) &&
      (rule.match === undefined || (typeof rule.match === 'function' ? rule.match(text) : rule.match.test(text))),
  )
  return found ?? { side: refusal.side, action: 'final', code: 'protocol' }
}

/** True when lakeFS, or a server before it, refuses the user rather than the session. */
export function isForbidden(thrown: unknown): thrown is ResponseError {
  return thrown instanceof ResponseError && ['forbidden', 'proxy-refused'].includes(ruleFor(thrown).code)
}

/** Returns the server that an answer is about: the store also when lakeFS passes on its answer. */
export function sideOf(refusal: ResponseError, rule: Rule = ruleFor(refusal)): Side {
  return rule.by ?? refusal.side
}

/** Returns status and code of an error, and whether the answer shows which server gave it. */
export function answerOf(refusal: ResponseError, rule: Rule = ruleFor(refusal)): AnswerFacts {
  const { side, status, detail, xmlCode, body } = refusal
  if (side === 'lakefs' && rule.by === 'storage') {
    const said = [STORE_SAID.exec(detail)?.[1], STORE_CODE.exec(detail)?.[1]].filter(Boolean)
    return { answer: said.join(' ') || String(status), by: 'itself' }
  }
  const known = side === 'storage' ? xmlCode !== undefined && xmlCode !== '' : hasText(body, 'message')
  return { answer: [status, xmlCode].filter(Boolean).join(' '), by: known ? 'itself' : 'unknown' }
}

/** Reason why a file waits instead of failing. */
export type WaitReason =
  /** The browser has no network. */
  | 'offline'
  /** lakeFS asks for a new session. */
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
  /** The store does not accept an address yet, because its clock is behind that of lakeFS. */
  | 'store-clock'
  /** The host's `getToken` does not answer. */
  | 'token'
  /** The browser cannot read the file now. */
  | 'file-unreadable'
  /** Another tab of this browser is uploading to the same path. The file continues when that upload has ended. */
  | 'other-tab'
