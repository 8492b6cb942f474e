import type { Rejection } from '../../intake/input.ts'
import type { Destination, ObjectStats } from '../../lakefs/wire.ts'
import type { MergeConflict, MergeNotTakenBack, MergeUnchecked } from '../atomic-upload.ts'
import type { HookRefusal } from '../commit.ts'
import type { Decisions } from '../decisions.ts'
import type { ExternalChange } from '../external-changes.ts'
import type { AtomicUpload } from '../open-uploads.ts'
import type { Plan } from '../plan.ts'

/** What a plan shows, and what the user may decide about it. */
export interface Review {
  plan: Plan
  /** Keys of metadata that a file lacks, by the file's path. */
  missing: ReadonlyMap<string, readonly string[]>
  /** What lay between the files and is not in the plan. */
  rejections: readonly Rejection[] | undefined
  /** Base URL of the lakeFS API that the plan was read from. */
  endpoint: string
  /** Ms since 1970 when it was compared. */
  comparedAt: number
  /** The branch that was made for these files, in place of the one that takes none. */
  branch?: string
  /** Why none could be made. */
  branchError?: unknown
}

/** Why an upload could not be brought to its target. */
export type LandProblem =
  | { type: 'hooks'; refusal: HookRefusal }
  | { type: 'conflict'; error: MergeConflict | MergeNotTakenBack }
  | { type: 'unchecked'; error: MergeUnchecked }
  | { type: 'failed'; error: unknown }

/** How far an upload has come. */
export type UploadStage =
  /** It waits for the one before it. */
  | { type: 'queued' }
  | { type: 'comparing'; step: 'listing' | 'hashing'; done: number; of: number }
  | { type: 'review'; review: Review }
  /** Comparing, or making its own branch, has failed. */
  | { type: 'failed'; what: 'plan' | 'branch'; branch: string; error: unknown }
  /** It is agreed to, and its own branch is being made. */
  | { type: 'starting' }
  /** Its files are sent, or lie on their branch uncommitted. */
  | { type: 'open' }
  /** Its own branch is committed and merged, kept or deleted. */
  | { type: 'ending' }
  /** It was not brought to its target, and can be tried again. */
  | { type: 'not-landed'; problem: LandProblem }
  | { type: 'committed'; commit: string }
  /** `reference`: the merge's commit; `merged`: the merge is the upload's own and can be reverted. */
  | { type: 'landed'; reference: string; merged: boolean; branchLeft: boolean }
  /** `head`: the newest commit of its own branch; `href`: address of the pull request in lakeFS. */
  | { type: 'in-review'; pull: string; href: string; head: string }
  /** `merged`: its merge stays on the target too. */
  | { type: 'kept'; merged: boolean }
  | { type: 'discarded' }
  | { type: 'taken-back' }
  | { type: 'changed-outside'; change: ExternalChange }

/** The files that were given together, from the moment they are given until they are committed, merged or taken back. */
export interface Upload {
  readonly id: string
  /** Ms since 1970. */
  readonly since: number
  /** Where the user gave the files. */
  readonly asked: Destination
  /** Where they go. It does not change any more once a file of them is sent. */
  readonly destination: Destination
  readonly files: number
  readonly bytes: number
  /** What the user decided about its plan. */
  readonly answers?: Decisions
  /** The branch of its own that its files gather on. */
  readonly atomic?: AtomicUpload
  /** What has arrived, in this order; of a path that is there twice the last one counts. */
  readonly landed: readonly ObjectStats[]
  /** How many of {@link Upload.landed}, from the first one, are committed or taken back. */
  readonly settled: number
  /** Path of the receipt that is on its own branch. */
  readonly receiptPath?: string
  readonly stage: UploadStage
  /** More was sent since it has ended. */
  readonly past: boolean
}

export type UploadEvent =
  | { type: 'comparing'; step: 'listing' | 'hashing'; done: number; of: number }
  | { type: 'compared'; review: Review }
  | { type: 'compare-failed'; branch: string; error: unknown }
  | { type: 'branch-failed'; branch: string; error: unknown }
  /** A branch was made for what the plan's own one does not take, or could not be made. */
  | { type: 'branch-made'; branch: string }
  | { type: 'branch-refused'; error: unknown }
  | { type: 'agreed' }
  /** The user wants it to go elsewhere: it is compared anew. */
  | { type: 'redirected'; destination: Destination }
  | {
      type: 'started'
      destination: Destination
      files: number
      bytes: number
      answers: Decisions | undefined
      atomic: AtomicUpload | undefined
    }
  /** More files were given for it. */
  | { type: 'joined'; files: number; bytes: number }
  | { type: 'arrived'; objects: readonly ObjectStats[] }
  | { type: 'ending' }
  | { type: 'receipt-stored'; path: string }
  | { type: 'not-landed'; problem: LandProblem; atomic: AtomicUpload }
  | { type: 'ended'; stage: Extract<UploadStage, { type: 'landed' | 'in-review' | 'kept' | 'discarded' }> }
  /** What has arrived so far is committed, taken back or changed by somebody else. */
  | {
      type: 'settled'
      stage: Extract<UploadStage, { type: 'committed' | 'taken-back' | 'changed-outside' }>
    }
  | { type: 'run-began' }

type StageType = UploadStage['type']

const ASKING: ReadonlySet<StageType> = new Set<StageType>(['queued', 'comparing', 'review', 'failed', 'starting'])
const LANDING: ReadonlySet<StageType> = new Set<StageType>(['open', 'ending', 'not-landed'])
/** What arrives later opens these again: the branch is the target's own. */
const REOPENED: ReadonlySet<StageType> = new Set<StageType>(['committed', 'taken-back', 'changed-outside'])

/** Nothing of it is sent yet: it waits, is compared, or somebody is asked. */
export const isAsking = ({ stage }: Upload): boolean => ASKING.has(stage.type)
/** Its files are sent, or lie uncommitted. */
export const isOpen = ({ stage }: Upload): boolean => LANDING.has(stage.type)
export const isEnded = (upload: Upload): boolean => !isAsking(upload) && !isOpen(upload)

/** An upload after something has happened to it. An event that its stage knows nothing of changes nothing. */
export function reduceUpload(upload: Upload, event: UploadEvent): Upload {
  const { stage } = upload
  switch (event.type) {
    case 'comparing':
      return isAsking(upload) ? { ...upload, stage: event } : upload
    case 'compared':
      return isAsking(upload) ? { ...upload, stage: { type: 'review', review: event.review } } : upload
    case 'compare-failed':
    case 'branch-failed': {
      const { branch, error } = event
      const what = event.type === 'compare-failed' ? 'plan' : 'branch'
      return isAsking(upload) ? { ...upload, stage: { type: 'failed', what, branch, error } } : upload
    }
    case 'branch-made':
    case 'branch-refused': {
      if (stage.type !== 'review') return upload
      const { branchError: _, ...review } = stage.review
      const made = event.type === 'branch-made' ? { branch: event.branch } : { branchError: event.error }
      return { ...upload, stage: { type: 'review', review: { ...review, ...made } } }
    }
    case 'agreed':
      return isAsking(upload) ? { ...upload, stage: { type: 'starting' } } : upload
    case 'redirected':
      return isAsking(upload) ? { ...upload, asked: event.destination, destination: event.destination } : upload
    case 'started': {
      if (!isAsking(upload)) return upload
      const { destination, files, bytes, answers, atomic } = event
      const more = { ...(answers ? { answers } : {}), ...(atomic ? { atomic } : {}) }
      return { ...upload, destination, files, bytes, ...more, stage: { type: 'open' } }
    }
    case 'joined':
      return isOpen(upload)
        ? { ...upload, files: upload.files + event.files, bytes: upload.bytes + event.bytes }
        : upload
    case 'arrived': {
      const landed = [...upload.landed, ...event.objects]
      return { ...upload, landed, past: false, stage: REOPENED.has(stage.type) ? { type: 'open' } : stage }
    }
    case 'ending':
      return isOpen(upload) && upload.atomic ? { ...upload, stage: { type: 'ending' } } : upload
    case 'receipt-stored':
      return { ...upload, receiptPath: event.path }
    case 'not-landed':
      return { ...upload, atomic: event.atomic, stage: { type: 'not-landed', problem: event.problem } }
    case 'ended':
      return { ...upload, settled: upload.landed.length, stage: event.stage }
    case 'settled':
      return settle(upload, event.stage)
    case 'run-began':
      return isEnded(upload) && !upload.past ? { ...upload, past: true } : upload
  }
}

function settle(upload: Upload, stage: Extract<UploadEvent, { type: 'settled' }>['stage']): Upload {
  const { length } = upload.landed
  // What was committed is taken back by a revert too, though nothing of it is uncommitted.
  const reverted = stage.type === 'taken-back' && (upload.stage.type === 'committed' || upload.stage.type === 'landed')
  if (upload.settled === length && !reverted) return upload
  return { ...upload, settled: length, stage: upload.atomic && !reverted ? upload.stage : stage }
}

/** What has arrived of it and is neither committed nor taken back, each path once. */
export function uncommittedOf({ landed, settled }: Upload): ObjectStats[] {
  return [...new Map(landed.slice(settled).map((object) => [object.path, object])).values()]
}
