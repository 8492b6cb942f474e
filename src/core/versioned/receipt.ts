import { MD5 } from '../checksum/etag.ts'
import type { UploadFile } from '../file/upload-file.ts'
import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import { type BranchRef, branchPath, isSameAddress, type ObjectStats } from '../lakefs/wire.ts'
import { mapConcurrent } from '../request/map-concurrent.ts'

/** One file of a receipt. */
export interface ReceiptRow {
  /** On the branch. */
  path: string
  status: 'uploaded' | 'skipped' | 'failed' | 'cancelled' | 'unfinished'
  size: number
  /** The file's own time of change, ISO. */
  mtime: string
  /** MD5 of the bytes; empty where it is not known (files sent in parts have the parts' checksum). */
  md5: string
  /** What lakeFS has as the checksum. */
  checksum: string
  /** The stored copy was compared with the file as it was sent. */
  verified: boolean
  physical_address: string
  /** Code of the failure or of the skipping. */
  reason: string
}

export interface Receipt {
  format: 'lakefs-uploader receipt'
  version: 1
  repository: string
  branch: string
  /** Empty: not committed yet. */
  commit: string
  /** Id of the pull request that is to bring it to its target; empty: none. */
  pull: string
  /** Where that is to be read, absolute. */
  pull_url: string
  who: string
  /** ISO. */
  when: string
  totals: { files: number; uploaded: number; skipped: number; failed: number; bytes: number }
  files: readonly ReceiptRow[]
}

/** Whose upload it was, and where it went. */
export interface ReceiptFacts {
  commit?: string | undefined
  pull?: { id: string; url: string } | undefined
  who?: string | undefined
  /** Ms since 1970. */
  when: number
}

/** What became of these files, one row each. Never a presigned URL or a token. */
export function receiptOf(
  at: BranchRef,
  files: readonly UploadFile[],
  { commit = '', pull, who = '', when }: ReceiptFacts,
): Receipt {
  const rows = files.map(rowOf)
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
      // The same bytes by checksum: as good as uploaded for whoever goes on from here.
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

/** The columns of the file itself, in the CSV and as names in the JSON. */
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
 * A cell that a spreadsheet would run as a formula. Behind apostrophes too: whoever reads the table takes one away and
 * must get the name.
 */
const FORMULA = /^'*[=+\-@\t\r]/

/** Rows as CSV with commit, who, when and pull request on each, for tables that are put together later. */
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

/** A receipt read back. @throws SyntaxError for anything else. */
export function parseReceipt(text: string): Receipt {
  const raw = JSON.parse(text) as Partial<Receipt> | null
  if (raw?.format !== 'lakefs-uploader receipt' || !Array.isArray(raw.files))
    throw new SyntaxError('this is no receipt')
  return raw as Receipt
}

/** What verifying again found out about one file. */
export interface Checked {
  path: string
  verdict: 'same' | 'changed' | 'missing'
}

/** Whether the branch had this very file: uploaded, or there already with the same bytes. */
export const wasThere = ({ status, checksum }: ReceiptRow): boolean =>
  status === 'uploaded' || (status === 'skipped' && checksum !== '')

const LOOKED_UP_AT_ONCE = 6

/**
 * Looks every file that was on the branch up again, at the commit where there is one. Takes a fresh receipt, or one of an
 * earlier visit as {@link readSaved} gives it.
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
    results.set(row.path, { path: row.path, verdict: now ? verdictOf(row, now) : 'missing' })
    onProgress?.(results.size)
  })
  return rows.flatMap(({ path }) => results.get(path) ?? [])
}

/** The address tells too: what was put there since is another object, be it of the same bytes. */
function verdictOf(row: ReceiptRow, now: ObjectStats): 'same' | 'changed' {
  const alike = now.size_bytes === row.size && now.checksum === row.checksum
  const there = row.physical_address === '' || isSameAddress(now.physical_address, row.physical_address)
  return alike && there ? 'same' : 'changed'
}

/** Puts the receipt on the branch itself, so that it belongs to the same commit. POST …/objects. */
export async function storeReceipt(lakefs: LakeFSClient, at: BranchRef, path: string, receipt: Receipt): Promise<void> {
  const call = { method: 'POST', path: `${branchPath(at)}/objects`, query: { path }, json: receipt } as const
  await lakefs.call(call)
}

/** `_receipts/2026-06-14T09-12-00Z.json` under the folder of the upload. */
export function receiptPath(prefix: string, receipt: Receipt): string {
  return `${prefix}_receipts/${receipt.when.replace(/\.\d+Z$/, 'Z').replace(/:/g, '-')}.json`
}
