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
  const { atomic } = useSyncExternalStore(desk.subscribe, desk.get, desk.get)
  const errands = useErrands(uploader)
  const client = useLakeFSQueryClient()
  const [commit, setCommit] = useState<Commit>()
  const [aside, setAside] = useState<string>()
  const over = snapshot.status === 'finished'
  const gathers = atomic?.repository === repository && atomic.target === branch ? atomic : undefined
  const on = gathers && gathers.state !== 'landed' ? gathers.branch : branch

  // A component that was given its uploader hears of arrivals only here.
  useEffect(() => {
    if (!over) return
    for (const file of snapshot.files) if (file.status === 'uploaded') desk.arrived(file.object, file)
  }, [over, snapshot, desk])
  // After the merge the files are on the target, and their rows still name the branch they went to.
  useEffect(() => {
    if (gathers) setAside(gathers.branch)
  }, [gathers])
  // The next drop is another story than the commit before it.
  useEffect(() => {
    if (snapshot.status === 'running') setCommit(undefined)
  }, [snapshot.status])

  const refresh = useCallback(() => {
    const { endpoint } = errands?.lakefs ?? {}
    if (endpoint) void client.invalidateQueries({ queryKey: lakefsKeys.repository(endpoint, repository) })
  }, [client, errands, repository])

  if (!errands || !repository || !branch) return null
  const landing = Boolean(props.atomic) || (gathers !== undefined && gathers.state !== 'landed')
  const around = { errands, at: { repository, branch: on }, refresh }
  const failed = snapshot.totals.counts.failed + snapshot.totals.counts.cancelled
  return (
    <QueryClientProvider client={client}>
      {landing ? (
        <LandPanel {...around} {...props} drop={gathers} over={over} failed={failed} />
      ) : (
        props.commit && (
          <CommitForm
            {...around}
            {...props}
            options={typeof props.commit === 'object' ? props.commit : {}}
            onCommitted={(made) => {
              setCommit(made)
              refresh()
            }}
          />
        )
      )}
      {props.undo && !landing && (over || commit) && (
        <UndoPanel
          {...around}
          desk={desk}
          commit={commit}
          onUndone={() => {
            setCommit(undefined)
            desk.settle(around.at.repository, around.at.branch)
            refresh()
          }}
        />
      )}
      {props.receipt && over && snapshot.ids.length > 0 && (
        <ReceiptStrip {...around} files={snapshot.files} aside={aside} commit={commit?.id} user={props.user} />
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
