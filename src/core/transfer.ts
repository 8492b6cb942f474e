import type { ConflictPolicy } from './api.ts'
import { UploadError } from './errors.ts'
import { checkReadable } from './files.ts'
import { isLocation, type StagingLocation } from './lakefs.ts'
import { checkLength, freeName } from './paths.ts'
import type { Verdict } from './precheck.ts'
import { Refusal, ruleFor, toUploadError } from './refusal.ts'
import type { Answer, Conflict, ObjectStats, SkipReason } from './state.ts'
import { sendThroughApi } from './strategies/api.ts'
import { isGone, settle } from './strategies/finish.ts'
import { isWorthParts, sendParts } from './strategies/parts.ts'
import type { Means, Memo, Parcel, Stored } from './strategies/strategy.ts'
import { sendWhole } from './strategies/whole.ts'

/** How often a file follows 409s to other addresses before it gives up; lakectl follows for ever (contract §1). */
export const MAX_MOVES = 5

const GIB = 2 ** 30
const TIB = 2 ** 40
/** S3's limits: one PUT, one object (contract §2). */
const MAX_WHOLE = 5 * GIB
const MAX_OBJECT = 5 * TIB

/** One file as a transfer works on it. */
export interface Task {
  readonly file: File
  readonly parcel: Parcel
  readonly memo: Memo
  /** What the person said about a conflict of this file. */
  readonly answer: Answer | undefined
}

/** What a transfer may use besides the means of sending. */
export interface Desk {
  readonly means: Means
  readonly policy: ConflictPolicy
  readonly directBelow: number
  verdict(): Promise<Verdict>
  /** What the branch has at a path now, from listings where they tell. */
  present(path: string): Promise<ObjectStats | undefined>
  /** Whether another file of this uploader is going to land there. */
  isClaimed(path: string): boolean
  /** Rejects where the file changed while it was sent. */
  checkUnchanged(): Promise<void>
  /** The phases a person sees. */
  onCheck(): void
  onSend(): void
  onFinish(): void
}

export type Outcome =
  | { type: 'uploaded'; object: ObjectStats; verified: boolean }
  | { type: 'skip'; reason: SkipReason }
  /** Waits for an answer without holding anything up; `memo` knows what has been stored so far. */
  | { type: 'ask'; conflict: Conflict }
  /** Starts over under another path: an address is signed for one path only. */
  | { type: 'rename'; path: string }

/**
 * One file onto the branch: check, send, finish. Goes on from `task.memo`, so that calling it again after a pause, a
 * refusal or an answer repeats nothing that is done. Rejects with UploadError, or with AbortError at the signal.
 */
export async function transfer(task: Task, desk: Desk): Promise<Outcome> {
  try {
    return await attempt(task, desk)
  } catch (thrown) {
    if (thrown instanceof Refusal) throw toUploadError(thrown)
    throw thrown
  }
}

async function attempt(task: Task, desk: Desk): Promise<Outcome> {
  const { memo, parcel } = task
  const { means } = desk
  const ifAbsent = desk.policy !== 'overwrite' && task.answer !== 'replace'
  if (!memo.stored) {
    desk.onCheck()
    checkLength(parcel.path)
    const verdict = await desk.verdict()
    if (verdict.error) throw verdict.error
    await checkReadable(task.file, parcel.path)
    const existing = ifAbsent ? await desk.present(parcel.path) : undefined
    if (existing) return await clash(existing, task, desk)
  }
  let hint: StagingLocation | undefined
  let renewed = false
  let vanished = false
  for (let moves = 0; ; ) {
    try {
      if (!memo.stored) {
        desk.onSend()
        memo.stored = await send(task, desk, hint, ifAbsent).catch((thrown: unknown) =>
          rememberTraits(thrown, desk, task),
        )
        if (!memo.stored) continue
        await desk.checkUnchanged().catch(async (changed: unknown) => {
          // A mix of two versions: what the store has must never be linked, or not stay.
          if (memo.stored?.kind === 'done') await means.api(() => means.lakefs.resetObject(parcel.at, parcel.path))
          memo.stored = undefined
          throw changed
        })
        means.keep()
      }
      desk.onFinish()
      const object = await settle(parcel, desk.means, memo.stored, ifAbsent)
      return { type: 'uploaded', object, verified: memo.stored.verified }
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown
      const { code } = ruleFor(thrown)
      if (code === 'exists') {
        const existing = await desk.means.api(() => desk.means.lakefs.stat(parcel.at, parcel.path, desk.means.signal))
        if (existing) return await clash(existing, task, desk)
        // Taken a moment ago and gone again: the same link once more is right, a third time is not.
        if (vanished) throw thrown
        vanished = true
        continue
      }
      if (code === 'address-taken') {
        if (moves === MAX_MOVES)
          throw new UploadError('address-taken', { status: 409, facts: { moves }, cause: thrown })
        moves += 1
        hint = isLocation(thrown.body) ? thrown.body : undefined
      } else if ((code === 'address-expired' || isGone(thrown)) && !renewed) {
        renewed = true
      } else {
        throw thrown
      }
      // The bytes lie at an address that lakeFS will not take: send them again to another one.
      memo.stored = undefined
      memo.multipart = undefined
    }
  }
}

/** The way the bytes of this file travel, by what lakeFS says of its store and never by trial (blockstores.md). */
async function send(task: Task, desk: Desk, hint: StagingLocation | undefined, ifAbsent: boolean): Promise<Stored> {
  const { parcel, memo } = task
  const { means } = desk
  const { storage_config: storage } = (await desk.verdict()).config
  if (!storage.pre_sign_support || !means.server.presign || parcel.size < desk.directBelow) {
    return await sendThroughApi(parcel, means, ifAbsent)
  }
  if (parcel.size > MAX_OBJECT) throw tooLarge(parcel, MAX_OBJECT)
  // A hint with a URL is one address for the whole file; parts need an upload of their own.
  const followed = hint?.presigned_url && parcel.size <= MAX_WHOLE ? hint : undefined
  const parts = storage.pre_sign_multipart_upload && means.server.multipart
  if (parts && !followed && isWorthParts(parcel.size, means.partSize)) return await sendParts(parcel, means, memo)
  if (parcel.size > MAX_WHOLE && storage.blockstore_type === 's3') throw tooLarge(parcel, MAX_WHOLE)
  return await sendWhole(parcel, means, followed)
}

function tooLarge(parcel: Parcel, limit: number): UploadError {
  return new UploadError('too-large', { facts: { size: parcel.size, limit, path: parcel.path } })
}

/** A server that promised more than it has: remember it and let the file go the next best way. */
function rememberTraits(thrown: unknown, desk: Desk, task: Task): undefined {
  const { server } = desk.means
  if (thrown instanceof Refusal && thrown.side === 'lakefs') {
    const noMultipart = thrown.status === 501 && server.multipart
    const noPresign = thrown.status === 500 && /not supported|GoogleAccessID/i.test(thrown.detail) && server.presign
    if (noMultipart) server.multipart = false
    else if (noPresign) server.presign = false
    if (noMultipart || noPresign) {
      task.memo.multipart = undefined
      return undefined
    }
  }
  throw thrown
}

/** The path is taken: what the person or the policy says of it. */
async function clash(existing: ObjectStats, task: Task, desk: Desk): Promise<Outcome> {
  const { path } = task.parcel
  const choice = task.answer ?? desk.policy
  if (choice === 'skip') return { type: 'skip', reason: 'exists' }
  if (choice === 'fail') throw new UploadError('exists', { facts: { path } })
  const taken = async (name: string) => desk.isClaimed(name) || (await statOf(name, task, desk)) !== undefined
  const renamed = await freeName(path, taken)
  checkLength(renamed)
  if (choice === 'rename') return { type: 'rename', path: renamed }
  return { type: 'ask', conflict: { existing, renamed } }
}

function statOf(path: string, task: Task, { means }: Desk): Promise<ObjectStats | undefined> {
  return means.api(() => means.lakefs.stat(task.parcel.at, path, means.signal))
}
