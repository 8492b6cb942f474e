import { QueryClientProvider } from '@tanstack/react-query'
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import type { LakeFSClient } from '../../core/index.ts'
import { lakefsKeys } from '../../core/lakefs/index.ts'
import {
  EMPTY_SESSION,
  endedFor,
  gatheringFor,
  type Taking,
  type Upload,
  type UploadSession,
  workOn,
} from '../../core/versioned/index.ts'
import { useLakeFSQueryClient } from '../query-client.ts'
import { CommitForm } from './CommitForm.tsx'
import { LandPanel } from './LandPanel.tsx'
import { ReceiptStrip } from './ReceiptStrip.tsx'
import { RecentCommitPanel } from './RecentCommitPanel.tsx'
import type { UploadSessionHandle } from './session-handle.ts'
import { UndoPanel } from './UndoPanel.tsx'
import type { UploadActionsProps } from './versioned-props.ts'

/** Commit, merge, undo and receipt of the uploaded files. */
export function UploadActions({ session: handle, ...props }: UploadActionsProps) {
  const { uploader, repository, branch } = props
  const session = useReady(handle, uploader)
  const lakefs = useLakeFSClient(uploader)
  const client = useLakeFSQueryClient()
  if (!session || !lakefs || !repository || !branch) return null
  return (
    <QueryClientProvider client={client}>
      <Actions {...props} session={session} lakefs={lakefs} />
    </QueryClientProvider>
  )
}

interface ActionsProps extends Omit<UploadActionsProps, 'session'> {
  session: UploadSession
  lakefs: LakeFSClient
}

function Actions({ session, lakefs, ...props }: ActionsProps) {
  const { snapshot, repository, branch } = props
  const state = useSyncExternalStore(session.subscribe, session.getSnapshot, () => EMPTY_SESSION)
  const client = useLakeFSQueryClient()
  const options = typeof props.commit === 'object' ? props.commit : {}
  const [auto, setAuto] = useState(options.auto ?? false)
  useEffect(() => setAuto(options.auto ?? false), [options.auto])
  const { endpoint } = lakefs
  const refresh = useCallback(
    () => void client.invalidateQueries({ queryKey: lakefsKeys.repository(endpoint, repository) }),
    [client, endpoint, repository],
  )

  const asks = Boolean(props.commit || props.undo) && !props.atomic
  useEffect(() => {
    if (!asks) return
    const stop = new AbortController()
    void session.restore({ repository, branch }, stop.signal)
    return () => stop.abort()
  }, [session, asks, repository, branch])

  const target = { repository, branch }
  const gathering = gatheringFor(state, target)
  const last = endedFor(state, target)
  const ended = last?.past ? undefined : last
  const at = { repository, branch: gathering?.atomic?.branch ?? branch }
  const place = `${repository}/${at.branch}`
  const { commit, undo } = workOn(state, at)
  const isUndone = undo.type === 'reset' || undo.type === 'reverted' || undo.type === 'not-in-history'
  const committed = commit.type === 'done' && !isUndone ? commit.commit : undefined
  const merged = ended?.stage.type === 'landed' && ended.stage.merged ? ended.stage.reference : undefined
  const taking: Taking | undefined =
    committed !== undefined
      ? { id: committed, merge: false }
      : merged === undefined
        ? undefined
        : { id: merged, merge: true }
  const over = snapshot.status === 'finished'
  const landing = Boolean(props.atomic) || gathering !== undefined
  const isOffered = landing
    ? merged !== undefined || ended?.stage.type === 'taken-back'
    : over || committed !== undefined || isUndone
  const undoes = props.undo && !gathering && isOffered
  const context = { lakefs, at, session, state, refresh }
  const upkeep = { options, auto, onAuto: setAuto }
  const { keptBranch } = state
  return (
    <>
      {landing && (
        <LandPanel
          key={`${repository}/${branch}`}
          {...props}
          {...context}
          {...upkeep}
          upload={gathering}
          ended={ended}
          over={over}
        />
      )}
      {!landing && props.commit && <CommitForm key={place} {...props} {...context} {...upkeep} />}
      {undoes && <UndoPanel key={`undo ${place}`} {...context} commit={taking} />}
      {props.undo && !gathering && !undoes && snapshot.ids.length === 0 && (
        <RecentCommitPanel key={`last ${place}`} {...context} />
      )}
      {props.receipt && over && snapshot.ids.length > 0 && (
        <ReceiptStrip
          lakefs={lakefs}
          at={keptBranch === undefined ? at : { repository, branch: keptBranch }}
          files={snapshot.files}
          ownBranch={keptBranch === undefined ? mergedBranch(last) : undefined}
          commit={committed ?? commitOf(ended)}
          pull={pullOf(ended)}
          user={props.user}
        />
      )}
    </>
  )
}

/** Returns the branch that was merged: its files are on the target now, but their rows still name the branch. */
function mergedBranch(upload: Upload | undefined): string | undefined {
  const { type } = upload?.stage ?? {}
  return type === 'landed' || type === 'taken-back' ? upload?.atomic?.branch : undefined
}

/** Returns the commit for the receipt of the upload. */
function commitOf(upload: Upload | undefined): string | undefined {
  if (upload?.stage.type === 'landed') return upload.stage.reference
  return upload?.stage.type === 'in-review' ? upload.stage.head : undefined
}

/** Returns the pull request for a receipt, with an absolute URL that is valid outside this page. */
function pullOf(upload: Upload | undefined) {
  if (upload?.stage.type !== 'in-review') return undefined
  const { pull, href } = upload.stage
  return { id: pull, url: new URL(href, location.href).href }
}

/** Returns the session, attached to the uploader, so that it knows the uploaded files before a panel asks for them. */
function useReady(handle: UploadSessionHandle, uploader: UploadActionsProps['uploader']): UploadSession | undefined {
  const [attached, setAttached] = useState<UploadSession>()
  useEffect(() => {
    let wanted = true
    let detach: (() => void) | undefined
    handle.ready().then(
      (session) => {
        if (!wanted) return
        detach = session.attach(uploader)
        setAttached(session)
      },
      // Loading cannot fail: the code of the session is in the chunk of this panel.
      () => {},
    )
    return () => {
      wanted = false
      detach?.()
    }
  }, [handle, uploader])
  return attached
}

/** Returns the lakeFS client of the uploader once the engine is loaded. */
function useLakeFSClient(uploader: UploadActionsProps['uploader']): LakeFSClient | undefined {
  const [lakefs, setClient] = useState<LakeFSClient>()
  useEffect(() => {
    let wanted = true
    uploader.client().then(
      (found) => wanted && setClient(found),
      // Without the engine there is nothing to commit, and adding files shows the error.
      () => {},
    )
    return () => {
      wanted = false
    }
  }, [uploader])
  return lakefs
}
