import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Uploader } from '../core/index.ts'
import { FileRow, type RowSurroundings } from './FileRow.tsx'
import { useSpeech } from './language.ts'
import { createMeasure } from './pathcut.ts'
import { ReasonRow } from './ReasonRow.tsx'

/** One place in the list: a file, or the heading of failed files that have one reason. */
export type Item = string | { reason: string; ids: readonly string[] }

/** Height of most rows; others are measured when they come into view. */
const ROW = 56
/** Rows shown where nothing can be measured: in print, in tests without a layout. */
const UNMEASURED = 30
const COMPACT = 420

interface Props {
  uploader: Uploader
  items: readonly Item[]
  session: 'ok' | 'expired'
  /** Said when there is nothing to list. */
  empty?: ReactNode
}

const keyOf = (item: Item) => (typeof item === 'string' ? item : `reason ${item.reason}`)

/** The files, of which only those in view exist on the page. */
export function FileList({ uploader, items, session, empty }: Props) {
  const { words } = useSpeech()
  const viewport = useRef<HTMLDivElement>(null)
  const [focused, setFocused] = useState<string>()
  const around = useSurroundings(uploader, session, viewport)
  const getItemKey = useCallback((index: number) => keyOf(items[index] ?? ''), [items])
  const focusedIndex = useMemo(
    () => (focused === undefined ? -1 : items.findIndex((item) => keyOf(item) === focused)),
    [items, focused],
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
    getItemKey,
    rangeExtractor,
    overscan: 6,
    paddingStart: 4,
    paddingEnd: 4,
  })
  const rows = virtualizer.getVirtualItems()
  const places =
    rows.length > 0
      ? rows.map(({ index, start, key }) => ({ index, start, key: String(key) }))
      : items.slice(0, UNMEASURED).map((item, index) => ({ index, start: 4 + index * ROW, key: keyOf(item) }))

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens to where the focus inside is.
    <div
      className="lfu-viewport"
      ref={viewport}
      onFocus={(event) =>
        setFocused((event.target as Element).closest('[data-key]')?.getAttribute('data-key') ?? undefined)
      }
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setFocused(undefined)
      }}
    >
      {items.length === 0 && <p className="lfu-none">{empty ?? words.noFiles}</p>}
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
              className="lfu-item"
              style={{ transform: `translateY(${start}px)` }}
            >
              {typeof item === 'string' ? (
                <FileRow id={item} around={around} />
              ) : (
                <ReasonRow ids={item.ids} uploader={uploader} compact={around.compact} />
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

/** What rows need to know of the list: its width, its font, which of them are open. */
export function useSurroundings(
  uploader: Uploader,
  session: 'ok' | 'expired',
  viewport: { readonly current: HTMLElement | null },
): RowSurroundings {
  const [box, setBox] = useState({ width: 0, coarse: false })
  const [measure, setMeasure] = useState<(text: string) => number>(() => (text: string) => text.length * 7.5)
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
      session,
      compact,
      measure,
      width: box.width > 0 ? Math.max(80, box.width - taken) : Number.POSITIVE_INFINITY,
      isOpen: (id: string) => open.has(id),
      toggle,
    }
  }, [uploader, session, box, measure, open, toggle])
}
