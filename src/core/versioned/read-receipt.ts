import { readText } from '../intake/file-text.ts'
import type { BranchRef, Destination } from '../lakefs/wire.ts'
import { COLUMNS, type ReceiptRow, wasThere } from './receipt.ts'

/** Receipt or plan file of an earlier upload. */
export interface Saved {
  readonly kind: 'receipt' | 'plan'
  readonly repository: string
  readonly branch: string
  /** Empty when it was not committed. */
  readonly commit: string
  /** ISO 8601. */
  readonly when: string
  /** Files of a plan that were not on the branch are `unfinished`, with `new` or `changed` as the reason. */
  readonly files: readonly ReceiptRow[]
}

export type SavedFault =
  /** The file is neither a receipt nor a plan of this package. */
  | 'foreign'
  /** The file is truncated or has an invalid value. */
  | 'damaged'
  /** A later version of this package wrote the file. */
  | 'newer'
  /** The file has no rows. */
  | 'empty'
  /** The table has rows of several branches. */
  | 'mixed'
  | 'other-repository'
  | 'other-branch'
  /** The browser could not read the file. */
  | 'unreadable'

/** The receipt or plan is unusable. Branch on `code`. */
export class SavedError extends Error {
  override readonly name = 'SavedError'
  constructor(
    readonly code: SavedFault,
    /** `line` or `row` of a damaged file; `found` and `wanted` for another repository or branch. */
    readonly facts: Readonly<Record<string, string | number>> = {},
    cause?: unknown,
  ) {
    const said = Object.entries(facts).map(([name, value]) => `${name} ${value}`)
    super([code, ...said].join(', '), cause === undefined ? undefined : { cause })
  }
}

/** Maximum bytes; a receipt of a million files has some 400 MB. */
const MAX_BYTES = 1e9

/**
 * Reads a receipt (JSON or CSV) or a plan file.
 * @param source the text, or the file that the user chose.
 * @param at repository and branch that it must belong to, if any.
 * @throws SavedError
 */
export async function readSaved(source: string | Blob, at?: BranchRef): Promise<Saved> {
  const text = (typeof source === 'string' ? source : await textOf(source)).replace(/^\uFEFF/, '')
  const saved = /^\s*[[{]/.test(text) ? fromJson(text) : await fromCsv(text)
  if (saved.files.length === 0) throw new SavedError('empty')
  if (at) checkPlace(saved, at)
  return saved
}

/**
 * Checks that a receipt belongs to a branch.
 * @throws SavedError `other-repository`, `other-branch`
 */
export function checkPlace(saved: BranchRef, at: BranchRef): void {
  const facts = (name: 'repository' | 'branch') => ({ found: saved[name], wanted: at[name] })
  if (saved.repository !== at.repository) throw new SavedError('other-repository', facts('repository'))
  if (saved.branch !== at.branch) throw new SavedError('other-branch', facts('branch'))
}

/** Returns the row if it describes this file: it has the same size and time of change. */
export function matchRow(row: ReceiptRow | undefined, file: File): ReceiptRow | undefined {
  if (!row || row.size !== file.size || Date.parse(row.mtime) !== file.lastModified) return undefined
  return row
}

/** Returns the MD5 of the file in a row, if it was computed from the file itself. */
export const md5OfRow = (row: ReceiptRow): string | undefined =>
  row.md5 !== '' && (row.verified || row.status !== 'uploaded') ? row.md5 : undefined

/** Returns the rows below a prefix, by path. */
export function savedUnder({ files }: Saved, { prefix }: Destination): Map<string, ReceiptRow> {
  return new Map(files.flatMap((row) => (row.path.startsWith(prefix) ? [[row.path, row]] : [])))
}

/** True when the branch still has the object of the row. */
export const isStillThere = (row: ReceiptRow, now: { checksum: string; size_bytes: number } | undefined): boolean =>
  now !== undefined && wasThere(row) && now.size_bytes === row.size && now.checksum === row.checksum

/** True for a row whose file should be on the branch and is not. */
export function isMissing(row: ReceiptRow, now: { checksum: string; size_bytes: number } | undefined): boolean {
  // The user skipped the file, or its path was refused.
  if (row.reason === 'exists' || row.reason.startsWith('path-')) return false
  return !isStillThere(row, now)
}

async function textOf(file: Blob): Promise<string> {
  if (file.size > MAX_BYTES) throw new SavedError('foreign')
  try {
    const text = await file.text()
    // A spreadsheet may have saved it anew, in an encoding of its own.
    return text.includes('\uFFFD') ? await readText(file) : text
  } catch (cause) {
    throw new SavedError('unreadable', {}, cause)
  }
}

type Fields = Readonly<Record<string, unknown>>
/** Place of a value in the file, for error messages. */
type Where = Readonly<Record<string, number>>

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function fromJson(text: string): Saved {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (cause) {
    // A receipt that was truncated is damaged; any other invalid JSON is foreign.
    throw new SavedError(/"lakefs-uploader (receipt|plan)"/.test(text) ? 'damaged' : 'foreign', {}, cause)
  }
  const kind = isRecord(raw) && /^lakefs-uploader (receipt|plan)$/.exec(String(raw.format))?.[1]
  if (!isRecord(raw) || !kind) throw new SavedError('foreign')
  const { version, repository, branch, commit = '', when, files } = raw
  if (version !== 1) throw new SavedError(Number(version) > 1 ? 'newer' : 'damaged')
  if (!isName(repository) || !isName(branch) || typeof commit !== 'string' || !Array.isArray(files))
    throw new SavedError('damaged')
  const rowOf = kind === 'plan' ? planRow : receiptRow
  return {
    kind: kind as Saved['kind'],
    repository,
    branch,
    commit,
    when: moment(when, {}),
    files: files.map((row: unknown, index) => {
      if (!isRecord(row)) throw new SavedError('damaged', { row: index + 1 })
      return rowOf(row, { row: index + 1 })
    }),
  }
}

async function fromCsv(text: string): Promise<Saved> {
  const { default: papa } = await import('papaparse')
  const { data, errors, meta } = papa.parse<Fields>(text, { header: true, skipEmptyLines: 'greedy' })
  const columns = [...COLUMNS, 'repository', 'branch', 'commit', 'when']
  if (columns.some((column) => !meta.fields?.includes(column))) throw new SavedError('foreign')
  const fatal = errors.find(({ type }) => type !== 'Delimiter')
  if (fatal) throw new SavedError('damaged', fatal.row === undefined ? {} : { line: fatal.row + 2 })
  const rows = data.map((row, index) => {
    const where = { line: index + 2 }
    const plain = Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, unescaped(cell)]))
    const { repository, branch, commit } = plain
    if (!isName(repository) || !isName(branch)) throw new SavedError('damaged', where)
    // Spreadsheets write TRUE.
    const verified = /^true$/i.test(String(plain.verified))
    const file = receiptRow({ ...plain, size: numberOf(plain.size), verified }, where)
    return { repository, branch, commit: String(commit), when: moment(plain.when, where), file }
  })
  // In a table with rows of several receipts the newest row of a path counts.
  rows.sort((a, b) => (a.when < b.when ? -1 : a.when > b.when ? 1 : 0))
  const last = rows.at(-1)
  if (!last) throw new SavedError('empty')
  if (rows.some(({ repository, branch }) => repository !== last.repository || branch !== last.branch))
    throw new SavedError('mixed')
  const { repository, branch, commit, when } = last
  const files = [...new Map(rows.map(({ file }) => [file.path, file])).values()]
  return { kind: 'receipt', repository, branch, commit, when, files }
}

/** Removes the apostrophe by which a cell is not run as a formula. */
const unescaped = (cell: unknown) => (typeof cell === 'string' ? cell.replace(/^'(?='*[=+\-@\t\r])/, '') : cell)

const numberOf = (cell: unknown) => (/^\d+$/.test(String(cell)) ? Number(cell) : undefined)

const isName = (value: unknown): value is string => typeof value === 'string' && value !== ''

const STATUSES: ReadonlySet<unknown> = new Set<ReceiptRow['status']>([
  'uploaded',
  'skipped',
  'failed',
  'cancelled',
  'unfinished',
])

function receiptRow(row: Fields, where: Where): ReceiptRow {
  const { status, verified } = row
  if (!STATUSES.has(status) || typeof verified !== 'boolean') throw new SavedError('damaged', where)
  return { ...factsOf(row, where), status: status as ReceiptRow['status'], verified }
}

const VERDICTS: ReadonlySet<unknown> = new Set(['new', 'changed', 'identical', 'refused'])

/** Converts a row of a plan to one of a receipt. */
function planRow(row: Fields, where: Where): ReceiptRow {
  const { verdict } = row
  if (!VERDICTS.has(verdict)) throw new SavedError('damaged', where)
  const facts = { ...factsOf(row, where), verified: false }
  if (verdict === 'identical') return { ...facts, status: 'skipped', reason: 'identical' }
  // The object at the path differs from this file.
  const none = { checksum: '', physical_address: '' }
  if (verdict === 'refused') return { ...facts, ...none, status: 'failed' }
  return { ...facts, ...none, status: 'unfinished', reason: String(verdict) }
}

const MD5 = /^([0-9a-f]{32})?$/

function factsOf(row: Fields, where: Where): Omit<ReceiptRow, 'status' | 'verified'> {
  const { path, size, md5, checksum, physical_address, reason } = row
  const texts = [path, md5, checksum, physical_address, reason]
  if (texts.some((text) => typeof text !== 'string') || !MD5.test(md5 as string)) throw new SavedError('damaged', where)
  if (!Number.isSafeInteger(size) || (size as number) < 0) throw new SavedError('damaged', where)
  return { path, size, mtime: moment(row.mtime, where), md5, checksum, physical_address, reason } as ReturnType<
    typeof factsOf
  >
}

/** Normalises a time to ISO 8601. */
function moment(value: unknown, where: Where): string {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (Number.isNaN(ms)) throw new SavedError('damaged', where)
  return new Date(ms).toISOString()
}
