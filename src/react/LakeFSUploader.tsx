import { type CSSProperties, type ReactNode, useEffect, useRef, useState } from 'react'
import { type Destination, guardLeaving, type Snapshot, type Uploader, type UploaderOptions } from '../core/index.ts'
import { policyOf } from '../core/options.ts'
import type { SessionState } from '../core/versioned/index.ts'
import { Announcer } from './Announcer.tsx'
import { AddingStrip } from './drop/Adding.tsx'
import { Address } from './drop/Address.tsx'
import { addressOf } from './drop/address-of.ts'
import { DropZone, LostDrop, type Note, Notes } from './drop/DropZone.tsx'
import { Unfinished } from './drop/Unfinished.tsx'
import { usePicking } from './drop/usePicking.tsx'
import { useWriteRefusal } from './drop/useWriteRefusal.ts'
import { I18nProvider, type MessagesProp, useLocale } from './i18n/language.ts'
import type { Language, Messages } from './i18n/messages.ts'
import { loadRows, QueueHead, QueueList, RejectionsLine } from './list/Queue.tsx'
import { SessionPanel } from './panels/SessionPanel.tsx'
import type { UploadSessionHandle } from './panels/session-handle.ts'
import { planBody, savedPanel, UploadActions, useUploadSession, useVersioned } from './panels/versioned.tsx'
import type { VersionedProps } from './panels/versioned-props.ts'
import { useThrottledSnapshot } from './throttled-snapshot.ts'
import { useClickKeeper } from './ui/click-keeper.ts'
import { Remount } from './ui/Remount.tsx'
import { usePreserveFocus } from './ui/usePreserveFocus.ts'
import { useEngine } from './useUploader.ts'

/** Argument of a slot that is a function. */
export interface SlotContext {
  uploader: Uploader
  snapshot: Snapshot
}

/** Content of the host inside the widget. */
export type Slot = ReactNode | ((context: SlotContext) => ReactNode)

/** Places in the widget for content of the host. */
export interface Slots {
  /** Replaces the address line. */
  header?: Slot | undefined
  /** Replaces the button in the panel that asks the user to sign in. */
  sessionPanel?: Slot | undefined
  /** Panel above the list or the drop zone. It is hidden while the panel that asks the user to sign in is shown. */
  panel?: Slot | undefined
  /** Replaces the summary, the list and the drop zone. */
  body?: Slot | undefined
  /** Shown below the summary when every file has ended. */
  finished?: Slot | undefined
  /** Shown at the end of the widget. */
  footer?: Slot | undefined
}

export interface LakeFSUploaderProps extends UploaderOptions, VersionedProps {
  /**
   * Uploader created by the host (`useUploader`, `createUploader`). The uploader options among the props are then
   * ignored.
   */
  uploader?: Uploader | undefined
  /**
   * Language tag. `en`, `de` and `ar` have translations; any other language only formats numbers and dates. Default
   * `en`.
   */
  locale?: string | undefined
  /** Messages that the host has loaded before (`loadLanguage`), so that the first render is not in English. */
  language?: Language | undefined
  /** Messages of the host that replace some of the table. */
  messages?: MessagesProp | undefined
  /**
   * `auto` follows the `color-scheme` of the surrounding element, and is light where the page has none. `light` and
   * `dark` set it for the widget. Default `auto`.
   */
  theme?: 'light' | 'dark' | 'auto' | undefined
  className?: string | undefined
  style?: CSSProperties | undefined
  /** Where files can be dropped and pasted. Default `widget`. */
  dropTarget?: 'widget' | 'page' | undefined
  /** `handle` opens showDirectoryPicker where the browser has it. Default `input`. */
  folderPicker?: 'input' | 'handle' | undefined
  /** Asks before the page is closed, and keeps the screen awake, while files are sent or linked. Default true. */
  confirmLeave?: boolean | undefined
  /**
   * Accepts no more files; a string is shown as the reason. Running uploads continue. Without a repository or a branch
   * no files are accepted either.
   */
  disabled?: boolean | string | undefined
  /**
   * Called by the `Sign in` button after the session has expired. The promise must resolve when the user has signed in.
   */
  onSignIn?: (() => void | Promise<void>) | undefined
  /**
   * Session shared with {@link UploadActions} elsewhere on the page (`useUploadSession`). The widget then renders none
   * of its own.
   */
  session?: UploadSessionHandle | undefined
  /** Content of the host inside the widget. */
  slots?: Slots | undefined
  /**
   * Shows the panel that asks the user to sign in, although no upload has met the expired session yet. Default false.
   */
  sessionExpired?: boolean | undefined
  /** Additional lines below the drop zone. */
  notes?: readonly Note[] | undefined
  /** True when the uploaded files are committed already. Default false. */
  committed?: boolean | undefined
}

/**
 * Renders the upload widget: files dropped on it are uploaded to the branch.
 * @example <LakeFSUploader repository="lake" branch="main" prefix="raw/images/" />
 */
export function LakeFSUploader(props: LakeFSUploaderProps) {
  const { confirmLeave = true } = props
  const uploader = useEngine(optionsOf(props), props.uploader)
  const ownSession = useUploadSession()
  const session = props.session ?? ownSession
  const view = useVersioned(uploader, session, props)
  useEffect(() => (confirmLeave ? guardLeaving(uploader) : undefined), [uploader, confirmLeave])
  return (
    <Remount>
      <Screen {...{ props, uploader, session, view }} />
    </Remount>
  )
}

interface ScreenProps {
  props: LakeFSUploaderProps
  uploader: Uploader
  session: UploadSessionHandle
  view: SessionState
}

/** All that is seen of the widget. It keeps nothing that an upload needs. */
function Screen({ props, uploader, session, view }: ScreenProps) {
  const { locale = 'en', language, messages, theme = 'auto', slots = {} } = props
  const i18n = useLocale(locale, language, messages)
  const snapshot = useThrottledSnapshot(uploader)
  const root = useRef<HTMLDivElement>(null)
  usePreserveFocus(root)
  useClickKeeper(root)
  useEffect(() => {
    // The code of the list is as large as all the rest, so it is loaded while the page waits for files.
    loadRows().catch(() => {
      // The list loads it again when it renders its first file.
    })
  }, [])
  const picking = usePicking({
    uploader,
    root,
    accept: props.accept,
    target: props.dropTarget ?? 'widget',
    folderPicker: props.folderPicker ?? 'input',
    held: heldBy(props, snapshot.destination, i18n.words),
    notTaken: i18n.words.notLoaded.files,
  })
  const fill = (slot: Slot | undefined) => {
    const content = typeof slot === 'function' ? slot({ uploader, snapshot }) : slot
    // In an element of its own, because a translation of the page may wrap its texts.
    return content === undefined || content === null || typeof content === 'boolean' ? (
      content
    ) : (
      <div className="lfu-slot">{content}</div>
    )
  }
  const body = planBody(view, session, props, uploader) ?? fill(slots.body)
  const filled = snapshot.ids.length > 0
  // A host that draws the destination itself tells there who may write to it.
  const refusal = useWriteRefusal(uploader, snapshot.destination, !filled && slots.header === undefined)
  const [begun, setBegun] = useState(filled)
  if (filled && !begun) setBegun(true)
  const { commit, atomic, undo, receipt } = props
  // The commit panel needs a first file; work that an earlier visit left does not.
  const after = !props.session && (atomic || undo || (begun && (commit || receipt))) && (
    <UploadActions
      {...props}
      commit={(begun || atomic) && commit}
      uploader={uploader}
      snapshot={snapshot}
      session={session}
    />
  )
  const over = snapshot.status === 'finished'
  const signedOut = props.sessionExpired || snapshot.sessionExpired
  const className = [
    'lfu',
    picking.dragging === undefined || picking.held !== undefined ? '' : 'lfu-dragged',
    props.className ?? '',
  ]
    .join(' ')
    .trim()

  return (
    <I18nProvider value={i18n}>
      {/* biome-ignore lint/a11y/useSemanticElements: the styles of a host for `section` would break the widget */}
      <div
        role="region"
        ref={root}
        className={className}
        {...(props.style ? { style: props.style } : {})}
        {...(theme === 'auto' ? {} : { 'data-theme': theme })}
        lang={i18n.locale}
        dir={i18n.dir}
        aria-label={i18n.words.region(addressOf(snapshot.destination))}
        {...picking.handlers}
      >
        {slots.header === undefined ? <Address destination={snapshot.destination} /> : fill(slots.header)}
        {picking.lost && <LostDrop />}
        {!body && filled && (
          <QueueHead
            uploader={uploader}
            snapshot={snapshot}
            atomic={Boolean(props.atomic)}
            committed={props.committed || view.committed}
            landing={view.gathering?.branch ?? view.keptBranch}
          />
        )}
        {!body && filled && <AddingStrip uploader={uploader} snapshot={snapshot} />}
        {/* Always in the same place of the tree: half-typed credentials must not be lost. */}
        {signedOut && (
          <SessionPanel
            uploader={uploader}
            never={Boolean(snapshot.neverSignedIn)}
            onSignIn={props.onSignIn}
            content={fill(slots.sessionPanel)}
          />
        )}
        {body ?? (
          <>
            {!signedOut && fill(slots.panel)}
            {filled ? (
              over && fill(slots.finished)
            ) : (
              <>
                <DropZone picking={picking} destination={snapshot.destination} />
                <AddingStrip uploader={uploader} snapshot={snapshot} />
                <RejectionsLine uploader={uploader} snapshot={snapshot} limits={props} />
                <Notes policy={policyOf(props.onConflict)} notes={props.notes} refusal={refusal} />
              </>
            )}
          </>
        )}
        {/* Always in the same place of the tree, hidden by a plan: what the user has typed must not be lost. */}
        {after && <div hidden={Boolean(body)}>{after}</div>}
        {!body && filled && <QueueList uploader={uploader} snapshot={snapshot} picking={picking} limits={props} />}
        {savedPanel(view, session, props, uploader)}
        <Earlier
          uploader={uploader}
          snapshot={snapshot}
          picking={picking}
          gathersOn={gatheringOn(view, snapshot.destination)}
          disabled={Boolean(props.disabled)}
        />
        {fill(slots.footer)}
        {picking.inputs}
        <Announcer uploader={uploader} snapshot={snapshot} />
      </div>
    </I18nProvider>
  )
}

/** Returns why files are not accepted. Files without a complete destination could only fail. */
function heldBy(props: LakeFSUploaderProps, to: Destination, words: Messages): string | undefined {
  const { repository = to.repository, branch = to.branch, disabled } = props
  if (!repository) return words.held.repository
  if (!branch) return words.held.branch
  return disabled === true ? words.held.disabled : disabled || undefined
}

/** Returns the upload branch on which files for this destination are gathered, while it is open. */
function gatheringOn({ gathering: atomic }: SessionState, { repository, branch }: Destination): string | undefined {
  const fits = atomic?.repository === repository && atomic.target === branch && atomic.state === 'gathering'
  return fits ? atomic.branch : undefined
}

/**
 * Looks for unfinished files of earlier visits, resumes those that need nothing from the user, and offers the others.
 */
function Earlier({
  uploader,
  snapshot: { unfinished, destination },
  picking,
  gathersOn,
  disabled,
}: {
  uploader: Uploader
  snapshot: Snapshot
  picking: ReturnType<typeof usePicking>
  gathersOn: string | undefined
  disabled: boolean
}) {
  const { repository } = destination
  /** The offer waits until the automatic resume has ended. */
  const [tried, setTried] = useState(false)
  useEffect(() => {
    // Runs again for a repository that is chosen later. Without IndexedDB or the engine there is nothing to offer.
    uploader.findUnfinished().catch(() => {})
  }, [uploader, repository])
  useEffect(() => {
    if (!unfinished) return
    let wanted = true
    const done = () => wanted && setTried(true)
    if (disabled) done()
    // Where resuming fails, the files stay on offer.
    else uploader.resumeUnfinished({ only: 'automatic', branch: gathersOn }).then(done, done)
    return () => {
      wanted = false
    }
    // When another tab adds, takes or releases files, `unfinished` is a new object.
  }, [uploader, unfinished, gathersOn, disabled])
  if (!tried || !unfinished || unfinished.files.length === 0) return null
  return <Unfinished uploader={uploader} unfinished={unfinished} picking={picking} />
}

/** Names of the uploader options among the props. A host without TypeScript may pass more, which the engine ignores. */
const OPTIONS: Readonly<Record<keyof UploaderOptions, 1>> = {
  repository: 1,
  branch: 1,
  prefix: 1,
  endpoint: 1,
  getToken: 1,
  onConflict: 1,
  metadata: 1,
  concurrency: 1,
  viaApiBelow: 1,
  presign: 1,
  partSize: 1,
  verifyChecksums: 1,
  persist: 1,
  retryTimeout: 1,
  stallTimeout: 1,
  acceptSystemFiles: 1,
  acceptVersionControl: 1,
  beforeUpload: 1,
  accept: 1,
  maxFiles: 1,
  maxSize: 1,
  onUploaded: 1,
  onError: 1,
  onRejected: 1,
  onProgress: 1,
  onFinished: 1,
  onSessionExpired: 1,
}

const optionsOf = (props: LakeFSUploaderProps): UploaderOptions =>
  Object.fromEntries(Object.entries(props).filter(([name]) => name in OPTIONS)) as unknown as UploaderOptions
