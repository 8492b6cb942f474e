/** Where the page uploads to, as its own URL says it: `?repo=&branch=&prefix=`. */
export interface Place {
  repository: string
  branch: string
  prefix: string
}

export const NOWHERE: Place = { repository: '', branch: '', prefix: '' }

/** What a URL's query says; a field that it does not name stays undefined. */
export function placeOf(search: string): Partial<Place> {
  const query = new URLSearchParams(search)
  const text = (name: string) => query.get(name)?.trim() || undefined
  // A folder's name may begin or end with a space, and a reload must not lead to another one.
  const found = { repository: text('repo'), branch: text('branch'), prefix: query.get('prefix') || undefined }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

/** The same URL with this place in it; whatever else the query has stays. */
export function withPlace(href: string, { repository, branch, prefix }: Place): string {
  const url = new URL(href)
  for (const [name, value] of [
    ['repo', repository],
    ['branch', branch],
    ['prefix', prefix],
  ] as const) {
    if (value) url.searchParams.set(name, value)
    else url.searchParams.delete(name)
  }
  return url.href
}
