import { readText } from '../intake/file-text.ts'
import type { FileInput } from '../intake/input.ts'
import { joinMetadata } from '../lakefs/user-metadata.ts'

type Entries = Readonly<Record<string, string>>

/**
 * Rules that derive the metadata of each file. Later sources win: defaults, pattern, sidecar, metadata of the file
 * itself.
 */
export interface MetadataRules {
  /** Metadata for every file. */
  defaults?: Entries | undefined
  /**
   * Patterns for the path below the prefix, such as `{site}/{date}/…`. The names of the first one that matches become
   * keys.
   */
  patterns?: readonly string[] | undefined
  /** Metadata by path or file name; result of {@link readSidecar}. */
  sidecar?: ReadonlyMap<string, Entries> | undefined
  /** Keys that every file must have; case does not count. */
  required?: readonly string[] | undefined
}

export interface Described {
  metadata: Entries
  /** Required keys without a value. */
  missing: readonly string[]
}

/**
 * Matches a path with a pattern; undefined when it does not match. `{name}` matches characters except a slash, `*` any
 * characters except a slash, `…` or `**` any rest.
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

/** Returns the metadata of one file by the rules, with keys in lower case as they are sent. */
export function describe(
  { path, metadata }: { path: string; metadata?: Entries | undefined },
  rules: MetadataRules,
): Described {
  const { defaults, patterns = [], sidecar, required = [] } = rules
  let matched: Entries | undefined
  for (const pattern of patterns) matched ??= matchPattern(pattern, path)
  const beside = sidecar && recordOf(sidecar, path.normalize('NFC'))
  const all = joinMetadata(defaults, matched, beside, metadata)
  return { metadata: all, missing: required.filter((key) => !all[key.toLowerCase()]?.trim()) }
}

/** Returns the record of a path, as tables name it: also by the name alone, from the folder on, or as on Windows. */
function recordOf(sidecar: ReadonlyMap<string, Entries>, path: string): Entries | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  for (const key of [path, `./${path}`, path.replaceAll('/', '\\'), name]) {
    const found = sidecar.get(key)
    if (found) return found
  }
  return undefined
}

/** Returns all files with their metadata, for the result of {@link UploaderOptions.beforeUpload}. */
export function describeAll<T extends FileInput & { path: string }>(files: readonly T[], rules: MetadataRules) {
  return files.map((file) => {
    const described = describe(file, rules)
    return { file: { ...file, metadata: described.metadata }, missing: described.missing }
  })
}

/** The sidecar file is unusable. */
export class SidecarError extends Error {
  override readonly name = 'SidecarError'
  constructor(
    readonly reason: 'not-json' | 'not-csv' | 'no-path-column' | 'not-a-table' | 'not-text',
    /** Line of the CSV with the mistake. */
    readonly line?: number,
  ) {
    super(line === undefined ? reason : `${reason} in line ${line}`)
  }
}

/** Columns that may contain the path, in order of preference, as {@link plainName} returns their names. */
const PATH_COLUMNS = ['path', 'filepath', 'relativepath', 'file', 'filename', 'name']

/** Returns the name of a column without its spelling: `File Name`, `file_name` and `fileName` are one. */
const plainName = (name: string) => name.toLowerCase().replace(/[\s_-]/g, '')

/**
 * Reads a table of metadata: CSV with a header and a column `path` (or file path, relative path, file, file name, name;
 * case, blanks, `_` and `-` do not count), or JSON with a list of such records or an object from path to record. The
 * text may be UTF-8, UTF-16 with its mark, or windows-1252. The CSV parser is only loaded here.
 * @throws SidecarError
 */
export async function readSidecar(file: File): Promise<Map<string, Entries>> {
  const text = await readText(file).catch((thrown: unknown) => {
    throw thrown instanceof TypeError ? new SidecarError('not-text') : thrown
  })
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
  const column = PATH_COLUMNS.flatMap((wanted) => names.filter((name) => plainName(name) === wanted))[0]
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

/** Converts values to text, because metadata is text, and leaves out empty cells. */
function textsOf(row: Record<string, unknown>): Entries {
  return Object.fromEntries(
    Object.entries(row).flatMap(([key, value]) => {
      const text =
        typeof value === 'string' ? value.trim() : value === null || value === undefined ? '' : JSON.stringify(value)
      return text === '' ? [] : [[key.trim(), text]]
    }),
  )
}
