import { type RefObject, useEffect } from 'react'

/** Px that a pointer may move between press and release. */
const TOLERANCE_PX = 4

const CONTROLS = 'label, button, summary, a[href], input'

/** Events that a root has handled: one widget may be inside another. */
const handled = new WeakSet<Event>()

/**
 * Lets a press on a control count as a click although rows move before its release, because a row above ended or a
 * panel appeared. Browsers dispatch the click to the common ancestor then (UI Events, "click"), where no handler
 * listens.
 */
export function keepClicks(root: HTMLElement): () => void {
  const page = root.ownerDocument
  let pressed: { control: HTMLElement; x: number; y: number } | undefined
  const press = (event: MouseEvent) => {
    const { target, button, clientX: x, clientY: y } = event
    if (button !== 0 || handled.has(event) || !(target instanceof Element)) return
    handled.add(event)
    const control = target.closest<HTMLElement>(CONTROLS)
    // A press anywhere in a label belongs to its control.
    pressed = control ? { control: control.closest('label') ?? control, x, y } : undefined
  }
  const release = ({ target, button, clientX, clientY }: MouseEvent) => {
    if (button !== 0 || !pressed) return
    const { control, x, y } = pressed
    pressed = undefined
    if (!control.isConnected || control.contains(target as Node)) return
    // A release elsewhere cancels the press, or ends a drag.
    if (Math.hypot(clientX - x, clientY - y) <= TOLERANCE_PX) control.click()
  }
  root.addEventListener('mousedown', press)
  page.addEventListener('mouseup', release, true)
  return () => {
    root.removeEventListener('mousedown', press)
    page.removeEventListener('mouseup', release, true)
  }
}

/** Applies {@link keepClicks} to an element. */
export function useClickKeeper(root: RefObject<HTMLElement | null>): void {
  useEffect(() => (root.current ? keepClicks(root.current) : undefined), [root])
}
