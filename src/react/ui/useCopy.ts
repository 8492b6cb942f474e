import { useEffect, useState } from 'react'

/** Ms for which "Copied" is shown. */
const SHOWN_MS = 2000

/** Copies a text to the clipboard. Resolves with false where the page may not, as on plain http or in a frame. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

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
  const copy = (text: string) => void copyText(text).then(setCopied)
  return { copied, copy }
}
