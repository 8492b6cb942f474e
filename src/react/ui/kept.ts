import { keepFocus } from './focus.ts'
import { keepPresses } from './press.ts'

/** What a list that moves must not cost: the keyboard's place, and a press of the mouse. */
export function keep(root: HTMLElement): () => void {
  const stops = [keepFocus(root), keepPresses(root)]
  return () => {
    for (const stop of stops) stop()
  }
}
