import { QueryClientProvider } from '@tanstack/react-query'
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import type { Commit, Errands } from '../../core/index.ts'
import { useLakeFSQueryClient } from '../client.ts'
import { lakefsKeys } from '../queries.ts'
import type { AfterDropProps } from '../versionedprops.ts'
import { CommitForm } from './CommitForm.tsx'
import { LandPanel } from './LandPanel.tsx'
import { ReceiptStrip } from './ReceiptStrip.tsx'
import { UndoPanel } from './UndoPanel.tsx'

/** Commit, landing, undo and receipt of what has been dropped. */
export function AfterDrop(props: AfterDropProps) {
  const { uploader, snapshot, desk, repository, branch } = props
  const { atomic, aside: kept } = useSyncExternalStore(desk.subscribe, desk.get, desk.get)
  const errands = useErrands(uploader)
  const client = useLakeFSQueryClient()
  /** The commit that took the drop, and where: on another branch it is not one to revert. */
  const [made, setMade] = useState<{ place: string; commit: Commit }>()
  const [aside, setAside] = useState<string>()
  const [landed, setLanded] = useState<string>()
  const options = typeof props.commit === 'object' ? props.commit : {}
  const [auto, setAuto] = useState(options.auto ?? false)
  useEffect(() => setAuto(options.auto ?? false), [options.auto])
  const over = snapshot.status === 'finished'
  const gathers = atomic?.repository === repository && atomic.target === branch ? atomic : undefined
  const on = gathers && gathers.state !== 'landed' ? gathers.branch : branch

  // A component that was given its uploader hears of arrivals only here.
  useEffect(() => {
    if (!over) return
    for (const file of snapshot.files) if (file.status === 'uploaded') desk.arrived(file.object, file)
  }, [over, snapshot, desk])
  // What was kept or waits for its review is not on the target.
  useEffect(() => {
    if (kept !== undefined) setAside(undefined)
  }, [kept])
  // The next drop is another story than the commit before it.
  useEffect(() => {
    if (snapshot.status !== 'running') return
    setMade(undefined)
    setLanded(undefined)
  }, [snapshot.status])

  const refresh = useCallback(() => {
    const { endpoint } = errands?.lakefs ?? {}
    if (endpoint) void client.invalidateQueries({ queryKey: lakefsKeys.repository(endpoint, repository) })
  }, [client, errands, repository])

  const landing = Boolean(props.atomic) || (gathers !== undefined && gathers.state !== 'landed')
  const failed = snapshot.totals.counts.failed + snapshot.totals.counts.cancelled
  const at = { repository, branch: on }
  const around = errands && repository && branch ? { errands, at, refresh } : undefined
  const place = `${repository}/${on}`
  const commit = made?.place === place ? made.commit : undefined
  const upkeep = { options, auto, onAuto: setAuto }
  return (
    <QueryClientProvider client={client}>
      {around && landing && (
        <LandPanel
          key={`${repository}/${branch}`}
          {...around}
          {...upkeep}
          {...props}
          drop={gathers}
          onLanded={(reference) => {
            setLanded(reference)
            // After the merge the files are on the target, and their rows still name the branch they went to.
            setAside(gathers?.branch)
          }}
          over={over}
          failed={failed}
        />
      )}
      {around && !landing && props.commit && (
        <CommitForm
          key={place}
          {...around}
          {...upkeep}
          {...props}
          onCommitted={(committed) => {
            setMade({ place, commit: committed })
            refresh()
          }}
        />
      )}
      {around && !landing && props.undo && (over || commit) && (
        <UndoPanel
          key={`undo ${place}`}
          {...around}
          desk={desk}
          commit={commit}
          onUndone={() => {
            setMade(undefined)
            desk.settle(repository, on)
            refresh()
          }}
        />
      )}
      {around && props.receipt && over && snapshot.ids.length > 0 && (
        <ReceiptStrip
          {...around}
          at={kept === undefined ? at : { repository, branch: kept }}
          files={snapshot.files}
          aside={kept === undefined ? aside : undefined}
          commit={commit?.id ?? landed}
          user={props.user}
        />
      )}
    </QueryClientProvider>
  )
}

/** The uploader's errands, once its engine is there. */
function useErrands(uploader: AfterDropProps['uploader']): Errands | undefined {
  const [errands, setErrands] = useState<Errands>()
  useEffect(() => {
    let wanted = true
    uploader.errands().then(
      (found) => wanted && setErrands(found),
      // Without the engine there is nothing to commit; adding files says what is wrong.
      () => {},
    )
    return () => {
      wanted = false
    }
  }, [uploader])
  return errands
}
