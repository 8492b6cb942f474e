import type { Page } from './wire.ts'

/**
 * The pages of a listing, one after the other.
 * @param ask for the page after that entry; undefined: for the first one.
 * @param most pages at most. Default: all.
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
