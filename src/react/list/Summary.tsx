import { useMemo } from 'react'
import { allows } from '../../core/file/actions.ts'
import type { Snapshot, Totals, Uploader } from '../../core/index.ts'
import { stateOfUpload, type UploadMark } from '../../core/upload-state.ts'
import { useI18n } from '../i18n/language.ts'
import { useThrottledTime } from '../throttled-snapshot.ts'
import { Counts } from './Counts.tsx'

interface Props {
  uploader: Uploader
  snapshot: Snapshot
  /** Ms of the run; undefined until it has ended, or when its start was not seen. */
  duration: number | undefined
  committed: boolean
  /** Shows the button Clear finished here and not beside the filters. */
  clears: boolean
}

/** Progress of all files in percent, in words, as a bar and as counts, with the buttons for all files. */
export function Summary({ uploader, snapshot, duration, committed, clears }: Props) {
  const { words, format } = useI18n()
  const { totals, status, destination, branchCheck, adding } = snapshot
  const { counts } = totals
  const finished = status === 'finished'
  const confirming = branchCheck === 'running'
  const identical = useAllIdentical(uploader, snapshot)
  const afterwards = committed ? 'committed' : 'uncommitted'
  const { mark, percent, title } = stateOfUpload({ totals, status, allIdentical: identical, afterwards })
  const canRetry = useCanRetry(uploader, snapshot)
  const left = useThrottledTime(totals.secondsLeft)
  const early = counts.queued + counts.checking + counts.sending
  // Files that are still being added start by themselves, unless adding is paused as well.
  const coming = adding !== undefined && !adding.paused
  const stopped = (counts.paused > 0 || adding?.paused === true) && early + counts.waiting === 0 && !coming
  const landed = counts.uploaded > 0

  return (
    <div className="lfu-summary">
      <div className="lfu-top">
        {finished ? (
          <Ring mark={counts.failed > 0 ? 'fail' : mark} />
        ) : (
          <Percent text={format.percent(percent / 100)} />
        )}
        <div className="lfu-say">
          {finished ? (
            <>
              <strong>{titleAtEnd()}</strong>
              <span>{landed ? endLine().join(' ') : ''}</span>
            </>
          ) : (
            <>
              <Line as="strong" text={words.sent(totals.sent, totals.bytes)} />
              <Line as="span" text={speedLine(snapshot, left)} />
            </>
          )}
        </div>
        <div className="lfu-all">
          <div className="lfu-all-row">
            {canRetry && (
              <button key="retry" type="button" className="lfu-button" onClick={() => uploader.retry()}>
                {words.retryFailed}
              </button>
            )}
            {!finished && !confirming && (
              <button
                key="pause"
                type="button"
                className="lfu-button"
                // Neither a missing link, which is one call, nor a conflict, which the user must resolve, can be
                // paused.
                aria-disabled={
                  !stopped && early === 0 && !coming && !(counts.waiting > 0 && waitsToSend(uploader, snapshot))
                }
                onClick={() => (stopped ? uploader.resume() : uploader.pause())}
              >
                {stopped ? words.resumeAll : words.pauseAll}
              </button>
            )}
            {clears && (
              <button key="clear" type="button" className="lfu-button" onClick={() => uploader.remove()}>
                {words.clearFinished}
              </button>
            )}
            {!finished && !confirming && (
              <button key="cancel" type="button" className="lfu-button" onClick={() => uploader.cancel()}>
                {words.cancelAll}
              </button>
            )}
          </div>
          {!finished && <ReservedButtons />}
        </div>
      </div>
      <TotalBar totals={totals} percent={percent} branch={destination.branch} finished={finished} />
      <Counts
        totals={totals}
        skipped={finished && identical ? words.skippedIdentical(destination.branch) : undefined}
      />
    </div>
  )

  function titleAtEnd(): string {
    const { branch } = destination
    if (title.type === 'already-there') return words.alreadyThere(branch)
    return landed ? words.arrived(counts.uploaded, branch, counts.failed) : words.nothingArrived(branch, counts.failed)
  }

  function endLine(): string[] {
    const time = duration === undefined ? undefined : format.duration(duration / 1000)
    return [
      words.arrivedIn(format.bytes(totals.uploaded), time),
      ...(committed ? [] : [words.notCommitted]),
      ...(branchCheck === 'failed' ? [words.notConfirmed(destination.branch)] : []),
    ]
  }

  function speedLine({ sessionExpired }: Snapshot, left: number | undefined): string {
    if (confirming) return words.confirming(destination.branch)
    if (sessionExpired) return words.waitingForSession
    if (status === 'paused') return words.allPaused
    if (totals.awaitsAnswer) return words.allAwaitAnswer
    if (totals.idleSeconds !== undefined) return words.allIdle(format.elapsed(totals.idleSeconds))
    if (totals.bytesPerSecond !== undefined) {
      return words.rateAndLeft(
        format.rate(totals.bytesPerSecond),
        left === undefined ? undefined : format.duration(left),
      )
    }
    if (status === 'waiting') return counts.waiting === 0 ? words.waitingForAnswers : words.waiting
    return totals.sent === 0 ? words.starting : ' '
  }
}

/** Reserves the room of all buttons, so that nothing moves when the first file fails. */
function ReservedButtons() {
  const { words } = useI18n()
  return (
    <div className="lfu-all-row lfu-room" aria-hidden="true">
      {[words.retryFailed, words.pauseAll, words.cancelAll].map((text) => (
        <span key={text} className="lfu-button" data-text={text} />
      ))}
    </div>
  )
}

/** Text that stays on one line in every font: a second line would come and go with the numbers and move all rows. */
function Line({ as: Element, text }: { as: 'strong' | 'span'; text: string }) {
  return (
    <Element className="lfu-line" title={text.trim() || undefined}>
      {text}
    </Element>
  )
}

/** True when one of the waiting files has bytes left to send. */
const waitsToSend = (uploader: Uploader, { ids }: Snapshot) =>
  ids.some((id) => {
    const file = uploader.getFile(id)
    return file?.status === 'waiting' && allows(file, 'pause')
  })

/** True when a retry of all files would change anything: some failures always repeat. */
function useCanRetry(uploader: Uploader, { ids, totals }: Snapshot): boolean {
  const { failed } = totals.counts
  return useMemo(() => {
    if (failed === 0) return false
    return ids.some((id) => {
      const file = uploader.getFile(id)
      return file?.status === 'failed' && allows(file, 'retry')
    })
  }, [uploader, ids, failed])
}

/** True when every skipped file was skipped because the branch had the same bytes. Computed only at the end. */
function useAllIdentical(uploader: Uploader, { ids, status, totals }: Snapshot): boolean {
  const look = status === 'finished' && totals.counts.skipped > 0
  return useMemo(
    () =>
      look &&
      ids.every((id) => {
        const file = uploader.getFile(id)
        return file?.status !== 'skipped' || file.reason === 'identical'
      }),
    [uploader, ids, look],
  )
}

/** Percentage with a smaller percent sign, on the side where the language puts it. */
function Percent({ text }: { text: string }) {
  const [, before = '', figure = text, after = ''] = /^(\D*)(\d[\d.,]*)(\D*)$/u.exec(text) ?? []
  return (
    <div className="lfu-percent" aria-hidden="true">
      <bdi>
        {before && <small>{before}</small>}
        <span>{figure}</span>
        {after && <small>{after.trim()}</small>}
      </bdi>
    </div>
  )
}

/** Lines inside the ring. `percent` stands in its place while the upload runs. */
const MARKS: Readonly<Record<UploadMark, string>> = {
  percent: '',
  tick: 'm14.5 22.6 5 5 10-11',
  equals: 'M14.5 18.5h15M14.5 25.5h15',
  open: 'M22 12v12.5M22 31v.01',
  fail: 'M22 12v12.5M22 31v.01',
  off: 'M16 16 28 28M28 16 16 28',
  undone: 'M16 16 28 28M28 16 16 28',
}

function Ring({ mark }: { mark: UploadMark }) {
  return (
    <span className={mark === 'tick' || mark === 'equals' ? 'lfu-ring' : `lfu-ring lfu-ring-${mark}`} data-mark={mark}>
      <svg viewBox="0 0 44 44" aria-hidden="true">
        {mark === 'fail' ? (
          <path d="M14.4 3.5h15.2L40.5 14.4v15.2L29.6 40.5H14.4L3.5 29.6V14.4z" />
        ) : (
          <circle cx="22" cy="22" r="19" />
        )}
        <path d={MARKS[mark]} strokeWidth={mark === 'fail' ? 2.5 : undefined} />
      </svg>
    </span>
  )
}

interface BarProps {
  totals: Totals
  percent: number
  branch: string
  finished: boolean
}

function TotalBar({ totals, percent, branch, finished }: BarProps) {
  const { words, format } = useI18n()
  const { sent, uploaded, failed, cancelled } = totals
  // What was cancelled is missing at the end, and no part of what is still to be sent.
  const whole = totals.bytes + (finished ? cancelled : 0)
  // Without any bytes the bar is full once all files are there, as empty or identical ones.
  const part = (some: number) => `${whole > 0 ? (some / whole) * 100 : finished ? percent : 0}%`
  const shades = words.shades(format.bytes(uploaded), format.bytes(Math.max(0, sent - uploaded)), branch)
  return (
    <div
      className="lfu-total"
      role="progressbar"
      aria-label={words.totalProgress}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={`${format.percent(percent / 100)}, ${shades}`}
      title={shades}
    >
      <i className="lfu-on" style={{ inlineSize: part(uploaded) }} />
      {!finished && sent > uploaded && <i className="lfu-sent" style={{ inlineSize: part(sent - uploaded) }} />}
      {finished && failed > 0 && <i className="lfu-bad" style={{ inlineSize: part(failed) }} />}
    </div>
  )
}
