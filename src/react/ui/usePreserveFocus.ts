import { type RefObject, useEffect } from 'react'

/** Applies {@link preserveFocus} to an element. */
export function usePreserveFocus(root: RefObject<HTMLElement | null>): void {
  useEffect(() => (root.current ? preserveFocus(root.current) : undefined), [root])
}

interface Focused {
  element: Element
  act: string | null
  key: string | null
  index: number
  /** Panel (`data-keeps`) that takes the focus itself when its focused button disappears. */
  keeper: HTMLElement | null
}

/**
 * Preserves the focus of the keyboard: when the focused button disappears with its row or state, the same action of the
 * next row is focused, else the nearest control. Mutations are ignored unless the focus was lost.
 */
function preserveFocus(element: HTMLElement): () => void {
  let kept: Focused | undefined
  const remember = ({ target }: { target: EventTarget | null }) => {
    if (!(target instanceof Element)) return
    const row = target.closest('[data-key]')
    kept = {
      element: target,
      act: target.closest('[data-act]')?.getAttribute('data-act') ?? null,
      key: row?.getAttribute('data-key') ?? null,
      index: Number(row?.getAttribute('data-index') ?? -1),
      keeper: target.closest<HTMLElement>('[data-keeps]'),
    }
  }
  const forget = ({ target, relatedTarget }: FocusEvent) => {
    if (relatedTarget) kept = undefined
    // Chromium reports the lost focus of a removed element while the element is still connected, so it is checked
    // afterwards.
    else
      queueMicrotask(() => {
        if (kept?.element === target && kept.element.isConnected) kept = undefined
      })
  }
  const restore = () => {
    if (!kept || isVisible(kept.element)) return
    const { activeElement, body } = element.ownerDocument
    const lost = kept
    kept = undefined
    if (activeElement && activeElement !== body && isVisible(activeElement)) return
    const next = lost.keeper && isVisible(lost.keeper) ? lost.keeper : successor(element, lost)
    next?.focus({ preventScroll: true })
  }
  // The user may have focused something before the effect ran.
  const { activeElement } = element.ownerDocument
  if (element.contains(activeElement)) remember({ target: activeElement })
  const observer = new MutationObserver(restore)
  observer.observe(element, { childList: true, subtree: true })
  element.addEventListener('focusin', remember)
  element.addEventListener('focusout', forget)
  return () => {
    observer.disconnect()
    element.removeEventListener('focusin', remember)
    element.removeEventListener('focusout', forget)
  }
}

/** True for an element on the page that no plan hides. */
const isVisible = (element: Element) => element.isConnected && !element.closest('[hidden]')

function successor(root: HTMLElement, { act, key, index }: Focused): HTMLElement | undefined {
  const rows = [...root.querySelectorAll<HTMLElement>('[data-key]')].sort(
    (a, b) => Number(a.dataset.index) - Number(b.dataset.index),
  )
  const same = rows.find((row) => row.dataset.key === key)
  const next = rows.filter((row) => row !== same && Number(row.dataset.index) >= index)
  const before = rows.filter((row) => row !== same && Number(row.dataset.index) < index).reverse()
  const actIn = (row: HTMLElement | undefined) =>
    act === null ? undefined : (row?.querySelector<HTMLElement>(`[data-act="${act}"]`) ?? undefined)
  const lastIn = (row: HTMLElement | undefined) => row?.querySelector<HTMLElement>('[data-act="last"]') ?? undefined
  // After an answered conflict the next one is focused; after a button that disappeared, the other button of its row.
  const isAnswer = act === 'overwrite' || act === 'skip' || act === 'rename' || act === 'all'
  const others = [...next, ...before]
  return (
    actIn(same) ??
    (isAnswer ? others.map(actIn).find((found) => found) : undefined) ??
    lastIn(same) ??
    actIn(others[0]) ??
    lastIn(others[0]) ??
    root.querySelector<HTMLElement>('[data-fallback]') ??
    [...root.querySelectorAll<HTMLElement>('button:not([disabled])')].find(isVisible)
  )
}
