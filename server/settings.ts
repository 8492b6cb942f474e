import { readFile } from 'node:fs/promises'
import { UsageError } from './address.ts'

/**
 * Content of the `config.json` that the page reads when it starts. The page validates it as well, because any static
 * server may serve it; the command reports mistakes before a user opens the page.
 */
export type Settings = Readonly<Record<string, unknown>>

type Check = (value: unknown) => string | undefined

const text: Check = (value) => (typeof value === 'string' && value.trim() !== '' ? undefined : 'must be text')
const anyText: Check = (value) => (typeof value === 'string' ? undefined : 'must be text')
const onOff: Check = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false')
const oneOf = (...choices: unknown[]): Check => {
  const words = choices.map((choice) => JSON.stringify(choice)).join(', ')
  return (value) => (choices.includes(value) ? undefined : `must be one of ${words}`)
}
const endpoint: Check = (value) =>
  typeof value === 'string' && /^(\/|https?:\/\/[^/])\S*$/.test(value)
    ? undefined
    : 'must be a path such as "/api/v1" or an address such as "https://lake.example.com/api/v1"'
const bytes: Check = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? undefined : 'must be a number of bytes'

/** Rejects unknown entries, because a misspelt one would have no effect. */
const record =
  (entries: Readonly<Record<string, Check>>, needed: readonly string[] = []): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object { … }'
    for (const [name, entry] of Object.entries(value)) {
      const check = Object.hasOwn(entries, name) ? entries[name] : undefined
      const wrong = check ? check(entry) : `is not known; known are ${Object.keys(entries).join(', ')}`
      if (wrong) return `has a mistake: "${name}" ${wrong}`
    }
    const missing = needed.find((name) => !Object.hasOwn(value, name))
    return missing && `lacks "${missing}"`
  }

/** Accepts an object of texts with any keys. */
const texts: Check = (value) =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((one) => !anyText(one))
    ? undefined
    : 'must be an object of texts'

const PLACE = { label: text, repository: text, branch: text, prefix: anyText }
const preset = record(PLACE, ['repository', 'branch'])
const presets: Check = (value) => {
  if (!Array.isArray(value)) return 'must be a list [ … ]'
  for (const [index, entry] of value.entries()) {
    const wrong = preset(entry)
    if (wrong) return `has a mistake in entry ${index + 1}: it ${wrong}`
  }
}

const settings = record({
  endpoint,
  name: text,
  destination: record(PLACE),
  presets,
  locked: onOff,
  onConflict: oneOf('overwrite', 'skip', 'rename', 'ask', 'fail'),
  plan: onOff,
  atomic: oneOf(true, false, 'review'),
  commit: record({ template: anyText, metadata: texts, auto: onOff }),
  viaApiBelow: bytes,
  presign: oneOf('auto', 'always'),
  language: oneOf('en', 'de', 'ar'),
})

/** Reads and validates a settings file. */
export async function readSettings(file: string): Promise<Settings> {
  const content = await readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError(`${file} cannot be read: ${error.message}.`)
  })
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${(error as Error).message}.`)
  }
  return checkSettings(value, file)
}

/**
 * Validates settings.
 * @throws UsageError with the mistake and its place.
 */
export function checkSettings(value: unknown, file: string): Settings {
  const wrong = settings(value)
  if (wrong) throw new UsageError(`${file} ${wrong}.`)
  const checked = value as Settings & { destination?: { repository?: string; branch?: string } }
  if (checked.locked && !(checked.destination?.repository && checked.destination.branch)) {
    throw new UsageError(`${file} has a mistake: "locked" needs a "destination" with a repository and a branch.`)
  }
  return checked
}
