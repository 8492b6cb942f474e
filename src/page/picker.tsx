import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { Icon } from '../react/ui/icons.tsx'
import { usePage } from './context.tsx'

/** Shown at once; a list that a person scrolls through longer than this is not a list but a search. */
const SHOWN = 100

export interface PickerProps {
  id: string
  label: string
  icon: ReactNode
  value: string
  /** Names that fit what is typed, as far as loaded. */
  options: readonly string[]
  /** There are more than are loaded. */
  more: boolean
  disabled?: boolean
  /** What is typed right now, for the server to look for; empty when nothing is. */
  onSearch: (text: string) => void
  onChoose: (name: string) => void
}

/**
 * A text field with a list (ARIA 1.2 combobox). Not a native select: a repository may have thousands of branches, which
 * need search, and a name that the list does not know must be possible to type. A name typed in full counts at once,
 * without Enter.
 */
export function Picker({ id, label, icon, value, options, more, disabled = false, onSearch, onChoose }: PickerProps) {
  const { words, format } = usePage()
  const list = useRef<HTMLDivElement>(null)
  const [text, setText] = useState(value)
  const [typed, setTyped] = useState(false)
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(-1)

  // While it is drawn, as an effect may come after the first key and undo it.
  const [shownFor, setShownFor] = useState(value)
  if (shownFor !== value) {
    setShownFor(value)
    setText(value)
    setTyped(false)
  }

  const wanted = text.trim().toLowerCase()
  const fitting = typed && wanted ? options.filter((one) => one.toLowerCase().includes(wanted)) : options
  const shown = fitting.slice(0, SHOWN)
  const hidden = fitting.length - shown.length
  const optionId = (index: number) => `${id}o${index}`

  useEffect(() => {
    if (open) list.current?.children[active]?.scrollIntoView({ block: 'nearest' })
  }, [open, active])

  function choose(name: string) {
    setOpen(false)
    setActive(-1)
    setTyped(false)
    setText(name)
    onSearch('')
    if (name !== value) onChoose(name)
  }

  /**
   * What stands in the field counts when it is left; an emptied field goes back to what it was. Read from the field
   * itself: what fills forms by itself does not always tell.
   */
  function settle(field: HTMLInputElement) {
    const name = field.value.trim()
    choose(name === '' ? value : name)
  }

  function type(next: string) {
    setText(next)
    setTyped(true)
    setOpen(true)
    setActive(-1)
    onSearch(next.trim())
    if (options.includes(next.trim()) && next.trim() !== value) onChoose(next.trim())
  }

  function show() {
    if (disabled || open) return
    setOpen(true)
    setActive(typed ? -1 : shown.indexOf(value))
  }

  function key(event: KeyboardEvent<HTMLInputElement>) {
    const last = shown.length - 1
    const move = (to: number) => {
      event.preventDefault()
      setOpen(true)
      setActive(Math.max(0, Math.min(last, to)))
    }
    if (event.key === 'ArrowDown') move(open ? active + 1 : shown.indexOf(value))
    else if (event.key === 'ArrowUp') move(open ? active - 1 : last)
    else if (event.key === 'PageDown' && open) move(active + 8)
    else if (event.key === 'PageUp' && open) move(active - 8)
    else if (event.key === 'Enter') {
      event.preventDefault()
      const picked = open ? shown[active] : undefined
      if (picked !== undefined) choose(picked)
      else settle(event.currentTarget)
    } else if (event.key === 'Escape' && open) {
      event.preventDefault()
      choose(value)
    }
  }

  return (
    <div className="lfp-labelled">
      <label htmlFor={id}>{label}</label>
      <span className={disabled ? 'lfu-field lfp-in lfp-off' : 'lfu-field lfp-in'}>
        {icon}
        <input
          id={id}
          className="lfu-mono"
          role="combobox"
          dir="ltr"
          aria-expanded={open}
          aria-controls={`${id}l`}
          aria-autocomplete="list"
          aria-activedescendant={open && active >= 0 ? optionId(active) : undefined}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          disabled={disabled}
          value={text}
          onChange={(event) => type(event.target.value)}
          onClick={show}
          onFocus={(event) => event.target.select()}
          onKeyDown={key}
          onBlur={(event) => settle(event.currentTarget)}
        />
        <Icon name="down" />
        {open && (
          // A press keeps the focus in the field, so that leaving the field is not mistaken for an answer.
          // biome-ignore lint/a11y/noStaticElementInteractions: the list inside is what is interacted with
          <div className="lfp-list" onMouseDown={(event) => event.preventDefault()}>
            <div id={`${id}l`} ref={list} role="listbox" aria-label={words.choices} tabIndex={-1}>
              {shown.map((one, index) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the field, as a combobox wants it
                <div
                  key={one}
                  id={optionId(index)}
                  role="option"
                  tabIndex={-1}
                  aria-selected={one === value}
                  className={index === active ? 'lfp-active' : undefined}
                  onClick={() => choose(one)}
                >
                  <bdi>{one}</bdi>
                  {one === value && <Icon name="tick" />}
                </div>
              ))}
            </div>
            {shown.length === 0 && <p>{words.noChoices}</p>}
            {(hidden > 0 || more) && <p>{words.moreChoices(hidden > 0 ? format.number(hidden) : '')}</p>}
          </div>
        )}
      </span>
    </div>
  )
}
