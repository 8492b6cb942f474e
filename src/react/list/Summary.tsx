import { useMemo } from 'react'
import { allows } from '../../core/file/actions.ts'
import type { Snapshot, Totals, Uploader } from '../../core/index.ts'
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
  const share = shareOf(totals)
  const mark = markOf(counts)
  const percent = finished ? (mark === 'off' ? 0 : 100) : Math.min(99, Math.floor(share * 100))
  const canRetry = useCanRetry(uploader, snapshot)
  const left = useThrottledTime(totals.secondsLeft)
  const early = counts.queued + counts.checking + counts.sending
  // Files that are still being added start by themselves, unless adding is paused as well.
  const coming = adding !== undefined && !adding.paused
  const stopped = (counts.paused > 0 || adding?.paused === true) && early + counts.waiting === 0 && !coming
  const landed = counts.uploaded > 0
  const identical = useAllIdentical(uploader, snapshot)

  return (
    <div className="lfu-summary">
      <div className="lfu-top">
        {finished ? <Ring mark={mark} /> : <Percent text={format.percent(percent / 100)} />}
        <div className="lfu-say">
          {finished ? (
            <>
              <strong>
                {landed
                  ? words.arrived(counts.uploaded, destination.branch, counts.failed)
                  : words.nothingArrived(destination.branch, counts.failed)}
              </strong>
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

/** Progress from 0 to 1, by bytes; by files when all of them are empty. */
export function shareOf({ bytes, sent, files, counts }: Totals): number {
  if (bytes > 0) return Math.min(1, sent / bytes)
  return files === 0 ? 0 : (counts.uploaded + counts.skipped + counts.failed + counts.cancelled) / files
}

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

type Mark = 'tick' | 'fail' | 'off'

/** A single failure prevents the tick: the user may look at nothing else. */
function markOf({ uploaded, skipped, failed }: Totals['counts']): Mark {
  if (failed > 0) return 'fail'
  return uploaded + skipped > 0 ? 'tick' : 'off'
}

const MARKS: Readonly<Record<Mark, string>> = {
  tick: 'm14.5 22.6 5 5 10-11',
  fail: 'M22 12v12.5M22 31v.01',
  off: 'M16 16 28 28M28 16 16 28',
}

function Ring({ mark }: { mark: Mark }) {
  return (
    <span className={mark === 'tick' ? 'lfu-ring' : `lfu-ring lfu-ring-${mark}`} data-mark={mark}>
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
  const { bytes, sent, uploaded, failed } = totals
  // Without any bytes the bar is full once all files are there, as empty or identical ones.
  const part = (some: number) => `${bytes > 0 ? (some / bytes) * 100 : finished ? percent : 0}%`
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
