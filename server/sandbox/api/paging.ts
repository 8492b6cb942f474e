import type { Page } from '../listing.ts'
import type { Call } from './refusal.ts'

const MAX_PER_PAGE = 1000
const DEFAULT_PER_PAGE = 100

/** Reads the paging parameters. lakeFS takes an amount of 0 for the default and -1 for the most. */
export function pageOf(c: Call): Page {
  const amount = c.req.query('amount')
  const wanted = Number(amount ?? 0) || DEFAULT_PER_PAGE
  return {
    prefix: c.req.query('prefix') ?? '',
    after: c.req.query('after') ?? '',
    delimiter: c.req.query('delimiter') ?? '',
    amount: wanted > 0 ? wanted : MAX_PER_PAGE,
  }
}

export function answer<T>(results: T[], more: boolean, offsetOf: (last: T) => string) {
  const last = results.at(-1)
  return {
    pagination: {
      has_more: more,
      max_per_page: MAX_PER_PAGE,
      next_offset: more && last !== undefined ? offsetOf(last) : '',
      results: results.length,
    },
    results,
  }
}

/** Returns a page of items with sorted ids. */
export function pageById<T>(c: Call, items: Iterable<[string, T]>): { items: [string, T][]; more: boolean } {
  const { prefix, after, amount } = pageOf(c)
  const chosen = [...items].filter(([id]) => id.startsWith(prefix) && id > after)
  return { items: chosen.slice(0, amount), more: chosen.length > amount }
}
