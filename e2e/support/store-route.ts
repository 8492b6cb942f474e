import type { OpenMultipart, RequestRecord, Sandbox, StoreName } from '../../server/sandbox/index.ts'

/** Requests of an upload by the names of the sandbox, for faults and counts. */
interface Calls {
  /** First request to lakeFS for a file. */
  readonly first: string
  /** Sends the bytes of a small file. */
  readonly body: string
  /** Sends a piece of a large file, or all of it. */
  readonly piece: string
  /** Puts a small file on the branch. */
  readonly last: string
  /** Combines the pieces; undefined where a large file is sent as a whole. */
  readonly assemble: string | undefined
  /** Status of the answer to accepted bytes. */
  readonly taken: number
}

const CALLS: Readonly<Record<StoreName, Calls>> = {
  s3: {
    first: 'address',
    body: 'store-put',
    piece: 'store-part',
    last: 'link',
    assemble: 'complete-multipart',
    taken: 200,
  },
  azure: {
    first: 'address',
    body: 'store-put',
    piece: 'store-block',
    last: 'link',
    assemble: 'store-blocklist',
    taken: 201,
  },
  gcs: { first: 'address', body: 'store-put', piece: 'store-put', last: 'link', assemble: undefined, taken: 200 },
  local: { first: 'upload', body: 'upload', piece: 'upload', last: 'upload', assemble: undefined, taken: 201 },
}

/** Reason to skip a story where a large file is sent as a whole. */
export const WHOLE = 'a large file travels whole to this store'
/** Reason to skip a story where there is neither an address nor a link. */
export const THROUGH = 'the bytes go through lakeFS: there is no store to speak of'
/** Reason to skip a story where a later visit cannot resume an upload. */
export const ANEW = 'what a visit has sent of a file is of no use to the next one at this store'
/** Reason to skip a story about bytes that are stored but not linked. */
export const ONE_STEP = 'what lakeFS has stored is on the branch in the same step'

/**
 * Tag of stories that run on every store each time, besides the spec files that always do (playwright.config.ts): one
 * story for each feature that depends on the store.
 */
export const EACH_STORE = '@each-store'

/** Requests of an upload to the store of the sandbox. */
export class StoreRoute implements Calls {
  readonly first: string
  readonly body: string
  readonly piece: string
  readonly last: string
  readonly assemble: string | undefined
  readonly taken: number
  /** True when the bytes are sent to the store, to an address that is linked afterwards. */
  readonly direct: boolean
  /** True when a later visit resumes the pieces of an earlier one. Azure would need its URL, which is not recorded. */
  readonly resumable: boolean
  /** Multipart uploads of earlier stories. */
  readonly #before: ReadonlySet<string>

  constructor(
    readonly sandbox: Sandbox,
    readonly store: StoreName,
  ) {
    const calls = CALLS[store]
    this.first = calls.first
    this.body = calls.body
    this.piece = calls.piece
    this.last = calls.last
    this.assemble = calls.assemble
    this.taken = calls.taken
    this.direct = store !== 'local'
    this.resumable = store === 's3'
    this.#before = new Set(sandbox.multiparts().map(({ upload }) => upload))
  }

  /** Returns the multipart uploads of this story that are open at the store. */
  open(): OpenMultipart[] {
    return this.sandbox.multiparts().filter(({ upload }) => !this.#before.has(upload))
  }

  /** Returns the number of requests of a call. */
  count(call: string): number {
    return this.sandbox.counters()[call] ?? 0
  }

  /** Returns the times of the requests of a call, in ms since 1970. */
  times(call: string): number[] {
    return this.#of(call).map(({ at }) => at)
  }

  /** Returns the number of body bytes that were received with a call. */
  received(call: string): number {
    return this.#of(call).reduce((sum, { received }) => sum + received, 0)
  }

  /** Returns the number of files that were put on the branch one by one. */
  landed(): number {
    return this.done(this.last)
  }

  /** Returns the number of successful requests of a call. */
  done(call: string): number {
    return this.#of(call).filter(({ status }) => status === 200 || status === 201).length
  }

  /**
   * Returns the `path` of a fault for the requests of one piece, numbered from 1. For a file that is sent as a whole it
   * matches every request.
   */
  at(piece: number): string {
    if (!this.assemble) return ''
    return this.store === 'azure' ? `blockid=${blockId(piece)}(&|$)` : `partNumber=${piece}&`
  }

  /** Returns the statuses of the answers for one piece; 0 without an answer. */
  asked(piece: number): number[] {
    return this.#of(this.piece)
      .filter((request) => numberOf(request) === piece)
      .map(({ status }) => status)
  }

  /** Returns the numbers of the pieces that the store has accepted, in the order of their requests. */
  arrived(): number[] {
    return this.#of(this.piece)
      .filter(({ status }) => status === this.taken)
      .map(numberOf)
  }

  #of(call: string): RequestRecord[] {
    return this.sandbox.requests().filter(({ route }) => route === call)
  }
}

function numberOf({ target, partNumber }: RequestRecord): number {
  const block = /[?&]blockid=([^&]+)/.exec(target)?.[1]
  return block === undefined ? (partNumber ?? 1) : Number(atob(decodeURIComponent(block))) + 1
}

function blockId(piece: number): string {
  return btoa(String(piece - 1).padStart(5, '0'))
}
