import { defaultRangeExtractor, type Range, useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Uploader } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'
import { createMeasure } from '../ui/path-cut.ts'
import type { RowSurroundings } from './FileRow.tsx'

/** Height of most rows; others are measured when they come into view. */
const ROW = 56
/** What a list is taken to show until it is measured, so that its first draw has no rows to throw away. */
const INITIAL = { width: 0, height: 8 * ROW }
/** Rows shown where nothing can be measured: in print, in tests without a layout. */
const UNMEASURED = 30
/** So many rows cost little and are all there: for the browser's own search, and for who reads them one by one. */
const ALL = 50
/** Narrower lists use the short words and put the size into line 2 (style.css has the same figure). */
const COMPACT = 420

interface Props<T> {
  uploader: Uploader
  sessionExpired: boolean
  items: readonly T[]
  keyOf: (item: T) => string
  children: (item: T, around: RowSurroundings) => ReactNode
}

/** The list `Files`; of a long one only the rows in view exist on the page. */
export function VirtualList<T>({ uploader, sessionExpired, items, keyOf, children }: Props<T>) {
  const { words } = useI18n()
  const viewport = useRef<HTMLDivElement>(null)
  const [focused, setFocused] = useState<string>()
  const around = useSurroundings(uploader, sessionExpired, viewport)
  const keyAt = useCallback(
    (index: number) => {
      const item = items[index]
      return item === undefined ? '' : keyOf(item)
    },
    [items, keyOf],
  )
  const focusedIndex = useMemo(
    () => (focused === undefined ? -1 : items.findIndex((item) => keyOf(item) === focused)),
    [items, keyOf, focused],
  )
  const rangeExtractor = useCallback(
    (range: Range) => {
      const shown = defaultRangeExtractor(range)
      // The row that has the focus stays on the page while it is scrolled out of view.
      if (focusedIndex < 0 || shown.includes(focusedIndex)) return shown
      return [...shown, focusedIndex].sort((a, b) => a - b)
    },
    [focusedIndex],
  )
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW,
    getItemKey: keyAt,
    rangeExtractor,
    overscan: items.length <= ALL ? ALL : 6,
    initialRect: INITIAL,
    measureElement: heightOf,
  })
  const rows = virtualizer.getVirtualItems()
  const places =
    rows.length > 0
      ? rows.map(({ index, start, key }) => ({ index, start, key: String(key) }))
      : items.slice(0, UNMEASURED).map((item, index) => ({ index, start: index * ROW, key: keyOf(item) }))

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens to where the focus inside is.
    <div
      className="lfu-viewport"
      ref={viewport}
      onFocus={({ target }) => setFocused(target.closest('[data-key]')?.getAttribute('data-key') ?? undefined)}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setFocused(undefined)
      }}
    >
      {items.length === 0 && <p className="lfu-none">{words.noFiles}</p>}
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without bullets. */}
      <ul role="list" aria-label={words.files} className="lfu-rows" style={{ blockSize: virtualizer.getTotalSize() }}>
        {places.map(({ index, start, key }) => {
          const item = items[index]
          if (item === undefined) return null
          return (
            <li
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              data-key={key}
              aria-setsize={items.length}
              aria-posinset={index + 1}
              className={index === items.length - 1 ? 'lfu-item lfu-last' : 'lfu-item'}
              style={{ transform: `translateY(${start}px)` }}
            >
              {children(item, around)}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

/**
 * What the observer tells, and until then what is known already: asking a row itself would make the browser lay out the
 * page in the midst of every commit.
 */
function heightOf(
  element: Element,
  entry: ResizeObserverEntry | undefined,
  list: Virtualizer<HTMLDivElement, Element>,
) {
  const [box] = entry?.borderBoxSize ?? []
  if (box) return Math.round(box.blockSize)
  const index = list.indexFromElement(element)
  return list.measurementsCache[index]?.size ?? ROW
}

const rough = (text: string) => text.length * 7.5

/** What rows need to know of the list: its width, its font, which of them are open. */
function useSurroundings(
  uploader: Uploader,
  sessionExpired: boolean,
  viewport: { readonly current: HTMLElement | null },
): RowSurroundings {
  const [box, setBox] = useState({ width: 0, coarse: false })
  const [measure, setMeasure] = useState<(text: string) => number>(() => rough)
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set())
  useEffect(() => {
    const element = viewport.current
    if (!element) return
    const { fontFamily } = getComputedStyle(element)
    const coarse = globalThis.matchMedia?.('(pointer: coarse)').matches ?? false
    // Names are 500, folders 400: measured as 500, which is the wider one.
    setMeasure(() => createMeasure(`500 14px ${fontFamily || 'sans-serif'}`))
    const look = () => setBox({ width: element.clientWidth, coarse })
    look()
    if (typeof ResizeObserver === 'undefined') return
    const observer = new ResizeObserver(look)
    observer.observe(element)
    return () => observer.disconnect()
  }, [viewport])
  const toggle = useCallback((id: string) => {
    setOpen((before) => {
      const after = new Set(before)
      if (!after.delete(id)) after.add(id)
      return after
    })
  }, [])
  return useMemo(() => {
    const compact = box.width > 0 && box.width < COMPACT
    const actions = (box.coarse ? 40 : 28) * 2 + 2
    // Pads, icon and the gaps between the columns, as style.css has them.
    const taken = compact ? 16 * 2 + 20 + 10 * 2 + actions : 20 * 2 + 20 + 12 * 3 + actions
    return {
      uploader,
      sessionExpired,
      compact,
      measure,
      width: box.width > 0 ? Math.max(80, box.width - taken) : Number.POSITIVE_INFINITY,
      isOpen: (id: string) => open.has(id),
      toggle,
    }
  }, [uploader, sessionExpired, box, measure, open, toggle])
}
