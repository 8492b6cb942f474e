import { lazy, type ReactNode, Suspense, useEffect, useState, useSyncExternalStore } from 'react'
import type { Snapshot, Uploader, UploaderOptions } from '../core/index.ts'
import type { MetadataRules } from '../core/metadata.ts'
import { Desk, type DeskView } from './desk.ts'

/** How the commit at the end is offered. */
export interface CommitOptions {
  /** What the message says at first; `{files}`, `{bytes}`, `{prefix}`, `{branch}`, `{user}`, `{date}` are filled in. */
  template?: string | undefined
  /** Pairs that are there from the start. */
  metadata?: Readonly<Record<string, string>> | undefined
  /** Commits by itself once everything has arrived and nothing else is uncommitted. Default false. */
  auto?: boolean | undefined
}

/** Props for what only a versioned store can do. Each loads its code when it is used. */
export interface VersionedProps {
  /** Show what is new, changed and identical, and wait before the first byte. Default false. */
  plan?: boolean | undefined
  /** All files or none: `true` merges at the end, `"review"` opens a pull request. Default false. */
  atomic?: boolean | 'review' | undefined
  /** Metadata worked out for each file. */
  metadataRules?: MetadataRules | undefined
  /** Offer the commit once everything has arrived. Default false. */
  commit?: boolean | CommitOptions | undefined
  /** Offer a receipt, and to check it again. Default false. */
  receipt?: boolean | undefined
  /** Offer to take the drop back. Default false. */
  undo?: boolean | undefined
  /** Who is signed in, for receipts. */
  user?: string | undefined
  /** The plan sends to another branch than was asked for: a new upload branch. */
  onBranch?: ((branch: string) => void) | undefined
  /** Offers "Choose another branch" in a plan that cannot start. */
  onChooseBranch?: (() => void) | undefined
}

const PlanBody = lazy(async () => ({ default: (await import('./panels/PlanBody.tsx')).PlanBody }))
const AfterDropPanel = lazy(async () => ({ default: (await import('./panels/AfterDrop.tsx')).AfterDrop }))

/** A desk of one's own, to share between the component and {@link AfterDrop} elsewhere on the page. */
export function useDesk(): Desk {
  const [desk] = useState(() => new Desk())
  return desk
}

/** Puts the desk between drops and the queue as long as something of it is switched on. */
export function useVersioned(
  uploader: Uploader,
  desk: Desk,
  { plan = false, atomic = false, metadataRules }: VersionedProps,
  prepare: UploaderOptions['prepare'],
): DeskView {
  const view = useSyncExternalStore(desk.subscribe, desk.get, desk.get)
  const on = plan || atomic !== false || metadataRules !== undefined
  useEffect(() => {
    desk.options = { plan, atomic, metadataRules }
  }, [desk, plan, atomic, metadataRules])
  useEffect(() => {
    if (!on) return
    uploader.configure({ prepare: desk.prepare })
    return () => uploader.configure({ prepare })
  }, [uploader, desk, on, prepare])
  return view
}

/** In place of the list while a drop waits for its plan. */
export function planBody({ stage }: DeskView, props: VersionedProps, uploader: Uploader): ReactNode {
  if (stage.type === 'idle') return undefined
  return (
    <Suspense fallback={<div className="lfu-summary" aria-busy="true" />}>
      <PlanBody
        stage={stage}
        rate={uploader.getSnapshot().totals.rate}
        onBranch={props.onBranch}
        onChooseBranch={props.onChooseBranch}
      />
    </Suspense>
  )
}

export interface AfterDropProps extends VersionedProps {
  uploader: Uploader
  snapshot: Snapshot
  desk: Desk
  /** The target that is asked for now. */
  repository: string
  branch: string
}

/** Commit, landing of an atomic drop, undo and receipt; below the summary, or anywhere on a page. */
export function AfterDrop(props: AfterDropProps) {
  return (
    <Suspense fallback={null}>
      <AfterDropPanel {...props} />
    </Suspense>
  )
}
