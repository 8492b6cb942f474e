import type { Destination, FileInput } from './api.ts'
import { catalog } from './catalog.ts'
import { compareBytes } from './compare.ts'
import type { Errands } from './errands.ts'
import { UploadError } from './errors.ts'
import type { Md5 } from './md5.ts'
import { checkLength, freeName, landingPath } from './paths.ts'
import { precheck } from './precheck.ts'
import { byBytes } from './presence.ts'
import type { ReceiptRow } from './receipt.ts'
import { Refusal } from './refusal.ts'
import { checkPlace, isMissing, isStillThere, knownFile, md5By, type Saved, savedUnder } from './saved.ts'
import type { Answer, ObjectStats } from './state.ts'
import { chooseStrategy } from './strategies/choose.ts'
import type { BranchRef, StorageConfig } from './wire.ts'

export type Kind =
  /** Nothing is at the path. */
  | 'new'
  /** Something else is there. */
  | 'changed'
  /** The same bytes are there, by checksum. */
  | 'identical'
  /** The path cannot land, or is there twice in the drop. */
  | 'refused'

/** One file of the drop, compared. */
export interface PlanEntry {
  readonly input: FileInput & { path: string }
  /** As it will land, under the prefix. */
  readonly path: string
  readonly size: number
  readonly kind: Kind
  readonly existing?: ObjectStats | undefined
  /** MD5 of the whole file in hex, where the comparing needed it or an earlier drop knew it. */
  readonly md5?: string
  /** The saved list of an earlier drop answered, and the file was not read. */
  readonly known?: boolean
  /** Same size on the branch, with a checksum that cannot be computed here: counts as changed. */
  readonly notCompared?: boolean
  /** The path has an uncommitted change already that is not of this visit. */
  readonly overUncommitted?: boolean
  readonly error?: UploadError
  /** Another file of the drop has the same name in another spelling; this one got a name of its own. */
  readonly twinOf?: string
  /** Its own name as it was dropped, where it got another. */
  readonly spelled?: string
}

/** Two names that are easy to take for one. */
export interface Clash {
  readonly reason: 'case' | 'accents'
  readonly first: string
  /** The one that may be left out. */
  readonly second: PlanEntry
  /** The first one is on the branch already, not in this drop. */
  readonly onBranch: boolean
}

export interface Share {
  files: number
  bytes: number
}

export interface Plan {
  readonly destination: Destination
  readonly entries: readonly PlanEntry[]
  readonly clashes: readonly Clash[]
  readonly shares: Readonly<Record<Kind | 'overUncommitted' | 'all', Share>>
  /** Why nothing can land there, with the code that tells the way out. */
  readonly verdict?: UploadError | undefined
  /** Objects of the branch that were looked at. */
  readonly looked: number
  /** Ms that hashing took: reading the files is the part that grows with their size. */
  readonly hashed: number
  /** What the saved list of an earlier drop was good for; absent where none was given. */
  readonly saved?: SavedUse | undefined
}

export interface SavedUse {
  /** Files of this drop that were compared by the list alone, and so not read. */
  readonly known: number
  /** Files of the list that are neither in this drop nor on the branch: to be chosen again. */
  readonly notChosen: readonly ReceiptRow[]
  /** Files of the list outside the folder that this drop goes to. */
  readonly elsewhere: number
}

export interface PlanOptions {
  signal?: AbortSignal
  /** Full paths that this visit put there itself. */
  own?: ReadonlySet<string>
  /**
   * What an earlier drop has left, by `readSaved`. Files with the same path, size and time of change are not hashed again:
   * its MD5 holds, and where the branch still has the checksum that the file had there, the file is identical.
   */
  receipt?: Saved | undefined
  onProgress?: (progress: { step: 'listing' | 'hashing'; done: number; of: number }) => void
}

/** Pages of one listing walk; a folder beyond this many objects is told apart by its paths alone. */
const MAX_PAGES = 500
/** Up to this many bytes reading a file is little work beside asking for it. */
const SMALL = 2 ** 18
/** Files on their way to the Worker: enough small ones to hide the way there and back, few large ones. */
const HASHED_AT_ONCE = { small: 16, large: 4 }

/**
 * Compares a drop with its branch before the first byte (issue 7.1): one walk of the listing under the folder that all
 * files share, the uncommitted changes there, and checksums of the files whose size is that of what is there.
 * @throws SavedError `other-repository`, `other-branch` where the receipt is of another one.
 */
export async function planDrop(
  errands: Errands,
  files: readonly (FileInput & { path: string })[],
  destination: Destination,
  { signal = new AbortController().signal, own = new Set(), receipt, onProgress }: PlanOptions = {},
): Promise<Plan> {
  if (receipt) checkPlace(receipt, destination)
  const at = { repository: destination.repository, branch: destination.branch }
  const { config, error: verdict } = await errands.call(() => precheck(errands.lakefs, at, signal), signal)
  const drafts = files.map((input) => draft(input, destination, config.storage_config))
  const known = drafts.flatMap((one) => (one.error ? [] : [destination.prefix + one.path]))
  const readable = verdict === undefined || verdict.code === 'protected-branch' || verdict.code === 'read-only'
  const saved = receipt && savedUnder(receipt, destination)
  // What the list says of the branch is looked up too: files that are there need not be chosen again.
  const prefix = sharedFolder(saved ? [...known, ...saved.keys()] : known)
  const branch = readable ? await walk(errands, at, prefix, signal, onProgress) : new Map<string, ObjectStats>()
  const uncommitted = readable ? await uncommittedUnder(errands, at, prefix, signal) : new Set<string>()

  const seen = new Map<string, string>()
  const entries: PlanEntry[] = []
  for (const one of drafts) entries.push(await place(one))
  const begun = errands.clock.now()
  await compareAll(entries, saved && ((path) => saved.get(destination.prefix + path)), errands, signal, onProgress)
  return {
    destination,
    entries,
    clashes: clashesOf(entries, branch, destination.prefix),
    shares: sharesOf(entries),
    verdict,
    looked: branch.size,
    hashed: errands.clock.now() - begun,
    saved: receipt &&
      saved && {
        known: entries.filter((entry) => entry.known).length,
        notChosen: readable
          ? [...saved.values()].filter((row) => !seen.has(row.path) && isMissing(row, branch.get(row.path)))
          : [],
        elsewhere: receipt.files.length - saved.size,
      },
  }

  async function place(one: Draft): Promise<PlanEntry> {
    if (one.error) return { ...one, kind: 'refused' }
    const full = destination.prefix + one.path
    const before = seen.get(full)
    if (before === undefined) {
      seen.set(full, one.input.path)
      const existing = branch.get(full)
      const overUncommitted = uncommitted.has(full) && !own.has(full)
      const row = knownFile(saved?.get(full), one.input.file)
      const md5 = row && md5By(row)
      return {
        ...one,
        kind: existing ? 'changed' : 'new',
        existing,
        ...(md5 === undefined ? {} : { md5 }),
        ...(overUncommitted ? { overUncommitted } : {}),
      }
    }
    if (before === one.input.path) {
      return { ...one, kind: 'refused', error: new UploadError('path-twice', { facts: { path: one.path } }) }
    }
    // Two spellings of one name: lakeFS would have two objects that look the same, so the second gets a name of its own.
    const free = await freeName(full, (name) => seen.has(name) || branch.has(name))
    seen.set(free, one.input.path)
    const path = free.slice(destination.prefix.length)
    return { ...one, path, input: { ...one.input, path }, kind: 'new', twinOf: before, spelled: one.input.path }
  }
}

/** What the person decided about a plan. */
export interface Decisions {
  /** For every changed file. Default: asked one by one while sending. */
  changed?: Answer | 'ask'
  /** Send identical files too. Default false. */
  identical?: boolean
  /** Entries left out: the second of a clash, for one. */
  without?: ReadonlySet<PlanEntry>
}

/** The plan as files for {@link Uploader.add}, or as the answer of {@link UploaderOptions.prepare}. */
export function filesOf({ entries }: Plan, { changed = 'ask', identical = false, without }: Decisions): FileInput[] {
  return entries.map((entry) => {
    const input = { ...entry.input }
    if (without?.has(entry)) return { ...input, skip: 'exists' }
    if (entry.kind === 'identical')
      return identical ? { ...input, answer: 'replace' } : { ...input, skip: 'identical', existing: entry.existing }
    if (entry.kind !== 'changed' || changed === 'ask') return input
    return changed === 'skip' ? { ...input, skip: 'exists' } : { ...input, answer: changed }
  })
}

/** What will really travel under these decisions. */
export function travelOf({ entries }: Plan, { changed = 'ask', identical = false, without }: Decisions): Share {
  const share = { files: 0, bytes: 0 }
  for (const entry of entries) {
    const stays =
      entry.kind === 'refused' ||
      without?.has(entry) ||
      (entry.kind === 'identical' && !identical) ||
      (entry.kind === 'changed' && changed === 'skip')
    if (!stays) add(share, entry)
  }
  return share
}

/**
 * What a tool that copies files by their names can send under these decisions.
 * @returns paths, on the disk as under the prefix; `rest` is how many more would travel, which such a tool cannot do: they
 * land under another name than they have on the disk, or somebody is asked before they replace what is there.
 */
export function byName(plan: Plan, decisions: Decisions): { paths: string[]; rest: number } {
  const files = filesOf(plan, decisions)
  const paths: string[] = []
  let rest = 0
  for (const [index, { kind, path, spelled }] of plan.entries.entries()) {
    const file = files[index]
    if (kind === 'refused' || file?.skip) continue
    const lands = kind !== 'changed' || file?.answer === 'replace'
    if (lands && spelled === undefined && path === file?.path) paths.push(path)
    else rest += 1
  }
  return { paths, rest }
}

/** Those of {@link byName}, one a line: what rclone's --files-from-raw takes, and what a later visit may look up. */
export function listOfMissing(plan: Plan, decisions: Decisions): string {
  return byName(plan, decisions)
    .paths.map((path) => `${path}\n`)
    .join('')
}

type Draft = Pick<PlanEntry, 'input' | 'path' | 'size' | 'error'>

/** What is known of a file without asking anybody. */
function draft(input: PlanEntry['input'], { prefix }: Destination, storage: StorageConfig): Draft {
  const { size } = input.file
  let path = input.path
  try {
    path = landingPath(input.path)
    checkLength(prefix + path)
    chooseStrategy(
      { size, path, metadata: input.metadata ?? {} },
      { storage, server: { presign: true, multipart: true }, partSize: undefined, directBelow: 0 },
    )
    return { input, path, size }
  } catch (thrown) {
    if (!(thrown instanceof UploadError)) throw thrown
    return { input, path, size, error: thrown }
  }
}

/** The folder that all these paths share; what the walk starts from. */
export function sharedFolder(paths: readonly string[]): string {
  const [first = ''] = paths
  let shared = first.slice(0, first.lastIndexOf('/') + 1)
  for (const path of paths) {
    while (!path.startsWith(shared)) shared = shared.slice(0, shared.lastIndexOf('/', shared.length - 2) + 1)
  }
  return shared
}

async function walk(
  errands: Errands,
  at: BranchRef,
  prefix: string,
  signal: AbortSignal,
  onProgress: PlanOptions['onProgress'],
): Promise<Map<string, ObjectStats>> {
  const found = new Map<string, ObjectStats>()
  let after = ''
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = { prefix, amount: 1000, after }
    const { results, pagination } = await errands.call(() => errands.lakefs.list(at, query, signal), signal)
    for (const object of results) found.set(object.path, object)
    onProgress?.({ step: 'listing', done: found.size, of: found.size })
    if (!pagination.has_more) break
    after = pagination.next_offset
  }
  return found
}

/** Paths with uncommitted changes. A listing that this person may not read (403) says nothing. */
async function uncommittedUnder(errands: Errands, at: BranchRef, prefix: string, signal: AbortSignal) {
  const paths = new Set<string>()
  let after = ''
  try {
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const query = { ...(prefix ? { prefix } : {}), ...(after ? { after } : {}) }
      const answer = await errands.call(() => catalog.uncommitted(errands.lakefs, at, query, signal), signal)
      for (const { path } of answer.results) paths.add(path)
      if (!answer.pagination.has_more) break
      after = answer.pagination.next_offset
    }
  } catch (thrown) {
    if (!(thrown instanceof Refusal) || thrown.status !== 403) throw thrown
  }
  return paths
}

/** Puts `identical` where the checksum says so. Changes the entries in place. */
async function compareAll(
  entries: PlanEntry[],
  rowFor: ((path: string) => ReceiptRow | undefined) | undefined,
  { md5 }: Errands,
  signal: AbortSignal,
  onProgress: PlanOptions['onProgress'],
): Promise<void> {
  const alike = entries.flatMap((entry, index) => (entry.existing?.size_bytes === entry.size ? [index] : []))
  const isSmall = (index: number) => (entries[index]?.size ?? 0) <= SMALL
  let done = 0
  const lane = async (queue: Iterable<number>) => {
    for (const index of queue) {
      const entry = entries[index]
      if (!entry?.existing) continue
      entries[index] = await compared(entry, entry.existing, rowFor?.(entry.path), md5, signal)
      done += 1
      onProgress?.({ step: 'hashing', done, of: alike.length })
    }
  }
  const lanes = (indexes: readonly number[], length: number) => {
    const queue = indexes[Symbol.iterator]()
    return Array.from({ length }, () => lane(queue))
  }
  await Promise.all([
    ...lanes(alike.filter(isSmall), HASHED_AT_ONCE.small),
    ...lanes(
      alike.filter((index) => !isSmall(index)),
      HASHED_AT_ONCE.large,
    ),
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

/** One spelling for all names that a person or a file system may take for one. */
const folded = (path: string) => path.normalize('NFC').toLowerCase()

/** Names of the drop that differ from another one, or from one on the branch, only in case or in how accents are stored. */
function clashesOf(entries: readonly PlanEntry[], branch: ReadonlyMap<string, ObjectStats>, prefix: string): Clash[] {
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
    add(shares[entry.kind], entry)
    add(shares.all, entry)
    if (entry.overUncommitted && entry.kind === 'changed') add(shares.overUncommitted, entry)
  }
  return shares
}

function add(share: Share, { size }: PlanEntry): void {
  share.files += 1
  share.bytes += size
}
