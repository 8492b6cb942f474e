import { type ReactNode, useEffect, useRef } from 'react'
import type { ErrorFacts } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'
import type { Messages } from '../i18n/messages.ts'
import { useCopy } from '../ui/useCopy.ts'

/** What a look at the store found, in words; undefined where nobody has looked. */
export function verdictOf({ check, origin }: ErrorFacts, words: Messages): string | undefined {
  return typeof check === 'string' ? words.checks[check]?.(String(origin ?? '')) : undefined
}

interface Props {
  facts: ErrorFacts
  /** Somebody has asked for it: it comes into view, where the list has scrolled. */
  show: boolean
}

/** The verdict, and the rule that the store's owner has to set. */
export function StoreCheck({ facts, show }: Props) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (show) box.current?.scrollIntoView({ block: 'nearest' })
  }, [show])
  const { words } = useI18n()
  const { copied, copy } = useCopy()
  const verdict = verdictOf(facts, words)
  if (verdict === undefined) return null
  const { rule } = facts
  return (
    <div className="lfu-verdict" ref={box}>
      <p>{verdict}</p>
      {typeof rule === 'string' && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls has to be reached by the keyboard. */}
          <pre className="lfu-code" dir="ltr" tabIndex={0}>
            {rule}
          </pre>
          <button type="button" className="lfu-button lfu-small" onClick={() => copy(rule)}>
            {copied ? words.copied : words.copyRule}
          </button>
        </>
      )}
    </div>
  )
}

/** Opens the check; stands in the sentence that speaks of it, or after one that does not. */
export function SaidWithCheck({ text, button }: { text: string; button: (words: string) => ReactNode }) {
  const { words } = useI18n()
  const at = text.indexOf(words.showCheck)
  if (at < 0) {
    return (
      <>
        {text} {button(words.showCheck)}
      </>
    )
  }
  return (
    <>
      {text.slice(0, at)}
      {button(words.showCheck)}
      {text.slice(at + words.showCheck.length)}
    </>
  )
}
