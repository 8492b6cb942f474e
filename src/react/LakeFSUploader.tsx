import { type CSSProperties, type ReactNode, useEffect, useRef, useState } from 'react'
import { type Destination, guardLeaving, type Snapshot, type Uploader, type UploaderOptions } from '../core/index.ts'
import { policyOf } from '../core/options.ts'
import type { SessionState } from '../core/versioned/index.ts'
import { Announcer } from './Announcer.tsx'
import { AddingStrip } from './drop/Adding.tsx'
import { Address, addressOf } from './drop/Address.tsx'
import { DropZone, type Note, Notes } from './drop/DropZone.tsx'
import { Unfinished } from './drop/Unfinished.tsx'
import { usePicking } from './drop/usePicking.tsx'
import { I18nProvider, type MessagesProp, useLocale } from './i18n/language.ts'
import type { Language, Messages } from './i18n/messages.ts'
import { loadRows, QueueHead, QueueList, RejectionsLine } from './list/Queue.tsx'
import { usePacedSnapshot } from './pace.ts'
import { SessionPanel } from './panels/SessionPanel.tsx'
import type { UploadSessionHandle } from './panels/session-handle.ts'
import { planBody, savedPanel, UploadActions, useUploadSession, useVersioned } from './panels/versioned.tsx'
import type { VersionedProps } from './panels/versioned-props.ts'
import { useClickKeeper } from './ui/click-keeper.ts'
import { usePreserveFocus } from './ui/usePreserveFocus.ts'
import { useEngine } from './useUploader.ts'

/** The argument of slots that are functions. */
export interface SlotContext {
  uploader: Uploader
  snapshot: Snapshot
}

/** Something of the host's own inside the widget. */
export type Slot = ReactNode | ((context: SlotContext) => ReactNode)

/** Places in the widget for parts of the host's own. */
export interface Slots {
  /** Stands in place of the address line. */
  header?: Slot | undefined
  /** Stands in place of the button in the session's panel. */
  sessionPanel?: Slot | undefined
  /** A panel that asks, above the list or the drop zone; the session's comes first. */
  panel?: Slot | undefined
  /** Stands in place of the list, such as a plan to agree to. */
  body?: Slot | undefined
  /** Comes below the summary once every file has ended. */
  finished?: Slot | undefined
  /** Comes last of all. */
  footer?: Slot | undefined
}

export interface LakeFSUploaderProps extends UploaderOptions, VersionedProps {
  /** An uploader made elsewhere (`useUploader`, `createUploader`); then the options among the props are not used. */
  uploader?: Uploader | undefined
  /** Language of words and figures, `en`, `de`, `ar` or any other for its figures alone. Default `en`. */
  locale?: string | undefined
  /** Words of a language given ahead (`loadLanguage`), so that not even the first moment is English. */
  language?: Language | undefined
  /** Words of the host's own in place of some of the table. */
  messages?: MessagesProp | undefined
  /**
   * `auto` takes the `color-scheme` of the element around; a page without one is light. `light` and `dark` set one for the
   * widget. Default `auto`.
   */
  theme?: 'light' | 'dark' | 'auto' | undefined
  className?: string | undefined
  style?: CSSProperties | undefined
  /** Where files may be dropped and pasted. Default `widget`. */
  dropTarget?: 'widget' | 'page' | undefined
  /** `handle` uses showDirectoryPicker where the browser has it. Default `input`. */
  folderPicker?: 'input' | 'handle' | undefined
  /** Ask before the page is left, and keep the screen awake, while bytes are moving or not linked. Default true. */
  confirmLeave?: boolean | undefined
  /** Takes no files for now, a text says why; what is under way goes on. Without a repository or a branch nothing is taken anyway. */
  disabled?: boolean | string | undefined
  /** Called by the button `Sign in` once the session has ended; resolve once somebody has signed in. */
  onSignIn?: (() => void | Promise<void>) | undefined
  /** Shared with {@link UploadActions} elsewhere on the page (`useUploadSession`); then none is shown here. */
  session?: UploadSessionHandle | undefined
  /** The host's own parts of the widget. */
  slots?: Slots | undefined
  /** The host knows that the session has ended, though no upload has met it yet: the session's panel is shown. Default false. */
  sessionExpired?: boolean | undefined
  /** More lines below the drop zone. */
  notes?: readonly Note[] | undefined
  /** What has arrived is committed already. Default false. */
  committed?: boolean | undefined
}

/**
 * Drop files, and they land on the branch.
 * @example <LakeFSUploader repository="lake" branch="main" prefix="raw/images/" />
 */
export function LakeFSUploader(props: LakeFSUploaderProps) {
  const { locale = 'en', language, messages, theme = 'auto', slots = {} } = props
  const uploader = useEngine(optionsOf(props), props.uploader)
  const speech = useLocale(locale, language, messages)
  const snapshot = usePacedSnapshot(uploader)
  const root = useRef<HTMLDivElement>(null)
  usePreserveFocus(root)
  useClickKeeper(root)
  const { confirmLeave = true } = props
  useEffect(() => {
    // Rows and what keeps them few weigh as much as all the rest: they come while the page waits for a drop.
    loadRows().catch(() => {
      // Asked for again with the first file.
    })
  }, [])
  useEffect(() => (confirmLeave ? guardLeaving(uploader) : undefined), [uploader, confirmLeave])
  const picking = usePicking({
    uploader,
    accept: props.accept,
    target: props.dropTarget ?? 'widget',
    folderPicker: props.folderPicker ?? 'input',
    held: heldBy(props, snapshot.destination, speech.words),
    notTaken: speech.words.notLoaded.files,
  })
  const fill = (slot: Slot | undefined) => (typeof slot === 'function' ? slot({ uploader, snapshot }) : slot)
  const ownSession = useUploadSession()
  const session = props.session ?? ownSession
  const view = useVersioned(uploader, session, props)
  const body = planBody(view, session, props, uploader) ?? fill(slots.body)
  const filled = snapshot.ids.length > 0
  const [begun, setBegun] = useState(filled)
  if (filled && !begun) setBegun(true)
  const { commit, atomic, undo, receipt } = props
  // A commit waits for the first file; what an earlier visit has left does not.
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
    <I18nProvider value={speech}>
      {/* biome-ignore lint/a11y/useSemanticElements: what a host says of all its sections would take this one apart */}
      <div
        role="region"
        ref={root}
        className={className}
        {...(props.style ? { style: props.style } : {})}
        {...(theme === 'auto' ? {} : { 'data-theme': theme })}
        lang={speech.locale}
        dir={speech.dir}
        aria-label={speech.words.region(addressOf(snapshot.destination))}
        {...picking.handlers}
      >
        {slots.header === undefined ? <Address destination={snapshot.destination} /> : fill(slots.header)}
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
        {/* In one place whoever found it out and whatever stands below: keys half typed must not go. */}
        {signedOut && <SessionPanel uploader={uploader} onSignIn={props.onSignIn} content={fill(slots.sessionPanel)} />}
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
                <Notes policy={policyOf(props.onConflict)} notes={props.notes} />
              </>
            )}
          </>
        )}
        {/* In one place with files, without them and behind a plan: what somebody has written there must not go. */}
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

/** Why files are not taken: a drop without a complete destination could only fail. */
function heldBy(props: LakeFSUploaderProps, to: Destination, words: Messages): string | undefined {
  const { repository = to.repository, branch = to.branch, disabled } = props
  if (!repository) return words.held.repository
  if (!branch) return words.held.branch
  return disabled === true ? words.held.disabled : disabled || undefined
}

/** The branch of its own that files for this destination gather on, as long as they do. */
function gatheringOn({ gathering: atomic }: SessionState, { repository, branch }: Destination): string | undefined {
  const fits = atomic?.repository === repository && atomic.target === branch && atomic.state === 'gathering'
  return fits ? atomic.branch : undefined
}

/**
 * Looks for what earlier visits have left undone, and goes on with what needs nobody. What there is to say about the rest
 * comes when there is something.
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
  /** Not said before it is known what is left to a person. */
  const [tried, setTried] = useState(false)
  useEffect(() => {
    // Of a repository that is chosen later, too. Without records, or without the engine, there is just nothing to say.
    uploader.findUnfinished().catch(() => {})
  }, [uploader, repository])
  useEffect(() => {
    if (!unfinished) return
    let wanted = true
    const done = () => wanted && setTried(true)
    if (disabled) done()
    // Where records cannot be taken over, the files stay on offer.
    else uploader.resumeUnfinished({ only: 'automatic', branch: gathersOn }).then(done, done)
    return () => {
      wanted = false
    }
    // Found, taken or let go by another tab: then `unfinished` is another object.
  }, [uploader, unfinished, gathersOn, disabled])
  if (!tried || !unfinished || unfinished.files.length === 0) return null
  return <Unfinished uploader={uploader} unfinished={unfinished} picking={picking} />
}

/** The engine's part of the props; what else a host without types may give is not its business. */
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
  partSize: 1,
  verifyChecksums: 1,
  persist: 1,
  retryTimeout: 1,
  stallTimeout: 1,
  acceptSystemFiles: 1,
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
