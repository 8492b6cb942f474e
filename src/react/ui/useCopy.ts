import { useEffect, useState } from 'react'

/** Ms that "Copied" is said. */
const SAID_FOR = 2000

/**
 * Puts a text on the clipboard, and says for a moment that it is there. Where the page may not write to it, as on plain
 * http, nothing is said: the text is to be had elsewhere on the page too.
 */
export function useCopy(): { copied: boolean; copy: (text: string) => void } {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SAID_FOR)
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
