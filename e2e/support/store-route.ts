import type { OpenMultipart, RequestRecord, Sandbox, StoreName } from '../../server/sandbox/index.ts'

/** The calls of an upload on its way, by the names that the sandbox gives them: for faults and counts. */
interface Calls {
  /** What lakeFS is asked first for a file. */
  readonly first: string
  /** Carries the bytes of a small file. */
  readonly body: string
  /** Carries a piece of a large file, or all of it. */
  readonly piece: string
  /** Puts a small file on the branch. */
  readonly last: string
  /** Makes one of the pieces; undefined where a large file travels whole. */
  readonly assemble: string | undefined
  /** Status of the answer to bytes that were taken. */
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

/** Why a story is left out where a large file travels whole. */
export const WHOLE = 'a large file travels whole to this store'
/** Why a story is left out where there is neither an address nor a link. */
export const THROUGH = 'the bytes go through lakeFS: there is no store to speak of'
/** Why a story is left out where a later visit cannot go on with what an earlier one has sent. */
export const ANEW = 'what a visit has sent of a file is of no use to the next one at this store'
/** Why a story of bytes that are stored and not linked is left out. */
export const ONE_STEP = 'what lakeFS has stored is on the branch in the same step'

/**
 * Stories that run on every store each time, beside those of the spec files that always do (playwright.config.ts): what
 * a drop is worth on a store, one story for each promise.
 */
export const EACH = '@each-store'

/** The route of a file to the store that the sandbox keeps its bytes in. */
export class StoreRoute implements Calls {
  readonly first: string
  readonly body: string
  readonly piece: string
  readonly last: string
  readonly assemble: string | undefined
  readonly taken: number
  /** Whether bytes go to the store itself, over an address that is linked afterwards. */
  readonly direct: boolean
  /** Whether a later visit goes on with the pieces of an earlier one. Azure's URL would be needed, and none is kept. */
  readonly resumable: boolean
  /** Multipart uploads that earlier stories have left. */
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

  /** Multipart uploads of this story that the store still has. */
  open(): OpenMultipart[] {
    return this.sandbox.multiparts().filter(({ upload }) => !this.#before.has(upload))
  }

  /** How often a call came. */
  count(call: string): number {
    return this.sandbox.counters()[call] ?? 0
  }

  /** When a call came each time, ms since 1970. */
  times(call: string): number[] {
    return this.#of(call).map(({ at }) => at)
  }

  /** Body bytes that came with a call so far. */
  received(call: string): number {
    return this.#of(call).reduce((sum, { received }) => sum + received, 0)
  }

  /** How many files lakeFS has taken onto the branch one by one. */
  landed(): number {
    return this.done(this.last)
  }

  /** How often a call has come to a good end. */
  done(call: string): number {
    return this.#of(call).filter(({ status }) => status === 200 || status === 201).length
  }

  /**
   * For the `path` of a fault: what one piece's requests have in them. Pieces are numbered from 1; a file that travels
   * whole has none, and every request is meant.
   */
  at(piece: number): string {
    if (!this.assemble) return ''
    return this.store === 'azure' ? `blockid=${blockId(piece)}(&|$)` : `partNumber=${piece}&`
  }

  /** What the store answered each time a piece was sent; 0: nothing. */
  asked(piece: number): number[] {
    return this.#of(this.piece)
      .filter((request) => numberOf(request) === piece)
      .map(({ status }) => status)
  }

  /** Numbers of the pieces that the store has taken, in order of asking. */
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
