import { createMd5, type Md5 } from '../checksum/md5.ts'
import { Alarm, type Clock, systemClock } from '../request/clock.ts'
import { retry } from '../request/retry.ts'
import { Session } from '../request/session.ts'
import { callsOf, createLakeFS, type LakeFS, type LakeFSOptions } from './client.ts'
import type { Call } from './wire.ts'

/**
 * lakeFS for work around the uploads (plans, commits, undo, receipts): every call waits for a lost session and is
 * repeated while that may help.
 */
export interface LakeFSClient extends LakeFS {
  readonly clock: Clock
  /** MD5 in hex; undefined where this page cannot hash. */
  readonly md5: Md5
  /**
   * Repeats a step of several calls as a whole. The step gets a client that repeats nothing and the number of refusals
   * before: what may be done once only looks first whether it is done. @throws ResponseError for what is final, AbortError at
   * the signal.
   */
  repeat<T>(step: (once: LakeFS, tries: number) => Promise<T>, signal?: AbortSignal): Promise<T>
}

/** Waits and repeats as {@link LakeFSClient.repeat} does. */
type Repeat = <T>(attempt: (tries: number) => Promise<T>, signal?: AbortSignal) => Promise<T>

/** Puts waits and repeats around each call of a client. */
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

/** Ms that a call keeps trying against a server that does not answer; a person waits in front of it. */
const RETRY_TIMEOUT = 60_000

/** Makes a client without an uploader, for headless use and for pages that only look. A lost session is final here. */
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
        online: () => globalThis.navigator?.onLine !== false,
        retryTimeout: RETRY_TIMEOUT,
        signal,
        waitForSession: false,
      }),
  })
}
