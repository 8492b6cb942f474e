import { useEffect, useMemo, useState } from 'react'
import type { Snapshot, Uploader, UploaderOptions } from '../../core/index.ts'
import { DropStrip } from '../drop/DropZone.tsx'
import { Rejections } from '../drop/Rejections.tsx'
import type { usePicking } from '../drop/usePicking.tsx'
import { useI18n } from '../i18n/language.ts'
import { Icon } from '../ui/icons.tsx'
import { LazyBoundary, lazyWithRetry } from '../ui/LazyBoundary.tsx'
import { DownloadLog } from './DownloadLog.tsx'
import { Filters } from './Filters.tsx'
import { createFolderCheck } from './folder-view.ts'
import { type FilterName, useItems } from './list-items.ts'
import { Summary } from './Summary.tsx'

const Rows = lazyWithRetry(() => import('./Rows.tsx'))

/**
 * Loads the code of the rows before the first file. It is half as large as all the rest, so the first load leaves it
 * out.
 */
export const loadRows: () => Promise<unknown> = Rows.load

/** Number of files from which a drop is shown by folder. */
const BIG_FILES = 200

interface QueueProps {
  uploader: Uploader
  snapshot: Snapshot
}

interface HeadProps extends QueueProps {
  atomic: boolean
  committed: boolean
  /** Branch that the files are on, where it is not that of the destination. */
  landing: string | undefined
}

/** Summary of all files. */
export function QueueHead({ uploader, snapshot, atomic, committed, landing }: HeadProps) {
  const duration = useDuration(snapshot.status)
  const over = snapshot.status === 'finished'
  // An atomic upload names the branch that it is merged into.
  const on = landing ?? (over && !atomic && branchesOf(uploader, snapshot.ids))
  return (
    <Summary
      uploader={uploader}
      snapshot={on ? withBranch(snapshot, on) : snapshot}
      duration={duration}
      committed={committed}
      clears={over && snapshot.totals.counts.failed < snapshot.totals.files}
    />
  )
}

interface ListProps extends QueueProps {
  picking: ReturnType<typeof usePicking>
  limits: Limits
}

/** List of the files, one by one or by folder. */
export function QueueList({ uploader, snapshot, picking, limits }: ListProps) {
  const [filter, setFilter] = useState<FilterName>('all')
  const items = useItems(uploader, snapshot, filter)
  const big = snapshot.ids.length >= BIG_FILES
  const folders = useHasFolders(uploader, snapshot, big)
  const [chosen, setChosen] = useState<'folders' | 'files'>()
  const wanted = chosen ?? (folders ? 'folders' : 'files')
  const view = big && filter !== 'failed' ? wanted : 'files'
  const over = snapshot.status === 'finished'
  const { words } = useI18n()
  const wasHidden = useWasHidden(snapshot.status)
  return (
    <>
      <Filters
        totals={snapshot.totals}
        filter={filter}
        onFilter={setFilter}
        onClear={over || big ? undefined : () => uploader.remove()}
        {...(big ? { view: wanted, onView: setChosen } : {})}
      />
      <RejectionsLine uploader={uploader} snapshot={snapshot} limits={limits} />
      {wasHidden && (
        <p className="lfu-aside">
          <Icon name="info" />
          <span>{words.keepOpen}</span>
        </p>
      )}
      <LazyBoundary>
        <Rows uploader={uploader} snapshot={snapshot} items={items} filter={filter} view={view} />
      </LazyBoundary>
      <DropStrip picking={picking}>
        {snapshot.totals.counts.failed > 0 && <DownloadLog uploader={uploader} />}
      </DropStrip>
    </>
  )
}

/** Mobile browsers stop pages in the background. True once the page was hidden while an upload ran. */
function useWasHidden(status: Snapshot['status']): boolean {
  const [hidden, setHidden] = useState(false)
  const running = status === 'running'
  useEffect(() => {
    if (!running || !globalThis.matchMedia?.('(pointer: coarse)').matches) return setHidden(false)
    const look = () => document.visibilityState === 'hidden' && setHidden(true)
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [running])
  return hidden && running
}

/** True when the files are in at least two folders; otherwise a list by folder says nothing. */
function useHasFolders(uploader: Uploader, { ids }: Snapshot, big: boolean): boolean {
  const look = useMemo(() => createFolderCheck(uploader), [uploader])
  return useMemo(() => big && look(ids), [look, ids, big])
}

/** Line about rejected files, when there are any. */
export function RejectionsLine({ uploader, snapshot, limits }: QueueProps & { limits: Limits }) {
  if (snapshot.rejections.length === 0) return null
  return <Rejections rejections={snapshot.rejections} uploader={uploader} limits={limits} />
}

type Limits = Pick<UploaderOptions, 'accept' | 'maxFiles' | 'maxSize'>

/** Returns the ms from the start of the run to its end, as far as this component was mounted. */
function useDuration(status: Snapshot['status']): number | undefined {
  const [started] = useState(() => ({ at: undefined as number | undefined }))
  const [duration, setDuration] = useState<number>()
  useEffect(() => {
    if (status === 'finished') {
      if (started.at !== undefined) setDuration(performance.now() - started.at)
      started.at = undefined
    } else started.at ??= performance.now()
  }, [status, started])
  return duration
}

/** Returns the branches of the uploaded files: the destination of the snapshot is that of the next files. */
function branchesOf(uploader: Uploader, ids: Snapshot['ids']): string {
  const branches = new Set<string>()
  for (const id of ids) {
    const file = uploader.getFile(id)
    if (file?.status === 'uploaded') branches.add(file.destination.branch)
  }
  return [...branches].join(', ')
}

/** Returns the snapshot with the branch that the files are on. */
function withBranch(snapshot: Snapshot, branch: string): Snapshot {
  return Object.create(snapshot, { destination: { value: { ...snapshot.destination, branch } } }) as Snapshot
}
