import { useId } from 'react'
import type { VersionedMessages } from '../i18n/messages.versioned.ts'
import { Icon } from '../ui/icons.tsx'
import { useWords } from './words.ts'

export interface Pair {
  id: number
  key: string
  value: string
}

let nextId = 1

export const pairsOf = (record: Readonly<Record<string, string>> = {}): Pair[] =>
  Object.entries(record).map(([key, value]) => ({ id: nextId++, key, value }))

/** Returns what is wrong with the pairs: a key is used twice, or a value has no key. */
export function wrongPair(pairs: readonly Pair[], words: VersionedMessages): string | undefined {
  const keys = new Set<string>()
  for (const { key, value } of pairs) {
    const name = key.trim()
    if (name === '' && value.trim() !== '') return words.keyMissing(value.trim())
    if (keys.has(name)) return words.keyTwice(name)
    if (name !== '') keys.add(name)
  }
  return undefined
}

/** Converts pairs to a record and leaves out pairs without a key. */
export const recordOf = (pairs: readonly Pair[]): Record<string, string> =>
  Object.fromEntries(pairs.flatMap(({ key, value }) => (key.trim() ? [[key.trim(), value]] : [])))

export function MetadataFields({ pairs, onChange }: { pairs: readonly Pair[]; onChange: (pairs: Pair[]) => void }) {
  const words = useWords()
  const id = useId()
  const set = (which: number, change: Partial<Pair>) =>
    onChange(pairs.map((pair) => (pair.id === which ? { ...pair, ...change } : pair)))
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be laid out like the labels beside it
    <div role="group" aria-labelledby={id} className="lfu-labelled" data-keeps tabIndex={-1}>
      <span id={id}>{words.metadata}</span>
      {pairs.map(({ id: which, key, value }) => (
        <div key={which} className="lfu-pair-fields">
          <span className="lfu-field">
            <input
              aria-label={words.key}
              form=""
              value={key}
              dir="ltr"
              onChange={(event) => set(which, { key: event.target.value })}
            />
          </span>
          <span className="lfu-field">
            <input
              aria-label={words.value}
              form=""
              value={value}
              dir="auto"
              onChange={(event) => set(which, { value: event.target.value })}
            />
          </span>
          <button
            type="button"
            className="lfu-icon-button"
            aria-label={words.removeField(key)}
            onClick={() => onChange(pairs.filter((pair) => pair.id !== which))}
          >
            <Icon name="cross" />
          </button>
        </div>
      ))}
      <button
        type="button"
        className="lfu-button lfu-small lfu-quiet lfu-add"
        onClick={() => onChange([...pairs, { id: nextId++, key: '', value: '' }])}
      >
        <Icon name="plus" />
        <span>{words.addField}</span>
      </button>
    </div>
  )
}
