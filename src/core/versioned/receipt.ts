import { MD5 } from '../checksum/etag.ts'
import { UploadError } from '../errors.ts'
import type { UploadFile } from '../file/upload-file.ts'
import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import { type BranchRef, branchPath, isSameAddress, isStats, type ObjectStats } from '../lakefs/wire.ts'
import { mapConcurrent } from '../request/map-concurrent.ts'
import { isForbidden } from '../request/refusal-rules.ts'

/** File of a receipt. */
export interface ReceiptRow {
  /** Full path on the branch. */
  path: string
  status: 'uploaded' | 'skipped' | 'failed' | 'cancelled' | 'unfinished'
  size: number
  /** Time of change of the file (ISO 8601); empty when unknown. */
  mtime: string
  /** MD5 of the bytes; empty when unknown (the checksum of a multipart upload is not the MD5 of the file). */
  md5: string
  /** Checksum in lakeFS. */
  checksum: string
  /** True when the stored copy was compared with the file. */
  verified: boolean
  physical_address: string
  /** Error code, or the reason why the file was skipped. */
  reason: string
}

export interface Receipt {
  format: 'lakefs-uploader receipt'
  version: 1
  repository: string
  branch: string
  /** Empty when it is not committed. */
  commit: string
  /** Id of the pull request that merges the files into their target; empty without one. */
  pull: string
  /** Absolute URL of the pull request. */
  pull_url: string
  who: string
  /** ISO 8601. */
  when: string
  totals: { files: number; uploaded: number; skipped: number; failed: number; bytes: number }
  files: readonly ReceiptRow[]
}

/** Facts about the upload. */
export interface ReceiptFacts {
  commit?: string | undefined
  pull?: { id: string; url: string } | undefined
  who?: string | undefined
  /** Ms since 1970. */
  when: number
  /** Uploaded objects. Those whose files are no longer among the given ones get a row too. */
  objects?: readonly LandedObject[] | undefined
}

/** Uploaded object with what is known of its file. */
export interface LandedObject extends ObjectStats {
  /** Ms since 1970 when the file was changed last. */
  readonly lastModified?: number | undefined
  /** True when the stored copy was compared with the file. */
  readonly verified?: boolean | undefined
}

/** Creates a receipt with one row per file. It has no presigned URL and no token. */
export function receiptOf(
  at: BranchRef,
  files: readonly UploadFile[],
  { commit = '', pull, who = '', when, objects = [] }: ReceiptFacts,
): Receipt {
  const listed = files.map(rowOf)
  // A later try of the same path that failed takes nothing from the branch.
  const paths = new Set(listed.flatMap(({ path, physical_address }) => (physical_address === '' ? [] : path)))
  const rows = [...listed, ...objects.filter(({ path }) => !paths.has(path)).map(rowOfObject)]
  const count = (status: ReceiptRow['status']) => rows.filter((row) => row.status === status).length
  return {
    format: 'lakefs-uploader receipt',
    version: 1,
    repository: at.repository,
    branch: at.branch,
    commit,
    pull: pull?.id ?? '',
    pull_url: pull?.url ?? '',
    who,
    when: new Date(when).toISOString(),
    totals: {
      files: rows.length,
      uploaded: count('uploaded'),
      skipped: count('skipped'),
      failed: count('failed'),
      bytes: rows.reduce((sum, row) => sum + (row.status === 'uploaded' ? row.size : 0), 0),
    },
    files: rows,
  }
}

function rowOfObject(object: LandedObject): ReceiptRow {
  const { path, size_bytes: size, checksum, physical_address, lastModified, verified = false } = object
  const mtime = lastModified === undefined ? '' : new Date(lastModified).toISOString()
  const md5 = MD5.test(checksum) ? checksum : ''
  return { path, status: 'uploaded', size, mtime, md5, checksum, verified, physical_address, reason: '' }
}

function rowOf(file: UploadFile): ReceiptRow {
  const row = {
    path: file.destination.prefix + file.path,
    size: file.size,
    mtime: new Date(file.lastModified).toISOString(),
    md5: '',
    checksum: '',
    verified: false,
    physical_address: '',
    reason: '',
  }
  switch (file.status) {
    case 'uploaded': {
      const { checksum, physical_address } = file.object
      const md5 = MD5.test(checksum) ? checksum : ''
      return { ...row, status: 'uploaded', md5, checksum, physical_address, verified: file.verified }
    }
    case 'skipped': {
      // The branch has the same bytes by checksum, so the row counts like an uploaded one.
      const { checksum = '', physical_address = '' } = (file.reason === 'identical' && file.object) || {}
      const md5 = MD5.test(checksum) ? checksum : ''
      return { ...row, status: 'skipped', md5, checksum, physical_address, reason: file.reason }
    }
    case 'failed':
      return { ...row, status: 'failed', reason: file.error.code }
    case 'cancelled':
      return { ...row, status: 'cancelled' }
    default:
      return { ...row, status: 'unfinished', reason: file.status }
  }
}

/** Columns of the file in the CSV, and their names in the JSON. */
export const COLUMNS = [
  'path',
  'status',
  'size',
  'mtime',
  'md5',
  'checksum',
  'verified',
  'physical_address',
  'reason',
] as const

/**
 * Matches cells that a spreadsheet would run as a formula, also behind apostrophes: the reader removes one of them and
 * must get the original text.
 */
const FORMULA = /^'*[=+\-@\t\r]/

/** Converts a receipt to CSV. Every row has commit, user, time and pull request, so that tables can be combined. */
export async function receiptCsv(receipt: Receipt): Promise<string> {
  const { default: papa } = await import('papaparse')
  const facts = ['repository', 'branch', 'commit', 'who', 'when', 'pull', 'pull_url'] as const
  const columns = [...COLUMNS, ...facts]
  const about = facts.map((fact) => receipt[fact])
  const data = receipt.files.map((row) => [...COLUMNS.map((column) => row[column]), ...about])
  return papa.unparse({ fields: columns, data }, { escapeFormulae: FORMULA, newline: '\n' })
}

export function receiptJson(receipt: Receipt): string {
  return `${JSON.stringify(receipt, null, 2)}\n`
}

/**
 * Parses a receipt.
 * @throws SyntaxError for any other text.
 */
export function parseReceipt(text: string): Receipt {
  const raw = JSON.parse(text) as Partial<Receipt> | null
  if (raw?.format !== 'lakefs-uploader receipt' || !Array.isArray(raw.files))
    throw new SyntaxError('this is no receipt')
  return raw as Receipt
}

/** Result of the verification of one file. */
export interface Checked {
  path: string
  /** `unreadable`: the branch has it, and the store does not give its last byte back. */
  verdict: 'same' | 'changed' | 'missing' | 'unreadable'
}

/** True when the branch had the bytes of this file: it was uploaded, or skipped because it was identical. */
export const wasThere = ({ status, checksum }: ReceiptRow): boolean =>
  status === 'uploaded' || (status === 'skipped' && checksum !== '')

const LOOKED_UP_AT_ONCE = 6

/**
 * Verifies every file that was on the branch, at the commit if there is one: its entry, and that the store still has its
 * last byte. Accepts a new receipt, or one of an
 * earlier visit by {@link readSaved}.
 */
export async function verifyReceipt(
  lakefs: LakeFSClient,
  receipt: Pick<Receipt, 'repository' | 'branch' | 'commit' | 'files'>,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (done: number) => void } = {},
): Promise<Checked[]> {
  const at = { repository: receipt.repository, branch: receipt.commit || receipt.branch }
  const rows = receipt.files.filter(wasThere)
  const results = new Map<string, Checked>()
  await mapConcurrent(rows, LOOKED_UP_AT_ONCE, async (row) => {
    const now = await lakefs.stat(at, row.path, signal)
    const verdict = now ? verdictOf(row, now) : 'missing'
    const broken = verdict === 'same' && !(await isReadable(lakefs, at, row, signal))
    results.set(row.path, { path: row.path, verdict: broken ? 'unreadable' : verdict })
    onProgress?.(results.size)
  })
  return rows.flatMap(({ path }) => results.get(path) ?? [])
}

/** Reads the last byte: an entry says nothing about the bytes. A person who may not read them cannot tell. */
async function isReadable(
  lakefs: LakeFSClient,
  at: BranchRef,
  { path, size }: ReceiptRow,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    return await lakefs.hasEnd(at, path, size, signal)
  } catch (thrown) {
    if (isForbidden(thrown)) return true
    throw thrown
  }
}

/** Compares the address too, because a later object may have the same bytes. */
function verdictOf(row: ReceiptRow, now: ObjectStats): 'same' | 'changed' {
  const alike = now.size_bytes === row.size && now.checksum === row.checksum
  const there = row.physical_address === '' || isSameAddress(now.physical_address, row.physical_address)
  return alike && there ? 'same' : 'changed'
}

/** Stores a receipt on the branch, so that it is in the same commit. Calls POST …/objects. */
export async function storeReceipt(lakefs: LakeFSClient, at: BranchRef, path: string, receipt: Receipt): Promise<void> {
  const call = {
    method: 'POST',
    path: `${branchPath(at)}/objects`,
    query: { path },
    json: receipt,
    expect: isStats,
  } as const
  const stored = await lakefs.call<ObjectStats>(call)
  if (stored.path === path) return
  await lakefs.resetObject(at, stored.path)
  throw new UploadError('path-mismatch', { facts: { path, got: stored.path } })
}

/** Returns `_receipts/2026-06-14T09-12-00Z.json` below the prefix of the upload. */
export function receiptPath(prefix: string, receipt: Receipt): string {
  return `${prefix}_receipts/${receipt.when.replace(/\.\d+Z$/, 'Z').replace(/:/g, '-')}.json`
}
