import type { CommitOptions, ConflictPolicy } from '../index.ts'
import type { Place } from './address.ts'

/** Content of `config.json` beside the page, by which an operator configures it for all users. */
export interface Settings {
  /** Base URL of the lakeFS API, absolute or below this origin. Default `/api/v1`. */
  endpoint: string
  /** Name of the lakeFS server in the header. Default: the host of the endpoint. */
  name?: string
  /** Destination when the URL of the page has none. */
  destination: Partial<Place>
  /** Destinations that are offered as buttons below the fields. */
  presets: readonly (Place & { label?: string })[]
  /**
   * Makes the destination fixed: neither the fields nor the URL change it. Needs `destination.repository` and
   * `.branch`.
   */
  locked: boolean
  /** Policy for existing paths. Default `ask`. */
  onConflict: ConflictPolicy
  /** Shows the plan before the first byte is sent. Default false. */
  plan: boolean
  /** Uploads all files or none: `true` merges at the end, `"review"` opens a pull request. Default false. */
  atomic: boolean | 'review'
  /**
   * Commit at the end: its default message (`template`, with `{files}`, `{bytes}`, `{prefix}`, `{branch}`,
   * `{repository}`, `{user}` and `{date}`), its `metadata`, and whether it is made without a click (`auto`). Default
   * `{}`.
   */
  commit: CommitOptions
  /** Bytes up to which a file is sent through lakeFS. Default 0. */
  viaApiBelow: number
  /** `always`: files go straight to the store wherever lakeFS can presign. Default `auto`: unless lakeFS says otherwise. */
  presign?: 'auto' | 'always'
  /** Language of the page. Default: that of the browser, else English. */
  language?: 'en' | 'de' | 'ar'
}

/** Mistakes in config.json, one sentence each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
  constructor(readonly mistakes: readonly string[]) {
    super(mistakes.join(' '))
  }
}

const POLICIES: readonly unknown[] = ['overwrite', 'skip', 'rename', 'ask', 'fail'] satisfies ConflictPolicy[]
const LANGUAGES: readonly unknown[] = ['en', 'de', 'ar']

type Rule = [wanted: string, fits: (value: unknown) => boolean]
const isText = (value: unknown) => typeof value === 'string' && value.trim() !== ''
const isSwitch = (value: unknown) => typeof value === 'boolean'
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const RULES: Readonly<Record<keyof Settings, Rule>> = {
  endpoint: ['a URL or a path such as "/api/v1"', (value) => isText(value) && isEndpoint(value as string)],
  name: ['a text', isText],
  destination: ['{ "repository", "branch", "prefix" }, each a text', (value) => isPlace(value, [])],
  presets: [
    'a list of { "label", "repository", "branch", "prefix" }',
    (value) => Array.isArray(value) && value.every((one) => isPlace(one, ['repository', 'branch'])),
  ],
  locked: ['true or false', isSwitch],
  onConflict: [`one of ${POLICIES.map((one) => `"${one}"`).join(', ')}`, (value) => POLICIES.includes(value)],
  plan: ['true or false', isSwitch],
  atomic: ['true, false or "review"', (value) => isSwitch(value) || value === 'review'],
  commit: ['{ "template", "metadata", "auto" }: a text, an object of texts, true or false', isCommit],
  viaApiBelow: ['a number of bytes, 0 or more', (value) => Number.isInteger(value) && (value as number) >= 0],
  presign: ['"auto" or "always"', (value) => value === 'auto' || value === 'always'],
  language: [`one of ${LANGUAGES.map((one) => `"${one}"`).join(', ')}`, (value) => LANGUAGES.includes(value)],
}

function isEndpoint(value: string): boolean {
  return /^(\/|https?:\/\/[^/])\S*$/.test(value)
}

function isPlace(value: unknown, needed: readonly string[]): boolean {
  if (!isRecord(value)) return false
  const known = ['label', 'repository', 'branch', 'prefix']
  return (
    Object.entries(value).every(
      ([key, part]) => known.includes(key) && (key === 'prefix' ? typeof part === 'string' : isText(part)),
    ) && needed.every((key) => key in value)
  )
}

function isCommit(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { template = '', metadata = {}, auto = false, ...others } = value
  return (
    typeof template === 'string' &&
    isRecord(metadata) &&
    Object.values(metadata).every((one) => typeof one === 'string') &&
    isSwitch(auto) &&
    Object.keys(others).length === 0
  )
}

/**
 * Validates the content of config.json.
 * @throws SettingsError with all mistakes.
 */
export function parseSettings(raw: unknown): Settings {
  if (!isRecord(raw)) throw new SettingsError(['config.json must be an object { … }.'])
  const mistakes: string[] = []
  for (const [key, value] of Object.entries(raw)) {
    const rule = Object.hasOwn(RULES, key) ? RULES[key as keyof Settings] : undefined
    if (!rule) mistakes.push(`"${key}" is not a setting. Known are ${Object.keys(RULES).join(', ')}.`)
    else if (!rule[1](value)) mistakes.push(`"${key}" must be ${rule[0]}.`)
  }
  const given = raw as Partial<Settings>
  if (given.locked === true && !(given.destination?.repository && given.destination.branch)) {
    mistakes.push('"locked" needs "destination" with a repository and a branch.')
  }
  if (mistakes.length > 0) throw new SettingsError(mistakes)
  const presets = (given.presets ?? []).map((preset) => ({ ...preset, prefix: preset.prefix ?? '' }))
  return {
    endpoint: '/api/v1',
    destination: {},
    locked: false,
    onConflict: 'ask',
    plan: false,
    atomic: false,
    commit: {},
    viaApiBelow: 0,
    ...given,
    presets,
  }
}

/** The server did not answer the request for config.json; a repetition may succeed. */
export class SettingsUnanswered extends Error {
  override readonly name = 'SettingsUnanswered'
}

/** Statuses of a server, or a proxy in front of it, that cannot answer right now. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504])

/**
 * Reads config.json from the folder of the page; without it (404) the defaults apply.
 * @throws SettingsUnanswered when a repetition may succeed, SettingsError when the operator has to correct the file.
 */
export async function readSettings(get: typeof fetch, base: string): Promise<Settings> {
  const response = await get(new URL('config.json', base), { cache: 'no-cache' }).catch(() => undefined)
  if (!response || PASSING.has(response.status)) throw new SettingsUnanswered()
  if (response.status === 404) return parseSettings({})
  if (!response.ok) throw new SettingsError([`config.json could not be read: the server answered ${response.status}.`])
  const text = await response.text()
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (cause) {
    throw new SettingsError([`config.json is not JSON: ${cause instanceof Error ? cause.message : 'unreadable'}.`])
  }
  return parseSettings(raw)
}
