/** Destination in the URL of the page: `?repo=&branch=&prefix=`. */
export interface Place {
  repository: string
  branch: string
  prefix: string
}

export const NOWHERE: Place = { repository: '', branch: '', prefix: '' }

/** Reads the destination from the query of a URL; fields that it does not name are absent. */
export function placeOf(search: string): Partial<Place> {
  const query = new URLSearchParams(search)
  const text = (name: string) => query.get(name)?.trim() || undefined
  // The prefix is not trimmed: the name of a folder may begin or end with a space.
  const found = { repository: text('repo'), branch: text('branch'), prefix: query.get('prefix') || undefined }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

/** Returns the URL with this destination; other parameters stay. */
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
