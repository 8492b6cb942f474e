import type { FileInput } from '../intake/input.ts'

type Entries = Readonly<Record<string, string>>

/** Metadata of an upload, worked out for each of its files. Later ones win: defaults, pattern, sidecar, the file's own. */
export interface MetadataRules {
  /** For every file. */
  defaults?: Entries | undefined
  /** Patterns on the path under the prefix, `{site}/{date}/…`; the first that fits gives its names as keys. */
  patterns?: readonly string[] | undefined
  /** By path or by file name, as {@link readSidecar} gives it. */
  sidecar?: ReadonlyMap<string, Entries> | undefined
  /** Keys that every file must have. */
  required?: readonly string[] | undefined
}

export interface Described {
  metadata: Entries
  /** Required keys that nothing gives a value. */
  missing: readonly string[]
}

/**
 * What a pattern finds in a path; undefined where it does not fit. `{name}` takes what stands between two other
 * characters and never a slash, `*` anything but a slash, `…` or `**` any rest.
 */
export function matchPattern(pattern: string, path: string): Record<string, string> | undefined {
  const names: string[] = []
  const source = pattern.replace(
    /\{([^{}/]+)\}|\*\*|…|\.\.\.|\*|[.+?^$()|\\[\]{}]/g,
    (part, name: string | undefined) => {
      if (name !== undefined) {
        names.push(name.trim())
        return '([^/]+?)'
      }
      if (part === '**' || part === '…' || part === '...') return '.*'
      return part === '*' ? '[^/]*' : `\\${part}`
    },
  )
  const found = new RegExp(`^${source}$`, 'su').exec(path)
  return found ? Object.fromEntries(names.map((name, index) => [name, found[index + 1] ?? ''])) : undefined
}

/** One file's metadata under the rules. */
export function describe(
  { path, metadata }: { path: string; metadata?: Entries | undefined },
  rules: MetadataRules,
): Described {
  const { defaults, patterns = [], sidecar, required = [] } = rules
  let matched: Entries | undefined
  for (const pattern of patterns) matched ??= matchPattern(pattern, path)
  const beside = sidecar?.get(path) ?? sidecar?.get(path.slice(path.lastIndexOf('/') + 1))
  const all = { ...defaults, ...matched, ...beside, ...metadata }
  return { metadata: all, missing: required.filter((key) => !all[key]?.trim()) }
}

/** All files with their metadata; what {@link UploaderOptions.beforeUpload} may give back. */
export function describeAll<T extends FileInput & { path: string }>(files: readonly T[], rules: MetadataRules) {
  return files.map((file) => {
    const described = describe(file, rules)
    return { file: { ...file, metadata: described.metadata }, missing: described.missing }
  })
}

/** A sidecar that cannot be used, and why. */
export class SidecarError extends Error {
  override readonly name = 'SidecarError'
  constructor(
    readonly reason: 'not-json' | 'not-csv' | 'no-path-column' | 'not-a-table',
    /** Line of the CSV, where one is to blame. */
    readonly line?: number,
  ) {
    super(line === undefined ? reason : `${reason} in line ${line}`)
  }
}

/** Column names that may hold the path, in this order. */
const PATH_COLUMNS = ['path', 'file', 'filename', 'name']

/**
 * A table of metadata: CSV with a header and one column `path` (or file, filename, name), or JSON as a list of such
 * records or as an object from path to record. The CSV reader is loaded for this alone.
 */
export async function readSidecar(file: File): Promise<Map<string, Entries>> {
  const text = (await file.text()).replace(/^\uFEFF/, '')
  const isJson = /\.json$/i.test(file.name) || /^\s*[[{]/.test(text)
  return isJson ? fromJson(text) : await fromCsv(text)
}

function fromJson(text: string): Map<string, Entries> {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    throw new SidecarError('not-json')
  }
  if (Array.isArray(raw)) return byPath(raw.map((row) => (isRecord(row) ? row : refuse('not-a-table'))))
  if (!isRecord(raw)) throw new SidecarError('not-a-table')
  return new Map(
    Object.entries(raw).map(([path, row]) => [
      path.normalize('NFC'),
      textsOf(isRecord(row) ? row : refuse('not-a-table')),
    ]),
  )
}

async function fromCsv(text: string): Promise<Map<string, Entries>> {
  const { default: papa } = await import('papaparse')
  const { data, errors } = papa.parse<Record<string, unknown>>(text, { header: true, skipEmptyLines: 'greedy' })
  const fatal = errors.find(({ type }) => type !== 'Delimiter')
  if (fatal) throw new SidecarError('not-csv', fatal.row === undefined ? undefined : fatal.row + 2)
  return byPath(data)
}

function byPath(rows: readonly Record<string, unknown>[]): Map<string, Entries> {
  const names = Object.keys(rows[0] ?? {})
  const column = PATH_COLUMNS.flatMap((wanted) => names.filter((name) => name.trim().toLowerCase() === wanted))[0]
  if (rows.length > 0 && column === undefined) throw new SidecarError('no-path-column')
  return new Map(
    rows.map((row) => {
      const { [column ?? '']: path, ...rest } = row
      return [String(path ?? '').normalize('NFC'), textsOf(rest)]
    }),
  )
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function refuse(reason: SidecarError['reason']): never {
  throw new SidecarError(reason)
}

/** Metadata is text; empty cells say nothing. */
function textsOf(row: Record<string, unknown>): Entries {
  return Object.fromEntries(
    Object.entries(row).flatMap(([key, value]) => {
      const text =
        typeof value === 'string' ? value.trim() : value === null || value === undefined ? '' : JSON.stringify(value)
      return text === '' ? [] : [[key.trim(), text]]
    }),
  )
}
