import { type RefObject, useEffect } from 'react'

/** Px that a hand may tremble between press and release. */
const TREMBLE = 4

const CONTROLS = 'label, button, summary, a[href], input'

/** Presses that a root has taken care of: one widget may stand in another. */
const taken = new WeakSet<Event>()

/**
 * A press on a control counts though the rows move under the pointer before it is released: one above ended, a panel
 * came. Browsers give the click to what both places have around them then (UI Events, "click"), and nothing happens.
 */
export function keepClicks(root: HTMLElement): () => void {
  const page = root.ownerDocument
  let pressed: { control: HTMLElement; x: number; y: number } | undefined
  const press = (event: MouseEvent) => {
    const { target, button, clientX: x, clientY: y } = event
    if (button !== 0 || taken.has(event) || !(target instanceof Element)) return
    taken.add(event)
    const control = target.closest<HTMLElement>(CONTROLS)
    // A label is pressed with all that is in it.
    pressed = control ? { control: control.closest('label') ?? control, x, y } : undefined
  }
  const release = ({ target, button, clientX, clientY }: MouseEvent) => {
    if (button !== 0 || !pressed) return
    const { control, x, y } = pressed
    pressed = undefined
    if (!control.isConnected || control.contains(target as Node)) return
    // Away from where it was pressed: somebody thought better of it, or drags.
    if (Math.hypot(clientX - x, clientY - y) <= TREMBLE) control.click()
  }
  root.addEventListener('mousedown', press)
  page.addEventListener('mouseup', release, true)
  return () => {
    root.removeEventListener('mousedown', press)
    page.removeEventListener('mouseup', release, true)
  }
}

/** Keeps the clicks inside an element; see {@link keepClicks}. */
export function useClickKeeper(root: RefObject<HTMLElement | null>): void {
  useEffect(() => (root.current ? keepClicks(root.current) : undefined), [root])
}
