import { useState } from 'react'
import type { Rejection } from '../../core/index.ts'
import {
  byName,
  type Decisions,
  LIST_NAME,
  listOfMissing,
  type Plan,
  readyCommands,
  type Tool,
  type tooBigForTab,
} from '../../core/versioned/index.ts'
import { useI18n } from '../i18n/language.ts'
import { download } from '../ui/download.ts'
import { copyText } from '../ui/useCopy.ts'
import { useWords } from './words.ts'

interface Props {
  plan: Plan
  decisions: Decisions
  rejections: readonly Rejection[] | undefined
  tooBig: ReturnType<typeof tooBigForTab>
  endpoint: string
}

/** Commands that upload the same files with tools that can run for days. */
export function Commands({ plan, decisions, rejections = [], tooBig: { reasons, hours }, endpoint }: Props) {
  const words = useWords()
  const { format } = useI18n()
  const [copied, setCopied] = useState<Tool>()
  const server = new URL(endpoint, location.href).origin
  const missing = listOfMissing(plan, decisions)
  const { paths, rest } = byName(plan, decisions)
  const dropped = [
    ...plan.entries.map(({ input, spelled }) => spelled ?? input.path),
    ...rejections.filter(({ code }) => code !== 'empty-folder').map(({ path }) => path),
  ]
  const commands = paths.length > 0 ? readyCommands(plan.destination, { paths, dropped, server }) : []
  const copy = (tool: Tool, { currentTarget }: { currentTarget: Element }) => {
    const text = currentTarget.parentElement?.querySelector('pre')
    if (!text) return
    // The text is selected, so that the user can copy it by keyboard where the page may not write to the clipboard.
    getSelection()?.selectAllChildren(text)
    void copyText(text.textContent).then((isCopied) => setCopied(isCopied ? tool : undefined))
  }
  const notes: Partial<Record<Tool, string>> = { rclone: words.gatewayNote, import: words.importNote }
  const why = [
    ...reasons.map((reason) => words.tooBigWhy[reason]),
    ...(hours === undefined ? [] : [words.tooBigHours(format.duration(hours * 3600))]),
  ]
  return (
    <section className="lfu-commands" aria-label={words.byCommand}>
      {reasons.length > 0 && (
        <p>
          <strong>{`${words.tooBig}. `}</strong>
          <span>{why.join(' ')}</span>
        </p>
      )}
      {rest > 0 && <p role="status">{words.notByCommand(rest)}</p>}
      {commands.some(({ command }) => command.includes(LIST_NAME)) && <p>{words.listNote}</p>}
      {commands.map(({ tool, command }) => (
        <div key={tool} className="lfu-command">
          <div>
            <h3>{words.tools[tool]}</h3>
            {notes[tool] && <p className="lfu-faint">{notes[tool]}</p>}
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: text that scrolls must be reachable by keyboard. */}
            <pre dir="ltr" className="lfu-mono" tabIndex={0}>
              {command}
            </pre>
          </div>
          <button
            type="button"
            className="lfu-button lfu-small"
            aria-label={`${copied === tool ? words.copied : words.copy}: ${words.tools[tool]}`}
            onClick={(event) => copy(tool, event)}
          >
            {copied === tool ? words.copied : words.copy}
          </button>
        </div>
      ))}
      <p>
        <button type="button" className="lfu-link" onClick={() => download(LIST_NAME, missing, 'text/plain')}>
          {words.savePlan}
        </button>
        <span className="lfu-faint">{` ${words.savePlanNote}`}</span>
      </p>
    </section>
  )
}
