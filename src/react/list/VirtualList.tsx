import { defaultRangeExtractor, type Range, useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Uploader } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'
import { createMeasure } from '../ui/path-cut.ts'
import type { RowContext } from './FileRow.tsx'

/** Px of most rows; the others are measured when they come into view. */
const ROW_PX = 56
/** Size that is assumed until the list is measured, so that the first render has no superfluous rows. */
const INITIAL = { width: 0, height: 8 * ROW_PX }
/** Number of rows where nothing can be measured: in print, and in tests without a layout. */
const UNMEASURED = 30
/** Up to this number all rows are rendered, for the search of the browser and for screen readers. */
const MAX_ALL = 50
/** Px below which a list uses short words and puts the size into line 2; style/media.css has the same number. */
const COMPACT_PX = 420

interface Props<T> {
  uploader: Uploader
  sessionExpired: boolean
  items: readonly T[]
  keyOf: (item: T) => string
  children: (item: T, context: RowContext) => ReactNode
}

/** List `Files`. Of a long list only the rows in view are rendered. */
export function VirtualList<T>({ uploader, sessionExpired, items, keyOf, children }: Props<T>) {
  const { words } = useI18n()
  const viewport = useRef<HTMLDivElement>(null)
  const [focused, setFocused] = useState<string>()
  const context = useRowContext(uploader, sessionExpired, viewport)
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
      // The focused row stays rendered when it is scrolled out of view.
      if (focusedIndex < 0 || shown.includes(focusedIndex)) return shown
      return [...shown, focusedIndex].sort((a, b) => a - b)
    },
    [focusedIndex],
  )
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW_PX,
    getItemKey: keyAt,
    rangeExtractor,
    overscan: items.length <= MAX_ALL ? MAX_ALL : 6,
    initialRect: INITIAL,
    measureElement: heightOf,
  })
  const rows = virtualizer.getVirtualItems()
  const places =
    rows.length > 0
      ? rows.map(({ index, start, key }) => ({ index, start, key: String(key) }))
      : items.slice(0, UNMEASURED).map((item, index) => ({ index, start: index * ROW_PX, key: keyOf(item) }))

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only tracks the focus inside it.
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
              {children(item, context)}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

/**
 * Returns the height that the ResizeObserver reported, or the known one before. Measuring the row itself would force a
 * layout during every commit.
 */
function heightOf(
  element: Element,
  entry: ResizeObserverEntry | undefined,
  list: Virtualizer<HTMLDivElement, Element>,
) {
  const [box] = entry?.borderBoxSize ?? []
  if (box) return Math.round(box.blockSize)
  const index = list.indexFromElement(element)
  return list.measurementsCache[index]?.size ?? ROW_PX
}

const estimateWidth = (text: string) => text.length * 7.5

/** Creates the context of the rows: width and font of the list, and which rows are open. */
function useRowContext(
  uploader: Uploader,
  sessionExpired: boolean,
  viewport: { readonly current: HTMLElement | null },
): RowContext {
  const [box, setBox] = useState({ width: 0, coarse: false })
  const [measure, setMeasure] = useState<(text: string) => number>(() => estimateWidth)
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set())
  useEffect(() => {
    const element = viewport.current
    if (!element) return
    const { fontFamily } = getComputedStyle(element)
    const coarse = globalThis.matchMedia?.('(pointer: coarse)').matches ?? false
    // Names have weight 500 and folders 400; the wider one is measured.
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
    const compact = box.width > 0 && box.width < COMPACT_PX
    const actions = (box.coarse ? 40 : 28) * 2 + 2
    // Padding, icon and gaps between the columns, as in the stylesheet.
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
