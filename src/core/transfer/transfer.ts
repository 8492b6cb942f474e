import { isUploadError, plainCause, UploadError } from '../errors.ts'
import { type Multipart, multipartOf, type ResumePoint, type Stored } from '../file/resume-point.ts'
import type { Answer, Conflict, SkipReason } from '../file/state.ts'
import { checkReadable } from '../intake/collect.ts'
import { checkLength, freeName } from '../intake/paths.ts'
import type { Verdict } from '../lakefs/precheck.ts'
import { isLocation, type ObjectStats, type StagingLocation } from '../lakefs/wire.ts'
import { isForbidden, ResponseError, ruleFor, toUploadError } from '../request/response-error.ts'
import { traitsOf } from '../store/limits.ts'
import type { ConflictPolicy } from '../uploader.ts'
import { chooseStrategy } from './choose.ts'
import { checksumOf, isGone, settle } from './link.ts'
import { sendParts } from './multipart.ts'
import type { FileToSend, Means, ServerTraits } from './strategy.ts'

/** How often a file follows 409s to other addresses before it gives up; lakectl follows for ever (contract §1). */
export const MAX_MOVES = 5

/** One file as a transfer works on it. */
export interface Task {
  /** Absent where an earlier visit has stored every byte. */
  readonly file: File | undefined
  readonly parcel: FileToSend
  readonly resumePoint: ResumePoint
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
  /** Gives up at the store what an upload in parts has there, if it is not put together already. */
  discard(multipart: Multipart): void
  /** Rejects where the file changed while it was sent. */
  checkUnchanged(): Promise<void>
  /** The phases a person sees. */
  onCheck(): void
  onSend(): void
  onFinish(): void
}

export type Outcome =
  | { type: 'uploaded'; object: ObjectStats; verified: boolean }
  | { type: 'skip'; reason: SkipReason; object?: ObjectStats }
  /** Waits for an answer without holding anything up; `resumePoint` knows what has been stored so far. */
  | { type: 'ask'; conflict: Conflict }
  /** Starts over under another path: an address is signed for one path only. */
  | { type: 'rename'; path: string }

/**
 * One file onto the branch: check, send, finish. Goes on from `task.resumePoint`, so that calling it again after a pause, a
 * refusal or an answer repeats nothing that is done. Rejects with UploadError, or with AbortError at the signal.
 */
export async function transfer(task: Task, desk: Desk): Promise<Outcome> {
  try {
    return await attempt(task, desk)
  } catch (thrown) {
    if (thrown instanceof ResponseError) throw toUploadError(thrown)
    throw thrown
  }
}

async function attempt(task: Task, desk: Desk): Promise<Outcome> {
  const ifAbsent = desk.policy !== 'overwrite' && task.answer !== 'replace'
  const settled = task.resumePoint.stored ? undefined : await lookBefore(task, desk, ifAbsent)
  return settled ?? (await land(task, desk, ifAbsent))
}

/** All that can be known before the first byte; an outcome where nothing needs to be sent. */
async function lookBefore(task: Task, desk: Desk, ifAbsent: boolean): Promise<Outcome | undefined> {
  const { resumePoint, parcel } = task
  desk.onCheck()
  checkLength(parcel.path)
  const verdict = await desk.verdict()
  if (verdict.error) throw verdict.error
  // Over the limits of its store: said before the first byte, whatever the branch has.
  const strategy = chooseStrategy(parcel, choiceOf(verdict, desk))
  await checkReadable(fileOf(task), parcel.path)
  const looks = ifAbsent || resumePoint.landed || resumePoint.posted
  const existing = looks ? await lookUp(task, desk, strategy !== sendParts) : undefined
  if (!existing) return undefined
  if (existing.checksum === resumePoint.landed) return { type: 'skip', reason: 'identical', object: existing }
  if (isPosted(existing, task)) return { type: 'uploaded', object: existing, verified: true }
  return ifAbsent ? await clash(existing, task, desk) : undefined
}

/** What has happened to one file on its way so far; each may happen only so often. */
interface Turns {
  /** 409s followed to another address. */
  moves: number
  /** Sent anew because what was stored was of no use any more. */
  renewed: boolean
  /** 412s with nothing at the path when looked at, and when the first of them came. */
  vanished: { count: number; since: number }
  /** Where the last 409 said to send it. */
  hint: StagingLocation | undefined
}

/** Sends and finishes, at another address where lakeFS will not take the first one. */
async function land(task: Task, desk: Desk, ifAbsent: boolean): Promise<Outcome> {
  const { resumePoint, parcel } = task
  const turns: Turns = { moves: 0, renewed: false, vanished: { count: 0, since: 0 }, hint: undefined }
  for (;;) {
    try {
      const stored = resumePoint.stored ?? (await store(task, desk, turns.hint, ifAbsent))
      if (!stored) continue
      desk.onFinish()
      const object = await settle(parcel, desk.means, stored, ifAbsent)
      // Begun in parts once, and gone another way since.
      if (resumePoint.multipart && stored.kind !== 'complete') desk.discard(resumePoint.multipart)
      return { type: 'uploaded', object, verified: stored.verified }
    } catch (thrown) {
      const outcome = await afterRefusal(thrown, task, desk, turns)
      if (outcome) return outcome
    }
  }
}

/** Every byte to the store, as `resumePoint.stored` tells afterwards. Undefined where another way has to be chosen. */
async function store(
  task: Task,
  desk: Desk,
  hint: StagingLocation | undefined,
  ifAbsent: boolean,
): Promise<Stored | undefined> {
  const { resumePoint, parcel } = task
  const { means } = desk
  fileOf(task)
  desk.onSend()
  const believed = { ...means.server }
  resumePoint.stored = await send(task, desk, hint, ifAbsent).catch((thrown: unknown) =>
    rememberTraits(thrown, desk, task, believed),
  )
  if (!resumePoint.stored) return undefined
  await desk.checkUnchanged().catch(async (changed: unknown) => {
    // A mix of two versions: what the store has must never be linked, or not stay.
    if (resumePoint.stored?.kind === 'done') await means.api(() => means.lakefs.resetObject(parcel.at, parcel.path))
    resumePoint.stored = undefined
    throw changed
  })
  means.keep()
  return resumePoint.stored
}

/** What a refusal comes to: an outcome, once more round (undefined), or the refusal itself, thrown on. */
async function afterRefusal(thrown: unknown, task: Task, desk: Desk, turns: Turns): Promise<Outcome | undefined> {
  const { resumePoint } = task
  if (isUploadError(thrown) && thrown.code === 'checksum-mismatch') {
    // What the store has is not the file: trying again must not find it and link it.
    resumePoint.stored = undefined
    resumePoint.multipart = undefined
  }
  if (!(thrown instanceof ResponseError)) throw thrown
  const { code } = ruleFor(thrown)
  if (code === 'exists') return await afterExists(thrown, task, desk, turns)
  if (code === 'address-taken') {
    if (turns.moves === MAX_MOVES) {
      const facts = { moves: turns.moves }
      throw new UploadError('address-taken', { status: 409, facts, cause: plainCause(thrown) })
    }
    turns.moves += 1
    turns.hint = isLocation(thrown.body) ? thrown.body : undefined
  } else if (isSpent(thrown, resumePoint) && !turns.renewed) {
    turns.renewed = true
  } else {
    throw thrown
  }
  startAnew(task, desk)
  return undefined
}

/** The condition at link or complete has found the path taken. */
async function afterExists(refusal: ResponseError, task: Task, desk: Desk, turns: Turns): Promise<Outcome | undefined> {
  const { path } = task.parcel
  let existing: ObjectStats | undefined
  try {
    existing = await statOf(path, task, desk)
  } catch (refused) {
    if (!isForbidden(refused)) throw refused
    if ((task.answer ?? desk.policy) === 'skip') return { type: 'skip', reason: 'exists' }
    throw new UploadError('exists', { facts: { path }, cause: plainCause(refused) })
  }
  if (existing && isPosted(existing, task)) {
    return { type: 'uploaded', object: await secured(existing, task, desk), verified: true }
  }
  if (existing && (await isSame(existing, task))) return { type: 'skip', reason: 'identical', object: existing }
  if (existing) return await clash(existing, task, desk)
  // Taken a moment ago and free again: commits beside the link do that again and again, as long as somebody commits.
  const { vanished } = turns
  const now = desk.means.now()
  if (vanished.count === 0) vanished.since = now
  vanished.count += 1
  if (now - vanished.since > desk.means.patience) {
    throw new UploadError('throttled', {
      status: 412,
      facts: { side: 'lakefs' },
      detail: refusal.detail,
      cause: plainCause(refusal),
    })
  }
  await desk.means.pause(vanished.count)
  return undefined
}

/** Whether the object at the path has the bytes that were stored for this file, by size and checksum. */
async function isSame({ checksum, size_bytes }: ObjectStats, { resumePoint, parcel }: Task): Promise<boolean> {
  return (
    size_bytes === parcel.size &&
    resumePoint.stored !== undefined &&
    checksum === (await checksumOf(resumePoint.stored))
  )
}

/**
 * Puts an object that went through lakeFS onto the branch once more, by its address and without a condition: a commit
 * beside the upload may leave out the entry that a conditional upload has written. Servers that cannot do that, and
 * people who may not, keep the entry as it is.
 */
async function secured(object: ObjectStats, task: Task, { means }: Desk): Promise<ObjectStats> {
  const { at, path } = task.parcel
  try {
    return await means.api(() => means.lakefs.stageObject(at, path, object, means.signal))
  } catch (thrown) {
    if (thrown instanceof ResponseError) return object
    throw thrown
  }
}

/** The bytes lie at an address that lakeFS will not take: they are sent again, to another one. */
function startAnew({ resumePoint }: Task, { discard, means }: Desk): void {
  const left = multipartOf(resumePoint)
  if (left) discard(left)
  resumePoint.stored = undefined
  resumePoint.multipart = undefined
  resumePoint.blocks = undefined
  means.keep()
}

function fileOf({ file, parcel }: Task): File {
  if (!file) throw new UploadError('file-unreadable', { facts: { path: parcel.path } })
  return file
}

/**
 * What the branch has at the path. Who may write there need not be allowed to look: then the condition at link finds out.
 * @param guarded whether there is such a condition; complete has none, so a file in parts has to be seen before.
 */
async function lookUp(task: Task, desk: Desk, guarded: boolean): Promise<ObjectStats | undefined> {
  try {
    return await desk.present(task.parcel.path)
  } catch (thrown) {
    if (!isForbidden(thrown)) throw thrown
    return guarded ? undefined : await statOf(task.parcel.path, task, desk)
  }
}

/** Whether what was stored is of no use any more: too old, given up by the store, or not to be put together. */
function isSpent(refusal: ResponseError, { stored }: ResumePoint): boolean {
  const { code } = ruleFor(refusal)
  if (code === 'address-expired') return true
  return refusal.side === 'lakefs' && stored !== undefined && (isGone(refusal) || code === 'storage-refused')
}

async function send(task: Task, desk: Desk, hint: StagingLocation | undefined, ifAbsent: boolean): Promise<Stored> {
  const { parcel, resumePoint } = task
  const verdict = await desk.verdict()
  const strategy = chooseStrategy(parcel, { ...choiceOf(verdict, desk), hint })
  const traits = traitsOf(verdict.config.storage_config)
  return await strategy(parcel, desk.means, { resumePoint, traits, hint, ifAbsent })
}

function choiceOf({ config }: Verdict, { means, directBelow }: Desk) {
  return { storage: config.storage_config, server: means.server, partSize: means.partSize, directBelow }
}

/**
 * A server that promised more than it has: remember it and let the file go the next best way.
 * @param believed what was known when the file set out; another one may have found out meanwhile.
 */
function rememberTraits(thrown: unknown, desk: Desk, task: Task, believed: ServerTraits): undefined {
  const { server } = desk.means
  if (thrown instanceof ResponseError && thrown.side === 'lakefs') {
    const noMultipart = thrown.status === 501 && believed.multipart
    const noPresign = thrown.status === 500 && /not supported|GoogleAccessID/i.test(thrown.detail) && believed.presign
    if (noMultipart) server.multipart = false
    else if (noPresign) server.presign = false
    const tooLarge = thrown.status === 413 && believed.direct !== false
    if (tooLarge) server.direct = false
    if (noMultipart || noPresign || tooLarge) {
      const left = multipartOf(task.resumePoint)
      if (left) desk.discard(left)
      task.resumePoint.multipart = undefined
      task.resumePoint.blocks = undefined
      return undefined
    }
  }
  throw thrown
}

/** Whether the object is what this very file left there when its answer was lost. */
function isPosted({ checksum, size_bytes }: ObjectStats, { resumePoint, parcel }: Task): boolean {
  return checksum === resumePoint.posted && size_bytes === parcel.size
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
