import { isUploadError, plainCause, UploadError } from '../errors.ts'
import { multipartOf, type ResumePoint, type Stored } from '../file/resume-point.ts'
import type { Conflict, SkipReason } from '../file/state.ts'
import { checkLength, freeName } from '../intake/paths.ts'
import type { PrecheckResult } from '../lakefs/precheck.ts'
import { isLocation, type ObjectStats, type StagingLocation } from '../lakefs/wire.ts'
import { isForbidden, ResponseError, ruleFor, toUploadError } from '../request/response-error.ts'
import { traitsOf } from '../store/limits.ts'
import type { TransferContext } from './context.ts'
import { checksumOf, isGone, linkOrComplete } from './link.ts'
import type { ServerTraits } from './services.ts'
import { chooseStrategy } from './strategies/choose.ts'
import { sendParts } from './strategies/multipart.ts'

/** How often a file follows 409s to other addresses before it gives up; lakectl follows for ever
 * (docs/lakefs-contract.md, "Conflicts (409)").
 */
export const MAX_MOVES = 5

export type Outcome =
  | { type: 'uploaded'; object: ObjectStats; verified: boolean }
  | { type: 'skip'; reason: SkipReason; object?: ObjectStats }
  /** Waits for an answer without holding anything up; `resumePoint` knows what has been stored so far. */
  | { type: 'ask'; conflict: Conflict }
  /** Starts over under another path: an address is signed for one path only. */
  | { type: 'rename'; path: string }

/**
 * One file onto the branch: check, send, finish. Goes on from `context.resumePoint`, so that calling it again after a
 * pause, a refusal or an answer repeats nothing that is done. Rejects with UploadError, or with AbortError at the
 * signal.
 */
export async function transfer(context: TransferContext): Promise<Outcome> {
  try {
    return await attempt(context)
  } catch (thrown) {
    if (thrown instanceof ResponseError) throw toUploadError(thrown, { branch: context.toSend.at.branch })
    throw thrown
  }
}

async function attempt(context: TransferContext): Promise<Outcome> {
  const ifAbsent = context.choice !== 'overwrite'
  const settled = context.resumePoint.stored ? undefined : await lookBefore(context, ifAbsent)
  return settled ?? (await land(context, ifAbsent))
}

/** All that can be known before the first byte; an outcome where nothing needs to be sent. */
async function lookBefore(context: TransferContext, ifAbsent: boolean): Promise<Outcome | undefined> {
  const { resumePoint, toSend } = context
  context.enter('check')
  checkLength(toSend.path)
  const verdict = await context.precheck()
  if (verdict.error) throw verdict.error
  // Over the limits of its store: said before the first byte, whatever the branch has.
  const strategy = chooseStrategy(toSend, choiceOf(verdict, context))
  await context.checkReadable()
  const looks = ifAbsent || resumePoint.landed || resumePoint.posted
  const existing = looks ? await lookUp(context, strategy !== sendParts) : undefined
  if (!existing) return undefined
  if (existing.checksum === resumePoint.landed) return { type: 'skip', reason: 'identical', object: existing }
  if (isPosted(existing, context)) return { type: 'uploaded', object: existing, verified: true }
  return ifAbsent ? await clash(existing, context) : undefined
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
async function land(context: TransferContext, ifAbsent: boolean): Promise<Outcome> {
  const { resumePoint, toSend } = context
  const turns: Turns = { moves: 0, renewed: false, vanished: { count: 0, since: 0 }, hint: undefined }
  for (;;) {
    try {
      const stored = resumePoint.stored ?? (await store(context, turns.hint, ifAbsent))
      if (!stored) continue
      context.enter('finish')
      const object = await linkOrComplete(toSend, context, stored, ifAbsent)
      // Begun in parts once, and gone another way since.
      if (resumePoint.multipart && stored.kind !== 'complete') context.abortUpload(resumePoint.multipart)
      return { type: 'uploaded', object, verified: stored.verified }
    } catch (thrown) {
      const outcome = await afterRefusal(thrown, context, turns)
      if (outcome) return outcome
    }
  }
}

/** Every byte to the store, as `resumePoint.stored` tells afterwards. Undefined where another way has to be chosen. */
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
    rememberTraits(thrown, context, believed),
  )
  if (!resumePoint.stored) return undefined
  await context.checkUnchanged().catch(async (changed: unknown) => {
    // A mix of two versions: what the store has must never be linked, or not stay.
    if (resumePoint.stored?.kind === 'done') await context.api(() => context.lakefs.resetObject(toSend.at, toSend.path))
    resumePoint.stored = undefined
    throw changed
  })
  context.saveResumePoint()
  return resumePoint.stored
}

/** What a refusal comes to: an outcome, once more round (undefined), or the refusal itself, thrown on. */
async function afterRefusal(thrown: unknown, context: TransferContext, turns: Turns): Promise<Outcome | undefined> {
  const { resumePoint } = context
  if (isUploadError(thrown) && thrown.code === 'checksum-mismatch') {
    // What the store has is not the file: trying again must not find it and link it.
    resumePoint.stored = undefined
    resumePoint.multipart = undefined
  }
  if (!(thrown instanceof ResponseError)) throw thrown
  const { code } = ruleFor(thrown)
  if (code === 'exists') return await afterExists(thrown, context, turns)
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
  startAnew(context)
  return undefined
}

/** The condition at link or complete has found the path taken. */
async function afterExists(
  refusal: ResponseError,
  context: TransferContext,
  turns: Turns,
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
    return { type: 'uploaded', object: await secured(existing, context), verified: true }
  }
  if (existing && (await isSame(existing, context))) return { type: 'skip', reason: 'identical', object: existing }
  if (existing) return await clash(existing, context)
  // Taken a moment ago and free again: commits beside the link do that again and again, as long as somebody commits.
  const { vanished } = turns
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

/** Whether the object at the path has the bytes that were stored for this file, by size and checksum. */
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
 * Puts an object that went through lakeFS onto the branch once more, by its address and without a condition: a commit
 * beside the upload may leave out the entry that a conditional upload has written. Servers that cannot do that, and
 * people who may not, keep the entry as it is.
 */
async function secured(object: ObjectStats, context: TransferContext): Promise<ObjectStats> {
  const { at, path } = context.toSend
  try {
    return await context.api(() => context.lakefs.stageObject(at, path, object, context.signal))
  } catch (thrown) {
    if (thrown instanceof ResponseError) return object
    throw thrown
  }
}

/** The bytes lie at an address that lakeFS will not take: they are sent again, to another one. */
function startAnew(context: TransferContext): void {
  const { resumePoint } = context
  const left = multipartOf(resumePoint)
  if (left) context.abortUpload(left)
  resumePoint.stored = undefined
  resumePoint.multipart = undefined
  resumePoint.blocks = undefined
  context.saveResumePoint()
}

/**
 * What the branch has at the path. Who may write there need not be allowed to look: then the condition at link finds
 * out.
 * @param guarded whether there is such a condition; complete has none, so a file in parts has to be seen before.
 */
async function lookUp(context: TransferContext, guarded: boolean): Promise<ObjectStats | undefined> {
  try {
    return await context.objectAt(context.toSend.path)
  } catch (thrown) {
    if (!isForbidden(thrown)) throw thrown
    return guarded ? undefined : await statOf(context.toSend.path, context)
  }
}

/** Whether what was stored is of no use any more: too old, given up by the store, or not to be put together. */
function isSpent(refusal: ResponseError, { stored }: ResumePoint): boolean {
  const { code } = ruleFor(refusal)
  if (code === 'address-expired') return true
  return refusal.side === 'lakefs' && stored !== undefined && (isGone(refusal) || code === 'storage-refused')
}

async function send(context: TransferContext, hint: StagingLocation | undefined, ifAbsent: boolean): Promise<Stored> {
  const { toSend, resumePoint } = context
  const verdict = await context.precheck()
  const strategy = chooseStrategy(toSend, { ...choiceOf(verdict, context), hint })
  const traits = traitsOf(verdict.config.storage_config)
  return await strategy(toSend, context, { resumePoint, traits, hint, ifAbsent })
}

function choiceOf({ config }: PrecheckResult, { server, partSize, viaApiBelow }: TransferContext) {
  return { storage: config.storage_config, server, partSize, viaApiBelow }
}

/**
 * A server that promised more than it has: remember it and let the file go the next best way.
 * @param believed what was known when the file set out; another one may have found out meanwhile.
 */
function rememberTraits(thrown: unknown, context: TransferContext, believed: ServerTraits): undefined {
  const { server } = context
  if (thrown instanceof ResponseError && thrown.side === 'lakefs') {
    const noMultipart = thrown.status === 501 && believed.multipart
    const noPresign = thrown.status === 500 && /not supported|GoogleAccessID/i.test(thrown.detail) && believed.presign
    if (noMultipart) server.multipart = false
    else if (noPresign) server.presign = false
    const tooLarge = thrown.status === 413 && believed.direct !== false
    if (tooLarge) server.direct = false
    if (noMultipart || noPresign || tooLarge) {
      const left = multipartOf(context.resumePoint)
      if (left) context.abortUpload(left)
      context.resumePoint.multipart = undefined
      context.resumePoint.blocks = undefined
      return undefined
    }
  }
  throw thrown
}

/** Whether the object is what this very file left there when its answer was lost. */
function isPosted({ checksum, size_bytes }: ObjectStats, { resumePoint, toSend }: TransferContext): boolean {
  return checksum === resumePoint.posted && size_bytes === toSend.size
}

/** The path is taken: what the person or the policy says of it. */
async function clash(existing: ObjectStats, context: TransferContext): Promise<Outcome> {
  const { at, path } = context.toSend
  const choice = context.choice
  if (choice === 'skip') return { type: 'skip', reason: 'exists' }
  if (choice === 'fail') throw new UploadError('exists', { facts: { path, branch: at.branch } })
  const taken = async (name: string) => context.isClaimed(name) || (await statOf(name, context)) !== undefined
  const renamed = await freeName(path, taken)
  checkLength(renamed)
  if (choice === 'rename') return { type: 'rename', path: renamed }
  return { type: 'ask', conflict: { existing, renamed } }
}

function statOf(path: string, context: TransferContext): Promise<ObjectStats | undefined> {
  return context.api(() => context.lakefs.stat(context.toSend.at, path, context.signal))
}
