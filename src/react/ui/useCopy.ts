import { useEffect, useState } from 'react'

/** Ms for which "Copied" is shown. */
const SHOWN_MS = 2000

/**
 * Copies a text to the clipboard and returns for a moment that it was copied. Where the page may not write to the
 * clipboard, as on plain http, nothing is shown: the same text is elsewhere on the page.
 */
export function useCopy(): { copied: boolean; copy: (text: string) => void } {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = (text: string) => {
    navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  }
  return { copied, copy }
}
