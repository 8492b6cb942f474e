import type { KeyboardEvent } from 'react'

interface Props<T extends string> {
  label: string
  options: readonly (readonly [value: T, word: string])[]
  value: T
  onChange: (value: T) => void
}

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }

/** Radio group with the look of a switch: one tab stop, and the arrow keys select. */
export function Choice<T extends string>({ label, options, value, onChange }: Props<T>) {
  function key(event: KeyboardEvent<HTMLElement>) {
    const step = STEPS[event.key]
    if (step === undefined) return
    event.preventDefault()
    const mirrored = event.key.match(/Left|Right/) && getComputedStyle(event.currentTarget).direction === 'rtl'
    const at = options.findIndex(([one]) => one === value)
    const next = (at + (mirrored ? -step : step) + options.length) % options.length
    const [chosen] = options[next] ?? []
    if (chosen === undefined) return
    onChange(chosen)
    const buttons = event.currentTarget.querySelectorAll('button')
    buttons[next]?.focus()
  }
  // Without a selection the first option is the tab stop.
  const stop = options.some(([one]) => one === value) ? value : options[0]?.[0]
  return (
    <span className="lfu-choice lfu-choice-start" role="radiogroup" aria-label={label} onKeyDown={key} tabIndex={-1}>
      {options.map(([one, word]) => (
        // biome-ignore lint/a11y/useSemanticElements: a radio input cannot look like a switch
        <button
          key={one}
          type="button"
          role="radio"
          aria-checked={one === value}
          tabIndex={one === stop ? 0 : -1}
          onClick={() => onChange(one)}
        >
          {word}
        </button>
      ))}
    </span>
  )
}
