import type { Md5 } from '../checksum/md5.ts'
import type { UploadError } from '../errors.ts'
import { compareBytes, READ_AT_ONCE, SMALL_BYTES } from '../file/compare-bytes.ts'
import type { FileInput } from '../intake/input.ts'
import { byBytes } from '../lakefs/object-lookup.ts'
import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import type { Destination, ObjectStats } from '../lakefs/wire.ts'
import { abortError } from '../request/clock.ts'
import { linkedAbort } from '../request/linked-abort.ts'
import { mapConcurrent } from '../request/map-concurrent.ts'
import { isAbort } from '../request/response-error.ts'
import type { FileFacts } from '../resume/known-files.ts'
import { isStillThere, matchRow } from './read-receipt.ts'
import type { ReceiptRow } from './receipt.ts'
import { ReadingRate } from './review/reading-rate.ts'

export type Kind =
  /** The branch has no object at the path. */
  | 'new'
  /** The branch has another object at the path. */
  | 'changed'
  /** The branch has the same bytes, by checksum. */
  | 'identical'
  /** The path is invalid, or two files of the upload have it. */
  | 'refused'

/** File of an upload with its comparison. */
export interface PlanEntry {
  readonly input: FileInput & { path: string }
  /** Normalised path below the prefix. */
  readonly path: string
  readonly size: number
  readonly kind: Kind
  readonly existing?: ObjectStats | undefined
  /** MD5 of the whole file in hexadecimal, if the comparison computed it or a previous receipt has it. */
  readonly md5?: string
  /** True when a previous receipt answered, so that the file was not read. */
  readonly known?: boolean
  /** True when this browser has uploaded the file before and it has not changed since, so that it was not read. */
  readonly unchanged?: true
  /**
   * True when the branch has an object of the same size, and the bytes were not compared: its checksum cannot be
   * computed here, or the user has skipped it. The file counts as changed.
   */
  readonly notCompared?: boolean
  /** True when the path has an uncommitted change from outside this visit. */
  readonly overUncommitted?: boolean
  readonly error?: UploadError
  /** Path of another file of the upload with the same name in another spelling; this file was renamed. */
  readonly twinOf?: string
  /** Original path of a renamed file. */
  readonly spelled?: string
}

/** Progress of a comparison. Bytes are told while files are read. */
export interface PlanProgress {
  readonly step: 'listing' | 'hashing'
  readonly done: number
  readonly of: number
  readonly bytesDone?: number
  readonly bytesTotal?: number
  /** Seconds for the rest at the rate so far. Absent before anything was read. */
  readonly secondsLeft?: number | undefined
}

/** Files that this browser has uploaded; see `KnownFiles`. */
export interface Remembered {
  has(file: FileFacts, checksum: string): Promise<boolean>
  add(file: FileFacts, checksum: string): void
}

/** Terms of a comparison. */
export interface CompareTerms {
  /** Row of a previous receipt for a path below the prefix. */
  rowFor: ((path: string) => ReceiptRow | undefined) | undefined
  remembered: Remembered | undefined
  destination: Destination
  signal: AbortSignal
  /** When it is aborted, the files that are not compared yet stay so. */
  skip: AbortSignal | undefined
  onProgress: ((progress: PlanProgress) => void) | undefined
}

/** Marks entries as `identical` by their checksums. Changes the array in place. */
export async function compareAll(
  entries: PlanEntry[],
  { md5: hash, clock }: LakeFSClient,
  { rowFor, remembered, destination, signal, skip, onProgress }: CompareTerms,
): Promise<void> {
  const alike = entries.flatMap((entry, index) => (entry.existing?.size_bytes === entry.size ? [index] : []))
  const isSmall = (index: number) => (entries[index]?.size ?? 0) <= SMALL_BYTES
  const bytes = alike.reduce((sum, index) => sum + (entries[index]?.size ?? 0), 0)
  const rate = new ReadingRate(bytes, clock.now)
  const stop = linkedAbort(signal)
  skip?.addEventListener('abort', stop.abort)
  if (skip?.aborted) stop.abort()
  let done = 0
  const tell = () => onProgress?.({ step: 'hashing', done, of: alike.length, ...rate.figures() })
  const compare = async (index: number) => {
    const entry = entries[index]
    if (!entry?.existing) return
    if (signal.aborted) throw abortError()
    const facts = factsOf(entry, destination)
    const { checksum } = entry.existing
    const md5: Md5 = async (body, aborted) => {
      const hex = await hash(body, aborted)
      rate.read(index, body.size, entry.size)
      tell()
      return hex
    }
    const saved = rowFor?.(entry.path)
    // What the user has given speaks first, and says so.
    if (!saved && (await remembered?.has(facts, checksum)))
      entries[index] = { ...entry, kind: 'identical', unchanged: true }
    else if (stop.signal.aborted) entries[index] = { ...entry, notCompared: true }
    else entries[index] = await comparedUnlessSkipped(entry, saved, md5, stop.signal, signal)
    if (entries[index]?.kind === 'identical') remembered?.add(facts, checksum)
    rate.read(index, entry.size, entry.size)
    done += 1
    tell()
  }
  const small = alike.filter(isSmall)
  const large = alike.filter((index) => !isSmall(index))
  try {
    await rate.measure(large.map((index) => entries[index]?.input.file).find(Boolean), hash, stop.signal)
    if (rate.isMeasured) tell()
    await Promise.all([
      mapConcurrent(small, READ_AT_ONCE.small, compare),
      mapConcurrent(large, READ_AT_ONCE.large, compare),
    ])
  } finally {
    stop.release()
    skip?.removeEventListener('abort', stop.abort)
  }
}

function factsOf({ input: { file }, path, size }: PlanEntry, { repository, prefix }: Destination): FileFacts {
  return { repository, path: prefix + path, size, lastModified: file.lastModified }
}

async function comparedUnlessSkipped(
  entry: PlanEntry,
  saved: ReceiptRow | undefined,
  md5: Md5,
  stop: AbortSignal,
  cancelled: AbortSignal,
): Promise<PlanEntry> {
  try {
    return entry.existing ? await compared(entry, entry.existing, saved, md5, stop) : entry
  } catch (thrown) {
    if (!isAbort(thrown) || cancelled.aborted) throw thrown
    return { ...entry, notCompared: true }
  }
}

/** Compares an entry with the object at its path, by the row of a previous receipt where that is enough. */
async function compared(
  entry: PlanEntry,
  existing: ObjectStats,
  saved: ReceiptRow | undefined,
  md5: Md5,
  signal: AbortSignal,
): Promise<PlanEntry> {
  const { file } = entry.input
  const row = matchRow(saved, file)
  const knownMd5 = entry.md5
  // A stored copy that was never verified is compared now, if its checksum can be computed.
  if (row && isStillThere(row, existing) && (knownMd5 !== undefined || row.md5 === ''))
    return { ...entry, kind: 'identical', known: true }
  let read = false
  let whole = knownMd5
  const notedMd5: Md5 = async (body, stop) => {
    if (body === file && whole !== undefined) return whole
    read = true
    const hex = await md5(body, stop)
    if (body === file) whole = hex
    return hex
  }
  const verdict = await compareBytes(file, existing, notedMd5, signal)
  return {
    ...entry,
    ...(verdict === 'same' ? { kind: 'identical' } : verdict === 'unknown' ? { notCompared: true } : {}),
    ...(whole === undefined ? {} : { md5: whole }),
    ...(knownMd5 !== undefined && !read ? { known: true } : {}),
  }
}

/** Two paths that are easily confused. */
export interface Clash {
  readonly reason: 'case' | 'accents'
  readonly first: string
  /** File that may be left out. */
  readonly second: PlanEntry
  /** True when the first path is on the branch and not in this upload. */
  readonly onBranch: boolean
}

/** Returns the same text for all paths that users or file systems may confuse. */
const folded = (path: string) => path.normalize('NFC').toLowerCase()

/**
 * Returns files whose path differs from another one of the upload or the branch only in case or in the encoding of
 * accents.
 */
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
