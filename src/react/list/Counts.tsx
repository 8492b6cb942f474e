import type { Status, Totals } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'
import { Icon } from '../ui/icons.tsx'

/** Cool ones from the start, the two warm ones at the end. */
const ORDER: readonly Status[] = [
  'uploaded',
  'skipped',
  'checking',
  'sending',
  'finishing',
  'queued',
  'waiting',
  'paused',
  'cancelled',
  'asking',
  'failed',
]

const isWarm = (status: Status) => status === 'asking' || status === 'failed'

interface Props {
  totals: Totals
  /** Says more of the skipped ones. */
  skipped: string | undefined
}

/**
 * How many files are in which state. The room for it is that of all states at once, whatever font and language make of
 * them: a line that comes with one state and goes with the next would move all rows, under the pointer too.
 */
export function Counts({ totals: { counts, files }, skipped }: Props) {
  const { words, format } = useI18n()
  const shown = ORDER.filter((status) => counts[status] > 0)
  const wordOf = (status: Status, count: number) => (status === 'skipped' && skipped) || words.counts[status](count)
  return (
    <div className="lfu-counts-place">
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without bullets. */}
      <ul role="list" className="lfu-counts">
        {shown.map((status) => (
          <li key={status} className={classOf(status)} data-first={status === shown.find(isWarm) || undefined}>
            {isWarm(status) && <Icon name={status} />}
            <span>
              <b>{format.number(counts[status])}</b> {wordOf(status, counts[status])}
            </span>
          </li>
        ))}
      </ul>
      {/* Its words are the style's: nobody finds them in the page, by ear or by search. */}
      <ul className="lfu-counts lfu-room" aria-hidden="true">
        {ORDER.map((status) => (
          <li key={status} className={classOf(status)} data-first={status === 'asking' || undefined}>
            {isWarm(status) && <Icon name={status} />}
            <span>
              <b data-text={format.number(files)} />
              <span data-text={` ${wordOf(status, files)}`} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

const classOf = (status: Status) => (isWarm(status) ? `lfu-warm-${status}` : undefined)
