import { type ReactNode, useState } from 'react'
import { usePage } from './context.tsx'
import type { RulesText } from './rules.ts'

/** Form for metadata rules: pairs for all files, values from the path, a table, and required keys. */
export function RulesForm({ rules, onChange }: { rules: RulesText; onChange: (rules: RulesText) => void }) {
  const { words, format } = usePage()
  const [result, setResult] = useState<{ text: string; bad: boolean }>()
  const set = (change: Partial<RulesText>) => onChange({ ...rules, ...change })

  async function read(file: File | undefined) {
    setResult(undefined)
    if (!file) {
      set({ sidecar: undefined })
      return
    }
    try {
      const { readSidecar } = await import('../core/versioned/index.ts')
      const sidecar = await readSidecar(file)
      set({ sidecar })
      setResult({ text: words.rulesTableRead(format.number(sidecar.size)), bad: false })
    } catch {
      set({ sidecar: undefined })
      setResult({ text: words.rulesTableBad, bad: true })
    }
  }

  return (
    <details className="lfp-rules">
      <summary>
        <span>{`${words.rules} `}</span>
        <small>{words.rulesWhy}</small>
      </summary>
      <div className="lfp-switch-grid">
        <Labelled id="lfp-rules-pairs" label={words.rulesPairs} hint={words.rulesPairsHint}>
          <textarea
            id="lfp-rules-pairs"
            className="lfp-area"
            dir="ltr"
            rows={3}
            value={rules.pairs}
            onChange={(event) => set({ pairs: event.target.value })}
          />
        </Labelled>
        <Labelled id="lfp-rules-pattern" label={words.rulesPattern} hint="{site}/{date}/…">
          <span className="lfu-field">
            <input
              id="lfp-rules-pattern"
              dir="ltr"
              value={rules.pattern}
              onChange={(event) => set({ pattern: event.target.value })}
            />
          </span>
        </Labelled>
        <Labelled id="lfp-rules-required" label={words.rulesRequired} hint={words.rulesRequiredHint}>
          <span className="lfu-field">
            <input
              id="lfp-rules-required"
              dir="ltr"
              value={rules.required}
              onChange={(event) => set({ required: event.target.value })}
            />
          </span>
        </Labelled>
        <Labelled id="lfp-rules-table" label={words.rulesTable} hint={words.rulesTableHint}>
          <input
            id="lfp-rules-table"
            type="file"
            accept=".csv,.json,text/csv,application/json"
            onChange={(event) => void read(event.target.files?.[0])}
          />
          {result && (
            <p role={result.bad ? 'alert' : 'status'} className={result.bad ? 'lfp-problem' : 'lfp-soft'}>
              {result.text}
            </p>
          )}
        </Labelled>
      </div>
    </details>
  )
}

function Labelled({ id, label, hint, children }: { id: string; label: string; hint: string; children: ReactNode }) {
  return (
    <div className="lfp-labelled">
      <label htmlFor={id}>{label}</label>
      {children}
      <small className="lfu-faint">{hint}</small>
    </div>
  )
}
