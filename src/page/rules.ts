import type { MetadataRules } from '../index.ts'

/** Metadata rules as typed. */
export interface RulesText {
  pairs: string
  pattern: string
  required: string
  sidecar: MetadataRules['sidecar']
}

export const NO_RULES: RulesText = { pairs: '', pattern: '', required: '', sidecar: undefined }

/** Parses typed rules; undefined when they are empty. Lines without `=` are ignored. */
export function rulesOf({ pairs, pattern, required, sidecar }: RulesText): MetadataRules | undefined {
  const entries = pairs.split('\n').flatMap((line) => {
    const at = line.indexOf('=')
    const key = line.slice(0, at).trim()
    return at > 0 && key ? [[key, line.slice(at + 1).trim()] as const] : []
  })
  const keys = required
    .split(/[,\s]+/)
    .map((key) => key.trim())
    .filter(Boolean)
  const rules: MetadataRules = {
    ...(entries.length > 0 ? { defaults: Object.fromEntries(entries) } : {}),
    ...(pattern.trim() ? { patterns: [pattern.trim()] } : {}),
    ...(keys.length > 0 ? { required: keys } : {}),
    ...(sidecar ? { sidecar } : {}),
  }
  return Object.keys(rules).length > 0 ? rules : undefined
}
