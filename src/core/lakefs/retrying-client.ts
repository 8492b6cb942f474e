import { createMd5, type Md5 } from '../checksum/md5.ts'
import { allowed } from '../request/allowed.ts'
import { Alarm, type Clock, systemClock } from '../request/clock.ts'
import { retry } from '../request/retry.ts'
import { Session } from '../request/session.ts'
import { callsOf, createLakeFS, type LakeFS, type LakeFSOptions } from './client.ts'
import type { Call } from './wire.ts'

/**
 * Client for work beside the uploads (plans, commits, undo, receipts). Every call waits for a new session when one
 * expires, and is repeated while that may help.
 */
export interface LakeFSClient extends LakeFS {
  readonly clock: Clock
  /** Computes an MD5 in hexadecimal; undefined where this page cannot. */
  readonly md5: Md5
  /**
   * Repeats a step of several calls as a whole.
   * @param step receives a client without repetitions and the number of failures so far. A step that must not run twice
   *   uses the number to check first whether it has succeeded already.
   * @throws ResponseError for a final error, AbortError at the signal.
   */
  repeat<T>(step: (once: LakeFS, tries: number) => Promise<T>, signal?: AbortSignal): Promise<T>
}

/** Waits and repeats like {@link LakeFSClient.repeat}. */
type Repeat = <T>(attempt: (tries: number) => Promise<T>, signal?: AbortSignal) => Promise<T>

/** Adds waits and repetitions to each call of a client. */
export function retrying(
  lakefs: LakeFS,
  { clock, md5, repeat }: { clock: Clock; md5: Md5; repeat: Repeat },
): LakeFSClient {
  const call = <T>(request: Call) => repeat(() => lakefs.call<T>(request), request.signal)
  const { endpoint, headers, url } = lakefs
  return {
    endpoint,
    get clockOffset() {
      return lakefs.clockOffset
    },
    headers,
    url,
    call,
    ...callsOf(call),
    clock,
    md5,
    repeat: (step, signal) => repeat((tries) => step(lakefs, tries), signal),
  }
}

/**
 * Ms for which a call is repeated while the server does not answer. It is short, because the user waits for the result.
 */
const RETRY_TIMEOUT_MS = 60_000

/**
 * Creates a client without an uploader, for headless use and for pages that only read. An expired session is a final
 * error.
 */
export function createLakeFSClient(options: LakeFSOptions & { clock?: Clock; md5?: Md5 } = {}): LakeFSClient {
  const clock = options.clock ?? systemClock
  const session = new Session({ clock, probe: async () => true, onLost: () => {}, onChange: () => {} })
  const never = new AbortController().signal
  return retrying(createLakeFS(options), {
    clock,
    md5: options.md5 ?? createMd5(),
    repeat: (attempt, signal = never) =>
      retry(attempt, {
        clock,
        session,
        alarm: new Alarm(),
        online: () => allowed(() => navigator.onLine) !== false,
        retryTimeout: RETRY_TIMEOUT_MS,
        signal,
        waitForSession: false,
      }),
  })
}
