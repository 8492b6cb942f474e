import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { type BranchRef, policyOf, type Uploader, type UploaderOptions } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'
import { useClickKeeper } from '../ui/click-keeper.ts'
import { LazyBoundary, lazyWithRetry } from '../ui/LazyBoundary.tsx'
import { Panel } from '../ui/Panel.tsx'
import { usePreserveFocus } from '../ui/usePreserveFocus.ts'
import { Desk } from './desk.ts'
import type { DeskView } from './desk-view.ts'
import type { AfterDropProps, VersionedProps } from './versioned-props.ts'

const PlanBody = lazyWithRetry(async () => ({ default: (await import('./PlanBody.tsx')).PlanBody }))
const SavedPanel = lazyWithRetry(async () => ({ default: (await import('./SavedPanel.tsx')).SavedPanel }))
const AfterDropPanel = lazyWithRetry(async () => ({ default: (await import('./AfterDrop.tsx')).AfterDrop }))

/** A desk of one's own, to share between the component and {@link AfterDrop} elsewhere on the page. */
export function useDesk(): Desk {
  const [desk] = useState(() => new Desk())
  return desk
}

/** Puts the desk between drops, as the host has prepared them, and the queue as long as something of it is switched on. */
export function useVersioned(
  uploader: Uploader,
  desk: Desk,
  { plan = false, atomic = false, metadataRules, previousReceipt }: VersionedProps,
): DeskView {
  const view = useSyncExternalStore(desk.subscribe, desk.get, desk.get)
  const on = plan || atomic !== false || metadataRules !== undefined || previousReceipt !== undefined
  useEffect(() => {
    desk.options = { plan, atomic, metadataRules }
  }, [desk, plan, atomic, metadataRules])
  useEffect(() => desk.know(previousReceipt), [desk, previousReceipt])
  useEffect(() => {
    if (!on) return
    uploader.setOptions({ agree: desk.prepare })
    return () => uploader.setOptions({ agree: undefined })
  }, [uploader, desk, on])
  return view
}

/** In place of the list while a drop waits for its plan. */
export function planBody(
  { stage, behind }: DeskView,
  desk: Desk,
  props: VersionedProps & Pick<UploaderOptions, 'onConflict'>,
  uploader: Uploader,
): ReactNode {
  if (stage.type === 'idle') return undefined
  return (
    <LazyBoundary
      fallback={<div className="lfu-summary" aria-busy="true" />}
      missing={(again) => <NoPlan again={again} giveUp={desk.giveUp} />}
    >
      <PlanBody
        stage={stage}
        behind={behind}
        snapshot={uploader.getSnapshot()}
        policy={policyOf(props.onConflict)}
        onBranchChange={props.onBranchChange}
        allowNewBranch={props.allowNewBranch}
        onRequestBranchChange={props.onRequestBranchChange}
      />
    </LazyBoundary>
  )
}

/** The drop waits for somebody's answer, and what asks for it did not come over the network. */
function NoPlan({ again, giveUp }: { again: () => void; giveUp: () => void }) {
  const { notLoaded } = useI18n().words
  return (
    <div className="lfu-plan-failed" role="alert">
      <Panel icon="failed" title={notLoaded.drop} note={notLoaded.part}>
        <button type="button" className="lfu-button lfu-primary" onClick={again}>
          {notLoaded.again}
        </button>
        <button type="button" className="lfu-button" onClick={giveUp}>
          {notLoaded.giveUp}
        </button>
      </Panel>
    </div>
  )
}

/** What an earlier drop has left, below the list or the drop zone. */
export function savedPanel(
  { known, atomic }: DeskView,
  desk: Desk,
  props: VersionedProps & BranchRef,
  uploader: Uploader,
): ReactNode {
  if (!known) return null
  const { repository, branch, onPreviousReceiptChange } = props
  return (
    <LazyBoundary>
      <SavedPanel
        key={`${known.name} ${known.saved?.when}`}
        known={known}
        at={{ repository, branch }}
        aside={atomic?.branch}
        uploader={uploader}
        onForget={() => {
          desk.know(undefined)
          onPreviousReceiptChange?.(undefined)
        }}
      />
    </LazyBoundary>
  )
}

/** Commit, landing of an atomic drop, undo and receipt; below the summary, or anywhere on a page. */
export function AfterDrop(props: AfterDropProps) {
  const root = useRef<HTMLDivElement>(null)
  usePreserveFocus(root)
  useClickKeeper(root)
  return (
    <div ref={root}>
      <LazyBoundary>
        <AfterDropPanel {...props} />
      </LazyBoundary>
    </div>
  )
}
