import { createElement, Fragment, memo, type ReactNode, useId, useState } from 'react'
import type { Answer, Uploader, UploadFile } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'
import { useCountdown, useFile, useSlowly } from '../pace.ts'
import { Icon, type IconName } from '../ui/icons.tsx'
import { Path } from '../ui/Path.tsx'
import { FileDetails } from './FileDetails.tsx'
import { detailsOf, isToBeRead, progressOf, rowActions, rowTone } from './row.ts'
import { SaidWithCheck, verdictOf } from './StoreCheck.tsx'

/** What all rows of a list know. */
export interface RowSurroundings {
  uploader: Uploader
  sessionExpired: boolean
  /** Short details, size in line 2. */
  compact: boolean
  /** Px that a path and the size after it may take together. */
  width: number
  measure: (text: string) => number
  isOpen: (id: string) => boolean
  toggle: (id: string) => void
}

interface Props {
  id: string
  around: RowSurroundings
  /** Said in place of the whole path: the part below the folder around. */
  shownPath?: string
}

const ICONS = {
  pause: 'pause',
  resume: 'play',
  retry: 'retry',
  cancel: 'cross',
  remove: 'cross',
} as const satisfies Record<string, IconName>

/** One file: icon, path, size, actions; the status in words; the rule below as its progress. */
export const FileRow = memo(function FileRow({ id, around, shownPath }: Props) {
  const file = useFile(around.uploader, id)
  // A row that has just been removed stays for the moment until the list has heard of it.
  return file ? <Row file={file} around={around} shownPath={shownPath ?? file.path} /> : null
})

function Row({ file, around, shownPath }: { file: UploadFile; around: RowSurroundings; shownPath: string }) {
  const speech = useI18n()
  const { words, format } = speech
  const { uploader, compact, measure } = around
  const detailsId = useId()
  const [askedCheck, setAskedCheck] = useState(false)
  const left = useSlowly(file.status === 'sending' ? file.secondsLeft : undefined)
  const next = useCountdown(file.status === 'waiting' ? file.wait.until : undefined)
  const details = detailsOf(file, speech, { sessionExpired: around.sessionExpired, left, next })
  const slots = rowActions(file)
  const share = progressOf(file)
  const open = around.isOpen(file.id)
  const size = format.bytes(file.size)
  const said = details.map(({ text, short = text }) => (compact ? short : text)).filter((text) => text !== '')
  const sizeSaid = compact && file.status !== 'asking' && file.status !== 'failed' ? [size] : []
  const isLine = !open && !isToBeRead(file)
  const checked = file.status === 'failed' && verdictOf(file.error.facts, words) !== undefined
  // In a narrow list the actions take only as much room as they are.
  const room = around.width - (compact ? (slots.first ? 0 : -30) : measure(size))

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
        around.toggle(file.id)
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
        onClick={() => around.toggle(file.id)}
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
        title={isLine ? [words.status[file.status], ...said, ...sizeSaid].join(' · ') : undefined}
      >
        <span className="lfu-word">{words.status[file.status]}</span>
        {/* Spread, not a keyed list: the places are fixed, and the texts in them change twice a second. */}
        {createElement(
          Fragment,
          null,
          ...said.map((text) => (
            <StatusDetail>{checked ? <SaidWithCheck text={text} button={checkButton} /> : text}</StatusDetail>
          )),
          ...sizeSaid.map((text) => <StatusDetail>{text}</StatusDetail>),
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

/** One thing that is said after the status word. */
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

/** The row's bottom edge, from the text column to the end. Its figure says where it stands, never 100 before the end. */
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
  const choose = (answer: Answer) => uploader.resolveConflict(file.id, answer, { forAll })
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
        {words.forAllConflicts}
      </label>
    </fieldset>
  )
}
