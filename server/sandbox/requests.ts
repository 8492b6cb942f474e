import type { IncomingMessage } from 'node:http'

export interface RequestRecord {
  number: number
  /** When it came, ms since 1970. */
  at: number
  side: 'api' | 'store'
  route: string
  method: string
  /** The request target as it came. */
  target: string
  headers: Record<string, string | string[] | undefined>
  /** Body bytes that were read. */
  received: number
  /** 0: no answer was sent. */
  status: number
  fault?: string
  partNumber?: number
  /** The multipart upload that it began, whether or not its answer got out. */
  upload?: string
}

/** How many requests the log keeps; the counters keep all. */
const KEPT = 20_000

/** What was asked of the API and of the store, for tests. */
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
    // Cutting half at a time keeps the cost of one request constant.
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
