import type { IncomingMessage } from 'node:http'

export interface RequestRecord {
  number: number
  /** Ms since 1970 when it was received. */
  at: number
  side: 'api' | 'store'
  route: string
  method: string
  /** Request target as received. */
  target: string
  headers: Record<string, string | string[] | undefined>
  /** Number of body bytes that were read. */
  received: number
  /** HTTP status; 0 when no answer was sent. */
  status: number
  fault?: string
  partNumber?: number
  /** Multipart upload that the request began, whether its answer was sent or not. */
  upload?: string
}

/** Minimum number of requests that the log keeps; the counters count all. */
const KEPT = 20_000

/** Log of the requests to API and store, for tests. */
export class Requests {
  #records: RequestRecord[] = []
  #counts: Record<string, number> = {}
  #total = 0

  begin(side: RequestRecord['side'], route: string, request: IncomingMessage): RequestRecord {
    const target = request.url ?? ''
    const part = /[?&]partNumber=(\d+)/.exec(target)?.[1]
    this.#total += 1
    const record: RequestRecord = {
      number: this.#total,
      at: Date.now(),
      side,
      route,
      method: request.method ?? '',
      target,
      headers: request.headers,
      received: 0,
      status: 0,
      ...(part ? { partNumber: Number(part) } : {}),
    }
    this.#counts[route] = (this.#counts[route] ?? 0) + 1
    this.#records.push(record)
    // Dropping many records at once keeps the average cost of a request constant.
    if (this.#records.length > KEPT * 2) this.#records = this.#records.slice(-KEPT)
    return record
  }

  list(side?: string): readonly RequestRecord[] {
    return side ? this.#records.filter((record) => record.side === side) : this.#records
  }

  counters(): Readonly<Record<string, number>> {
    return this.#counts
  }

  clear(): void {
    this.#records = []
    this.#counts = {}
  }
}
