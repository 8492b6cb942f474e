import { isForbidden, type ResponseError } from '../request/response-error.ts'
import type { LakeFS } from './client.ts'
import type { BranchRef, ObjectStats } from './wire.ts'

const PAGE = 1000
/** Paths that are put in order at once. */
const RUN = 2000

/** How a range of paths is read: one page of a listing, the first path is the first one over `after`. */
export type ReadPage = (after: string, amount: number) => Promise<{ objects: ObjectStats[]; more: boolean }>

/**
 * What the branch has at given paths, found out with as few listings as the paths allow: one page tells about every
 * announced path between its ends, so an empty folder costs one request and a full one a request per 1,000 objects,
 * never more than one a file. What is known ages with the moment it was read; the condition at link is
 * what finally protects.
 */
export class ObjectLookup {
  readonly #read: ReadPage
  readonly #known = new Map<string, ObjectStats | undefined>()
  /** Announced and not known yet: what came together in one run, each run in byte order once it is looked into. */
  #runs: string[][] = []
  #fresh: string[] = []
  #reading: Promise<void> = Promise.resolve()

  constructor(read: ReadPage) {
    this.#read = read
  }

  /** Tells which path will be asked for, so that a page for one of them answers for its neighbours. */
  prefetch(path: string): void {
    if (this.#known.has(path)) return
    this.#fresh.push(path)
    if (this.#fresh.length >= RUN) this.#seal()
  }

  /** What is at the path; undefined where nothing is. Rejects as the listing does. */
  async get(path: string): Promise<ObjectStats | undefined> {
    // One page at a time: the page that is under way may well answer this path too.
    const turn = this.#reading.then(() => (this.#known.has(path) ? undefined : this.#readAround(path)))
    this.#reading = turn.catch(() => {})
    await turn
    const stats = this.#known.get(path)
    // Asked once per announcement: what was used is forgotten, so a long drop does not pile up.
    this.#known.delete(path)
    return stats
  }

  async #readAround(path: string): Promise<void> {
    this.#seal()
    const followed = this.#runs.some((run) => run.length - lowerBound(run, path, true) > 0)
    const { objects, more } = await this.#read(before(path), followed ? PAGE : 1)
    const last = objects.at(-1)?.path
    this.#seal()
    for (const run of this.#runs) {
      const first = lowerBound(run, path)
      // Without more, the listing has told about everything up to the end.
      const end = more && last !== undefined ? lowerBound(run, last, true) : run.length
      for (const one of run.splice(first, Math.max(0, end - first))) this.#known.set(one, undefined)
    }
    this.#runs = this.#runs.filter((run) => run.length > 0)
    this.#known.set(path, undefined)
    for (const object of objects) if (this.#known.has(object.path)) this.#known.set(object.path, object)
  }

  /** Sorted in runs: putting all of a long drop in order at once would hold the page up. */
  #seal(): void {
    if (this.#fresh.length === 0) return
    this.#runs.push(this.#fresh.sort(byBytes))
    this.#fresh = []
  }
}

/** Index of the first path that is not below; `past`: that is above. */
function lowerBound(run: readonly string[], path: string, past = false): number {
  let low = 0
  let high = run.length
  while (low < high) {
    const middle = (low + high) >> 1
    const order = byBytes(run[middle] ?? '', path)
    if (order < 0 || (past && order === 0)) low = middle + 1
    else high = middle
  }
  return low
}

/** A {@link ReadPage} over GET …/objects/ls under a prefix. */
export function listingOf(lakefs: LakeFS, at: BranchRef, prefix: string, signal: AbortSignal): ReadPage {
  // Who may not list is not asked again for each file.
  let forbidden: ResponseError | undefined
  return async (after, amount) => {
    if (forbidden) throw forbidden
    const { pagination, results } = await lakefs
      .list(at, { prefix, after, amount }, signal)
      .catch((thrown: unknown) => {
        if (isForbidden(thrown)) forbidden = thrown
        throw thrown
      })
    return { objects: results.filter((entry) => entry.path_type !== 'common_prefix'), more: pagination.has_more }
  }
}

/**
 * The greatest text below a path, near enough: `after` leaves its own path out. No real name has U+10FFFF in it.
 */
export function before(path: string): string {
  const points = [...path]
  const last = points.pop()?.codePointAt(0) ?? 0
  if (last === 0) return points.join('')
  const previous = last === 0xe000 ? 0xd7ff : last - 1
  return `${points.join('')}${String.fromCodePoint(previous)}\u{10ffff}`
}

/** The order of lakeFS listings: by bytes of UTF-8. UTF-16 order differs from it for characters beyond U+FFFF. */
export function byBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index += 1) {
    let x = a.charCodeAt(index)
    let y = b.charCodeAt(index)
    if (x === y) continue
    // Surrogates (beyond U+FFFF) sort after everything else in UTF-8, before U+E000 in UTF-16.
    if (x >= 0xd800 && y >= 0xd800) {
      x = x >= 0xe000 ? x - 0x800 : x + 0x2000
      y = y >= 0xe000 ? y - 0x800 : y + 0x2000
    }
    return x - y
  }
  return a.length - b.length
}
