import type { Rejection } from '../../intake/input.ts'
import type { Destination } from '../../lakefs/wire.ts'
import type { MergeConflict, MergeNotTakenBack, MergeUnchecked } from '../atomic-upload.ts'
import type { HookRefusal } from '../commit.ts'
import type { PlanProgress } from '../compare.ts'
import type { Decisions } from '../decisions.ts'
import type { ExternalChange } from '../external-changes.ts'
import type { AtomicUpload } from '../open-uploads.ts'
import type { Plan } from '../plan.ts'
import type { LandedObject } from '../receipt.ts'

/** Plan with everything that the user needs for a decision. */
export interface Review {
  plan: Plan
  /** Missing metadata keys by the path of the file. */
  missing: ReadonlyMap<string, readonly string[]>
  /** Rejected input, which is not in the plan. */
  rejections: readonly Rejection[] | undefined
  /** Base URL of the lakeFS API that the plan was read from. */
  endpoint: string
  /** Ms since 1970 of the comparison. */
  comparedAt: number
  /** Branch that was created for these files, because the requested one accepts none. */
  branch?: string
  /** Error of the creation of a branch. */
  branchError?: unknown
}

/** Reason why an upload could not be merged. */
export type LandProblem =
  | { type: 'hooks'; refusal: HookRefusal }
  | { type: 'conflict'; error: MergeConflict | MergeNotTakenBack }
  | { type: 'unchecked'; error: MergeUnchecked }
  | { type: 'failed'; error: unknown }

/** Stage of an upload. */
export type UploadStage =
  /** The upload waits for the previous one. */
  | { type: 'queued' }
  | ({ type: 'comparing' } & PlanProgress)
  | { type: 'review'; review: Review }
  /** The comparison or the creation of a branch has failed. */
  | { type: 'failed'; what: 'plan' | 'branch'; branch: string; error: unknown }
  /** The user has agreed, and the branch of the upload is being created. */
  | { type: 'starting' }
  /** The files are being sent, or are uncommitted on their branch. */
  | { type: 'open' }
  /** The branch of the upload is being committed and merged, kept or deleted. */
  | { type: 'ending' }
  /** The upload was not merged, and the merge can be repeated. */
  | { type: 'not-landed'; problem: LandProblem }
  | { type: 'committed'; commit: string }
  /** `reference`: commit of the merge; `merged`: the merge belongs to this upload and can be reverted. */
  | { type: 'landed'; reference: string; merged: boolean; branchLeft: boolean }
  /** `head`: newest commit of its branch; `href`: URL of the pull request in lakeFS. */
  | { type: 'in-review'; pull: string; href: string; head: string }
  /** `merged`: its merge is on the target as well. */
  | { type: 'kept'; merged: boolean }
  | { type: 'discarded' }
  | { type: 'taken-back' }
  | { type: 'changed-outside'; change: ExternalChange }

/** Files that were added together, until they are committed, merged or undone. */
export interface Upload {
  readonly id: string
  /** Ms since 1970. */
  readonly since: number
  /** Destination for which the user added the files. */
  readonly asked: Destination
  /** Actual destination. It does not change after the first file is sent. */
  readonly destination: Destination
  readonly files: number
  readonly bytes: number
  /** Decisions of the user about the plan. */
  readonly answers?: Decisions
  /** Branch on which the files are gathered. */
  readonly atomic?: AtomicUpload
  /** Uploaded objects in order; for a path that occurs twice, the last one counts. */
  readonly landed: readonly LandedObject[]
  /** Number of objects at the start of {@link Upload.landed} that are committed or undone. */
  readonly settled: number
  /** Path of the receipt on its branch. */
  readonly receiptPath?: string
  readonly stage: UploadStage
  /** True when other files were sent after it ended. */
  readonly past: boolean
}

export type UploadEvent =
  | ({ type: 'comparing' } & PlanProgress)
  | { type: 'compared'; review: Review }
  | { type: 'compare-failed'; branch: string; error: unknown }
  | { type: 'branch-failed'; branch: string; error: unknown }
  /** A branch was created because that of the plan accepts no files, or creating it failed. */
  | { type: 'branch-made'; branch: string }
  | { type: 'branch-refused'; error: unknown }
  | { type: 'agreed' }
  /** The user has chosen another destination, so the files are compared again. */
  | { type: 'redirected'; destination: Destination }
  | {
      type: 'started'
      destination: Destination
      files: number
      bytes: number
      answers: Decisions | undefined
      atomic: AtomicUpload | undefined
    }
  /** More files were added to it. */
  | { type: 'joined'; files: number; bytes: number }
  | { type: 'arrived'; objects: readonly LandedObject[] }
  | { type: 'ending' }
  | { type: 'receipt-stored'; path: string }
  | { type: 'not-landed'; problem: LandProblem; atomic: AtomicUpload }
  | { type: 'ended'; stage: Extract<UploadStage, { type: 'landed' | 'in-review' | 'kept' | 'discarded' }> }
  /** All objects so far are committed, undone, or changed by another user. */
  | {
      type: 'settled'
      stage: Extract<UploadStage, { type: 'committed' | 'taken-back' | 'changed-outside' }>
    }
  | { type: 'run-began' }

type StageType = UploadStage['type']

const ASKING: ReadonlySet<StageType> = new Set<StageType>(['queued', 'comparing', 'review', 'failed', 'starting'])
const LANDING: ReadonlySet<StageType> = new Set<StageType>(['open', 'ending', 'not-landed'])
/** Stages that a later object reopens: the upload has no branch of its own. */
const REOPENED: ReadonlySet<StageType> = new Set<StageType>(['committed', 'taken-back', 'changed-outside'])

/** True before anything is sent: the upload waits, is compared, or is in review. */
export const isAsking = ({ stage }: Upload): boolean => ASKING.has(stage.type)
/** True while the files are being sent or are uncommitted. */
export const isOpen = ({ stage }: Upload): boolean => LANDING.has(stage.type)
export const isEnded = (upload: Upload): boolean => !isAsking(upload) && !isOpen(upload)

/** Returns the upload after an event. An event that does not apply to its stage changes nothing. */
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
  // A revert also undoes committed objects.
  const reverted = stage.type === 'taken-back' && (upload.stage.type === 'committed' || upload.stage.type === 'landed')
  if (upload.settled === length && !reverted) return upload
  return { ...upload, settled: length, stage: upload.atomic && !reverted ? upload.stage : stage }
}

/** Returns the objects that are neither committed nor undone, one for each path. */
export function uncommittedOf({ landed, settled }: Upload): LandedObject[] {
  return [...new Map(landed.slice(settled).map((object) => [object.path, object])).values()]
}
