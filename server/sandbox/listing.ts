import { isBefore, type SortedMap } from './sorted.ts'

export interface Page {
  prefix: string
  after: string
  delimiter: string
  amount: number
}

export type Listed<T> = { prefix: string } | { path: string; value: T }

/**
 * Returns one page of two sorted maps, in which entries of the upper map hide those of the lower one, with common
 * prefixes if there is a delimiter. The cost depends on the page and not on the size of the maps: a binary search skips
 * each folder.
 */
export function listPage<T>(
  lower: SortedMap<T>,
  upper: SortedMap<T | undefined> | undefined,
  page: Page,
  shows: (path: string, value: T) => boolean = () => true,
): { results: Listed<T>[]; more: boolean } {
  const results: Listed<T>[] = []
  let from = isBefore(page.after, page.prefix) ? page.prefix : `${page.after}\0`
  if (page.after.startsWith(page.prefix) && page.delimiter && page.after.endsWith(page.delimiter))
    from = beyond(page.after)
  let low = lower.lowerBound(from)
  let up = upper?.lowerBound(from) ?? 0
  for (;;) {
    const left = lower.keyAt(low)
    const right = upper?.keyAt(up)
    const path = left === undefined ? right : right === undefined || isBefore(left, right) ? left : right
    if (path === undefined || !path.startsWith(page.prefix)) return { results, more: false }
    if (path === left) low += 1
    if (path === right) up += 1
    const value = path === right ? upper?.get(path) : lower.get(path)
    if (value === undefined || !shows(path, value)) continue
    if (results.length >= page.amount) return { results, more: true }
    const cut = page.delimiter ? path.indexOf(page.delimiter, page.prefix.length) : -1
    if (cut === -1) {
      results.push({ path, value })
      continue
    }
    const folder = path.slice(0, cut + page.delimiter.length)
    results.push({ prefix: folder })
    low = lower.lowerBound(beyond(folder))
    up = upper?.lowerBound(beyond(folder)) ?? 0
  }
}

/** Returns the smallest text greater than everything that starts with `prefix`. */
function beyond(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)
}
