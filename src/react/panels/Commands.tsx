import { useState } from 'react'
import { type Decisions, listOfMissing, type Plan, readyCommands, tooBigForTab } from '../../core/versioned.ts'
import { useSpeech } from '../language.ts'
import { download } from './download.ts'
import { useWords } from './words.ts'

interface Props {
  plan: Plan
  decisions: Decisions
  rate: number | undefined
  endpoint: string
}

/** The same drop for tools that may run for days. */
export function Commands({ plan, decisions, rate, endpoint }: Props) {
  const words = useWords()
  const { format } = useSpeech()
  const [copied, setCopied] = useState<string>()
  const { reasons, hours } = tooBigForTab(plan.shares.all, rate)
  const server = new URL(endpoint, location.href).origin
  const [first] = plan.entries
  const folder = first?.input.path.includes('/') ? (first.input.path.split('/')[0] ?? '.') : '.'
  const copy = async (tool: string, command: string) => {
    await navigator.clipboard.writeText(command)
    setCopied(tool)
  }
  return (
    <section className="lfu-commands" aria-label={words.byCommand}>
      {reasons.length > 0 && (
        <p>
          <strong>{words.tooBig}.</strong> {reasons.map((reason) => words.tooBigWhy[reason]).join(' ')}
          {hours !== undefined && ` ${words.tooBigHours(format.duration(hours * 3600))}`}
        </p>
      )}
      {readyCommands(plan.destination, { folder, server }).map(({ tool, command }) => (
        <div key={tool} className="lfu-command">
          <div>
            <h3>{words.tools[tool]}</h3>
            {tool === 'import' && <p className="lfu-faint">{words.importNote}</p>}
            <pre dir="ltr" className="lfu-mono">
              {command}
            </pre>
          </div>
          <button type="button" className="lfu-button lfu-small" onClick={() => void copy(tool, command)}>
            {copied === tool ? words.copied : words.copy}
          </button>
        </div>
      ))}
      <p>
        <button
          type="button"
          className="lfu-link"
          onClick={() => download('files-to-send.txt', listOfMissing(plan, decisions), 'text/plain')}
        >
          {words.savePlan}
        </button>{' '}
        <span className="lfu-faint">{words.savePlanNote}</span>
      </p>
    </section>
  )
}
