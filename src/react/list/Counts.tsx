import type { FileStatus, Totals } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'
import { Icon } from '../ui/icons.tsx'

/** Statuses with cool colours come first, the two with warm colours last. */
const ORDER: readonly FileStatus[] = [
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

const isWarm = (status: FileStatus) => status === 'asking' || status === 'failed'

interface Props {
  totals: Totals
  /** Replaces the word for skipped files. */
  skipped: string | undefined
}

/**
 * Number of files in each status. Room for all statuses is reserved in every font and language: a line that comes and
 * goes with a status would move the rows under the pointer.
 */
export function Counts({ totals: { counts, files }, skipped }: Props) {
  const { words, format } = useI18n()
  const shown = ORDER.filter((status) => counts[status] > 0)
  const wordOf = (status: FileStatus, count: number) => (status === 'skipped' && skipped) || words.counts[status](count)
  return (
    <div className="lfu-counts-place">
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without bullets. */}
      <ul role="list" className="lfu-counts">
        {shown.map((status) => (
          <li key={status} className={classOf(status)} data-first={status === shown.find(isWarm) || undefined}>
            {isWarm(status) && <Icon name={status} />}
            <span>
              <b>{format.number(counts[status])}</b>
              <span>{` ${wordOf(status, counts[status])}`}</span>
            </span>
          </li>
        ))}
      </ul>
      {/* The text comes from CSS, so neither a screen reader nor the search of the browser finds it. */}
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

const classOf = (status: FileStatus) => (isWarm(status) ? `lfu-warm-${status}` : undefined)
