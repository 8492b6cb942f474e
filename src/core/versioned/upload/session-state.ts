import type { BranchRef, Change, Destination, ObjectStats } from '../../lakefs/wire.ts'
import type { HookRefusal } from '../commit.ts'
import type { ExternalChange } from '../external-changes.ts'
import type { AtomicUpload } from '../open-uploads.ts'
import type { Saved } from '../read-receipt.ts'
import type { RecentCommit } from '../recent-commit.ts'
import type { UndoPreview } from '../undo.ts'
import { isAsking, isEnded, isOpen, reduceUpload, type Upload, type UploadEvent, uncommittedOf } from './upload.ts'

/** A receipt or plan of an earlier upload, as far as it has been read. */
export interface PreviousReceipt {
  /** Of the file; empty where only its text was given. */
  name: string
  saved?: Saved
  /** SavedError in most cases. */
  error?: unknown
}

/** How the commit of a branch goes. */
export type CommitState =
  | { type: 'idle' }
  | { type: 'working' }
  | { type: 'done'; commit: string }
  /** Changes that nobody has agreed to came meanwhile. `unread`: there are more than were read. */
  | { type: 'not-agreed'; came: number; unread: boolean }
  | { type: 'refused'; refusal: HookRefusal }
  | { type: 'failed'; error: unknown }

/** What taking back would do. */
export type UndoLook =
  | { type: 'reset'; preview: UndoPreview }
  | { type: 'revert'; commit: string; merge: boolean; changes: readonly Change[] }

/** How taking back goes. */
export type UndoState =
  | { type: 'idle' }
  | { type: 'looking' }
  | { type: 'preview'; look: UndoLook }
  | { type: 'working'; look: UndoLook }
  | { type: 'reset'; removed: number; restored: number; left: number }
  /** `before`: somebody had taken it back already. */
  | { type: 'reverted'; merge: boolean; before: boolean }
  /** The branch does not have the commit in its history any more. */
  | { type: 'not-in-history' }
  /** `look`: what was shown when it failed. */
  | { type: 'failed'; error: unknown; look: UndoLook | undefined }

/** What is done with one branch as a whole: a commit takes all of its changes, whoever has made them. */
export interface BranchWork {
  readonly commit: CommitState
  readonly undo: UndoState
  /** Path of the receipt that is there from a commit that was refused. */
  readonly receiptPath?: string | undefined
  /** What somebody else has done with the changes. */
  readonly external?: ExternalChange | undefined
  /** What this browser has committed there last, in an earlier visit. */
  readonly recent?: RecentCommit | undefined
}

/** One moment of a session, as plain data. A new object after every change. */
export interface SessionState {
  /** In the order in which they were given. */
  readonly uploads: readonly Upload[]
  /** What an earlier upload has left, if somebody gave it. */
  readonly previous: PreviousReceipt | undefined
  /** An open upload for a target that another tab works on. */
  readonly lockedByOtherTab: AtomicUpload | undefined
  /** By {@link branchKey}. */
  readonly branches: Readonly<Record<string, BranchWork>>
  // What follows is worked out of the uploads.
  /** The upload that is compared, or that somebody is asked about. */
  readonly asking: Upload | undefined
  /** Files of uploads that wait for it. */
  readonly queuedFiles: number
  /** The branch of their own that files gather on. */
  readonly gathering: AtomicUpload | undefined
  /** The branch of the last upload, where it was kept or waits for its review: its files are there, not on the target. */
  readonly keptBranch: string | undefined
  /** Everything that has arrived so far is committed. */
  readonly committed: boolean
}

/** An object that has arrived, and what is known of its file. */
export interface Arrival {
  object: ObjectStats
  destination: Destination
  /** Id of the upload that it belongs to, where that is known. */
  upload?: string | undefined
}

export type SessionEvent =
  | { type: 'given'; upload: Upload }
  /** Nothing of it was sent, or its files have joined another one. */
  | { type: 'dropped'; id: string }
  | { type: 'upload'; id: string; event: UploadEvent }
  /** `since`, in ms since 1970, is that of the upload that is made where none is known. */
  | { type: 'arrived'; arrivals: readonly Arrival[]; since: number }
  | { type: 'settled'; at: BranchRef; stage: Extract<UploadEvent, { type: 'settled' }>['stage'] }
  | { type: 'reverted'; at: BranchRef; commit: string }
  | { type: 'run-began' }
  | { type: 'previous'; previous: PreviousReceipt | undefined }
  | { type: 'locked-by-other-tab'; upload: AtomicUpload | undefined }
  | { type: 'branch'; at: BranchRef; work: Partial<BranchWork> }

export const branchKey = ({ repository, branch }: BranchRef): string => `${repository}/${branch}`

const NO_WORK: BranchWork = { commit: { type: 'idle' }, undo: { type: 'idle' } }

type Facts = Pick<SessionState, 'uploads' | 'previous' | 'lockedByOtherTab' | 'branches'>

/** The session after something has happened. */
export function reduceSession(state: SessionState, event: SessionEvent): SessionState {
  const changed = reduceFacts(state, event)
  return changed === state ? state : withSums(changed)
}

function reduceFacts(state: Facts, event: SessionEvent): Facts {
  const { uploads } = state
  switch (event.type) {
    case 'given':
      return { ...state, uploads: [...uploads, event.upload] }
    case 'dropped':
      return { ...state, uploads: uploads.filter(({ id }) => id !== event.id) }
    case 'upload':
      return each(state, (one) => (one.id === event.id ? reduceUpload(one, event.event) : one))
    case 'arrived':
      return arrive(state, event.arrivals, event.since)
    case 'settled': {
      const { at, stage } = event
      return each(state, (one) => (isAt(one, at) ? reduceUpload(one, { type: 'settled', stage }) : one))
    }
    case 'reverted':
      return each(state, (one) =>
        isOf(one, event.commit) ? reduceUpload(one, { type: 'settled', stage: { type: 'taken-back' } }) : one,
      )
    case 'run-began':
      return { ...each(state, (one) => reduceUpload(one, event)), branches: withoutNews(state.branches) }
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

/** What was said of the runs before; what is under way, refused or stored stays. */
function withoutNews(branches: Facts['branches']): Facts['branches'] {
  const quiet = ({ commit, undo, receiptPath, recent }: BranchWork): BranchWork => ({
    commit: commit.type === 'done' ? { type: 'idle' } : commit,
    undo: undo.type === 'working' || undo.type === 'looking' ? undo : { type: 'idle' },
    receiptPath,
    recent,
  })
  return Object.fromEntries(Object.entries(branches).map(([key, work]) => [key, quiet(work)]))
}

function each(state: Facts, change: (upload: Upload) => Upload): Facts {
  const uploads = state.uploads.map(change)
  return uploads.every((one, index) => one === state.uploads[index]) ? state : { ...state, uploads }
}

/** Gives each object to its upload; those of files that no upload is known of make one of their own. */
function arrive(state: Facts, arrivals: readonly Arrival[], since: number): Facts {
  const groups = new Map<string, Arrival[]>()
  const uploads = [...state.uploads]
  for (const arrival of arrivals) {
    const { destination } = arrival
    let owner = ownerOf(uploads, arrival)
    if (!owner) {
      owner = newUpload(`${branchKey(destination)} ${since} ${uploads.length}`, destination, since, {
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
  const told = upload === undefined ? undefined : uploads.find(({ id }) => id === upload)
  if (told) return told
  const there = uploads.filter((one) => !isAsking(one) && isAt(one, destination))
  return there.findLast(isOpen) ?? there.findLast(({ atomic }) => atomic !== undefined)
}

/** An upload as it is when its files are given. */
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

/** Its files go to this branch. */
const isAt = ({ destination }: Upload, { repository, branch }: BranchRef): boolean =>
  destination.repository === repository && destination.branch === branch

/** It was committed, or merged, by this commit. */
const isOf = ({ stage }: Upload, commit: string): boolean =>
  (stage.type === 'committed' && stage.commit === commit) || (stage.type === 'landed' && stage.reference === commit)

/** Stages in which nothing of an upload is uncommitted, and its files are where they were sent to. */
const COMMITTED: ReadonlySet<string> = new Set(['committed', 'landed', 'in-review', 'discarded', 'changed-outside'])

function withSums(facts: Facts): SessionState {
  const { uploads, previous, lockedByOtherTab, branches } = facts
  const begun = uploads.filter((one) => !isAsking(one))
  const gathering = begun.findLast((one) => isOpen(one) && one.atomic)?.atomic
  const last = begun.at(-1)
  const told = begun.findLast((one) => isEnded(one) || one.landed.length > 0)
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
    committed: told !== undefined && COMMITTED.has(told.stage.type),
  }
}

/** Somebody waits for it, or is asked. */
const isShown = ({ stage: { type } }: Upload): boolean => type === 'comparing' || type === 'review' || type === 'failed'

/** What is done with a branch. */
export const workOn = ({ branches }: SessionState, at: BranchRef): BranchWork => branches[branchKey(at)] ?? NO_WORK

/** Objects that this session has put on a branch and that are neither committed nor taken back. */
export function uncommittedAt({ uploads }: Pick<SessionState, 'uploads'>, at: BranchRef): ObjectStats[] {
  const objects = uploads.filter((one) => isAt(one, at)).flatMap(uncommittedOf)
  return [...new Map(objects.map((object) => [object.path, object])).values()]
}

/** The upload that gathers its files on a branch of its own for this target, as long as it has not ended. */
export function gatheringFor(
  { uploads }: Pick<SessionState, 'uploads'>,
  { repository, branch }: BranchRef,
): Upload | undefined {
  return uploads.findLast((one) => isOpen(one) && one.atomic?.repository === repository && one.atomic.target === branch)
}

/** The upload with a branch of its own that has ended last for this target. */
export function endedFor(
  { uploads }: Pick<SessionState, 'uploads'>,
  { repository, branch }: BranchRef,
): Upload | undefined {
  return uploads.findLast(
    (one) => isEnded(one) && one.atomic?.repository === repository && one.atomic.target === branch,
  )
}

/** A session before anything is given. */
export const EMPTY_SESSION: SessionState = withSums({
  uploads: [],
  previous: undefined,
  lockedByOtherTab: undefined,
  branches: {},
})
