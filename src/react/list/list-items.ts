import { useMemo } from 'react'
import {
  ENDED,
  type FileStatus,
  type Snapshot,
  type Totals,
  type UploadError,
  type Uploader,
} from '../../core/index.ts'

/** Item of the list: a file, or the heading of failed files with one reason. */
export type Item = string | { reason: string; ids: readonly string[] }

export type FilterName = 'all' | 'active' | 'failed' | 'done'
export const FILTERS: readonly FilterName[] = ['all', 'active', 'failed', 'done']

const DONE: ReadonlySet<FileStatus> = new Set<FileStatus>(['uploaded', 'skipped', 'cancelled'])

export const TESTS: Readonly<Record<FilterName, (status: FileStatus) => boolean>> = {
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

/** Returns the items of the list. The filter Failed groups files with the same reason below one heading. */
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
    // Without a filter the items change only with the ids.
    [uploader, filter, filter === 'all' ? snapshot.ids : snapshot],
  )
}

/** Facts by which errors of one code have different sentences, and so different remedies. */
const DISTINGUISHING = ['reason', 'answer', 'by', 'side', 'unsent'] as const

function reasonOf({ code, facts }: UploadError): string {
  return [code, ...DISTINGUISHING.map((name) => facts[name] ?? '')].join(' ').trimEnd()
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
