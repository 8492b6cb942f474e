import type { Choices } from './switches.tsx'

/** Of this tab: a reload keeps what is switched on, another visit begins as config.json says. */
const KEY = 'lakefs-uploader choices'

/** What of the choices outlives a reload; rules may name a file, which does not. */
type Kept = Omit<Choices, 'rules'>

const FITS: { [K in keyof Kept]: (value: unknown) => boolean } = {
  onConflict: (value) => ['ask', 'overwrite', 'skip', 'rename', 'fail'].includes(value as string),
  plan: (value) => typeof value === 'boolean',
  viaApiBelow: (value) => typeof value === 'number' && value >= 0,
  atomic: (value) => typeof value === 'boolean' || value === 'review',
}

/** What was chosen before a reload; a drop that waits to land would be out of sight without it. */
export function rememberedChoices(): Partial<Kept> {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '{}')
    const entries = Object.entries(kept as object).filter(([name, value]) => FITS[name as keyof Kept]?.(value))
    return Object.fromEntries(entries) as Partial<Kept>
  } catch {
    // No storage in this browser, or somebody else's text in it: it begins as config.json says.
    return {}
  }
}

export function rememberChoices({ onConflict, plan, viaApiBelow, atomic }: Choices): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ onConflict, plan, viaApiBelow, atomic }))
  } catch {
    // No storage: a reload begins as config.json says.
  }
}
