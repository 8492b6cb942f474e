import type { Md5 } from '../checksum/md5.ts'
import type { UploadError } from '../errors.ts'
import { compareBytes } from '../file/compare-bytes.ts'
import type { FileInput } from '../intake/input.ts'
import { byBytes } from '../lakefs/object-lookup.ts'
import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { ObjectStats } from '../lakefs/wire.ts'
import { mapConcurrent } from '../request/map-concurrent.ts'
import { isStillThere, knownFile } from './read-receipt.ts'
import type { ReceiptRow } from './receipt.ts'

export type Kind =
  /** Nothing is at the path. */
  | 'new'
  /** Something else is there. */
  | 'changed'
  /** The same bytes are there, by checksum. */
  | 'identical'
  /** The path cannot land, or is there twice in the upload. */
  | 'refused'

/** One file of the upload, compared. */
export interface PlanEntry {
  readonly input: FileInput & { path: string }
  /** As it will land, under the prefix. */
  readonly path: string
  readonly size: number
  readonly kind: Kind
  readonly existing?: ObjectStats | undefined
  /** MD5 of the whole file in hex, where the comparing needed it or an earlier upload knew it. */
  readonly md5?: string
  /** The saved list of an earlier upload answered, and the file was not read. */
  readonly known?: boolean
  /** Same size on the branch, with a checksum that cannot be computed here: counts as changed. */
  readonly notCompared?: boolean
  /** The path has an uncommitted change already that is not of this visit. */
  readonly overUncommitted?: boolean
  readonly error?: UploadError
  /** Another file of the upload has the same name in another spelling; this one got a name of its own. */
  readonly twinOf?: string
  /** Its own name as it was dropped, where it got another. */
  readonly spelled?: string
}

/** Up to this many bytes reading a file is little work beside asking for it. */
const SMALL = 2 ** 18
/** Files on their way to the Worker: enough small ones to hide the way there and back, few large ones. */
const HASHED_AT_ONCE = { small: 16, large: 4 }

/** Puts `identical` where the checksum says so. Changes the entries in place. */
export async function compareAll(
  entries: PlanEntry[],
  rowFor: ((path: string) => ReceiptRow | undefined) | undefined,
  { md5 }: LakeFSClient,
  signal: AbortSignal,
  onProgress: ((progress: { step: 'hashing'; done: number; of: number }) => void) | undefined,
): Promise<void> {
  const alike = entries.flatMap((entry, index) => (entry.existing?.size_bytes === entry.size ? [index] : []))
  const isSmall = (index: number) => (entries[index]?.size ?? 0) <= SMALL
  let done = 0
  const compare = async (index: number) => {
    const entry = entries[index]
    if (!entry?.existing) return
    entries[index] = await compared(entry, entry.existing, rowFor?.(entry.path), md5, signal)
    done += 1
    onProgress?.({ step: 'hashing', done, of: alike.length })
  }
  const small = alike.filter(isSmall)
  const large = alike.filter((index) => !isSmall(index))
  await Promise.all([
    mapConcurrent(small, HASHED_AT_ONCE.small, compare),
    mapConcurrent(large, HASHED_AT_ONCE.large, compare),
  ])
}

/** One entry compared with what is at its path, by the saved row where that is enough. */
async function compared(
  entry: PlanEntry,
  existing: ObjectStats,
  saved: ReceiptRow | undefined,
  md5: Md5,
  signal: AbortSignal,
): Promise<PlanEntry> {
  const { file } = entry.input
  const row = knownFile(saved, file)
  const told = entry.md5
  // A stored copy that nobody compared with the file is compared now, if its checksum is of the kind that can be.
  if (row && isStillThere(row, existing) && (told !== undefined || row.md5 === ''))
    return { ...entry, kind: 'identical', known: true }
  let read = false
  let whole = told
  const noted: Md5 = async (body, stop) => {
    if (body === file && whole !== undefined) return whole
    read = true
    const hex = await md5(body, stop)
    if (body === file) whole = hex
    return hex
  }
  const verdict = await compareBytes(file, existing, noted, signal)
  return {
    ...entry,
    ...(verdict === 'same' ? { kind: 'identical' } : verdict === 'unknown' ? { notCompared: true } : {}),
    ...(whole === undefined ? {} : { md5: whole }),
    ...(told !== undefined && !read ? { known: true } : {}),
  }
}

/** Two names that are easy to take for one. */
export interface Clash {
  readonly reason: 'case' | 'accents'
  readonly first: string
  /** The one that may be left out. */
  readonly second: PlanEntry
  /** The first one is on the branch already, not in this upload. */
  readonly onBranch: boolean
}

/** One spelling for all names that a person or a file system may take for one. */
const folded = (path: string) => path.normalize('NFC').toLowerCase()

/** Names of the upload that differ from another one, or from one on the branch, only in case or in how accents are stored. */
export function clashesOf(
  entries: readonly PlanEntry[],
  branch: ReadonlyMap<string, ObjectStats>,
  prefix: string,
): Clash[] {
  const firsts = new Map<string, { path: string; onBranch: boolean }>()
  for (const full of branch.keys()) {
    if (full.startsWith(prefix))
      firsts.set(folded(full.slice(prefix.length)), { path: full.slice(prefix.length), onBranch: true })
  }
  const clashes: Clash[] = []
  for (const entry of [...entries].sort((a, b) => byBytes(a.path, b.path))) {
    if (entry.twinOf !== undefined) {
      clashes.push({ reason: 'accents', first: entry.twinOf, second: entry, onBranch: false })
      continue
    }
    const name = folded(entry.path)
    const spelling = entry.path
    const first = firsts.get(name)
    if (!first) {
      firsts.set(name, { path: spelling, onBranch: false })
    } else if (first.path !== spelling) {
      const reason = first.path.normalize('NFC') === entry.path ? 'accents' : 'case'
      clashes.push({ reason, first: first.path, second: entry, onBranch: first.onBranch })
    }
  }
  return clashes
}
