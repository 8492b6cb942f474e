import type { LakeFSClient } from '../../lakefs/retrying-client.ts'
import type { Destination } from '../../lakefs/wire.ts'
import { isAbort } from '../../request/response-error.ts'
import { beginAtomic } from '../atomic-upload.ts'
import { type AtomicUpload, lockUpload, takeUpUpload, unlockUpload } from '../open-uploads.ts'
import { createUploadBranch } from '../upload-branch.ts'
import type { SessionContext } from './session-context.ts'
import { gatheringFor, newUpload } from './session-state.ts'
import type { UploadEvent } from './upload.ts'

/** Branch for which open uploads are searched. */
export interface Target {
  repository: string
  /** Branch that they are merged into. */
  target: string
}

/** Creates a branch for one upload; undefined when that failed and the user cancelled. */
export async function ownBranchFor(
  context: SessionContext,
  id: string,
  { repository, branch: target, prefix }: Destination,
  lakefs: LakeFSClient,
  signal: AbortSignal,
): Promise<AtomicUpload | undefined> {
  const { locks } = context
  const since = context.getState().uploads.find((one) => one.id === id)?.since ?? lakefs.clock.now()
  const given = { id, since, prefix }
  for (;;) {
    if (signal.aborted) return undefined
    context.dispatch({ type: 'upload', id, event: { type: 'agreed' } })
    try {
      const begun = await context.withRecords((records) =>
        beginAtomic(lakefs, { repository, target, given, records, locks }),
      )
      context.dispatch({ type: 'locked-by-other-tab', upload: undefined })
      return begun
    } catch (error) {
      if (signal.aborted) return undefined
      context.dispatch({ type: 'upload', id, event: { type: 'branch-failed', branch: target, error } })
      if ((await context.nextAnswer(id)).type !== 'retry') return undefined
    }
  }
}

/**
 * Adopts an open upload of an earlier visit for this target.
 * @returns one that another tab works on, if any.
 */
export async function takeUp(
  context: SessionContext,
  lakefs: LakeFSClient,
  at: Target,
): Promise<AtomicUpload | undefined> {
  const isOpen = () => gatheringFor(context.getState(), { repository: at.repository, branch: at.target }) !== undefined
  if (isOpen()) return undefined
  const { upload, elsewhere } = await context.withRecords(async (records): ReturnType<typeof takeUpUpload> => {
    // Without records a new upload gets a new branch.
    return records ? await takeUpUpload(lakefs, at, records, context.locks).catch(() => ({})) : {}
  })
  if (isOpen()) return undefined
  context.dispatch({ type: 'locked-by-other-tab', upload: upload ? undefined : elsewhere })
  if (upload) context.dispatch({ type: 'given', upload: resumedUpload(upload, lakefs.clock.now()) })
  return elsewhere
}

/** Returns the state of an open upload from an earlier visit. */
export function resumedUpload(atomic: AtomicUpload, now: number) {
  const { repository, branch, target, given = { id: atomic.id, since: now, prefix: '' } } = atomic
  const asked = { repository, branch: target, prefix: given.prefix }
  return newUpload(given.id, asked, given.since, { destination: { ...asked, branch }, atomic, stage: { type: 'open' } })
}

/** Repeats {@link takeUp} whenever another tab releases an upload, until there is nothing to wait for. */
export async function keepLooking(context: SessionContext, at: Target, signal: AbortSignal): Promise<void> {
  const lakefs = await context.client()
  const { locks } = context
  let waited: AtomicUpload | undefined
  for (;;) {
    if (signal.aborted) return
    const elsewhere = await takeUp(context, lakefs, at)
    // The other tab has merged or discarded it, so its lock is not needed.
    if (waited && !context.getState().uploads.some(({ atomic }) => atomic?.id === waited?.id))
      await unlockUpload(waited)
    if (!elsewhere || signal.aborted) return
    try {
      await lockUpload(elsewhere, { wait: signal, locks })
    } catch (thrown) {
      if (isAbort(thrown)) return
      throw thrown
    }
    waited = elsewhere
  }
}

/**
 * Creates the branch that an upload needs before it can start: the missing one, or a new one where the branch accepts
 * no files.
 * @returns its name when it is not the requested branch.
 */
export async function branchForReview(context: SessionContext, id: string): Promise<string | undefined> {
  const { stage } = context.getState().uploads.find((one) => one.id === id) ?? {}
  if (stage?.type !== 'review') return undefined
  const { destination, verdict } = stage.review.plan
  const { repository, branch } = destination
  const dispatch = (event: UploadEvent) => context.dispatch({ type: 'upload', id, event })
  try {
    const lakefs = await context.client()
    if (verdict?.code !== 'branch-not-found') {
      const { name } = await createUploadBranch(lakefs, { repository, source: branch })
      dispatch({ type: 'branch-made', branch: name })
      return name
    }
    const { default_branch: source } = await lakefs.repository(repository)
    await lakefs.createBranch(repository, { name: branch, source })
    dispatch({ type: 'branch-made', branch })
  } catch (error) {
    dispatch({ type: 'branch-refused', error })
  }
  return undefined
}
