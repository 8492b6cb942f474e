interface Props<T extends string> {
  label: string
  options: readonly (readonly [value: T, word: string])[]
  value: T
  onChange: (value: T) => void
}

/** One of a few: a radio group in the look of a switch. */
export function Choice<T extends string>({ label, options, value, onChange }: Props<T>) {
  return (
    <span className="lfu-choice lfu-choice-start" role="radiogroup" aria-label={label}>
      {options.map(([one, word]) => (
        // biome-ignore lint/a11y/useSemanticElements: a button keeps its place in the tab order and its look
        <button key={one} type="button" role="radio" aria-checked={one === value} onClick={() => onChange(one)}>
          {word}
        </button>
      ))}
    </span>
  )
}
