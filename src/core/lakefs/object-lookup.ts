import { isForbidden } from '../request/refusal-rules.ts'
import type { ResponseError } from '../request/response-error.ts'
import type { LakeFS } from './client.ts'
import type { BranchRef, ObjectStats } from './wire.ts'

const PAGE = 1000
/** Number of paths that are sorted at once. */
const GROUP_SIZE = 2000

/** Reads one page of a listing; it starts with the first path after `after`. */
export type ReadPage = (after: string, amount: number) => Promise<{ objects: ObjectStats[]; more: boolean }>

/**
 * Looks up objects on a branch with as few listings as possible. A page answers for every announced path between its
 * ends, so an empty folder costs one request and a full one a request per 1,000 objects, and never more than one per
 * file. A result may be outdated when it is used; the condition at link protects against that.
 */
export class ObjectLookup {
  readonly #read: ReadPage
  readonly #known = new Map<string, ObjectStats | undefined>()
  /**
   * Announced paths that are not known yet, in groups that were announced together. A group is sorted before it is
   * searched.
   */
  #groups: string[][] = []
  #announced: string[] = []
  #reading: Promise<void> = Promise.resolve()

  constructor(read: ReadPage) {
    this.#read = read
  }

  /** Announces a path that will be looked up, so that a page can answer for it too. */
  prefetch(path: string): void {
    if (this.#known.has(path)) return
    this.#announced.push(path)
    if (this.#announced.length >= GROUP_SIZE) this.#closeGroup()
  }

  /** Returns the object at a path; undefined if there is none. Rejects like the listing. */
  async get(path: string): Promise<ObjectStats | undefined> {
    // Pages are read one at a time, because the current one may answer this path too.
    const turn = this.#reading.then(() => (this.#known.has(path) ? undefined : this.#readAround(path)))
    this.#reading = turn.catch(() => {})
    await turn
    const stats = this.#known.get(path)
    // A result is used once and then forgotten, so that a long upload does not fill the memory.
    this.#known.delete(path)
    return stats
  }

  async #readAround(path: string): Promise<void> {
    this.#closeGroup()
    const followed = this.#groups.some((group) => group.length - lowerBound(group, path, true) > 0)
    const { objects, more } = await this.#read(before(path), followed ? PAGE : 1)
    const last = objects.at(-1)?.path
    this.#closeGroup()
    for (const group of this.#groups) {
      const first = lowerBound(group, path)
      // The last page answers for all paths up to the end.
      const end = more && last !== undefined ? lowerBound(group, last, true) : group.length
      for (const one of group.splice(first, Math.max(0, end - first))) this.#known.set(one, undefined)
    }
    this.#groups = this.#groups.filter((group) => group.length > 0)
    this.#known.set(path, undefined)
    for (const object of objects) if (this.#known.has(object.path)) this.#known.set(object.path, object)
  }

  /** Paths are sorted in groups: sorting all paths of a long upload at once would block the page. */
  #closeGroup(): void {
    if (this.#announced.length === 0) return
    this.#groups.push(this.#announced.sort(byBytes))
    this.#announced = []
  }
}

/** Returns the index of the first path that is not less than `path`; with `past`, of the first that is greater. */
function lowerBound(group: readonly string[], path: string, past = false): number {
  let low = 0
  let high = group.length
  while (low < high) {
    const middle = (low + high) >> 1
    const order = byBytes(group[middle] ?? '', path)
    if (order < 0 || (past && order === 0)) low = middle + 1
    else high = middle
  }
  return low
}

/** Creates a {@link ReadPage} of GET …/objects/ls below a prefix. */
export function listingOf(lakefs: LakeFS, at: BranchRef, prefix: string, signal: AbortSignal): ReadPage {
  // When the user may not list, later files do not request it again.
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
 * Returns nearly the greatest text less than a path, because `after` excludes its own path. Real names do not contain
 * U+10FFFF.
 */
export function before(path: string): string {
  const points = [...path]
  const last = points.pop()?.codePointAt(0) ?? 0
  if (last === 0) return points.join('')
  const previous = last === 0xe000 ? 0xd7ff : last - 1
  return `${points.join('')}${String.fromCodePoint(previous)}\u{10ffff}`
}

/**
 * Compares paths as listings of lakeFS sort them, by UTF-8 bytes. UTF-16 sorts characters beyond U+FFFF differently.
 */
export function byBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index += 1) {
    let x = a.charCodeAt(index)
    let y = b.charCodeAt(index)
    if (x === y) continue
    // Surrogates (beyond U+FFFF) sort after all other units in UTF-8, and before U+E000 in UTF-16.
    if (x >= 0xd800 && y >= 0xd800) {
      x = x >= 0xe000 ? x - 0x800 : x + 0x2000
      y = y >= 0xe000 ? y - 0x800 : y + 0x2000
    }
    return x - y
  }
  return a.length - b.length
}
