import type { AnswerFacts, ErrorFacts } from '../error-codes.ts'
import { withoutQueries } from '../errors.ts'
import { type Alarm, abortError, type Clock, unlessAborted } from './clock.ts'
import { answerOf, type Rule, ruleFor, sideOf, type WaitReason } from './refusal-rules.ts'
import { ResponseError, wordsOf } from './response-error.ts'
import type { Session } from './session.ts'

/** Ms of the range of the first wait, and of the longest. */
const FIRST_DELAY_MS = 300
const MAX_DELAY_MS = 30_000
/** Consecutive 5xx answers to a request with file bytes after which waits are long. */
const ERRORS_IN_A_ROW = 3
/** Ms of the first long wait; each further one is twice as long, up to the longest. */
const FIRST_LONG_DELAY_MS = 15_000
const MAX_LONG_DELAY_MS = 60_000
/** Renewals of the session after which a refusal has another cause. */
const MAX_RENEWALS = 5
/** Ms of the longest Retry-After that is waited for. A later moment is told to the user, who comes back then. */
export const MAX_ASKED_MS = 3_600_000
/** Ms of one try that count as waiting at most: a laptop that slept for a night has waited one try. */
const MAX_TRY_MS = 120_000

/**
 * Returns the ms before the next try: full jitter over a range that doubles from 0.3 s to 30 s, and never before
 * Retry-After.
 * @param tries failures so far, from 1.
 */
export function delayAfter(tries: number, random: number, retryAfter = 0): number {
  const range = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1))
  return Math.max(Math.round(range * random), retryAfter)
}

/**
 * Returns the ms before a request with file bytes is sent again to a server that answers with errors. Such a fault
 * lasts, and each try costs all the bytes: the wait is never less than half its range.
 * @param errors consecutive answers of that kind, from {@link ERRORS_IN_A_ROW}.
 */
export function delayAfterErrors(errors: number, random: number): number {
  const range = Math.min(MAX_LONG_DELAY_MS, FIRST_LONG_DELAY_MS * 2 ** (errors - ERRORS_IN_A_ROW))
  return Math.round((range * (1 + random)) / 2)
}

export interface RetryOptions {
  clock: Clock
  session: Session
  /** Rings when a wait may be over: the network is back, which does not end Retry-After, or the user retries. */
  alarm: Alarm
  online: () => boolean
  /** Total ms of waiting without progress. */
  retryTimeout: number
  signal: AbortSignal
  /** Called when the work waits. */
  onWait?: ((waiting: WaitState) => void) | undefined
  /** Called when waiting work continues. */
  onResume?: (() => void) | undefined
  /** Called with every refusal that will be repeated; limiters slow down by it. A rejection ends the work with it. */
  onRefusal?: ((refusal: ResponseError, rule: Rule, offline: boolean) => Promise<void> | void) | undefined
  /** Each try carries bytes of a file. Default false. */
  carries?: boolean | undefined
  /**
   * Waits as long as Retry-After asks, also beyond the retry timeout: once, until there is progress. Default false.
   */
  obeys?: boolean | undefined
  /** Waits for a new session when one expires; false rejects instead. Default true. */
  waitForSession?: boolean | undefined
  /** Returns a number that grows with progress. As long as it grows, the timeout starts over. */
  progress?: (() => number) | undefined
}

/**
 * Runs an attempt until it succeeds, a rule is final, or it has waited too long (docs/lakefs-contract.md, "Retry
 * table"). Rejects with the ResponseError itself, so that the caller can act on it (409, 412, a 403 of the store).
 * @param attempt receives the number of refusals before it.
 */
export async function retry<T>(attempt: (tries: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, session, alarm, signal } = options
  let tries = 0
  let waited = 0
  let progress = options.progress?.() ?? 0
  let repeatedOnce = false
  let renewals = 0
  let errors = 0
  let obeyed = false
  for (;;) {
    const generation = session.generation
    const began = clock.now()
    try {
      const answer = await attempt(tries)
      session.accepted()
      return answer
    } catch (thrown) {
      if (!(thrown instanceof ResponseError)) throw thrown
      // Whatever the last request returned, the caller wants to stop.
      if (signal.aborted) throw abortError()
      const rule = ruleFor(thrown)
      if (rule.action === 'once' && !repeatedOnce) {
        repeatedOnce = true
        tries += 1
        continue
      }
      if (rule.action === 'session' && options.waitForSession !== false && renewals < MAX_RENEWALS) {
        tries += 1
        if (generation === session.generation) renewals += 1
        options.onWait?.({ reason: 'session', side: 'lakefs' })
        await session.lost(generation, signal)
        options.onResume?.()
        continue
      }
      if (rule.action !== 'wait') throw thrown
      const now = options.progress?.() ?? 0
      if (now > progress) {
        progress = now
        tries = 0
        waited = 0
        obeyed = false
      } else waited += Math.min(clock.now() - began, MAX_TRY_MS)
      tries += 1
      // navigator.onLine is only trusted when it is false, and even then a request is tried now and then.
      const offline = thrown.status === 0 && !options.online()
      const failing = thrown.status >= 500 && (rule.reason === 'storage-error' || rule.reason === 'lakefs-error')
      errors = failing ? errors + 1 : 0
      const short = offline ? MAX_DELAY_MS : delayAfter(tries, clock.random(), thrown.retryAfter)
      const long = options.carries && errors >= ERRORS_IN_A_ROW ? delayAfterErrors(errors, clock.random()) : 0
      // Never more than what is left of the timeout: the last try comes at its end and is not skipped.
      const delay = Math.max(short, Math.min(long, options.retryTimeout - waited))
      const asked = thrown.retryAfter ?? 0
      let extra = false
      if (waited + delay > options.retryTimeout || waited === options.retryTimeout) {
        extra = options.obeys === true && !obeyed && asked > options.retryTimeout - waited && asked <= MAX_ASKED_MS
        if (!extra) {
          thrown.waitedMs = waited
          if (asked > 0) thrown.retryAt = clock.now() + asked
          throw thrown
        }
        obeyed = true
      }
      const looked = options.onRefusal?.(thrown, rule, offline)
      // It may reject when nobody waits for it any more.
      looked?.catch(() => {})
      const reason: WaitReason = offline ? 'offline' : (rule.reason ?? 'busy')
      options.onWait?.(waitingOf(thrown, rule, reason, offline ? undefined : clock.now() + delay))
      const asleep = clock.now()
      const sleep = alarm.sleep(delay, clock, signal, thrown.retryAfter)
      // The row says that it waits while the cause is looked for. What is found ends the work at once, or is shown.
      await (looked ? Promise.all([sleep, unlessAborted(looked, signal)]) : sleep)
      // Counts at most the requested wait, because the machine may have slept; less when the alarm rang. A wait that the
      // server asked for is no silence, and does not count.
      if (!extra) waited += Math.min(delay, Math.max(0, clock.now() - asleep))
      options.onResume?.()
    }
  }
}

function waitingOf(refusal: ResponseError, rule: Rule, reason: WaitReason, until: number | undefined): WaitState {
  const failing = reason === 'storage-error' || reason === 'lakefs-error'
  const answered = failing || (reason === 'busy' && refusal.status > 0)
  const detail = failing ? wordsOf(refusal) : undefined
  return {
    reason,
    side: sideOf(refusal, rule),
    ...(until === undefined ? {} : { until }),
    ...(answered ? { answered: answerOf(refusal, rule) } : {}),
    ...(detail ? { detail: withoutQueries(detail) } : {}),
  }
}

/** Converts Retry-After to ms: seconds or an HTTP date (RFC 9110, 10.2.3). */
export function retryAfterOf(value: string | null, now: () => number): number | undefined {
  if (!value) return undefined
  const seconds = Number(value)
  const ms = Number.isNaN(seconds) ? Date.parse(value) - now() : seconds * 1000
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}

/** State of work that waits for its next try. */
export interface WaitState {
  reason: WaitReason
  /** Start of the next try, in ms of the clock; absent when it starts as soon as the reason is gone. */
  until?: number
  /** Server that asks to wait. */
  side: 'lakefs' | 'storage'
  /** Answer before the wait, for `lakefs-error`, `storage-error` and `busy`. */
  answered?: AnswerFacts
  /** Words of that answer, on one line. */
  detail?: string
  /**
   * What the self-test has found meanwhile, for `storage-unreachable` and `lakefs-unreachable`: its facts, such as
   * `check` and `origin`.
   */
  found?: ErrorFacts
}
