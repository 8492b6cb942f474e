import type { ReactNode } from 'react'
import type { Totals } from '../core/index.ts'
import { countOf, FILTERS, type FilterName } from './filters.ts'
import { useSpeech } from './language.ts'

interface Props {
  totals: Totals
  filter: FilterName
  onFilter: (filter: FilterName) => void
  /** Absent: Clear finished stands elsewhere. */
  onClear: (() => void) | undefined
  /** At the end, in place of Clear finished. */
  children?: ReactNode
}

export function Filters({ totals, filter, onFilter, onClear, children }: Props) {
  const { words, format } = useSpeech()
  const names = { all: words.all, active: words.active, failed: words.failed, done: words.done }
  return (
    <div className="lfu-filters">
      <fieldset className="lfu-tabs" aria-label={words.filters}>
        {FILTERS.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={filter === name}
            {...(name === 'all' ? { 'data-fallback': '' } : {})}
            onClick={() => onFilter(name)}
          >
            {names[name]} <span className="lfu-count">{format.number(countOf(name, totals))}</span>
          </button>
        ))}
      </fieldset>
      {children ??
        (onClear && (
          <button type="button" className="lfu-clear" onClick={onClear}>
            {words.clearFinished}
          </button>
        ))}
    </div>
  )
}
