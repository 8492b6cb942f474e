import type { BranchRef, Destination } from '../lakefs/wire.ts'
import { COLUMNS, type ReceiptRow, wasThere } from './receipt.ts'

/** What an earlier upload has left behind: a receipt, or a plan that was not carried out to its end. */
export interface Saved {
  readonly kind: 'receipt' | 'plan'
  readonly repository: string
  readonly branch: string
  /** Empty: not committed then. */
  readonly commit: string
  /** ISO. */
  readonly when: string
  /** A plan's files that were not on the branch are `unfinished`, with `new` or `changed` as the reason. */
  readonly files: readonly ReceiptRow[]
}

export type SavedFault =
  /** Neither a receipt nor a plan of this program. */
  | 'foreign'
  /** It was one once: cut off, or with something in it that cannot be. */
  | 'damaged'
  /** Of a later version of this program. */
  | 'newer'
  /** No file is in it. */
  | 'empty'
  /** A table put together from receipts of several branches. */
  | 'mixed'
  | 'other-repository'
  | 'other-branch'
  /** The browser could not read the file. */
  | 'unreadable'

/** A file that cannot be gone on from: branch on `code`. */
export class SavedError extends Error {
  override readonly name = 'SavedError'
  constructor(
    readonly code: SavedFault,
    /** `line` or `row` of a damaged file; `found` and `wanted` of another repository or branch. */
    readonly facts: Readonly<Record<string, string | number>> = {},
    cause?: unknown,
  ) {
    const said = Object.entries(facts).map(([name, value]) => `${name} ${value}`)
    super([code, ...said].join(', '), cause === undefined ? undefined : { cause })
  }
}

/** Larger ones are something else: a receipt of a million files has some 400 MB. */
const MOST_BYTES = 1e9

/**
 * Reads what an earlier upload has left: a receipt as JSON or as CSV, or a plan file.
 * @param source the text, or the file as a person chose it.
 * @param at where it has to be from, if that matters.
 * @throws SavedError
 */
export async function readSaved(source: string | Blob, at?: BranchRef): Promise<Saved> {
  const text = (typeof source === 'string' ? source : await textOf(source)).replace(/^\uFEFF/, '')
  const saved = /^\s*[[{]/.test(text) ? fromJson(text) : await fromCsv(text)
  if (saved.files.length === 0) throw new SavedError('empty')
  if (at) checkPlace(saved, at)
  return saved
}

/** @throws SavedError `other-repository`, `other-branch` */
export function checkPlace(saved: BranchRef, at: BranchRef): void {
  const facts = (name: 'repository' | 'branch') => ({ found: saved[name], wanted: at[name] })
  if (saved.repository !== at.repository) throw new SavedError('other-repository', facts('repository'))
  if (saved.branch !== at.branch) throw new SavedError('other-branch', facts('branch'))
}

/** What a saved list says of one file of an upload, if that is the file it speaks of: same path, size and time of change. */
export function knownFile(row: ReceiptRow | undefined, file: File): ReceiptRow | undefined {
  if (!row || row.size !== file.size || Date.parse(row.mtime) !== file.lastModified) return undefined
  return row
}

/** The file's own MD5 by a saved row, where it was the file that it was computed from. */
export const md5By = (row: ReceiptRow): string | undefined =>
  row.md5 !== '' && (row.verified || row.status !== 'uploaded') ? row.md5 : undefined

/** Saved files by path, those that may land under this prefix. */
export function savedUnder({ files }: Saved, { prefix }: Destination): Map<string, ReceiptRow> {
  return new Map(files.flatMap((row) => (row.path.startsWith(prefix) ? [[row.path, row]] : [])))
}

/** Whether the branch still has what the row says was there. */
export const isStillThere = (row: ReceiptRow, now: { checksum: string; size_bytes: number } | undefined): boolean =>
  now !== undefined && wasThere(row) && now.size_bytes === row.size && now.checksum === row.checksum

/** Whether a row speaks of a file that was to land and is not on the branch. */
export function isMissing(row: ReceiptRow, now: { checksum: string; size_bytes: number } | undefined): boolean {
  // Left out on purpose, or refused for its path.
  if (row.reason === 'exists' || row.reason.startsWith('path-')) return false
  return !isStillThere(row, now)
}

async function textOf(file: Blob): Promise<string> {
  if (file.size > MOST_BYTES) throw new SavedError('foreign')
  try {
    return await file.text()
  } catch (cause) {
    throw new SavedError('unreadable', {}, cause)
  }
}

type Fields = Readonly<Record<string, unknown>>
/** Where in the file a value stands, for whoever mends it. */
type Where = Readonly<Record<string, number>>

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function fromJson(text: string): Saved {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (cause) {
    // Cut off while it was written or sent; other people's broken JSON is not ours to judge.
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
  // A table put together from several receipts: what was said last of a path holds.
  rows.sort((a, b) => (a.when < b.when ? -1 : a.when > b.when ? 1 : 0))
  const last = rows.at(-1)
  if (!last) throw new SavedError('empty')
  if (rows.some(({ repository, branch }) => repository !== last.repository || branch !== last.branch))
    throw new SavedError('mixed')
  const { repository, branch, commit, when } = last
  const files = [...new Map(rows.map(({ file }) => [file.path, file])).values()]
  return { kind: 'receipt', repository, branch, commit, when, files }
}

/** Without the apostrophe that keeps a cell from running as a formula. */
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

/** A file of a plan in the words of a receipt. */
function planRow(row: Fields, where: Where): ReceiptRow {
  const { verdict } = row
  if (!VERDICTS.has(verdict)) throw new SavedError('damaged', where)
  const facts = { ...factsOf(row, where), verified: false }
  if (verdict === 'identical') return { ...facts, status: 'skipped', reason: 'identical' }
  // What the branch has at the path is another object than this file.
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

/** A moment in the one way of writing it. */
function moment(value: unknown, where: Where): string {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (Number.isNaN(ms)) throw new SavedError('damaged', where)
  return new Date(ms).toISOString()
}
