import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { BranchRef, Uploader, UploaderOptions } from '../../core/index.ts'
import { policyOf } from '../../core/options.ts'
import type { SessionState, UploadSessionOptions } from '../../core/versioned/index.ts'
import { useClickKeeper } from '../ui/click-keeper.ts'
import { LazyBoundary, lazyWithRetry } from '../ui/LazyBoundary.tsx'
import { usePreserveFocus } from '../ui/usePreserveFocus.ts'
import { LazySession, loadPanels, NO_UPLOADS } from './lazy-session.ts'
import type { UploadSessionHandle } from './session-handle.ts'
import type { UploadActionsProps, VersionedProps } from './versioned-props.ts'

const PlanBody = lazyWithRetry(async () => ({ default: (await loadPanels()).PlanBody }))
const SavedPanel = lazyWithRetry(async () => ({ default: (await loadPanels()).SavedPanel }))
const ActionsPanel = lazyWithRetry(async () => ({ default: (await loadPanels()).UploadActions }))

/** Creates a session that the component shares with {@link UploadActions} elsewhere on the page. */
export function useUploadSession(): UploadSessionHandle {
  const [session] = useState(() => new LazySession())
  return session
}

/** Runs the session between `beforeUpload` and the queue while one of its features is on. */
export function useVersioned(
  uploader: Uploader,
  session: UploadSessionHandle,
  { plan = false, atomic = false, metadataRules, previousReceipt }: VersionedProps,
): SessionState {
  const state = useSyncExternalStore(session.subscribe, session.getSnapshot, session.getSnapshot)
  const on = plan || atomic !== false || metadataRules !== undefined || previousReceipt !== undefined
  const isLoaded = state !== NO_UPLOADS
  const options = useRef<UploadSessionOptions>({})
  useEffect(() => {
    options.current = { plan, atomic, metadataRules }
    if (isLoaded) void session.ready().then((loaded) => loaded.setOptions(options.current))
  }, [session, isLoaded, plan, atomic, metadataRules])
  useEffect(() => {
    if (previousReceipt === undefined && !isLoaded) return
    session.ready().then(
      (loaded) => loaded.setPreviousReceipt(previousReceipt),
      // The next files load the code again and show the error.
      () => {},
    )
  }, [session, isLoaded, previousReceipt])
  useAttached(uploader, session, isLoaded)
  useEffect(() => {
    if (!on) return
    uploader.setOptions({
      agree: async (given, lakefs, asked) => {
        const loaded = await session.ready()
        loaded.setOptions(options.current)
        return await loaded.prepare(given, lakefs, asked)
      },
    })
    return () => uploader.setOptions({ agree: undefined })
  }, [uploader, session, on])
  return state
}

/** Attaches the session to the uploader once its code is loaded. */
function useAttached(uploader: Uploader, session: UploadSessionHandle, isLoaded: boolean): void {
  useEffect(() => {
    if (!isLoaded) return
    let detach: (() => void) | undefined
    let wanted = true
    void session.ready().then((loaded) => {
      if (wanted) detach = loaded.attach(uploader)
    })
    return () => {
      wanted = false
      detach?.()
    }
  }, [uploader, session, isLoaded])
}

/** Renders the plan in place of the list while an upload is compared or the user is asked. */
export function planBody(
  { asking, queuedFiles }: SessionState,
  session: UploadSessionHandle,
  props: VersionedProps & Pick<UploaderOptions, 'onConflict'>,
  uploader: Uploader,
): ReactNode {
  if (!asking) return undefined
  return (
    <LazyBoundary fallback={<div className="lfu-summary" aria-busy="true" />}>
      <PlanBody
        upload={asking}
        queuedFiles={queuedFiles}
        session={session}
        snapshot={uploader.getSnapshot()}
        policy={policyOf(props.onConflict)}
        onBranchChange={props.onBranchChange}
        allowNewBranch={props.allowNewBranch}
        onRequestBranchChange={props.onRequestBranchChange}
      />
    </LazyBoundary>
  )
}

/** Renders the previous receipt below the list or the drop zone. */
export function savedPanel(
  { previous, gathering }: SessionState,
  session: UploadSessionHandle,
  props: VersionedProps & BranchRef,
  uploader: Uploader,
): ReactNode {
  if (!previous) return null
  const { repository, branch, onPreviousReceiptChange } = props
  return (
    <LazyBoundary>
      <SavedPanel
        key={`${previous.name} ${previous.saved?.when}`}
        previous={previous}
        at={{ repository, branch }}
        ownBranch={gathering?.branch}
        uploader={uploader}
        onForget={() => {
          void session.ready().then((loaded) => loaded.setPreviousReceipt(undefined))
          onPreviousReceiptChange?.(undefined)
        }}
      />
    </LazyBoundary>
  )
}

/** Commit, merge, undo and receipt of the uploaded files, for the widget or elsewhere on the page. */
export function UploadActions(props: UploadActionsProps) {
  const root = useRef<HTMLDivElement>(null)
  usePreserveFocus(root)
  useClickKeeper(root)
  return (
    <div ref={root}>
      <LazyBoundary>
        <ActionsPanel {...props} />
      </LazyBoundary>
    </div>
  )
}
