import type { CSSProperties } from 'react'
import type { Totals } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'
import { countOf, FILTERS, type FilterName } from './list-items.ts'

interface Props {
  totals: Totals
  filter: FilterName
  onFilter: (filter: FilterName) => void
  /** Absent when the button Clear finished is elsewhere. */
  onClear: (() => void) | undefined
  /** Choice between folders and files, in place of Clear finished; only with many files. */
  view?: View
  onView?: (view: View) => void
}

type View = 'folders' | 'files'

export function Filters({ totals, filter, onFilter, onClear, view, onView }: Props) {
  const { words, format } = useI18n()
  const names = { all: words.all, active: words.active, failed: words.failed, done: words.done }
  const digits = { '--lfu-digits': format.number(totals.files).length } as CSSProperties
  return (
    <div className="lfu-filters">
      <fieldset className="lfu-tabs" aria-label={words.filters} style={digits}>
        {FILTERS.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={filter === name}
            {...(name === 'all' ? { 'data-fallback': '' } : {})}
            onClick={() => onFilter(name)}
          >
            <span>{`${names[name]} `}</span>
            <span className="lfu-count">{format.number(countOf(name, totals))}</span>
          </button>
        ))}
      </fieldset>
      {view && onView && (
        <fieldset className="lfu-choice" aria-label={words.showAs}>
          {(['folders', 'files'] as const).map((one) => (
            <button key={one} type="button" aria-pressed={view === one} onClick={() => onView(one)}>
              {one === 'folders' ? words.asFolders : words.asFiles}
            </button>
          ))}
        </fieldset>
      )}
      {onClear && (
        <button type="button" className="lfu-clear" onClick={onClear}>
          {words.clearFinished}
        </button>
      )}
    </div>
  )
}
