import { plainCause, withoutQueries, withoutSecrets } from '../errors.ts'
import { hasText } from './json-body.ts'

export type Side = 'lakefs' | 'storage'

export interface ResponseErrorInit {
  side: Side
  /** HTTP status; 0 without a readable answer. */
  status: number
  /** lakeFS: the `message` of the body. Store: the `<Message>` of its XML. */
  message?: string | undefined
  /** Store: the `<Code>` of its XML, `NoSuchUpload` and the like. */
  xmlCode?: string | undefined
  /** Parsed JSON body, if there was one. */
  body?: unknown
  /** Ms that the server asks to wait. */
  retryAfter?: number | undefined
  requestId?: string | undefined
  cause?: unknown
}

/** Answer other than the expected one, or none. {@link ruleFor} decides what follows. */
export class ResponseError extends Error {
  override readonly name = 'ResponseError'
  readonly side: Side
  readonly status: number
  readonly detail: string
  readonly xmlCode: string | undefined
  readonly body: unknown
  readonly retryAfter: number | undefined
  readonly requestId: string | undefined
  /** Ms that repetitions have waited, set when they end. */
  waitedMs: number | undefined
  /** Time in ms since 1970 before which the server wants no repetition, set when they end. */
  retryAt: number | undefined

  constructor(init: ResponseErrorInit) {
    const detail = withoutSecrets(init.message ?? '')
    // A proxy in front of the store may write anything there, and the sentence of the error repeats it.
    const xmlCode = init.xmlCode === undefined ? undefined : withoutQueries(init.xmlCode)
    super(`${init.side} ${init.status} ${xmlCode ?? ''} ${detail}`.trim(), {
      ...(init.cause === undefined ? {} : { cause: plainCause(init.cause) }),
    })
    this.side = init.side
    this.status = init.status
    this.detail = detail
    this.xmlCode = xmlCode
    this.body = init.body
    this.retryAfter = init.retryAfter
    this.requestId = init.requestId
  }
}

/** True for an answer of lakeFS or the store with one of these statuses. */
export function hasStatus(thrown: unknown, ...statuses: number[]): thrown is ResponseError {
  return thrown instanceof ResponseError && statuses.includes(thrown.status)
}

/** True for an answer that lakeFS itself gave: its errors are JSON with a message. */
export function isOwn({ side, body }: ResponseError): boolean {
  return side === 'lakefs' && hasText(body, 'message')
}

/** Returns the words of the server; undefined without any. */
export function wordsOf({ xmlCode, detail }: ResponseError): string | undefined {
  return [xmlCode, detail].filter(Boolean).join(': ') || undefined
}

/** True for the rejection that an AbortSignal of the engine causes. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError'
}
