import type { PathFault } from '../error-codes.ts'
import { UploadError } from '../errors.ts'
import type { BranchRef, Destination } from '../lakefs/wire.ts'

/**
 * Longest path lakeFS takes, in bytes of UTF-8 (docs/lakefs-contract.md, "What an address does not check"). It says so
 * only at link.
 */
const MAX_PATH_BYTES = 1024

const encoder = new TextEncoder()

/** A folder or a name of one dot or two. */
const DOTS = /(^|\/)\.\.?(\/|$)/
const SURROGATES = /[\ud800-\udfff]/

/**
 * A path as it may land: NFC, `/` between folders, no slash in front. lakeFS takes bytes, so two spellings of one name
 * would be two objects that look the same. Any other name is fine, be it of dots or spaces alone: files have such
 * names.
 * @throws UploadError `path-invalid` with the facts `path` and `reason`, a {@link PathFault}: the first that it has.
 */
export function landingPath(raw: string): string {
  const path = composed(raw.replace(/\\/g, '/').replace(/^\/+/, ''))
  const reason = faultOf(path)
  if (reason) throw new UploadError('path-invalid', { facts: { path: raw, reason } })
  return path
}

function faultOf(path: string): PathFault | undefined {
  if (path === '') return 'empty'
  if (path.includes('\0')) return 'nul'
  if (!isWellFormed(path)) return 'half-character'
  if (DOTS.test(path)) return 'dots'
  if (path.endsWith('/')) return 'trailing-slash'
  return path.includes('//') ? 'empty-segment' : undefined
}

/** NFC, but of half a character: Firefox puts another one for it when it composes, and the fault would be gone. */
function composed(path: string): string {
  return isWellFormed(path) ? path.normalize('NFC') : path
}

/**
 * The path under a prefix, judged alone and with the prefix, which is a person's text too.
 * @param prefix as {@link landingPrefix} has it.
 * @throws UploadError `path-invalid` as {@link landingPath}, `path-too-long` as {@link checkLength}.
 */
export function landingUnder(prefix: string, raw: string): string {
  const path = landingPath(raw)
  checkLength(landingPath(prefix + path))
  return path
}

/** @throws UploadError `path-too-long` with the facts `bytes` and `limit`. */
export function checkLength(fullPath: string): void {
  // A character takes three bytes at most: that is enough to know of most paths.
  if (fullPath.length * 3 <= MAX_PATH_BYTES) return
  const bytes = encoder.encode(fullPath).length
  if (bytes > MAX_PATH_BYTES) {
    throw new UploadError('path-too-long', { facts: { path: fullPath, bytes, limit: MAX_PATH_BYTES } })
  }
}

/** A folder as the destination has it: empty, or ending in one slash, none in front. */
export function landingPrefix(raw: string | undefined): string {
  const path = composed((raw ?? '').replace(/\\/g, '/').replace(/^\/+|\/+$/g, ''))
  return path === '' ? '' : `${path}/`
}

/** Where the options say that files land. */
export function destinationOf({
  repository,
  branch,
  prefix,
}: BranchRef & { prefix?: string | undefined }): Destination {
  return { repository, branch, prefix: landingPrefix(prefix) }
}

/**
 * `a/classes.json` → `a/classes-2.json`, `-3` and so on until the name is free. Dot-files keep their dot in front; a
 * name that would be too long loses characters before its number.
 */
export async function freeName(path: string, isTaken: (path: string) => boolean | Promise<boolean>): Promise<string> {
  const slash = path.lastIndexOf('/') + 1
  const dot = path.lastIndexOf('.')
  const end = dot > slash ? dot : path.length
  for (let number = 2; ; number += 1) {
    const stem = [...path.slice(slash, end)]
    const named = () => `${path.slice(0, slash)}${stem.join('')}-${number}${path.slice(end)}`
    while (stem.length > 1 && encoder.encode(named()).length > MAX_PATH_BYTES) stem.pop()
    const name = named()
    if (!(await isTaken(name))) return name
  }
}

const JUNK = new Set(['.ds_store', 'thumbs.db', 'desktop.ini'])

/** Files that systems leave behind and nobody means to upload. */
export function isSystemFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  return JUNK.has(name) || name.startsWith('._')
}

function isWellFormed(text: string): boolean {
  if (!SURROGATES.test(text)) return true
  // String.prototype.isWellFormed is younger than the browsers we support.
  try {
    // What it gives is looked at: a bundler takes the bare call for one without effect, and leaves it out.
    return encodeURIComponent(text) !== ''
  } catch {
    return false
  }
}

/** Where a path of a branch is claimed: two files may share it on two branches. */
export function claimKey({ repository, branch }: BranchRef, fullPath: string): string {
  return `${repository}\n${branch}\n${fullPath}`
}
