import type { ErrorCode } from '../error-codes.ts'
import { isUploadError, plainCause, UploadError } from '../errors.ts'
import { multipartOf, type ResumePoint, type Stored } from '../file/resume-point.ts'
import type { Conflict, SkipReason } from '../file/state.ts'
import { isAvoidedByLakeFS } from '../file/stopped-by-store.ts'
import { checkLength, freeName } from '../intake/paths.ts'
import type { PrecheckResult } from '../lakefs/precheck.ts'
import { isLocation, type ObjectStats, type StagingLocation } from '../lakefs/wire.ts'
import { isForbidden, ruleFor } from '../request/refusal-rules.ts'
import { ResponseError } from '../request/response-error.ts'
import { toUploadError } from '../request/upload-error.ts'
import { isListingBlocked } from '../store/lakefs-health.ts'
import { traitsOf } from '../store/limits.ts'
import { comparedWith, mustCompare, verdictOf } from './compare/conflict.ts'
import type { TransferContext } from './context.ts'
import { checksumOf, isGone, linkOrComplete } from './link.ts'
import type { ServerTraits } from './services.ts'
import { chooseStrategy } from './strategies/choose.ts'
import { sendParts } from './strategies/multipart.ts'

/**
 * Maximum number of 409 answers with another address that a file follows. lakectl follows them without a limit
 * (docs/lakefs-contract.md, "Conflicts (409)").
 */
export const MAX_REDIRECTS = 5

/** Codes of an object that is not the file. */
const MISMATCHES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'checksum-mismatch',
  'path-mismatch',
  'size-mismatch',
  'object-unreadable',
])

/** Outcome of one transfer. */
export type Outcome =
  | { type: 'uploaded'; object: ObjectStats; verified: boolean }
  | { type: 'skip'; reason: SkipReason; object?: ObjectStats; unchanged?: true }
  /** The file has the size of the object at its path, and their bytes have to be compared. */
  | { type: 'compare'; existing: ObjectStats }
  /** The file waits for an answer to its conflict; `resumePoint` keeps what was stored. */
  | { type: 'ask'; conflict: Conflict }
  /** The file starts over under another path, because an address is signed for one path only. */
  | { type: 'rename'; path: string }

/**
 * Transfers one file to the branch: check, send, link. It continues from `context.resumePoint`, so a second call after
 * a pause, a refusal or an answer repeats nothing that is done. Rejects with UploadError, or with AbortError when the
 * signal is aborted.
 */
export async function transfer(context: TransferContext): Promise<Outcome> {
  try {
    return await attempt(context)
  } catch (thrown) {
    if (thrown instanceof ResponseError) throw toUploadError(thrown, { ...context.toSend.at })
    throw thrown
  }
}

async function attempt(context: TransferContext): Promise<Outcome> {
  const ifAbsent = context.choice !== 'overwrite'
  const settled = context.resumePoint.stored ? undefined : await checkFirst(context, ifAbsent)
  return settled ?? (await sendAndLink(context, ifAbsent))
}

/** Checks all that can be checked before the first byte. Returns an outcome when nothing needs to be sent. */
async function checkFirst(context: TransferContext, ifAbsent: boolean): Promise<Outcome | undefined> {
  const { resumePoint, toSend } = context
  context.enter('check')
  checkLength(toSend.path)
  const verdict = await context.precheck()
  if (verdict.error) throw verdict.error
  // Throws when the file exceeds the limits of its store, whatever the branch has.
  const strategy = chooseStrategy(toSend, choiceOf(verdict, context))
  await context.checkReadable()
  const looks = ifAbsent || resumePoint.landed || resumePoint.posted
  const existing = comparedWith(context) ?? (looks ? await lookUp(context, strategy !== sendParts) : undefined)
  if (!existing) return undefined
  if (existing.checksum === resumePoint.landed) return { type: 'skip', reason: 'identical', object: existing }
  if (isPosted(existing, context)) return { type: 'uploaded', object: existing, verified: true }
  if (!ifAbsent) return undefined
  return mustCompare(existing, context) ? { type: 'compare', existing } : await outcomeOfConflict(existing, context)
}

/** Repetitions of one transfer so far, each of which is limited. */
interface Repetitions {
  /** Number of 409 answers that were followed to another address. */
  redirects: number
  /** The file was sent again because its stored bytes could not be used. */
  sentAgain: boolean
  /** Number of 412 answers after which the path turned out to be free, and the time of the first in ms since 1970. */
  vanished: { count: number; since: number }
  /** Address that the last 409 returned. */
  hint: StagingLocation | undefined
}

/** Sends and links a file, at another address when lakeFS refuses the first one. */
async function sendAndLink(context: TransferContext, ifAbsent: boolean): Promise<Outcome> {
  const { resumePoint, toSend } = context
  const repetitions: Repetitions = { redirects: 0, sentAgain: false, vanished: { count: 0, since: 0 }, hint: undefined }
  for (;;) {
    try {
      const stored = resumePoint.stored ?? (await store(context, repetitions.hint, ifAbsent))
      if (!stored) continue
      context.enter('finish')
      const object = await linkOrComplete(toSend, context, stored, ifAbsent)
      await context.readBack(object)
      // The file was begun in parts and then sent in another way.
      if (resumePoint.multipart && stored.kind !== 'complete') context.abortUpload(resumePoint.multipart)
      return { type: 'uploaded', object, verified: stored.verified }
    } catch (thrown) {
      const outcome = await afterRefusal(thrown, context, repetitions)
      if (outcome) return outcome
    }
  }
}

/**
 * Sends every byte to the store and sets `resumePoint.stored`. Returns undefined when another strategy has to be
 * chosen.
 */
async function store(
  context: TransferContext,
  hint: StagingLocation | undefined,
  ifAbsent: boolean,
): Promise<Stored | undefined> {
  const { resumePoint, toSend } = context
  context.requireFile()
  context.enter('send')
  const believed = { ...context.server }
  resumePoint.stored = await send(context, hint, ifAbsent).catch((thrown: unknown) =>
    correctTraits(thrown, context, believed),
  )
  if (!resumePoint.stored) return undefined
  await context.checkUnchanged().catch(async (changed: unknown) => {
    // The store may have a mix of two versions of the file, which must not stay on the branch or be linked. Parts are
    // kept: a retry looks again before it completes them.
    if (resumePoint.stored?.kind === 'done') await context.api(() => context.lakefs.resetObject(toSend.at, toSend.path))
    resumePoint.stored = undefined
    throw changed
  })
  context.saveResumePoint()
  return resumePoint.stored
}

/** Handles a refusal: returns an outcome, returns undefined for another round, or rethrows it. */
async function afterRefusal(
  thrown: unknown,
  context: TransferContext,
  repetitions: Repetitions,
): Promise<Outcome | undefined> {
  const { resumePoint } = context
  if (isUploadError(thrown) && MISMATCHES.has(thrown.code)) {
    // The stored bytes are not those of the file, so a retry must not find and link them.
    resumePoint.stored = undefined
    resumePoint.multipart = undefined
  }
  if (!(thrown instanceof ResponseError)) throw thrown
  const { code } = ruleFor(thrown)
  if (code === 'exists') return await afterExists(thrown, context, repetitions)
  if (code === 'address-taken') {
    if (repetitions.redirects === MAX_REDIRECTS) {
      const facts = { moves: repetitions.redirects }
      throw new UploadError('address-taken', { status: 409, facts, cause: plainCause(thrown) })
    }
    repetitions.redirects += 1
    repetitions.hint = isLocation(thrown.body) ? thrown.body : undefined
  } else if (isUnusable(thrown, resumePoint) && !repetitions.sentAgain) {
    repetitions.sentAgain = true
  } else {
    throw thrown
  }
  discardStored(context)
  return undefined
}

/** Handles the answer that the path is taken, from the condition of link or complete. */
async function afterExists(
  refusal: ResponseError,
  context: TransferContext,
  repetitions: Repetitions,
): Promise<Outcome | undefined> {
  const { at, path } = context.toSend
  let existing: ObjectStats | undefined
  try {
    existing = await statOf(path, context)
  } catch (refused) {
    if (!isForbidden(refused)) throw refused
    if (context.choice === 'skip') return { type: 'skip', reason: 'exists' }
    throw new UploadError('exists', { facts: { path, branch: at.branch }, cause: plainCause(refused) })
  }
  if (existing && isPosted(existing, context)) {
    return { type: 'uploaded', object: await relink(existing, context), verified: true }
  }
  if (existing && (await isSame(existing, context))) return { type: 'skip', reason: 'identical', object: existing }
  if (existing) return await outcomeOfConflict(existing, context)
  // The path was taken a moment ago and is free again. Commits during the link cause that, as often as there are
  // commits.
  const { vanished } = repetitions
  const now = context.now()
  if (vanished.count === 0) vanished.since = now
  vanished.count += 1
  if (now - vanished.since > context.retryTimeout) {
    throw new UploadError('throttled', {
      status: 412,
      facts: { side: 'lakefs' },
      detail: refusal.detail,
      cause: plainCause(refusal),
    })
  }
  await context.pause(vanished.count)
  return undefined
}

/** Returns whether the object has the bytes that were stored for this file, by size and checksum. */
async function isSame(
  { checksum, size_bytes }: ObjectStats,
  { resumePoint, toSend }: TransferContext,
): Promise<boolean> {
  return (
    size_bytes === toSend.size &&
    resumePoint.stored !== undefined &&
    checksum === (await checksumOf(resumePoint.stored))
  )
}

/**
 * Links an object that was sent through lakeFS again, by its address and without a condition: a commit during a
 * conditional upload may drop its entry. When the server or the rights of the user do not allow it, the entry stays as
 * it is.
 */
async function relink(object: ObjectStats, context: TransferContext): Promise<ObjectStats> {
  const { at, path } = context.toSend
  try {
    return await context.api(() => context.lakefs.stageObject(at, path, object, context.signal))
  } catch (thrown) {
    if (thrown instanceof ResponseError) return object
    throw thrown
  }
}

/**
 * Discards the stored bytes, because lakeFS does not accept their address, so that they are sent again to another one.
 */
function discardStored(context: TransferContext): void {
  const { resumePoint } = context
  const left = multipartOf(resumePoint)
  if (left) context.abortUpload(left)
  resumePoint.stored = undefined
  resumePoint.multipart = undefined
  resumePoint.blocks = undefined
  context.saveResumePoint()
}

/**
 * Returns the object at the path. A user who may write need not be allowed to read; then the condition of the link
 * decides.
 * @param guarded whether the link has that condition. Complete has none, so a file in parts needs to look.
 */
async function lookUp(context: TransferContext, guarded: boolean): Promise<ObjectStats | undefined> {
  try {
    return await context.objectAt(context.toSend.path)
  } catch (thrown) {
    if (isListingBlocked(thrown)) {
      // No later file asks for one again.
      context.server.lists = false
      return await lookUp(context, guarded)
    }
    if (!isForbidden(thrown)) throw thrown
    return guarded ? undefined : await statOf(context.toSend.path, context)
  }
}

/**
 * Returns whether the stored bytes cannot be used any more: they are too old, deleted by the store, or cannot be
 * assembled.
 */
function isUnusable(refusal: ResponseError, { stored }: ResumePoint): boolean {
  const { code } = ruleFor(refusal)
  if (code === 'address-expired') return true
  return refusal.side === 'lakefs' && stored !== undefined && (isGone(refusal) || code === 'storage-refused')
}

async function send(context: TransferContext, hint: StagingLocation | undefined, ifAbsent: boolean): Promise<Stored> {
  const { toSend, resumePoint } = context
  const verdict = await context.precheck()
  const strategy = chooseStrategy(toSend, { ...choiceOf(verdict, context), hint })
  const traits = traitsOf(verdict.storage)
  return await strategy(toSend, context, { resumePoint, traits, hint, ifAbsent })
}

function choiceOf({ storage }: PrecheckResult, { server, wayOptions }: TransferContext) {
  return { storage, server, ...wayOptions }
}

/**
 * Remembers a feature that the server lacks although it announced it. Returns undefined so that the next strategy is
 * chosen; other errors are rethrown.
 * @param believed features that were assumed when the file began; another file may have corrected them since.
 */
function correctTraits(thrown: unknown, context: TransferContext, believed: ServerTraits): undefined {
  const { server } = context
  if (thrown instanceof ResponseError && thrown.side === 'lakefs') {
    const noMultipart = thrown.status === 501 && believed.multipart
    const noPresign = thrown.status === 500 && /not supported|GoogleAccessID/i.test(thrown.detail) && believed.presign
    if (noMultipart) server.multipart = false
    else if (noPresign) server.presign = false
    const tooLarge = thrown.status === 413 && believed.direct !== false
    if (tooLarge) server.direct = false
    if (noMultipart || noPresign || tooLarge) {
      discardStored(context)
      return undefined
    }
  }
  // The user has chosen the way through lakeFS since this file began.
  if (server.throughLakeFS && !believed.throughLakeFS && isStoreFailure(thrown)) {
    discardStored(context)
    return undefined
  }
  throw thrown
}

function isStoreFailure(thrown: unknown): boolean {
  if (isUploadError(thrown)) return isAvoidedByLakeFS(thrown.code)
  return thrown instanceof ResponseError && thrown.side === 'storage' && isAvoidedByLakeFS(ruleFor(thrown).code)
}

/** Returns whether the object is what this file left there when its answer was lost. */
function isPosted({ checksum, size_bytes }: ObjectStats, { resumePoint, toSend }: TransferContext): boolean {
  return checksum === resumePoint.posted && size_bytes === toSend.size
}

/** Returns the outcome for a taken path by the policy or the answer of the user. */
async function outcomeOfConflict(existing: ObjectStats, context: TransferContext): Promise<Outcome> {
  const { at, path } = context.toSend
  const choice = context.choice
  if (choice === 'skip') return { type: 'skip', reason: 'exists' }
  if (choice === 'fail') throw new UploadError('exists', { facts: { path, branch: at.branch } })
  const taken = async (name: string) => context.isClaimed(name) || (await statOf(name, context)) !== undefined
  const renamed = await freeName(path, taken)
  checkLength(renamed)
  if (choice === 'rename') return { type: 'rename', path: renamed }
  return { type: 'ask', conflict: { existing, renamed, compared: verdictOf(existing, context) } }
}

function statOf(path: string, context: TransferContext): Promise<ObjectStats | undefined> {
  return context.api(() => context.lakefs.stat(context.toSend.at, path, context.signal))
}
