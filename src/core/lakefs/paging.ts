import type { Page } from './wire.ts'

/**
 * Iterates over the pages of a listing.
 * @param ask returns the page after an entry; undefined for the first page.
 * @param most maximum number of pages. Default: all.
 */
export async function* pagesOf<T>(
  ask: (after: string | undefined) => Promise<Page<T>>,
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<Page<T>, void> {
  let after: string | undefined
  for (let count = 0; count < most; count += 1) {
    const page = await ask(after)
    yield page
    if (!page.pagination.has_more) return
    after = page.pagination.next_offset
  }
}
