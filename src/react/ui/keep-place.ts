import { type RefObject, useEffect } from 'react'

type Keep = typeof import('./kept.ts').keep

let keep: Keep | undefined

/** Fetched ahead it works from the first moment; else from when it comes, before there are rows to lose a place with. */
export async function loadKeep(): Promise<Keep> {
  keep ??= (await import('./kept.ts')).keep
  return keep
}

/** Keeps the keyboard's place when the focused button leaves the page, and a press when its button moves. */
export function usePlaceKept(root: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = root.current
    if (!element || typeof MutationObserver === 'undefined') return
    let here = true
    let stop = keep?.(element)
    if (!stop) {
      loadKeep().then(
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
