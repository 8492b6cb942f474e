import type { Choices } from './switches.tsx'

/** Key in sessionStorage: choices survive a reload of the tab, and a new visit starts with those of config.json. */
const KEY = 'lakefs-uploader choices'

/** Choices that survive a reload. Rules may hold a file, which cannot be stored. */
type StoredChoices = Omit<Choices, 'rules'>

const VALIDATORS: { [K in keyof StoredChoices]: (value: unknown) => boolean } = {
  onConflict: (value) => ['ask', 'overwrite', 'skip', 'rename', 'fail'].includes(value as string),
  plan: (value) => typeof value === 'boolean',
  viaApiBelow: (value) => typeof value === 'number' && value >= 0,
  atomic: (value) => typeof value === 'boolean' || value === 'review',
}

/** Returns the choices before a reload. Without them the panel of an open atomic upload would be hidden. */
export function rememberedChoices(): Partial<StoredChoices> {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '{}')
    const entries = Object.entries(kept as object).filter(([name, value]) =>
      VALIDATORS[name as keyof StoredChoices]?.(value),
    )
    return Object.fromEntries(entries) as Partial<StoredChoices>
  } catch {
    // Without storage, or with a value of another program in it, the choices are those of config.json.
    return {}
  }
}

export function rememberChoices({ onConflict, plan, viaApiBelow, atomic }: Choices): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ onConflict, plan, viaApiBelow, atomic }))
  } catch {
    // Without storage a reload starts with the choices of config.json.
  }
}
