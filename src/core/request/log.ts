import { withoutQueries } from '../errors.ts'
import { VERSION } from '../version.ts'
import type { Clock } from './clock.ts'

/** Number of events that are kept; older ones are dropped. */
const MAX_EVENTS = 2000

/** One event. Credentials are removed from texts when the event is added, so that none is ever kept. */
export interface LogEvent {
  /** `status sending`, `PUT`, `wait`, `session expired` … */
  what: string
  /** Destination path on the branch. */
  path?: string | undefined
  side?: 'lakefs' | 'storage' | undefined
  status?: number | undefined
  code?: string | undefined
  /** X-Request-Id of lakeFS, x-amz-request-id of the store. */
  requestId?: string | undefined
  /** Ms that it took. */
  ms?: number | undefined
  detail?: string | undefined
}

/** Keeps the last events of one uploader, for a report that a user can send. */
export class Log {
  readonly #clock: Clock
  readonly #events: (LogEvent & { at: number })[] = []
  #next = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(event: LogEvent): void {
    const { what, detail } = event
    const clean = {
      ...event,
      at: this.#clock.now(),
      what: withoutQueries(what),
      detail: detail && withoutQueries(detail),
    }
    this.#events[this.#next % MAX_EVENTS] = clean
    this.#next += 1
  }

  /**
   * @param facts first lines of the report.
   * @param path leaves out events of other files.
   */
  text(facts: Readonly<Record<string, string | number | undefined>>, path?: string): string {
    const start = this.#next > MAX_EVENTS ? this.#next % MAX_EVENTS : 0
    const events = [...this.#events.slice(start), ...this.#events.slice(0, start)]
    const chosen =
      path === undefined ? events : events.filter((event) => event.path === undefined || event.path === path)
    const now = this.#clock.now()
    const head = Object.entries({ 'lakefs-uploader': VERSION, time: iso(now), ...facts })
    return [
      ...head.flatMap(([name, value]) => (value === undefined ? [] : `${name}: ${withoutQueries(String(value))}`)),
      ...(this.#next > MAX_EVENTS ? [`${this.#next - MAX_EVENTS} earlier events are left out`] : []),
      '',
      ...chosen.map(lineOf),
      '',
    ].join('\n')
  }
}

function lineOf({ at, what, side, status, code, requestId, ms, path, detail }: LogEvent & { at: number }): string {
  const parts = [
    iso(at),
    side,
    what,
    status,
    code,
    ms === undefined ? undefined : `${Math.round(ms)} ms`,
    requestId && `request ${requestId}`,
    path && JSON.stringify(path),
    detail,
  ]
  return parts.filter((part) => part !== undefined && part !== '').join('  ')
}

const iso = (ms: number) => new Date(ms).toISOString()
