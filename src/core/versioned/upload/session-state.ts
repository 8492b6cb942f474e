import type { BranchRef, Change, Destination } from '../../lakefs/wire.ts'
import type { HookRefusal } from '../commit.ts'
import type { ExternalChange } from '../external-changes.ts'
import type { AtomicUpload } from '../open-uploads.ts'
import type { Saved } from '../read-receipt.ts'
import type { LandedObject } from '../receipt.ts'
import type { RecentCommit } from '../recent-commit.ts'
import type { UndoPreview } from '../undo.ts'
import { isAsking, isEnded, isOpen, reduceUpload, type Upload, type UploadEvent, uncommittedOf } from './upload.ts'

/** Receipt or plan of an earlier upload that the user or the host gave. */
export interface PreviousReceipt {
  /** Name of the file; empty when only its text was given. */
  name: string
  saved?: Saved
  /** Usually a SavedError. */
  error?: unknown
}

/** State of the commit of a branch. */
export type CommitState =
  | { type: 'idle' }
  | { type: 'working' }
  | { type: 'done'; commit: string }
  /** There are changes that the user has not agreed to. `unread`: there are more changes than were read. */
  | { type: 'not-agreed'; came: number; unread: boolean }
  | { type: 'refused'; refusal: HookRefusal }
  | { type: 'failed'; error: unknown }

/** Preview of an undo. */
export type UndoLook =
  | { type: 'reset'; preview: UndoPreview }
  | { type: 'revert'; commit: string; merge: boolean; changes: readonly Change[] }

/** State of an undo. */
export type UndoState =
  | { type: 'idle' }
  | { type: 'looking' }
  | { type: 'preview'; look: UndoLook }
  | { type: 'working'; look: UndoLook }
  | { type: 'reset'; removed: number; restored: number; left: number }
  /** `before`: the commit had been reverted already. */
  | { type: 'reverted'; merge: boolean; before: boolean }
  /** The history of the branch no longer has the commit. */
  | { type: 'not-in-history' }
  /** `look`: the preview that was shown when the undo failed. */
  | { type: 'failed'; error: unknown; look: UndoLook | undefined }

/** State of work on a whole branch: a commit includes all changes, whoever made them. */
export interface BranchWork {
  readonly commit: CommitState
  readonly undo: UndoState
  /** Path of the receipt that a refused commit left on the branch. */
  readonly receiptPath?: string | undefined
  /** Change of the uploaded files by another user. */
  readonly external?: ExternalChange | undefined
  /** Last commit of this browser to the branch in an earlier visit. */
  readonly recent?: RecentCommit | undefined
}

/** Snapshot of a session as plain data. Every change creates a new object. */
export interface SessionState {
  /** Uploads in the order in which they were added. */
  readonly uploads: readonly Upload[]
  /** Receipt or plan of an earlier upload, if one was given. */
  readonly previous: PreviousReceipt | undefined
  /** Open upload for a target on which another tab works. */
  readonly lockedByOtherTab: AtomicUpload | undefined
  /** State of branches by {@link branchKey}. */
  readonly branches: Readonly<Record<string, BranchWork>>
  // The following fields are derived from the uploads.
  /** Upload that is being compared or reviewed. */
  readonly asking: Upload | undefined
  /** Number of files in uploads that wait for it. */
  readonly queuedFiles: number
  /** Atomic upload that is open. */
  readonly gathering: AtomicUpload | undefined
  /** Branch of the last upload if it was kept or is in review: its files are there and not on the target. */
  readonly keptBranch: string | undefined
  /** True when all uploaded files are committed. */
  readonly committed: boolean
}

/** Uploaded object with its destination. */
export interface Arrival {
  object: LandedObject
  destination: Destination
  /** Id of the upload that it belongs to, if known. */
  upload?: string | undefined
}

export type SessionEvent =
  | { type: 'given'; upload: Upload }
  /** An upload of an earlier visit was found. */
  | { type: 'restored'; upload: Upload }
  /** Nothing of the upload was sent, or its files have joined another one. */
  | { type: 'dropped'; id: string }
  | { type: 'upload'; id: string; event: UploadEvent }
  /** For an upload that is created for objects without one: its time in ms since 1970, and a name for its id. */
  | { type: 'arrived'; arrivals: readonly Arrival[]; since: number; unique: string }
  | { type: 'settled'; at: BranchRef; stage: Extract<UploadEvent, { type: 'settled' }>['stage'] }
  | { type: 'reverted'; at: BranchRef; commit: string }
  | { type: 'run-began' }
  | { type: 'previous'; previous: PreviousReceipt | undefined }
  | { type: 'locked-by-other-tab'; upload: AtomicUpload | undefined }
  | { type: 'branch'; at: BranchRef; work: Partial<BranchWork> }

export const branchKey = ({ repository, branch }: BranchRef): string => `${repository}/${branch}`

const NO_WORK: BranchWork = { commit: { type: 'idle' }, undo: { type: 'idle' } }

type Facts = Pick<SessionState, 'uploads' | 'previous' | 'lockedByOtherTab' | 'branches'>

/** Returns the state after an event. */
export function reduceSession(state: SessionState, event: SessionEvent): SessionState {
  const changed = reduceFacts(state, event)
  return changed === state ? state : withDerived(changed)
}

function reduceFacts(state: Facts, event: SessionEvent): Facts {
  const { uploads } = state
  switch (event.type) {
    case 'given':
      return { ...state, uploads: [...uploads, event.upload] }
    case 'restored':
      return { ...state, uploads: inserted(uploads, event.upload) }
    case 'dropped':
      return { ...state, uploads: uploads.filter(({ id }) => id !== event.id) }
    case 'upload':
      return each(state, (one) => (one.id === event.id ? reduceUpload(one, event.event) : one))
    case 'arrived':
      return arrive(state, event)
    case 'settled': {
      const { at, stage } = event
      return each(state, (one) => (isAt(one, at) ? reduceUpload(one, { type: 'settled', stage }) : one))
    }
    case 'reverted':
      return each(state, (one) =>
        isOf(one, event.commit) ? reduceUpload(one, { type: 'settled', stage: { type: 'taken-back' } }) : one,
      )
    case 'run-began':
      return { ...each(state, (one) => reduceUpload(one, event)), branches: withoutResults(state.branches) }
    case 'previous':
      return { ...state, previous: event.previous }
    case 'locked-by-other-tab':
      return state.lockedByOtherTab === event.upload ? state : { ...state, lockedByOtherTab: event.upload }
    case 'branch': {
      const key = branchKey(event.at)
      const work = { ...(state.branches[key] ?? NO_WORK), ...event.work }
      return { ...state, branches: { ...state.branches, [key]: work } }
    }
  }
}

/** Removes the results of earlier runs; running work, refusals and receipts stay. */
function withoutResults(branches: Facts['branches']): Facts['branches'] {
  const quiet = ({ commit, undo, receiptPath, recent }: BranchWork): BranchWork => ({
    commit: commit.type === 'done' ? { type: 'idle' } : commit,
    undo: undo.type === 'working' || undo.type === 'looking' ? undo : { type: 'idle' },
    receiptPath,
    recent,
  })
  return Object.fromEntries(Object.entries(branches).map(([key, work]) => [key, quiet(work)]))
}

/** Inserts an upload by its time, because of two objects at a path the last one counts. */
function inserted(uploads: readonly Upload[], upload: Upload): Upload[] {
  const later = uploads.findIndex(({ since }) => since > upload.since)
  return later < 0 ? [...uploads, upload] : [...uploads.slice(0, later), upload, ...uploads.slice(later)]
}

function each(state: Facts, change: (upload: Upload) => Upload): Facts {
  const uploads = state.uploads.map(change)
  return uploads.every((one, index) => one === state.uploads[index]) ? state : { ...state, uploads }
}

/** Assigns each object to its upload; objects without a known upload get a new one. */
function arrive(state: Facts, { arrivals, since, unique }: Extract<SessionEvent, { type: 'arrived' }>): Facts {
  const groups = new Map<string, Arrival[]>()
  const uploads = [...state.uploads]
  for (const arrival of arrivals) {
    const { destination } = arrival
    let owner = ownerOf(uploads, arrival)
    if (!owner) {
      const id = arrival.upload ?? `${branchKey(destination)} ${unique} ${uploads.length}`
      owner = newUpload(id, destination, since, {
        stage: { type: 'open' },
      })
      uploads.push(owner)
    }
    const group = groups.get(owner.id) ?? []
    groups.set(owner.id, group)
    group.push(arrival)
  }
  const objectsOf = (id: string) => (groups.get(id) ?? []).map(({ object }) => object)
  return {
    ...state,
    uploads: uploads.map((one) =>
      groups.has(one.id) ? reduceUpload(one, { type: 'arrived', objects: objectsOf(one.id) }) : one,
    ),
  }
}

function ownerOf(uploads: readonly Upload[], { upload, destination }: Arrival): Upload | undefined {
  const own = upload === undefined ? undefined : uploads.find(({ id }) => id === upload)
  if (own) return own
  const there = uploads.filter((one) => !isAsking(one) && isAt(one, destination))
  // Nothing but an atomic upload puts files on its branch. Records of older versions do not name it.
  const atomic = there.findLast((one) => isOpen(one) && one.atomic) ?? there.findLast((one) => one.atomic !== undefined)
  return atomic ?? (upload === undefined ? there.findLast(isOpen) : undefined)
}

/** Creates the state of an upload whose files were just added. */
export function newUpload(id: string, asked: Destination, since: number, more: Partial<Upload> = {}): Upload {
  return {
    id,
    since,
    asked,
    destination: asked,
    files: 0,
    bytes: 0,
    landed: [],
    settled: 0,
    stage: { type: 'queued' },
    past: false,
    ...more,
  }
}

/** True for an upload to this branch. */
const isAt = ({ destination }: Upload, { repository, branch }: BranchRef): boolean =>
  destination.repository === repository && destination.branch === branch

/** True for an upload that this commit has committed or merged. */
const isOf = ({ stage }: Upload, commit: string): boolean =>
  (stage.type === 'committed' && stage.commit === commit) || (stage.type === 'landed' && stage.reference === commit)

/** Stages in which nothing of an upload is uncommitted and its files are at their destination. */
const COMMITTED: ReadonlySet<string> = new Set(['committed', 'landed', 'in-review', 'discarded', 'changed-outside'])

function withDerived(facts: Facts): SessionState {
  const { uploads, previous, lockedByOtherTab, branches } = facts
  const begun = uploads.filter((one) => !isAsking(one))
  const gathering = begun.findLast((one) => isOpen(one) && one.atomic)?.atomic
  const last = begun.at(-1)
  const newest = begun.findLast((one) => isEnded(one) || one.landed.length > 0)
  const { type = 'idle' } = last?.stage ?? {}
  return {
    uploads,
    previous,
    lockedByOtherTab,
    branches,
    asking: uploads.find(isShown),
    queuedFiles: uploads.reduce((sum, { stage, files }) => (stage.type === 'queued' ? sum + files : sum), 0),
    gathering,
    keptBranch: type === 'kept' || type === 'in-review' ? last?.atomic?.branch : undefined,
    committed: newest !== undefined && COMMITTED.has(newest.stage.type),
  }
}

/** True while the user waits for the upload or is asked about it. */
const isShown = ({ stage: { type } }: Upload): boolean => type === 'comparing' || type === 'review' || type === 'failed'

/** Returns the state of work on a branch. */
export const workOn = ({ branches }: SessionState, at: BranchRef): BranchWork => branches[branchKey(at)] ?? NO_WORK

/** Returns the objects that this session has uploaded to a branch and that are neither committed nor undone. */
export function uncommittedAt({ uploads }: Pick<SessionState, 'uploads'>, at: BranchRef): LandedObject[] {
  const objects = uploads.filter((one) => isAt(one, at)).flatMap(uncommittedOf)
  return [...new Map(objects.map((object) => [object.path, object])).values()]
}

/** Returns the open atomic upload for this target. */
export function gatheringFor(
  { uploads }: Pick<SessionState, 'uploads'>,
  { repository, branch }: BranchRef,
): Upload | undefined {
  return uploads.findLast((one) => isOpen(one) && one.atomic?.repository === repository && one.atomic.target === branch)
}

/** Returns the last atomic upload for this target that has ended. */
export function endedFor(
  { uploads }: Pick<SessionState, 'uploads'>,
  { repository, branch }: BranchRef,
): Upload | undefined {
  return uploads.findLast(
    (one) => isEnded(one) && one.atomic?.repository === repository && one.atomic.target === branch,
  )
}

/** State of a session before any files are added. */
export const EMPTY_SESSION: SessionState = withDerived({
  uploads: [],
  previous: undefined,
  lockedByOtherTab: undefined,
  branches: {},
})
