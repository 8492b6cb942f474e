import { actionsOf } from '../../core/file/actions.ts'
import type { UploadError, UploadFile } from '../../core/index.ts'
import type { I18n } from '../i18n/language.ts'
import type { Detail, Messages } from '../i18n/messages.ts'

/** The two action slots of a row. Cancel and Remove share the last one, so that fingers find it. */
export interface RowActions {
  first?: 'pause' | 'resume' | 'retry'
  last: 'cancel' | 'remove'
}

/** Of two actions for the first slot, the earlier one here. */
const FIRST = ['retry', 'resume', 'pause'] as const

/** Chooses the buttons of a row from what can be done with its file. */
export function rowActions(file: UploadFile): RowActions {
  const actions = actionsOf(file)
  // A check is over before a button that comes and goes could be reached.
  const first = file.status === 'checking' ? undefined : FIRST.find((action) => actions.includes(action))
  return { ...(first ? { first } : {}), last: actions.includes('cancel') ? 'cancel' : 'remove' }
}

/** 0…1 where a row has a progress line, else undefined. An empty file is all there. */
export function progressOf(file: UploadFile): number | undefined {
  if (file.status === 'finishing') return 1
  if (file.status === 'sending' || file.status === 'waiting' || file.status === 'paused') {
    return file.size === 0 ? 1 : Math.min(1, file.sent / file.size)
  }
  return undefined
}

/**
 * Whether what the row says has to be read to its end: what failed and why, what is asked, what is going to be missed. All
 * else changes by itself, and stays on one line however wide the font is, so that no row moves with it.
 */
export function isToBeRead({ status, deadline, notice }: UploadFile): boolean {
  return status === 'failed' || status === 'asking' || deadline !== undefined || notice !== undefined
}

/** The colour group of a row: cool works, warm asks, grey rests. */
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

/** What happened and what to do. */
function sentenceOf({ code, facts }: UploadError, words: Messages): Detail {
  const text = words.errors[code](facts, 1)
  const short = words.shortErrors[code]?.(facts, 1)
  return short === undefined ? { text } : { text, short }
}

/** What the row says after its status word. */
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
      // Neither a rate nor a time left is true then; what is said to be going on would not be either.
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
      return [words.wait(file.wait, next), ...kept]
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
      return [{ text: words.skipped(file.reason, branch) }]
    case 'failed':
      return [sentenceOf(file.error, words)]
    default:
      return []
  }
}
