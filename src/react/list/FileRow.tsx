import { createElement, Fragment, memo, type ReactNode, useId, useState } from 'react'
import type { ConflictAnswer, Uploader, UploadFile } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'
import { useCountdown, useFile, useThrottledTime } from '../throttled-snapshot.ts'
import { Icon, type IconName } from '../ui/icons.tsx'
import { Path } from '../ui/Path.tsx'
import { FileDetails } from './FileDetails.tsx'
import { detailsOf, foundOf, isToBeRead, progressOf, rowActions, rowTone } from './row.ts'
import { SentenceWithCheck, verdictOf } from './StoreCheck.tsx'

/** Context of all rows of a list. */
export interface RowContext {
  uploader: Uploader
  sessionExpired: boolean
  /** True in a narrow list: details are short and the size is in line 2. */
  compact: boolean
  /** Px for the path and the size after it. */
  width: number
  measure: (text: string) => number
  isOpen: (id: string) => boolean
  toggle: (id: string) => void
}

interface Props {
  id: string
  context: RowContext
  /** Path that is shown: in an opened folder only the part below it. Default: the whole path. */
  shownPath?: string
}

const ICONS = {
  pause: 'pause',
  resume: 'play',
  retry: 'retry',
  cancel: 'cross',
  remove: 'cross',
} as const satisfies Record<string, IconName>

/** Row of one file: icon, path, size, actions, status in words, and its bottom edge as a progress bar. */
export const FileRow = memo(function FileRow({ id, context, shownPath }: Props) {
  const file = useFile(context.uploader, id)
  // A removed file keeps its row until the list renders again.
  return file ? <Row file={file} context={context} shownPath={shownPath ?? file.path} /> : null
})

function Row({ file, context, shownPath }: { file: UploadFile; context: RowContext; shownPath: string }) {
  const speech = useI18n()
  const { words, format } = speech
  const { uploader, compact, measure } = context
  const detailsId = useId()
  const [askedCheck, setAskedCheck] = useState(false)
  const left = useThrottledTime(file.status === 'sending' ? file.secondsLeft : undefined)
  const next = useCountdown(file.status === 'waiting' ? file.wait.until : undefined)
  const details = detailsOf(file, speech, { sessionExpired: context.sessionExpired, left, next })
  const slots = rowActions(file)
  const share = progressOf(file)
  const open = context.isOpen(file.id)
  const size = format.bytes(file.size)
  const texts = details.map(({ text, short = text }) => (compact ? short : text)).filter((text) => text !== '')
  const sizeTexts = compact && file.status !== 'asking' && file.status !== 'failed' ? [size] : []
  const isLine = !open && !isToBeRead(file)
  const found = foundOf(file)
  const checked = found !== undefined && verdictOf(found, words) !== undefined
  // A row that waits says itself what was found, so only a rule to copy is worth a button.
  const checkAt = file.status === 'waiting' ? 1 : 0
  const hasCheck = checked && (file.status === 'failed' || found.rule !== undefined)
  // In a narrow list the actions take only the room that they need.
  const room = context.width - (compact ? (slots.first ? 0 : -30) : measure(size))

  const checkButton = (phrase: string) => (
    <button
      type="button"
      className="lfu-link lfu-inline"
      aria-label={`${phrase}: ${file.path}`}
      aria-expanded={open}
      aria-controls={open ? detailsId : undefined}
      data-act="check"
      onClick={() => {
        setAskedCheck(!open)
        context.toggle(file.id)
      }}
    >
      {phrase}
    </button>
  )

  return (
    <div className={`lfu-row lfu-${rowTone(file)}`} data-status={file.status}>
      <span className="lfu-state">
        <Icon name={file.status} />
      </span>
      <button
        type="button"
        className="lfu-open"
        aria-expanded={open}
        aria-controls={open ? detailsId : undefined}
        aria-label={words.showDetails(file.path)}
        data-act="open"
        onClick={() => context.toggle(file.id)}
      >
        <Path path={shownPath} width={room} measure={measure} />
      </button>
      {!compact && <bdi className="lfu-size">{size}</bdi>}
      <span className="lfu-acts">
        {slots.first && <Act key="first" act={slots.first} file={file} uploader={uploader} />}
        <Act key="last" act={slots.last} file={file} uploader={uploader} />
      </span>
      <div
        className={isLine ? 'lfu-status lfu-line' : 'lfu-status'}
        title={isLine ? [words.status[file.status], ...texts, ...sizeTexts].join(' · ') : undefined}
      >
        <span className="lfu-word">{words.status[file.status]}</span>
        {/* Spread as arguments, which need no keys: the places are fixed and only their texts change. */}
        {createElement(
          Fragment,
          null,
          ...texts.map((text, index) => (
            <StatusDetail>
              {hasCheck && index === checkAt ? <SentenceWithCheck text={text} button={checkButton} /> : text}
            </StatusDetail>
          )),
          ...sizeTexts.map((text) => <StatusDetail>{text}</StatusDetail>),
        )}
      </div>
      {file.status === 'asking' && <Choices file={file} uploader={uploader} />}
      {share !== undefined && <Rule name={file.path} share={share} full={file.status === 'finishing'} />}
      {open && (
        <div className="lfu-details" id={detailsId}>
          <FileDetails file={file} uploader={uploader} showCheck={askedCheck} />
        </div>
      )}
    </div>
  )
}

/** One detail after the word of the status. */
export function StatusDetail({ children }: { children: ReactNode }) {
  return (
    <>
      <span className="lfu-sep" aria-hidden="true">
        {' · '}
      </span>
      <bdi>{children}</bdi>
    </>
  )
}

function Act({ act, file, uploader }: { act: keyof typeof ICONS; file: UploadFile; uploader: Uploader }) {
  const { words } = useI18n()
  const label = words[act](file.path)
  return (
    <button
      type="button"
      className="lfu-icon-button"
      aria-label={label}
      title={label}
      data-act={act === 'cancel' || act === 'remove' ? 'last' : 'first'}
      onClick={() => uploader[act](file.id)}
    >
      <Icon name={ICONS[act]} />
    </button>
  )
}

/** Progress bar at the bottom edge of a row. Its value stays below 100 until the file has ended. */
export function Rule({ name, share, full, done }: { name: string; share: number; full?: boolean; done?: boolean }) {
  const percent = Math.floor(share * 100)
  return (
    <span
      className="lfu-rule"
      role="progressbar"
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={done ? percent : Math.min(99, percent)}
    >
      <i className={full ? 'lfu-full' : done ? 'lfu-landed' : undefined} style={{ inlineSize: `${share * 100}%` }} />
    </span>
  )
}

function Choices({ file, uploader }: { file: UploadFile & { status: 'asking' }; uploader: Uploader }) {
  const { words } = useI18n()
  const [forAll, setForAll] = useState(false)
  const hint = useId()
  const choose = (answer: ConflictAnswer) => uploader.resolveConflict(file.id, answer, { forAll })
  return (
    <fieldset className="lfu-choices" aria-label={`${words.status.asking}: ${file.path}`}>
      {(['overwrite', 'skip', 'rename'] as const).map((answer) => (
        <button
          key={answer}
          type="button"
          className="lfu-button lfu-small"
          data-act={answer}
          aria-describedby={answer === 'rename' ? hint : undefined}
          title={answer === 'rename' ? words.keepBothAs(file.conflict.renamed) : undefined}
          onClick={() => choose(answer)}
        >
          {words.answers[answer]}
        </button>
      ))}
      <span className="lfu-sr" id={hint}>
        {words.keepBothAs(file.conflict.renamed)}
      </span>
      <label className="lfu-check">
        <input
          type="checkbox"
          form=""
          checked={forAll}
          data-act="all"
          onChange={(event) => setForAll(event.target.checked)}
        />
        <span>{words.forAllConflicts}</span>
      </label>
    </fieldset>
  )
}
