import type { FileInput, Rejection } from '../../intake/input.ts'
import type { LakeFSClient } from '../../lakefs/retrying-client.ts'
import type { Destination } from '../../lakefs/wire.ts'
import type { GivenFiles, Prepared } from '../../options.ts'
import { type Decisions, filesOf } from '../decisions.ts'
import { describeAll } from '../metadata.ts'
import { type Plan, planUpload } from '../plan.ts'
import type { Saved } from '../read-receipt.ts'
import { ownBranchFor, takeUp } from './gather-effect.ts'
import { withRemembered } from './remembered.ts'
import type { SessionContext } from './session-context.ts'
import { gatheringFor, uncommittedAt } from './session-state.ts'
import type { UploadEvent } from './upload.ts'

/** Minimum ms between two updates of the progress. */
const PROGRESS_INTERVAL_MS = 250

type NamedFile = FileInput & { path: string }

/** Files of one upload before they are queued. */
interface Preparation {
  /** Id of the upload. */
  id: string
  files: readonly NamedFile[]
  rejections: readonly Rejection[] | undefined
  /** Destination for which the user added the files. */
  asked: Destination
  /** Actual destination, which the host may have changed. */
  destination: Destination
  /** Aborted when the user cancels the upload. */
  signal: AbortSignal
  /** `performance.now()` when the files were added. */
  begun: number
}

/**
 * Prepares an upload for the queue: metadata, then the plan, then its own branch.
 * @returns undefined when nothing is to be sent.
 */
export async function prepareUpload(
  context: SessionContext,
  { files, destination, rejections }: GivenFiles,
  preparation: Pick<Preparation, 'id' | 'asked' | 'signal'>,
  lakefs: LakeFSClient,
): Promise<Prepared | undefined> {
  let to: Preparation = { ...preparation, files, rejections, destination, begun: performance.now() }
  for (;;) {
    const { repository, branch: target } = to.destination
    // After a reload the page does not know an open upload yet; these files join it.
    if (context.options.atomic) await takeUp(context, lakefs, { repository, target })
    const decided = await decide(context, to, lakefs)
    if (!decided) return undefined
    if (!('redirect' in decided)) return await start(context, to, decided, lakefs)
    to = { ...to, destination: decided.redirect, asked: decided.redirect }
    dispatch(context, to.id, { type: 'redirected', destination: decided.redirect })
  }
}

/** Result of a review. */
interface Agreed {
  files: readonly FileInput[]
  destination: Destination
  answers: Decisions | undefined
}

async function decide(
  context: SessionContext,
  to: Preparation,
  lakefs: LakeFSClient,
): Promise<Agreed | { redirect: Destination } | undefined> {
  const { plan, metadataRules } = context.options
  const { destination } = to
  const missing = new Map<string, readonly string[]>()
  let { files } = to
  if (metadataRules) {
    const described = describeAll(files, metadataRules)
    files = described.map(({ file }) => file)
    for (const { file, missing: keys } of described) if (keys.length > 0) missing.set(file.path, keys)
  }
  const compared = comparedWith(context, destination)
  const saved = context.getState().previous?.saved
  const fits =
    saved?.repository === destination.repository && [destination.branch, compared.branch].includes(saved.branch)
  // The branch of the upload began as a copy of the target.
  const receipt = fits ? { ...saved, branch: compared.branch } : undefined
  // Missing metadata is shown in the plan, also when the plan is off; so is a previous receipt.
  if (!plan && !receipt && missing.size === 0) return { files, destination, answers: undefined }
  for (;;) {
    if (to.signal.aborted) return undefined
    const reviewed = await compare(context, { ...to, files }, { compared, missing, receipt }, lakefs)
    const answer = await context.nextAnswer(to.id)
    if (answer.type === 'cancel') return undefined
    if (answer.type === 'redirect') return { redirect: answer.destination }
    if (answer.type === 'retry' || !reviewed) continue
    const { decisions } = answer
    const { stage } = context.getState().uploads.find(({ id }) => id === to.id) ?? {}
    const branch = (stage?.type === 'review' ? stage.review.branch : undefined) ?? destination.branch
    dispatch(context, to.id, { type: 'agreed' })
    return { files: filesOf(reviewed, decisions), destination: { ...destination, branch }, answers: decisions }
  }
}

/**
 * Compares the files and shows the plan.
 * @returns undefined when the comparison failed or was cancelled.
 */
async function compare(
  context: SessionContext,
  { id, files, rejections, signal, begun }: Preparation,
  terms: {
    compared: Destination
    missing: ReadonlyMap<string, readonly string[]>
    receipt: Saved | undefined
  },
  lakefs: LakeFSClient,
): Promise<Plan | undefined> {
  const { compared, missing, receipt } = terms
  const own = new Set(uncommittedAt(context.getState(), compared).map(({ path }) => path))
  let shownAt = 0
  dispatch(context, id, { type: 'comparing', step: 'listing', done: 0, of: 0 })
  try {
    const plan = ignoreProtection(
      context,
      await withRemembered(context, lakefs, (remembered) =>
        planUpload(lakefs, files, compared, {
          signal,
          own,
          receipt,
          remembered,
          skip: context.skipSignal(id),
          onProgress: (progress) => {
            const now = lakefs.clock.now()
            if (now - shownAt < PROGRESS_INTERVAL_MS) return
            shownAt = now
            dispatch(context, id, { type: 'comparing', ...progress })
          },
        }),
      ),
    )
    // An answer may still arrive after a cancel.
    if (signal.aborted) return undefined
    // For the performance tools of browsers: the time until the plan, and the part of it for hashing.
    performance.measure('lakefs-uploader plan', { start: begun, detail: { hashed: plan.hashed } })
    const review = { plan, missing, rejections, endpoint: lakefs.endpoint, comparedAt: lakefs.clock.now() }
    dispatch(context, id, { type: 'compared', review })
    return plan
  } catch (error) {
    if (!signal.aborted) dispatch(context, id, { type: 'compare-failed', branch: compared.branch, error })
    return undefined
  }
}

/** Starts an upload to the branch itself, or to a branch of its own. */
async function start(
  context: SessionContext,
  { id, signal }: Preparation,
  { files, destination, answers }: Agreed,
  lakefs: LakeFSClient,
): Promise<Prepared | undefined> {
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0)
  const begun = { type: 'started', destination, files: files.length, bytes, answers, atomic: undefined } as const
  if (!context.options.atomic) {
    dispatch(context, id, begun)
    return { files, destination, upload: id }
  }
  const open = gatheringFor(context.getState(), destination)
  if (open?.atomic) {
    context.dispatch({ type: 'dropped', id })
    dispatch(context, open.id, { type: 'joined', files: files.length, bytes })
    return { files, destination: { ...destination, branch: open.atomic.branch }, upload: open.id }
  }
  const atomic = await ownBranchFor(context, id, destination, lakefs, signal)
  if (!atomic) return undefined
  const own = { ...destination, branch: atomic.branch }
  dispatch(context, id, { ...begun, destination: own, atomic })
  return { files, destination: own, upload: id }
}

/** Returns the destination to compare with: an open upload has some of the files already. */
function comparedWith(context: SessionContext, destination: Destination): Destination {
  const open = context.options.atomic ? gatheringFor(context.getState(), destination) : undefined
  return open?.atomic ? { ...destination, branch: open.atomic.branch } : destination
}

/** Ignores the protection of a branch for an atomic upload, which reaches it by a merge. */
function ignoreProtection({ options }: SessionContext, plan: Plan): Plan {
  return options.atomic && plan.verdict?.code === 'protected-branch' ? { ...plan, verdict: undefined } : plan
}

const dispatch = (context: SessionContext, id: string, event: UploadEvent) =>
  context.dispatch({ type: 'upload', id, event })
