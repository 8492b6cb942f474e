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
import type { LandProblem, Upload, UploadEvent } from './upload.ts'

/** How an upload with a branch of its own is brought to its target. */
export interface LandRequest extends CommitText {
  /** Open a pull request in place of the merge. Default false. */
  review?: boolean | undefined
  /** Put the receipt on the branch, so that it lands with the files; who has uploaded them. Default: none. */
  receipt?: { who: string | undefined } | undefined
}

type End = Extract<UploadEvent, { type: 'ended' }>['stage']

/** Commits the upload's branch and merges it, or opens the pull request. */
export async function land(context: SessionContext, upload: Upload, request: LandRequest): Promise<void> {
  const { message, metadata, review = false } = request
  await attempt(context, upload, async (atomic) => {
    const lakefs = await context.client()
    const { repository, target } = atomic
    const receipt = request.receipt && note(context, upload, atomic, request.receipt.who, lakefs.clock.now())
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

/** Leaves the upload's branch as it is. */
export async function keep(context: SessionContext, upload: Upload): Promise<void> {
  await attempt(context, upload, async (atomic) => {
    await context.withRecords((records) => keepAtomic(atomic, records))
    return { type: 'kept', merged: atomic.state === 'merged' }
  })
}

/** Gives the upload up, and with its branch everything that was sent. */
export async function discard(context: SessionContext, upload: Upload): Promise<void> {
  await attempt(context, upload, async (atomic) => {
    const { repository, branch, target } = atomic
    const { uploader } = context
    // Before its branch goes: what is still on its way there must not arrive.
    await uploader?.cancelAdding({ repository, branch: target })
    for (const { id } of filesAt(uploader, { repository, branch })) uploader?.cancel(id)
    const lakefs = await context.client()
    await context.withRecords((records) => discardAtomic(lakefs, atomic, records))
    // Rows that say "Uploaded" would speak of files that are nowhere.
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
  const tell = (event: UploadEvent) => context.dispatch({ type: 'upload', id, event })
  tell({ type: 'ending' })
  try {
    const end = await work(atomic)
    if (context.uploader) context.rows.remember(context.uploader, atomic)
    tell({ type: 'ended', stage: end })
  } catch (thrown) {
    tell({ type: 'not-landed', ...problemOf(thrown, atomic) })
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

/** The receipt of where the files are going to be; its own commit it cannot know. */
function note(context: SessionContext, upload: Upload, atomic: AtomicUpload, who: string | undefined, when: number) {
  const { repository, branch, target } = atomic
  const at: BranchRef = { repository, branch: target }
  const receipt = receiptOf(at, filesAt(context.uploader, { repository, branch }), { who, when })
  // One that a refused landing has left there is written over.
  const prefix = context.uploader?.getSnapshot().destination.prefix ?? ''
  const path = upload.receiptPath ?? receiptPath(prefix, receipt)
  context.dispatch({ type: 'upload', id: upload.id, event: { type: 'receipt-stored', path } })
  return { path, receipt }
}
