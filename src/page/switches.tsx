import { useEffect, useRef } from 'react'
import type { ConflictPolicy } from '../index.ts'
import { usePage } from './context.tsx'
import type { RulesText } from './rules.ts'
import { RulesForm } from './rules-form.tsx'

/** Choices of the user about the upload. */
export interface Choices {
  onConflict: ConflictPolicy
  plan: boolean
  /** Bytes up to which a file is sent through lakeFS; 0 sends every file to the store. */
  viaApiBelow: number
  atomic: boolean | 'review'
  /** Metadata rules as typed. */
  rules: RulesText
}

/** Up to this size one request through lakeFS is faster than address, preflight, PUT and link. */
const SMALL = 1_000_000
const POLICIES: readonly ConflictPolicy[] = ['ask', 'overwrite', 'skip', 'rename', 'fail']

interface Props {
  choices: Choices
  /** False when this lakeFS has no pull requests. */
  pulls: boolean
  onChange: (choices: Choices) => void
  /** Receipt or plan of an earlier upload. */
  known: File | undefined
  onKnown: (file: File | undefined) => void
}

export function Switches({ choices, pulls, onChange, known, onKnown }: Props) {
  const { words } = usePage()
  const set = (change: Partial<Choices>) => onChange({ ...choices, ...change })
  return (
    <section className="lfp-box lfp-switches" aria-labelledby="lfp-switches">
      <h2 id="lfp-switches">{words.switches}</h2>
      <div className="lfp-switch-grid">
        <div className="lfp-labelled">
          <label htmlFor="lfp-policy">{words.ifTaken}</label>
          <select
            id="lfp-policy"
            className="lfp-select"
            value={choices.onConflict}
            onChange={(event) => set({ onConflict: event.target.value as ConflictPolicy })}
          >
            {POLICIES.map((policy) => (
              <option key={policy} value={policy}>
                {words.policies[policy]}
              </option>
            ))}
          </select>
        </div>
        <Switch label={words.planFirst} why={words.planFirstWhy} on={choices.plan} onChange={(plan) => set({ plan })} />
        <SavedField known={known} onKnown={onKnown} />
        <Switch
          label={words.direct}
          why={words.directWhy}
          on={choices.viaApiBelow > 0}
          onChange={(on) => set({ viaApiBelow: on ? SMALL : 0 })}
        />
        <div>
          <Switch
            label={words.allOrNothing}
            why={words.allOrNothingWhy}
            on={choices.atomic !== false}
            onChange={(atomic) => set({ atomic })}
          />
          {choices.atomic !== false && !pulls && <p className="lfp-soft">{words.noReview}</p>}
          {choices.atomic !== false && pulls && (
            <Switch
              label={words.review}
              why={words.reviewWhy}
              on={choices.atomic === 'review'}
              onChange={(review) => set({ atomic: review ? 'review' : true })}
            />
          )}
        </div>
      </div>
      <RulesForm rules={choices.rules} onChange={(rules) => set({ rules })} />
    </section>
  )
}

/** Field for the receipt or plan of an earlier upload. */
function SavedField({ known, onKnown }: Pick<Props, 'known' | 'onKnown'>) {
  const { words } = usePage()
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    // The panel can remove the file: the field must not show its name, and must accept the same file again.
    if (!known && field.current) field.current.value = ''
  }, [known])
  return (
    <div className="lfp-labelled">
      <label htmlFor="lfp-saved">{words.saved}</label>
      <input
        ref={field}
        id="lfp-saved"
        type="file"
        accept=".json,.csv,application/json,text/csv"
        aria-describedby="lfp-saved-why"
        onChange={(event) => onKnown(event.target.files?.[0])}
      />
      <small id="lfp-saved-why" className="lfu-faint">
        {words.savedWhy}
      </small>
    </div>
  )
}

function Switch(props: { label: string; why: string; on: boolean; onChange: (on: boolean) => void }) {
  const id = `lfp-${props.label.replace(/\W+/g, '-')}`
  return (
    <div className="lfp-switch">
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={props.on}
        aria-checked={props.on}
        aria-describedby={`${id}-why`}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      <label htmlFor={id}>{props.label}</label>
      <small id={`${id}-why`}>{props.why}</small>
    </div>
  )
}
