import { useMemo } from 'react'
import { ENDED, type Snapshot, type Status, type Totals, type UploadError, type Uploader } from '../../core/index.ts'

/** One place in the list: a file, or the heading of failed files that have one reason. */
export type Item = string | { reason: string; ids: readonly string[] }

export type FilterName = 'all' | 'active' | 'failed' | 'done'
export const FILTERS: readonly FilterName[] = ['all', 'active', 'failed', 'done']

const DONE: ReadonlySet<Status> = new Set<Status>(['uploaded', 'skipped', 'cancelled'])

export const TESTS: Readonly<Record<FilterName, (status: Status) => boolean>> = {
  all: () => true,
  active: (status) => !ENDED.has(status),
  failed: (status) => status === 'failed',
  done: (status) => DONE.has(status),
}

export function countOf(filter: FilterName, { counts, files }: Totals): number {
  if (filter === 'all') return files
  if (filter === 'failed') return counts.failed
  const done = counts.uploaded + counts.skipped + counts.cancelled
  return filter === 'done' ? done : files - done - counts.failed
}

/** What the list shows; under Failed, files with one reason stand together below what can be done about it. */
export function useItems(uploader: Uploader, snapshot: Snapshot, filter: FilterName): readonly Item[] {
  return useMemo(
    () => {
      if (filter === 'all') return snapshot.ids
      const test = TESTS[filter]
      const ids = snapshot.ids.filter((id) => {
        const file = uploader.getFile(id)
        return file && test(file.status)
      })
      return filter === 'failed' ? byReason(uploader, ids) : ids
    },
    // Under All the list changes only with the files themselves.
    [uploader, filter, filter === 'all' ? snapshot.ids : snapshot],
  )
}

/** Facts that make one code say different things, and ask for different things to be done. */
const TELLING = ['reason', 'answer', 'by', 'side', 'unsent'] as const

function reasonOf({ code, facts }: UploadError): string {
  return [code, ...TELLING.map((name) => facts[name] ?? '')].join(' ').trimEnd()
}

export function byReason(uploader: Uploader, ids: readonly string[]): Item[] {
  const groups = new Map<string, string[]>()
  for (const id of ids) {
    const file = uploader.getFile(id)
    if (file?.status !== 'failed') continue
    const reason = reasonOf(file.error)
    const group = groups.get(reason)
    if (group) group.push(id)
    else groups.set(reason, [id])
  }
  return [...groups].flatMap(([reason, group]): Item[] =>
    group.length > 1 ? [{ reason, ids: group }, ...group] : group,
  )
}
