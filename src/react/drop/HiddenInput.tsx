import { type RefObject, useEffect, useRef } from 'react'

/**
 * Events of an input that a page around the widget could take for its own: a `cancel` closes a dialog, a `change` or
 * `input` marks a form as changed, a `click` closes a menu.
 */
const KEPT = ['click', 'input', 'change', 'cancel', 'close', 'invalid', 'beforeinput'] as const

interface InputProps {
  input: RefObject<HTMLInputElement | null>
  accept?: string | undefined
  folder?: boolean
  onFiles: (files: File[]) => void
}

/** Renders the input behind a button that opens a picker. Its events do not leave it. */
export function HiddenInput({ input, accept, folder = false, onFiles }: InputProps) {
  const latest = useRef(onFiles)
  useEffect(() => {
    latest.current = onFiles
  })
  useEffect(() => {
    const element = input.current
    if (!element) return
    const stop = new AbortController()
    const { signal } = stop
    // React would hear of the change at the root of the page only, behind listeners that it must not reach.
    const give = () => {
      const { files } = element
      const given = files ? Array.from(files) : []
      // An input with the same value fires no change event, so the same file could not be chosen twice.
      element.value = ''
      if (given.length > 0) latest.current(given)
    }
    element.addEventListener('change', give, { signal })
    for (const type of KEPT) element.addEventListener(type, (event) => event.stopPropagation(), { signal })
    return () => stop.abort()
  }, [input])
  return (
    <input
      ref={input as RefObject<HTMLInputElement>}
      type="file"
      multiple
      hidden
      tabIndex={-1}
      accept={accept}
      {...(folder ? { webkitdirectory: '' } : {})}
    />
  )
}
