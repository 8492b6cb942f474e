import type { FileStatus, Uploader } from '../../core/index.ts'
import { type FilterName, TESTS } from './list-items.ts'

/** Folder of the list with the totals of the files directly in it. */
export interface Folder {
  /** Path below the prefix, with a slash at its end; empty for files without a folder. */
  path: string
  ids: readonly string[]
  counts: Readonly<Record<string, number>>
  bytes: number
  sent: number
  uploaded: number
}

/** Groups the files by folder, in the order of the drop. */
export function groupByFolder(uploader: Uploader, ids: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>()
  for (const id of ids) {
    const path = uploader.getFile(id)?.path ?? ''
    const folder = path.slice(0, path.lastIndexOf('/') + 1)
    const group = groups.get(folder)
    if (group) group.push(id)
    else groups.set(folder, [id])
  }
  return groups
}

/** Returns the folders that have files of a filter, with the totals of all their files. */
export function sumFolders(
  uploader: Uploader,
  groups: ReadonlyMap<string, readonly string[]>,
  filter: FilterName,
): Folder[] {
  const test = TESTS[filter]
  const folders: Folder[] = []
  for (const [path, ids] of groups) {
    const counts: Record<string, number> = {}
    const sums = { bytes: 0, sent: 0, uploaded: 0 }
    for (const id of ids) {
      const file = uploader.getFile(id)
      if (!file) continue
      counts[file.status] = (counts[file.status] ?? 0) + 1
      if (file.status === 'cancelled') continue
      sums.bytes += file.size
      if (file.status === 'uploaded' || file.status === 'skipped') {
        sums.uploaded += file.size
        sums.sent += file.size
      } else if ('sent' in file) sums.sent += file.sent
    }
    if (Object.keys(counts).some((status) => test(status as FileStatus))) folders.push({ path, ids, counts, ...sums })
  }
  return folders
}

/** Returns one status for a folder: conflicts first, then progress, then what is left, then how it ended. */
export function statusOfFolder({ counts }: Pick<Folder, 'counts'>): FileStatus {
  const has = (...some: FileStatus[]) => some.some((status) => (counts[status] ?? 0) > 0)
  if (has('asking')) return 'asking'
  if (has('sending', 'checking', 'finishing')) return 'sending'
  if (has('waiting')) return 'waiting'
  if (has('queued')) return 'queued'
  if (has('paused')) return 'paused'
  if (has('uploaded')) return 'uploaded'
  if (has('failed')) return 'failed'
  return has('skipped') ? 'skipped' : 'cancelled'
}
