import { type ReactNode, useEffect, useRef } from 'react'
import type { ErrorFacts } from '../../core/index.ts'
import { useI18n } from '../i18n/language.ts'
import type { Messages } from '../i18n/messages.ts'
import { useCopy } from '../ui/useCopy.ts'

/** Returns the result of the store check in words; undefined when the store was not checked. */
export function verdictOf(facts: ErrorFacts, words: Messages): string | undefined {
  const { check, origin } = facts
  return typeof check === 'string' ? words.checks[check]?.(String(origin ?? ''), facts) : undefined
}

interface Props {
  facts: ErrorFacts
  /** True when the user asked for the check, which is then scrolled into view. */
  show: boolean
}

/** Result of the store check, and the CORS rule that the owner of the store has to set. */
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
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: text that scrolls must be reachable by keyboard. */}
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

/** Sentence with a button that opens the check: in the sentence where it names the check, else after it. */
export function SentenceWithCheck({ text, button }: { text: string; button: (words: string) => ReactNode }) {
  const { words } = useI18n()
  const at = text.indexOf(words.showCheck)
  if (at < 0) {
    return (
      <>
        <span>{`${text} `}</span>
        {button(words.showCheck)}
      </>
    )
  }
  return (
    <>
      <span>{text.slice(0, at)}</span>
      {button(words.showCheck)}
      <span>{text.slice(at + words.showCheck.length)}</span>
    </>
  )
}
