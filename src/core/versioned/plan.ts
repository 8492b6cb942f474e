import { UploadError } from '../errors.ts'
import type { FileInput } from '../intake/input.ts'
import { hasMadeUpName } from '../intake/made-up-names.ts'
import { freeName, givenPath, landingPath, landingUnder } from '../intake/paths.ts'
import { pagesOf } from '../lakefs/paging.ts'
import { precheck } from '../lakefs/precheck.ts'
import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import { writeRefusal } from '../lakefs/rights.ts'
import { joinMetadata } from '../lakefs/user-metadata.ts'
import type { BranchRef, Destination, ObjectStats, StorageConfig } from '../lakefs/wire.ts'
import { isForbidden } from '../request/refusal-rules.ts'
import { ResponseError } from '../request/response-error.ts'
import { chooseStrategy } from '../transfer/strategies/choose.ts'
import {
  type Clash,
  clashesOf,
  compareAll,
  type Kind,
  type PlanEntry,
  type PlanProgress,
  type Remembered,
} from './compare.ts'
import { checkPlace, isMissing, matchRow, md5OfRow, type Saved, savedUnder } from './read-receipt.ts'
import type { ReceiptRow } from './receipt.ts'

export interface Share {
  files: number
  bytes: number
}

export interface Plan {
  readonly destination: Destination
  readonly entries: readonly PlanEntry[]
  readonly clashes: readonly Clash[]
  readonly shares: Readonly<Record<Kind | 'overUncommitted' | 'all', Share>>
  /** Error when no file can be put at the destination. */
  readonly verdict?: UploadError | undefined
  /** Number of objects that were listed on the branch. */
  readonly looked: number
  /** Ms for hashing, the part of the comparison that grows with the size of the files. */
  readonly hashed: number
  /** Contribution of a previous receipt; absent without one. */
  readonly saved?: SavedUse | undefined
}

export interface SavedUse {
  /** Number of files of this upload that were compared by the receipt alone, without reading them. */
  readonly known: number
  /** Files of the receipt that are neither in this upload nor on the branch, and have to be chosen again. */
  readonly notChosen: readonly ReceiptRow[]
  /** Number of files of the receipt outside the prefix of this upload. */
  readonly elsewhere: number
}

export interface PlanOptions {
  signal?: AbortSignal
  /** Full paths that this visit has uploaded itself. */
  own?: ReadonlySet<string>
  /**
   * Receipt or plan of an earlier upload; result of `readSaved`. Files with the same path, size and time of change are
   * not hashed again: the MD5 of the receipt is used, and a file is identical when the branch still has the checksum of
   * the receipt.
   */
  receipt?: Saved | undefined
  /** Files that this browser has uploaded before: those that have not changed are not read. */
  remembered?: Remembered | undefined
  /** When it is aborted, files that are not read yet count as changed and not compared. */
  skip?: AbortSignal | undefined
  onProgress?: (progress: PlanProgress) => void
}

/**
 * Maximum number of listing pages. Objects beyond them are not known: a file at their path counts as new, and the
 * conflict policy applies when it is sent.
 */
const MAX_PAGES = 500

/**
 * Compares an upload with its branch before the first byte is sent: lists the common folder of all files and its
 * uncommitted changes, and computes checksums of files whose size equals that of their object.
 * @throws SavedError `other-repository`, `other-branch` for a receipt of another one.
 */
export async function planUpload(
  lakefs: LakeFSClient,
  files: readonly (FileInput & { path: string })[],
  destination: Destination,
  { signal = new AbortController().signal, own = new Set(), receipt, remembered, skip, onProgress }: PlanOptions = {},
): Promise<Plan> {
  if (receipt) checkPlace(receipt, destination)
  const { repository, branch, prefix } = destination
  const at = { repository, branch }
  const { storage, error } = await precheck(lakefs, at, signal)
  const drafts = files.map((input) => draft(input, destination, storage))
  const paths = drafts.flatMap((one) => (one.error ? [] : [prefix + one.path]))
  const verdict = error ?? (await forbiddenError(lakefs, at, paths[0], signal))
  const saved = receipt && savedUnder(receipt, destination)
  // Files of the receipt are listed too, because those on the branch need not be chosen again.
  const folder = sharedFolder(saved ? [...paths, ...saved.keys()] : paths)
  const contents = await readContents(lakefs, at, folder, verdict, signal, onProgress)
  const entries = await placeAll(drafts, prefix, contents, own, saved)
  const begun = lakefs.clock.now()
  const rowFor = saved && ((path: string) => saved.get(prefix + path))
  await compareAll(entries, lakefs, { rowFor, remembered, destination, signal, skip, onProgress })
  return {
    destination,
    entries,
    clashes: clashesOf(entries, contents.objects, prefix),
    shares: sharesOf(entries),
    verdict,
    looked: contents.objects.size,
    hashed: lakefs.clock.now() - begun,
    saved: receipt && saved && useOf(receipt, saved, entries, prefix, contents),
  }
}

/** Objects of the branch below the common folder. */
interface BranchContents {
  /** False when the branch cannot be read. */
  readable: boolean
  objects: ReadonlyMap<string, ObjectStats>
  uncommitted: ReadonlySet<string>
}

/**
 * Codes with which the branch accepts no files but can be read: the comparison is valid for a branch that is created
 * from it.
 */
const READABLE: ReadonlySet<string> = new Set(['protected-branch', 'read-only', 'not-a-branch'])

async function forbiddenError(
  lakefs: LakeFSClient,
  at: BranchRef,
  path: string | undefined,
  signal: AbortSignal,
): Promise<UploadError | undefined> {
  if (path === undefined) return undefined
  try {
    return await writeRefusal(lakefs, at, path, signal)
  } catch (thrown) {
    // lakeFS does not say now; the upload will.
    if (thrown instanceof ResponseError) return undefined
    throw thrown
  }
}

type Draft = Pick<PlanEntry, 'input' | 'path' | 'size' | 'error'>

/** Checks a file without a request. */
function draft(given: PlanEntry['input'], { prefix }: Destination, storage: StorageConfig): Draft {
  // The plan shows the metadata as they are sent.
  const input = given.metadata ? { ...given, metadata: joinMetadata(given.metadata) } : given
  const { size } = input.file
  let path = givenPath(input.path, input.file)
  try {
    path = landingPath(path)
    landingUnder(prefix, path)
    chooseStrategy(
      { size, path, metadata: input.metadata ?? {} },
      // Whether the host insists on presigned addresses is not known here, and the way through lakeFS has fewer limits.
      { storage, server: { presign: true, multipart: true }, presign: 'always', partSize: undefined, viaApiBelow: 0 },
    )
    return { input, path, size }
  } catch (thrown) {
    if (!(thrown instanceof UploadError)) throw thrown
    return { input, path, size, error: thrown }
  }
}

async function readContents(
  lakefs: LakeFSClient,
  at: BranchRef,
  folder: string,
  verdict: UploadError | undefined,
  signal: AbortSignal,
  onProgress: PlanOptions['onProgress'],
): Promise<BranchContents> {
  const readable = verdict === undefined || READABLE.has(verdict.code)
  if (!readable) return { readable, objects: new Map(), uncommitted: new Set() }
  const objects = await walk(lakefs, at, folder, signal, onProgress)
  const isBranch = verdict?.code !== 'not-a-branch'
  return { readable, objects, uncommitted: isBranch ? await uncommittedUnder(lakefs, at, folder, signal) : new Set() }
}

/** Assigns a path to each file and finds the object there. No two files get the same path. */
async function placeAll(
  drafts: readonly Draft[],
  prefix: string,
  { objects, uncommitted }: BranchContents,
  own: ReadonlySet<string>,
  saved: ReadonlyMap<string, ReceiptRow> | undefined,
): Promise<PlanEntry[]> {
  /** Original paths by the full path that was assigned. */
  const placed = new Map<string, string>()
  const entries: PlanEntry[] = []
  const placeBeside = async (full: string, original: string) => {
    const free = await freeName(full, (name) => placed.has(name) || objects.has(name))
    placed.set(free, original)
    return free.slice(prefix.length)
  }
  for (const one of drafts) {
    const full = prefix + one.path
    const before = one.error ? undefined : placed.get(full)
    if (one.error) {
      entries.push({ ...one, kind: 'refused' })
    } else if (hasMadeUpName(one.input) && (before !== undefined || objects.has(full))) {
      const path = await placeBeside(full, one.input.path)
      entries.push({ ...one, path, input: { ...one.input, path }, kind: 'new', spelled: one.input.path })
    } else if (before === undefined) {
      placed.set(full, one.input.path)
      const existing = objects.get(full)
      const row = matchRow(saved?.get(full), one.input.file)
      const md5 = row && md5OfRow(row)
      entries.push({
        ...one,
        kind: existing ? 'changed' : 'new',
        existing,
        ...(md5 === undefined ? {} : { md5 }),
        ...(uncommitted.has(full) && !own.has(full) ? { overUncommitted: true } : {}),
      })
    } else if (before === one.input.path) {
      entries.push({ ...one, kind: 'refused', error: new UploadError('path-twice', { facts: { path: one.path } }) })
    } else {
      // Two spellings of one name would be two objects that look the same, so the second file is renamed.
      const path = await placeBeside(full, one.input.path)
      const input = { ...one.input, path }
      entries.push({ ...one, path, input, kind: 'new', twinOf: before, spelled: one.input.path })
    }
  }
  return entries
}

function useOf(
  receipt: Saved,
  saved: ReadonlyMap<string, ReceiptRow>,
  entries: readonly PlanEntry[],
  prefix: string,
  { readable, objects }: BranchContents,
): SavedUse {
  const chosen = new Set(entries.flatMap(({ kind, path }) => (kind === 'refused' ? [] : [prefix + path])))
  const missing = [...saved.values()].filter((row) => !chosen.has(row.path) && isMissing(row, objects.get(row.path)))
  return {
    known: entries.filter((entry) => entry.known).length,
    notChosen: readable ? missing : [],
    elsewhere: receipt.files.length - saved.size,
  }
}

/** Returns the deepest common folder of the paths, where the listing starts. */
export function sharedFolder(paths: readonly string[]): string {
  const [first = ''] = paths
  let shared = first.slice(0, first.lastIndexOf('/') + 1)
  for (const path of paths) {
    while (!path.startsWith(shared)) shared = shared.slice(0, shared.lastIndexOf('/', shared.length - 2) + 1)
  }
  return shared
}

async function walk(
  lakefs: LakeFSClient,
  at: BranchRef,
  prefix: string,
  signal: AbortSignal,
  onProgress: PlanOptions['onProgress'],
): Promise<Map<string, ObjectStats>> {
  const found = new Map<string, ObjectStats>()
  const ask = (after = '') => lakefs.list(at, { prefix, amount: 1000, after }, signal)
  for await (const { results } of pagesOf(ask, MAX_PAGES)) {
    for (const object of results) found.set(object.path, object)
    onProgress?.({ step: 'listing', done: found.size, of: found.size })
  }
  return found
}

/** Returns paths with uncommitted changes. When the user may not read them, there are none. */
async function uncommittedUnder(lakefs: LakeFSClient, at: BranchRef, prefix: string, signal: AbortSignal) {
  const paths = new Set<string>()
  const ask = (after = '') => {
    const query = { ...(prefix ? { prefix } : {}), ...(after ? { after } : {}) }
    return lakefs.uncommitted(at, query, signal)
  }
  try {
    for await (const { results } of pagesOf(ask, MAX_PAGES)) for (const { path } of results) paths.add(path)
  } catch (thrown) {
    if (!isForbidden(thrown)) throw thrown
  }
  return paths
}

function sharesOf(entries: readonly PlanEntry[]): Plan['shares'] {
  const none = () => ({ files: 0, bytes: 0 })
  const shares = {
    new: none(),
    changed: none(),
    identical: none(),
    refused: none(),
    overUncommitted: none(),
    all: none(),
  }
  for (const entry of entries) {
    addTo(shares[entry.kind], entry)
    addTo(shares.all, entry)
    if (entry.overUncommitted && entry.kind === 'changed') addTo(shares.overUncommitted, entry)
  }
  return shares
}

export function addTo(share: Share, { size }: PlanEntry): void {
  share.files += 1
  share.bytes += size
}
