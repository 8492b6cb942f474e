import { actionsOf } from '../../core/file/actions.ts'
import type { ErrorFacts, UploadError, UploadFile } from '../../core/index.ts'
import type { I18n } from '../i18n/language.ts'
import type { Detail, Messages } from '../i18n/messages.ts'
import { verdictOf } from './StoreCheck.tsx'

/** Buttons of a row. Cancel and Remove share the last place, so that the user finds them there. */
export interface RowActions {
  first?: 'pause' | 'resume' | 'retry'
  last: 'cancel' | 'remove'
}

/** Actions for the first place, in order of preference. */
const FIRST = ['retry', 'resume', 'pause'] as const

/** Chooses the buttons of a row from what can be done with its file. */
export function rowActions(file: UploadFile): RowActions {
  const actions = actionsOf(file)
  // A check ends before the user could reach a button for it.
  const first = file.status === 'checking' ? undefined : FIRST.find((action) => actions.includes(action))
  return { ...(first ? { first } : {}), last: actions.includes('cancel') ? 'cancel' : 'remove' }
}

/** Progress from 0 to 1; undefined for a status without a progress bar. An empty file counts as sent. */
export function progressOf(file: UploadFile): number | undefined {
  if (file.status === 'finishing') return 1
  if (file.status === 'sending' || file.status === 'waiting' || file.status === 'paused') {
    return file.size === 0 ? 1 : Math.min(1, file.sent / file.size)
  }
  return undefined
}

/** Returns what was found of a server that gave no answer: of a file that failed by it, or that waits for it. */
export function foundOf(file: UploadFile): ErrorFacts | undefined {
  if (file.status === 'failed') return file.error.facts
  return file.status === 'waiting' ? file.wait.found : undefined
}

/**
 * True when the user must be able to read the whole row: errors, conflicts, deadlines, notices, and what is in the way
 * of a file that waits. Other rows stay on one line in every font, so that changing text moves no rows.
 */
export function isToBeRead(file: UploadFile): boolean {
  const { status, deadline, notice } = file
  if (status === 'failed' || status === 'asking') return true
  return deadline !== undefined || notice !== undefined || foundOf(file) !== undefined
}

/** Colour group of a row. */
export function rowTone({ status }: Pick<UploadFile, 'status'>): string {
  switch (status) {
    case 'checking':
    case 'sending':
    case 'finishing':
      return 'move'
    case 'asking':
      return 'ask'
    case 'failed':
      return 'fail'
    case 'uploaded':
      return 'done'
    case 'skipped':
    case 'cancelled':
      return 'rest'
    default:
      return 'held'
  }
}

/** Returns the sentence of an error, and a short one where there is one. */
function sentenceOf({ code, facts }: UploadError, words: Messages): Detail {
  const text = words.errors[code](facts, 1)
  const short = words.shortErrors[code]?.(facts, 1)
  return short === undefined ? { text } : { text, short }
}

/** Returns the details after the word of the status. */
export function detailsOf(
  file: UploadFile,
  { words, format }: I18n,
  now: { sessionExpired: boolean; left: number | undefined; next: number | undefined },
): Detail[] {
  const { branch } = file.destination
  const kept = file.deadline === undefined ? [] : [words.keptUntil(format.moment(file.deadline))]
  const percent = (sent: number) => format.percent(Math.min(0.99, file.size === 0 ? 0 : sent / file.size))
  switch (file.status) {
    case 'checking':
      return [{ text: words.checking(branch) }]
    case 'sending': {
      const sent = percent(file.sent)
      // Without progress neither the speed nor the remaining time is true.
      if (file.awaitsAnswer) return [words.awaitsAnswer]
      if (file.idleSeconds !== undefined)
        return [words.idle(format.elapsed(file.idleSeconds)), { text: words.percentSent(sent), short: '' }]
      const details: Detail[] = [{ text: sent }]
      if (now.sessionExpired) return [...details, { text: words.partsGoOn, short: '' }]
      if (file.repeating !== undefined)
        details.push({ text: words.repeating(format.number(file.repeating)), short: '' })
      if (file.bytesPerSecond !== undefined)
        details.push({ text: words.rate(format.rate(file.bytesPerSecond)), short: '' })
      if (file.notice?.type === 'address-too-short')
        details.push(words.addressEnds(format.duration(file.notice.secondsLeft)))
      if (file.notice?.type === 'session-too-short')
        details.push(words.sessionEnds(format.duration(file.notice.secondsLeft)))
      if (now.left !== undefined) details.push(words.left(format.duration(now.left)))
      if (file.deadline !== undefined) details.push(words.missesDeadline(format.moment(file.deadline)))
      else if (file.earlier === 'changed') details.push({ text: words.startsAnew, short: '' })
      return details
    }
    case 'finishing':
      return [words.finishing(branch)]
    case 'waiting': {
      const sent = file.sent > 0 ? percent(file.sent) : undefined
      if (file.wait.reason === 'session') return [words.waitSession(branch, sent, file.stored), ...kept]
      const next = now.next === undefined ? undefined : format.duration(now.next)
      const verdict = file.wait.found && verdictOf(file.wait.found, words)
      return [words.wait(file.wait, next), ...(verdict === undefined ? [] : [{ text: verdict }]), ...kept]
    }
    case 'paused':
      return file.sent > 0 ? [{ text: words.percentSent(percent(file.sent)) }, ...kept] : kept
    case 'asking': {
      const { size_bytes, mtime } = file.conflict.existing
      return [words.conflict(branch, format.bytes(size_bytes), mtime ? format.day(mtime * 1000) : undefined), ...kept]
    }
    case 'uploaded':
      if (file.notice?.type === 'replaced') return [words.replacedSince]
      if (file.notice?.type === 'deleted') return [words.deletedSince(branch)]
      return [
        { text: file.verified ? words.verified : words.notVerified, short: file.verified ? '' : words.notVerified },
      ]
    case 'skipped':
      return [{ text: file.unchanged ? words.unchangedSince : words.skipped(file.reason, branch) }]
    case 'failed':
      return [sentenceOf(file.error, words)]
    default:
      return []
  }
}
