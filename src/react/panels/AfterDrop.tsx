import { QueryClientProvider } from '@tanstack/react-query'
import { useCallback, useEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react'
import type { Commit, LakeFSClient } from '../../core/index.ts'
import { forgetCommit, type Landed, rememberCommit } from '../../core/versioned/index.ts'
import { lakefsKeys } from '../queries.ts'
import { useLakeFSQueryClient } from '../query-client.ts'
import { CommitForm } from './CommitForm.tsx'
import { LandPanel } from './LandPanel.tsx'
import { LastDrop } from './LastDrop.tsx'
import { useRecords, withRecords } from './landing.ts'
import { ReceiptStrip } from './ReceiptStrip.tsx'
import { UndoPanel } from './UndoPanel.tsx'
import type { AfterDropProps } from './versioned-props.ts'

/** How a drop landed as one, where its pull request is, and whether it was taken back since. */
interface Ended extends Landed {
  href: string | undefined
  reverted?: boolean
}

/** Commit, landing, undo and receipt of what has been dropped. */
export function AfterDrop(props: AfterDropProps) {
  const { uploader, snapshot, desk, repository, branch } = props
  const { atomic, elsewhere, aside: kept } = useSyncExternalStore(desk.subscribe, desk.get, desk.get)
  const lakefs = useLakeFSClient(uploader)
  const client = useLakeFSQueryClient()
  const records = useRecords()
  /** The commit that took the drop, and where: on another branch it is not one to revert. */
  const [made, setMade] = useState<{ place: string; commit: Commit }>()
  const [aside, setAside] = useState<string>()
  const [landed, setLanded] = useState<Ended>()
  /** Where something was taken back, which is still to be read there. */
  const [undone, setUndone] = useState<string>()
  const options = typeof props.commit === 'object' ? props.commit : {}
  const [auto, setAuto] = useState(options.auto ?? false)
  useEffect(() => setAuto(options.auto ?? false), [options.auto])
  const over = snapshot.status === 'finished'
  const gathers = atomic?.repository === repository && atomic.target === branch ? atomic : undefined
  const others = elsewhere?.repository === repository && elsewhere.target === branch ? elsewhere : undefined
  const on = gathers && gathers.state !== 'landed' ? gathers.branch : branch

  // Heard of only here by a component, which tells nobody of its uploader's files: before the panels below ask the branch
  // whose its changes are, and that they do in effects of their own.
  useLayoutEffect(() => {
    if (snapshot.status === 'running') return
    const before = desk.get().arrivals.size
    for (const file of snapshot.files) if (file.status === 'uploaded') desk.arrived(file.object, file)
    if (desk.get().arrivals.size !== before) desk.set({})
  }, [snapshot, desk])
  // What was kept or waits for its review is not on the target.
  useEffect(() => {
    if (kept !== undefined) setAside(undefined)
  }, [kept])
  // The next drop is another story than the commit before it.
  useEffect(() => {
    if (snapshot.status !== 'running') return
    setMade(undefined)
    setLanded(undefined)
    setUndone(undefined)
  }, [snapshot.status])

  const refresh = useCallback(() => {
    const { endpoint } = lakefs ?? {}
    if (endpoint) void client.invalidateQueries({ queryKey: lakefsKeys.repository(endpoint, repository) })
  }, [client, lakefs, repository])

  const landing = Boolean(props.atomic) || (gathers !== undefined && gathers.state !== 'landed')
  const failed = snapshot.totals.counts.failed + snapshot.totals.counts.cancelled
  const at = { repository, branch: on }
  const around = lakefs && repository && branch ? { lakefs, at, refresh } : undefined
  const place = `${repository}/${on}`
  const commit = made?.place === place ? made.commit : undefined
  const here = landed?.upload.repository === repository && landed.upload.target === branch ? landed : undefined
  const ended = here?.reverted ? undefined : here
  const merge = ended?.merged ? ended.reference : undefined
  const toRevert = commit
    ? { id: commit.id, merge: false }
    : merge === undefined
      ? undefined
      : { id: merge, merge: true }
  const upkeep = { options, auto, onAuto: setAuto }
  const undoes = props.undo && !gathers && (landing ? here?.merged : over || commit || undone === place)
  return (
    <QueryClientProvider client={client}>
      {around && landing && (
        <LandPanel
          key={`${repository}/${branch}`}
          {...around}
          {...upkeep}
          {...props}
          records={records}
          drop={gathers}
          elsewhere={others}
          onLanded={(result, href) => {
            setLanded({ ...result, href })
            const { merged, reference } = result
            if (around && merged && reference) {
              const last = { repository, branch, commit: reference, merge: true }
              void withRecords((there) => rememberCommit(around.lakefs, last, there))
            }
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
            const last = { ...at, commit: committed.id, merge: false }
            void withRecords((there) => rememberCommit(around.lakefs, last, there))
            refresh()
          }}
        />
      )}
      {around && undoes && (
        <UndoPanel
          key={`undo ${place}`}
          {...around}
          desk={desk}
          commit={toRevert}
          onUndone={(paths) => {
            // Rows that say "Uploaded" would speak of files that are no longer there, or no longer the drop's.
            for (const { id, path, status, destination: to } of snapshot.files) {
              const there = to.branch === on || to.branch === here?.upload.branch
              const mine = status === 'uploaded' && to.repository === repository && there
              if (mine && paths.has(to.prefix + path)) uploader.remove(id)
            }
            setUndone(place)
            if (toRevert) {
              const gone = { ...at, commit: toRevert.id }
              void withRecords((there) => forgetCommit(around.lakefs, gone, there))
            }
            setMade(undefined)
            setLanded((now) => now && { ...now, reverted: true })
            desk.settle(repository, on)
            refresh()
          }}
        />
      )}
      {around && props.undo && !gathers && !undoes && snapshot.ids.length === 0 && (
        <LastDrop key={`last ${place}`} {...around} desk={desk} records={records} />
      )}
      {around && props.receipt && over && snapshot.ids.length > 0 && (
        <ReceiptStrip
          {...around}
          at={kept === undefined ? at : { repository, branch: kept }}
          files={snapshot.files}
          aside={kept === undefined ? aside : undefined}
          commit={commit?.id ?? ended?.reference ?? ended?.head}
          pull={pullOf(ended)}
          user={props.user}
        />
      )}
    </QueryClientProvider>
  )
}

/** The pull request as a receipt names it, for whoever reads that elsewhere. */
const pullOf = (ended: Ended | undefined) =>
  ended?.pull !== undefined && ended.href !== undefined
    ? { id: ended.pull, url: new URL(ended.href, location.href).href }
    : undefined

/** The uploader's lakefs, once its engine is there. */
function useLakeFSClient(uploader: AfterDropProps['uploader']): LakeFSClient | undefined {
  const [lakefs, setClient] = useState<LakeFSClient>()
  useEffect(() => {
    let wanted = true
    uploader.client().then(
      (found) => wanted && setClient(found),
      // Without the engine there is nothing to commit; adding files says what is wrong.
      () => {},
    )
    return () => {
      wanted = false
    }
  }, [uploader])
  return lakefs
}
