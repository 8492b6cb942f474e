import type { BranchRef } from '../../lakefs/wire.ts'
import {
  discardAtomic,
  keepAtomic,
  landAtomic,
  MergeConflict,
  MergeNotTakenBack,
  MergeUnchecked,
  pullAddress,
} from '../atomic-upload.ts'
import { type CommitText, HookRefusal } from '../commit.ts'
import type { AtomicUpload } from '../open-uploads.ts'
import { receiptOf, receiptPath } from '../receipt.ts'
import { rememberCommit } from '../recent-commit.ts'
import { filesAt } from './rows.ts'
import type { SessionContext } from './session-context.ts'
import { type LandProblem, type Upload, type UploadEvent, uncommittedOf } from './upload.ts'

/** Request to merge an atomic upload. */
export interface LandRequest extends CommitText {
  /** Opens a pull request instead of merging. Default false. */
  review?: boolean | undefined
  /** Stores a receipt on the branch, so that it is merged with the files; `who` names the user. Default: none. */
  receipt?: { who: string | undefined } | undefined
}

type End = Extract<UploadEvent, { type: 'ended' }>['stage']

/** Commits the branch of an upload and merges it, or opens a pull request. */
export async function land(context: SessionContext, upload: Upload, request: LandRequest): Promise<void> {
  const { message, metadata, review = false } = request
  await attempt(context, upload, async (atomic) => {
    const lakefs = await context.client()
    const { repository, target } = atomic
    const receipt = request.receipt && receiptFor(context, upload, atomic, request.receipt.who, lakefs.clock.now())
    const { reference, merged, pull, branchLeft, head } = await context.withRecords((records) =>
      landAtomic(lakefs, atomic, { message, metadata }, { review, records, receipt }),
    )
    if (merged && reference !== undefined) {
      const last = { repository, branch: target, commit: reference, merge: true }
      void context.withRecords((records) => rememberCommit(lakefs, last, records))
    }
    if (pull !== undefined) {
      return { type: 'in-review', pull, href: pullAddress(lakefs.endpoint, repository, pull), head }
    }
    return {
      type: 'landed',
      reference: reference ?? head,
      merged: merged === true,
      branchLeft: branchLeft === true,
    }
  })
}

/** Keeps the branch of an upload. */
export async function keep(context: SessionContext, upload: Upload): Promise<void> {
  await attempt(context, upload, async (atomic) => {
    await context.withRecords((records) => keepAtomic(atomic, records))
    return { type: 'kept', merged: atomic.state === 'merged' }
  })
}

/** Discards an upload with its branch and all sent files. */
export async function discard(context: SessionContext, upload: Upload): Promise<void> {
  await attempt(context, upload, async (atomic) => {
    const { repository, branch, target } = atomic
    const { uploader } = context
    // Running uploads must end before the branch is deleted.
    await uploader?.cancelAdding({ repository, branch: target })
    for (const { id } of filesAt(uploader, { repository, branch })) uploader?.cancel(id)
    const lakefs = await context.client()
    await context.withRecords((records) => discardAtomic(lakefs, atomic, records))
    // The rows would say "Uploaded" for files that no longer exist.
    uploader?.remove()
    return { type: 'discarded' }
  })
}

async function attempt(
  context: SessionContext,
  { id, atomic, stage }: Upload,
  work: (atomic: AtomicUpload) => Promise<End>,
): Promise<void> {
  if (!atomic || stage.type === 'ending') return
  const dispatch = (event: UploadEvent) => context.dispatch({ type: 'upload', id, event })
  dispatch({ type: 'ending' })
  try {
    const end = await work(atomic)
    if (context.uploader) context.rows.remember(context.uploader, atomic)
    dispatch({ type: 'ended', stage: end })
  } catch (thrown) {
    dispatch({ type: 'not-landed', ...problemOf(thrown, atomic) })
  }
}

function problemOf(thrown: unknown, atomic: AtomicUpload): { problem: LandProblem; atomic: AtomicUpload } {
  if (thrown instanceof HookRefusal) return { problem: { type: 'hooks', refusal: thrown }, atomic }
  if (thrown instanceof MergeConflict || thrown instanceof MergeNotTakenBack) {
    return { problem: { type: 'conflict', error: thrown }, atomic: thrown.upload }
  }
  if (thrown instanceof MergeUnchecked) return { problem: { type: 'unchecked', error: thrown }, atomic: thrown.upload }
  return { problem: { type: 'failed', error: thrown }, atomic }
}

/** Creates the receipt for the target; it cannot name its own commit. */
function receiptFor(
  context: SessionContext,
  upload: Upload,
  atomic: AtomicUpload,
  who: string | undefined,
  when: number,
) {
  const { repository, branch, target } = atomic
  const at: BranchRef = { repository, branch: target }
  const facts = { who, when, objects: uncommittedOf(upload) }
  const receipt = receiptOf(at, filesAt(context.uploader, { repository, branch }), facts)
  // The receipt of a refused merge is overwritten.
  const prefix = context.uploader?.getSnapshot().destination.prefix ?? ''
  const path = upload.receiptPath ?? receiptPath(prefix, receipt)
  context.dispatch({ type: 'upload', id: upload.id, event: { type: 'receipt-stored', path } })
  return { path, receipt }
}
