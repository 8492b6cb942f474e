import { ROUTES } from './routes.ts'
import type { HookRefusal } from './settings.ts'

/** Fault of a request. */
export type Fault =
  /** Answers without doing the work. `message` becomes an error body of lakeFS; `body` is sent as it is. */
  | { kind: 'status'; status: number; message?: string; body?: string; headers?: Record<string, string> }
  /** Delays the request by `ms`. */
  | { kind: 'delay'; ms: number }
  /** `request`: reads no byte of the body; `answer`: does the work and never answers. */
  | { kind: 'stall'; at: 'request' | 'answer' }
  /**
   * Waits until the faults are cleared: `answer` (default) after the work, `request` before it, `middle` during a
   * commit (see `commitMs` of the settings).
   */
  | { kind: 'hold'; at?: 'request' | 'answer' | 'middle' }
  /**
   * Stores a part on S3 only when the faults are cleared, like a proxy with buffers or a slow store. If its upload was
   * aborted meanwhile, the part restores it, as on Amazon S3 and other S3 stores.
   */
  | { kind: 'late' }
  /** Closes the connection at once, or after that many bytes of the body, without doing the work. */
  | { kind: 'reset'; bytes?: number }
  /** Does the work and closes the connection before the answer. */
  | { kind: 'lost' }
  /** Closes the connection after half of the answer. */
  | { kind: 'truncate' }
  /** Answers like a store whose URL has expired. */
  | { kind: 'expired' }
  /** Answers 401. */
  | { kind: 'unauthorized' }
  /** Answers 403 "session expired". */
  | { kind: 'session-expired' }
  /** Answers 409 to a link or a complete: a new address with its URL, one without, or an error body. */
  | { kind: 'conflict'; hint: 'location' | 'no-url' | 'error' }
  /**
   * Answers 412 to a conditional link or upload that this request itself has written, as lakeFS does beside a commit.
   * `written`: the branch has the entry; `gone`: the commit has removed it already.
   */
  | { kind: 'precondition'; entry: 'written' | 'gone' }
  /** Answers a link, complete or upload with success, and does not stage the object. */
  | { kind: 'unwritten' }
  /** Answers 412 to a commit or a merge. */
  | ({ kind: 'hook' } & Partial<HookRefusal>)
  /** Stores other bytes than those sent, so that the ETag differs. */
  | { kind: 'corrupt' }
  | { kind: 'hide-etag' }
  | { kind: 'no-cors' }
  /** Answers 413 without CORS headers to bodies over that many bytes, as a server before the store does. */
  | { kind: 'body-limit'; bytes: number }

export interface FaultRule {
  /** Name from routes.ts, or `*`. */
  route: string
  fault: Fault
  /** Number of matching requests that pass before. Default 0. */
  after?: number
  /** Number of requests that get the fault; 0: all of them. Default 1. */
  times?: number
  /** Regular expression for the decoded request target. */
  path?: string
}

const KINDS: ReadonlySet<string> = new Set<Fault['kind']>([
  'status',
  'delay',
  'stall',
  'hold',
  'late',
  'reset',
  'lost',
  'truncate',
  'expired',
  'unauthorized',
  'session-expired',
  'conflict',
  'precondition',
  'unwritten',
  'hook',
  'corrupt',
  'hide-etag',
  'no-cors',
  'body-limit',
])

/** Rules by which requests get faults. */
export class Faults {
  readonly #rules: { rule: FaultRule; pattern: RegExp | undefined; seen: number; struck: number }[] = []
  readonly #held: (() => void)[] = []

  add(...rules: FaultRule[]): void {
    for (const rule of rules) {
      if (rule.route !== '*' && !ROUTES.includes(rule.route)) throw new TypeError(`no route "${rule.route}"`)
      if (!KINDS.has(rule.fault?.kind)) throw new TypeError(`no fault "${rule.fault?.kind}"`)
      this.#rules.push({
        rule,
        pattern: rule.path === undefined ? undefined : new RegExp(rule.path, 'u'),
        seen: 0,
        struck: 0,
      })
    }
  }

  clear(): void {
    this.#rules.length = 0
    for (const release of this.#held.splice(0)) release()
  }

  /** Resolves when the faults are cleared the next time. */
  cleared(): Promise<void> {
    return new Promise((resolve) => this.#held.push(resolve))
  }

  list(): (FaultRule & { seen: number; struck: number })[] {
    return this.#rules.map(({ rule, seen, struck }) => ({ ...rule, seen, struck }))
  }

  /**
   * Returns the fault of a request: that of the first rule that is due. Every rule counts each request that matches it.
   */
  take(route: string, target: string): Fault | undefined {
    let struck: Fault | undefined
    for (const entry of this.#rules) {
      const { route: name, after = 0, times = 1, fault } = entry.rule
      if (name !== '*' && name !== route) continue
      if (entry.pattern && !entry.pattern.test(decoded(target))) continue
      entry.seen += 1
      if (struck || entry.seen <= after || (times !== 0 && entry.struck >= times)) continue
      entry.struck += 1
      struck = fault
    }
    return struck
  }
}

function decoded(target: string): string {
  try {
    return decodeURIComponent(target)
  } catch {
    return target
  }
}
