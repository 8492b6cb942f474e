import type { PathFault } from '../error-codes.ts'
import { UploadError } from '../errors.ts'
import type { BranchRef, Destination } from '../lakefs/wire.ts'

/**
 * Maximum length of a path in bytes of UTF-8. lakeFS checks it only at link (docs/lakefs-contract.md, "What an address
 * does not check").
 */
const MAX_PATH_BYTES = 1024

const encoder = new TextEncoder()

/** Matches a folder or a file named `.` or `..`. */
const DOTS = /(^|\/)\.\.?(\/|$)/
const SURROGATES = /[\ud800-\udfff]/

/**
 * Normalises a path: NFC, no slash in front. Only `/` separates folders: a backslash is a character of a name, as files
 * of Linux and macOS have it. lakeFS compares bytes, so two spellings of one name would be two objects that look the
 * same. Other names are valid, also those of dots or spaces only, because such files exist.
 * @throws UploadError `path-invalid` with the facts `path` and `reason`, the first {@link PathFault}.
 */
export function landingPath(raw: string): string {
  const path = composed(raw.replace(/^\/+/, ''))
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

/**
 * Composes to NFC unless the path has half of a surrogate pair: Firefox would replace it, and the fault would go
 * unnoticed.
 */
function composed(path: string): string {
  return isWellFormed(path) ? path.normalize('NFC') : path
}

/**
 * Normalises a path below a prefix. Checks it alone and with the prefix, which the user may have typed.
 * @param prefix result of {@link landingPrefix}.
 * @throws UploadError `path-invalid` as {@link landingPath}, `path-too-long` as {@link checkLength}.
 */
export function landingUnder(prefix: string, raw: string): string {
  const path = landingPath(raw)
  checkLength(landingPath(prefix + path))
  return path
}

/**
 * Checks the length of a full path.
 * @throws UploadError `path-too-long` with the facts `bytes` and `limit`.
 */
export function checkLength(fullPath: string): void {
  // A UTF-16 unit takes at most three bytes, so most paths need not be encoded.
  if (fullPath.length * 3 <= MAX_PATH_BYTES) return
  const bytes = encoder.encode(fullPath).length
  if (bytes > MAX_PATH_BYTES) {
    throw new UploadError('path-too-long', { facts: { path: fullPath, bytes, limit: MAX_PATH_BYTES } })
  }
}

/**
 * Returns a path that a person typed or a program wrote, with `/` between folders. One with backslashes and no slash is
 * a path of Windows; beside a slash, a backslash is part of a name.
 */
export function fromWindows(raw: string): string {
  return raw.includes('/') ? raw : raw.replaceAll('\\', '/')
}

/**
 * Returns the path that a caller gives a file, with `/` between folders. What browsers tell of a file has `/` between
 * folders on each system (https://wicg.github.io/entries-api/), so where that has a
 * backslash it is part of the name, and of the path that the caller has made of it.
 */
export function givenPath(path: string, { name, webkitRelativePath = '' }: File): string {
  return `${name}${webkitRelativePath}`.includes('\\') ? path : fromWindows(path)
}

/** Normalises a prefix: empty, or with one slash at its end and none in front. `raw\\images` is one of Windows. */
export function landingPrefix(raw: string | undefined): string {
  const path = composed(fromWindows(raw ?? '').replace(/^\/+|\/+$/g, ''))
  return path === '' ? '' : `${path}/`
}

/** Returns the destination of the options. */
export function destinationOf({
  repository,
  branch,
  prefix,
}: BranchRef & { prefix?: string | undefined }): Destination {
  return { repository, branch, prefix: landingPrefix(prefix) }
}

/**
 * Returns `a/classes-2.json` for `a/classes.json`, or `-3` and so on until the name is free. The leading dot of a
 * dot-file stays; a name that would be too long loses characters before its number.
 */
export async function freeName(path: string, isTaken: (path: string) => boolean | Promise<boolean>): Promise<string> {
  const names = namesBeside(path)
  for (;;) {
    const name = names.next().value
    if (!(await isTaken(name))) return name
  }
}

/** Returns the first free name as {@link freeName} does, where what is taken is known. */
export function knownFreeName(path: string, isTaken: (path: string) => boolean): string {
  const names = namesBeside(path)
  for (;;) {
    const name = names.next().value
    if (!isTaken(name)) return name
  }
}

function* namesBeside(path: string): Generator<string, never> {
  const slash = path.lastIndexOf('/') + 1
  const dot = path.lastIndexOf('.')
  const end = dot > slash ? dot : path.length
  for (let number = 2; ; number += 1) {
    const stem = [...path.slice(slash, end)]
    const named = () => `${path.slice(0, slash)}${stem.join('')}-${number}${path.slice(end)}`
    while (stem.length > 1 && encoder.encode(named()).length > MAX_PATH_BYTES) stem.pop()
    yield named()
  }
}

function isWellFormed(text: string): boolean {
  if (!SURROGATES.test(text)) return true
  // String.prototype.isWellFormed is newer than the supported browsers.
  try {
    // The result is used, because a bundler would remove the bare call as one without effect.
    return encodeURIComponent(text) !== ''
  } catch {
    return false
  }
}

/** Returns the key under which a path of a branch is claimed: two files may have the same path on two branches. */
export function claimKey({ repository, branch }: BranchRef, fullPath: string): string {
  return `${repository}\n${branch}\n${fullPath}`
}
