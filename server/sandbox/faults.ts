import { ROUTES } from './routes.ts'
import type { HookRefusal } from './settings.ts'

/** What goes wrong. */
export type Fault =
  /** An answer instead of the work. `message` makes a lakeFS error body; `body` goes as it is. */
  | { kind: 'status'; status: number; message?: string; body?: string; headers?: Record<string, string> }
  /** The same, later. */
  | { kind: 'delay'; ms: number }
  /** `request`: not a byte of the body is read; `answer`: the work is done and nothing comes back. */
  | { kind: 'stall'; at: 'request' | 'answer' }
  /**
   * Waits until the script is cleared: `answer` (default) once the work is done, `request` before any of it, `middle`
   * while a commit is under way (see `commitMs` of the settings).
   */
  | { kind: 'hold'; at?: 'request' | 'answer' | 'middle' }
  /**
   * A part on S3 whose bytes have come is kept only when the script is cleared, as by a line with buffers or a slow store.
   * Where its upload was aborted meanwhile it brings that back, as it does on Amazon's and other S3 stores.
   */
  | { kind: 'late' }
  /** The connection dies: at once, or after so many bytes of the body. Nothing is done. */
  | { kind: 'reset'; bytes?: number }
  /** The work is done and the connection dies before the answer. */
  | { kind: 'lost' }
  /** Half of the answer, then the connection dies. */
  | { kind: 'truncate' }
  /** The store says the URL has expired. */
  | { kind: 'expired' }
  /** 401 */
  | { kind: 'unauthorized' }
  /** 403 "session expired" */
  | { kind: 'session-expired' }
  /** 409 of link and complete: a new address with its URL, without it, or an error body. */
  | { kind: 'conflict'; hint: 'location' | 'no-url' | 'error' }
  /**
   * 412 of a conditional link or upload whose entry was written by this very request, as a commit beside it makes lakeFS
   * answer. `written`: the branch has the entry; `gone`: the commit has taken it away already.
   */
  | { kind: 'precondition'; entry: 'written' | 'gone' }
  /** A good answer of link, complete or upload, and the branch does not have the object. */
  | { kind: 'unwritten' }
  /** 412 of commit and merge. */
  | ({ kind: 'hook' } & Partial<HookRefusal>)
  /** The store keeps other bytes than were sent, so its ETag differs. */
  | { kind: 'corrupt' }
  | { kind: 'hide-etag' }
  | { kind: 'no-cors' }

export interface FaultRule {
  /** A name of routes.ts, or `*`. */
  route: string
  fault: Fault
  /** Matching requests that pass first. Default 0. */
  after?: number
  /** How often it strikes; 0: for ever. Default 1. */
  times?: number
  /** A regular expression on the decoded request target. */
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
])

/** The script of what goes wrong, and when. */
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

  /** Resolves when the script is cleared next. */
  cleared(): Promise<void> {
    return new Promise((resolve) => this.#held.push(resolve))
  }

  list(): (FaultRule & { seen: number; struck: number })[] {
    return this.#rules.map(({ rule, seen, struck }) => ({ ...rule, seen, struck }))
  }

  /** The fault that strikes this request: of the first rule that is due. Every rule counts every request it fits. */
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
