import { useEffect, useMemo, useState } from 'react'
import type { Snapshot, Uploader, UploaderOptions } from '../../core/index.ts'
import { Strip } from '../drop/DropZone.tsx'
import { Rejections } from '../drop/Rejections.tsx'
import type { usePicking } from '../drop/usePicking.tsx'
import { useI18n } from '../i18n/language.ts'
import { Icon } from '../ui/icons.tsx'
import { LazyBoundary, lazyWithRetry } from '../ui/LazyBoundary.tsx'
import { DownloadLog } from './DownloadLog.tsx'
import { Filters } from './Filters.tsx'
import { createFolderLook } from './folder-view.ts'
import { type FilterName, useItems } from './list-items.ts'
import { Summary } from './Summary.tsx'

const Rows = lazyWithRetry(() => import('./Rows.tsx'))

/** Fetches the rows ahead of the first file. They weigh as much as half of the rest, so they are no part of the first load. */
export const loadRows: () => Promise<unknown> = Rows.load

/** From this many files on, a drop is shown by folder. */
const BIG = 200

interface QueueProps {
  uploader: Uploader
  snapshot: Snapshot
}

interface HeadProps extends QueueProps {
  atomic: boolean
  committed: boolean
  /** The branch that files gather on, where it is not the one asked for. */
  landing: string | undefined
}

/** How the files together are getting on. */
export function QueueHead({ uploader, snapshot, atomic, committed, landing }: HeadProps) {
  const duration = useDuration(snapshot.status)
  const over = snapshot.status === 'finished'
  // What gathers on a branch of its own is told of by where it is merged to.
  const on = landing ?? (over && !atomic && landedOn(uploader, snapshot.ids))
  return (
    <Summary
      uploader={uploader}
      snapshot={on ? onBranch(snapshot, on) : snapshot}
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

/** The files one by one, or by folder. */
export function QueueList({ uploader, snapshot, picking, limits }: ListProps) {
  const [filter, setFilter] = useState<FilterName>('all')
  const items = useItems(uploader, snapshot, filter)
  const big = snapshot.ids.length >= BIG
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
          {words.keepOpen}
        </p>
      )}
      <LazyBoundary>
        <Rows uploader={uploader} snapshot={snapshot} items={items} filter={filter} view={view} />
      </LazyBoundary>
      <Strip picking={picking}>{snapshot.totals.counts.failed > 0 && <DownloadLog uploader={uploader} />}</Strip>
    </>
  )
}

/** A phone stops pages that are not looked at: true once that has happened to a running upload. */
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

/** Whether a summary by folder says anything: there are at least two. */
function useHasFolders(uploader: Uploader, { ids }: Snapshot, big: boolean): boolean {
  const look = useMemo(() => createFolderLook(uploader), [uploader])
  return useMemo(() => big && look(ids), [look, ids, big])
}

/** What was not taken, where there is any. */
export function RejectionsLine({ uploader, snapshot, limits }: QueueProps & { limits: Limits }) {
  if (snapshot.rejections.length === 0) return null
  return <Rejections rejections={snapshot.rejections} uploader={uploader} limits={limits} />
}

type Limits = Pick<UploaderOptions, 'accept' | 'maxFiles' | 'maxSize'>

/** Ms from the first moment that something was under way to the one when nothing is; as far as this component saw it. */
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

/** The branches that files have gone to: at the end, the next ones may be going somewhere else. */
function landedOn(uploader: Uploader, ids: Snapshot['ids']): string {
  const branches = new Set<string>()
  for (const id of ids) {
    const file = uploader.getFile(id)
    if (file?.status === 'uploaded') branches.add(file.destination.branch)
  }
  return [...branches].join(', ')
}

/** The same moment, told of the branch that files really land on. */
function onBranch(snapshot: Snapshot, branch: string): Snapshot {
  return Object.create(snapshot, { destination: { value: { ...snapshot.destination, branch } } }) as Snapshot
}
