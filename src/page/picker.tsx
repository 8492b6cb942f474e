import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { Icon } from '../react/ui/icons.tsx'
import { usePage } from './context.tsx'

/** Maximum number of options; in a longer list users type instead of scrolling. */
const MAX_SHOWN = 100

export interface PickerProps {
  id: string
  label: string
  icon: ReactNode
  value: string
  /** Loaded names that match the typed text. */
  options: readonly string[]
  /** True when the server has more names than are loaded. */
  more: boolean
  disabled?: boolean
  /** Called with the typed text, so that the server can search; empty when the user types nothing. */
  onSearch: (text: string) => void
  onChoose: (name: string) => void
}

/**
 * Text field with a list (ARIA 1.2 combobox). A native select does not do: a repository may have thousands of branches,
 * which need a search, and the user must be able to type a name that is not listed. A completely typed name is chosen
 * without Enter.
 */
export function Picker({ id, label, icon, value, options, more, disabled = false, onSearch, onChoose }: PickerProps) {
  const { words, format } = usePage()
  const list = useRef<HTMLDivElement>(null)
  const [text, setText] = useState(value)
  const [typed, setTyped] = useState(false)
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(-1)

  // Set during the render: an effect could run after the first key and undo it.
  const [shownFor, setShownFor] = useState(value)
  if (shownFor !== value) {
    setShownFor(value)
    setText(value)
    setTyped(false)
  }

  const wanted = text.trim().toLowerCase()
  const fitting = typed && wanted ? options.filter((one) => one.toLowerCase().includes(wanted)) : options
  const shown = fitting.slice(0, MAX_SHOWN)
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
   * Chooses the text of the field when the user leaves it; an emptied field gets its previous value. Reads the field
   * itself, because autofill does not always fire an event.
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
          // A press on the list keeps the focus in the field, because leaving the field chooses its text.
          // biome-ignore lint/a11y/noStaticElementInteractions: the user interacts with the list inside
          <div className="lfp-list" onMouseDown={(event) => event.preventDefault()}>
            <div id={`${id}l`} ref={list} role="listbox" aria-label={words.choices} tabIndex={-1}>
              {shown.map((one, index) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the field of a combobox handles the keys
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
