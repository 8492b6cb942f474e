import { createMd5, type Md5 } from '../checksum/md5.ts'
import { Alarm, type Clock, systemClock } from '../request/clock.ts'
import { persist } from '../request/retry.ts'
import { Session } from '../request/session.ts'
import { createLakeFS, type LakeFS, type LakeFSOptions } from './client.ts'

/** What plans, commits, undoing and receipts need of an uploader: lakeFS with its waits and repeats, and hashing. */
export interface Errands {
  readonly lakefs: LakeFS
  readonly clock: Clock
  /**
   * A lakeFS call that waits for a lost session and repeats what is worth repeating. `tries` is the number of refusals
   * before. @throws Refusal for what is final, AbortError at the signal.
   */
  call<T>(ask: (tries: number) => Promise<T>, signal?: AbortSignal): Promise<T>
  /** MD5 in hex; undefined where this page cannot hash. */
  readonly md5: Md5
}

/** Ms that a call keeps trying against a server that does not answer; a person waits in front of it. */
const PATIENCE = 60_000

/** Errands without an uploader, for headless use and for pages that only look. A lost session is final here. */
export function createErrands(options: LakeFSOptions & { clock?: Clock; md5?: Md5 } = {}): Errands {
  const clock = options.clock ?? systemClock
  const lakefs = createLakeFS(options)
  const session = new Session({ clock, probe: async () => true, onLost: () => {}, onChange: () => {} })
  const never = new AbortController().signal
  return {
    lakefs,
    clock,
    md5: options.md5 ?? createMd5(),
    call: (ask, signal = never) =>
      persist(ask, {
        clock,
        session,
        alarm: new Alarm(),
        online: () => globalThis.navigator?.onLine !== false,
        patience: PATIENCE,
        signal,
        waitForSession: false,
      }),
  }
}
