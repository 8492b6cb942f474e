import { type RefObject, useEffect } from 'react'

type Keep = typeof import('./focus.ts').keepFocus

let keep: Keep | undefined

/** Fetched ahead it works from the first moment; else from when it comes, before there are rows to lose a focus with. */
export async function loadFocus(): Promise<Keep> {
  keep ??= (await import('./focus.ts')).keepFocus
  return keep
}

/** Keeps the keyboard's place when the focused button leaves the page. */
export function useFocusKept(root: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = root.current
    if (!element || typeof MutationObserver === 'undefined') return
    let here = true
    let stop = keep?.(element)
    if (!stop) {
      loadFocus().then(
        (keep) => {
          if (here) stop = keep(element)
        },
        // It did not come over the network: everything works but this.
        () => {},
      )
    }
    return () => {
      here = false
      stop?.()
    }
  }, [root])
}
