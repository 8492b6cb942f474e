import { bareEtag, base64Of } from '../../checksum/etag.ts'
import { UploadError } from '../../errors.ts'
import type { Blocks } from '../../file/resume-point.ts'
import type { StagingLocation } from '../../lakefs/wire.ts'
import { linkedAbort } from '../../request/linked-abort.ts'
import { ruleFor } from '../../request/refusal-rules.ts'
import { ResponseError } from '../../request/response-error.ts'
import { type PieceLimits, STORES } from '../../store/limits.ts'
import type { TransferContext } from '../context.ts'
import type { FileToSend } from '../file-to-send.ts'
import { ownChecksum } from '../verify.ts'
import { pieceSizeFor, sendPieces } from './pieces.ts'
import { alreadyThere, notPresigned } from './single-put.ts'
import type { Strategy } from './strategy.ts'

const LIMITS = STORES.azure.pieces as PieceLimits
const MIB = 2 ** 20
/** Maximum number of restarts because the address expired before the last block was sent. */
const MAX_RESTARTS = 2
/** Factor by which each restart enlarges the blocks: fewer preflights and round trips for the same bytes. */
const RESTART_GROWTH = 4
/** Maximum number of times that the blocks Azure misses are sent again, before the whole file is. */
const MAX_REPAIRS = 4

/** Returns whether a file is sent in blocks: a file that fits into one block is sent in one PUT. */
export function isWorthBlocks(size: number, wished = 8 * MIB): boolean {
  return size > wished
}

/**
 * Thrown when the address expired before all blocks were started. It cannot be renewed, and a new one has no blocks.
 */
class AddressExpired extends Error {}

/**
 * Sends a file to Azure: Put Block in parallel and then Put Block List, all with the one URL that lakeFS issues
 * (docs/lakefs-contract.md, "Azure"). Each block carries its MD5, and Azure refuses a block that differs (400
 * Md5Mismatch). The checksum to link is the MD5 of the file, which is computed meanwhile: the answer to the list
 * carries the MD5 of the list itself.
 */
export const sendBlocks: Strategy = async (toSend, context, { resumePoint, hint }) => {
  const stop = linkedAbort(context.signal)
  const digest = context.md5(toSend.file, stop.signal, true)
  // A failure is handled where the digest is awaited.
  digest.catch(() => {})
  try {
    // An address that expired while the file was paused was not too short for it, so it does not count as a restart.
    if (resumePoint.blocks && !context.isFresh(resumePoint.blocks.location.presigned_url_expiry))
      resumePoint.blocks = undefined
    if (resumePoint.blocks) await readArrived(context, resumePoint.blocks)
    let signedAgain = false
    for (let restarts = 0; ; ) {
      resumePoint.blocks ??= await begin(toSend, context, restarts, restarts === 0 && !signedAgain ? hint : undefined)
      const { location } = resumePoint.blocks
      try {
        const etag = await sendUntilWhole(toSend, context, resumePoint.blocks)
        const md5 = await digest
        const checksum = md5 ?? (await ownChecksum(toSend.file, etag, context))
        if (!checksum) throw new UploadError('etag-hidden')
        // When the MD5 of the file cannot be computed, Azure has still compared every block.
        const { verified, since } = resumePoint.blocks
        return { kind: 'link', location, checksum, verified, since }
      } catch (thrown) {
        const missed =
          thrown instanceof AddressExpired || (isGone(thrown) && !context.isFresh(location.presigned_url_expiry))
        if (missed && restarts < MAX_RESTARTS) restarts += 1
        else if (missed) throw tooShort(toSend, context)
        else if (isGone(thrown) && !signedAgain) signedAgain = true
        else throw thrown
        resumePoint.blocks = undefined
      }
    }
  } finally {
    stop.abort()
    context.notice(undefined)
  }
}

async function begin(
  toSend: FileToSend,
  context: TransferContext,
  restarts: number,
  hint: StagingLocation | undefined,
): Promise<Blocks> {
  const { at, path, size } = toSend
  const location = hint?.presigned_url
    ? hint
    : await context.api(() => context.lakefs.address(at, path, context.signal))
  if (!location.presigned_url) throw notPresigned()
  const { partsAtOnce, partSize: wished } = context
  const first = pieceSizeFor(size, LIMITS, {
    wished,
    atOnce: partsAtOnce,
    bytesPerSecond: restarts === 0 ? context.bytesPerSecond : undefined,
  })
  // Larger blocks must still keep all concurrent requests busy.
  const larger = Math.max(
    first,
    Math.min(first * RESTART_GROWTH ** restarts, Math.ceil(size / partsAtOnce), LIMITS.most),
  )
  return { location, blockSize: larger, arrived: new Set(), verified: true, since: context.now() }
}

/**
 * Sends the missing blocks and commits them. When Azure does not find all of them (400 InvalidBlockList), it is asked
 * which ones it has, and the others are sent again. Returns what {@link sendMissing} returns.
 */
async function sendUntilWhole(toSend: FileToSend, context: TransferContext, blocks: Blocks): Promise<string> {
  for (let repairs = 0; ; repairs += 1) {
    try {
      return await sendMissing(toSend, context, blocks)
    } catch (thrown) {
      if (!isIncomplete(thrown) || repairs === MAX_REPAIRS || !(await readArrived(context, blocks))) throw thrown
    }
  }
}

/**
 * Sends the missing blocks and commits them. Returns the ETag of the blob, without quotes; empty when the page may not
 * read it.
 */
async function sendMissing(toSend: FileToSend, context: TransferContext, blocks: Blocks): Promise<string> {
  const { location, blockSize: pieceSize, arrived } = blocks
  const url = location.presigned_url ?? ''
  const expiry = location.presigned_url_expiry
  const warn = () => warnIfTooSlow(toSend, context, blocks)
  warn()
  const pieces = { size: toSend.size, pieceSize, has: (block: number) => arrived.has(block) }
  await sendPieces(pieces, context, async (block, from, to, signal, onProgress) => {
    const body = toSend.file.slice(from, to)
    // Computed before the block waits for its turn. More blocks are prepared than sent at once, so no request waits for
    // the Worker.
    const md5 = context.server.takesMd5 === false ? undefined : await context.digest(body, signal)
    await context.put(async (tries) => {
      const compared = md5 !== undefined && (tries === 0 ? context.server.takesMd5 !== false : await context.takesMd5())
      // A request that starts before the expiry is accepted; a later one is refused.
      if (!context.isFresh(expiry)) throw new AddressExpired()
      // Noted before the request, because its answer may be lost and the block found in Azure's list after a pause.
      blocks.verified &&= compared
      return {
        method: 'PUT',
        url: withQuery(url, `comp=block&blockid=${encodeURIComponent(idOf(block))}`),
        body,
        headers: compared ? { 'Content-MD5': base64Of(md5 ?? '') } : {},
        onProgress: (sent) => onProgress(sent, tries > 0 ? block : undefined),
      }
    }, signal)
    arrived.add(block)
    warn()
  })
  return await commit(toSend, context, blocks)
}

async function commit(toSend: FileToSend, context: TransferContext, { location, blockSize }: Blocks): Promise<string> {
  const count = Math.ceil(toSend.size / blockSize)
  const names = Array.from({ length: count }, (_, index) => `<Latest>${idOf(index + 1)}</Latest>`).join('')
  let tried = 0
  try {
    const answer = await context.put((tries) => {
      tried = tries
      return {
        method: 'PUT',
        url: withQuery(location.presigned_url ?? '', 'comp=blocklist'),
        body: `<?xml version="1.0" encoding="utf-8"?><BlockList>${names}</BlockList>`,
        headers: { 'x-ms-blob-content-type': toSend.contentType },
      }
    })
    return bareEtag(answer.header('etag') ?? '')
  } catch (thrown) {
    if (alreadyThere(thrown, tried)) return ''
    throw thrown
  }
}

/**
 * Reads from Azure which blocks have arrived, including those whose answer was lost. Returns false when the page may not
 * read the list (CORS without GET); then only the blocks that were answered count.
 */
async function readArrived(context: TransferContext, { location, blockSize, arrived }: Blocks): Promise<boolean> {
  const url = withQuery(location.presigned_url ?? '', 'comp=blocklist&blocklisttype=all')
  let text: string
  try {
    text = (await context.ask({ method: 'GET', url, body: null })).text
  } catch (thrown) {
    if (thrown instanceof ResponseError) return false
    throw thrown
  }
  const sizes = new Map(
    [...text.matchAll(/<Name>([^<]+)<\/Name>\s*<Size>(\d+)<\/Size>/g)].map(([, id = '', size]) => [id, Number(size)]),
  )
  const known = new Set(arrived)
  arrived.clear()
  for (const [id, size] of sizes) {
    const block = Number(atob(id)) + 1
    // A full block, or the last one, whose answer has arrived.
    if (size === blockSize || known.has(block)) arrived.add(block)
  }
  return true
}

/** Shows a notice when the address will expire too early at the current speed. */
function warnIfTooSlow(toSend: FileToSend, context: TransferContext, { location, blockSize, arrived }: Blocks): void {
  const left = context.timeLeft(location.presigned_url_expiry)
  if (left === undefined || context.bytesPerSecond === undefined) return
  const bytes = Math.max(0, toSend.size - arrived.size * blockSize)
  const seconds = bytes / (context.bytesPerSecond * context.partsAtOnce)
  context.notice(seconds * 1000 > left ? { type: 'address-too-short', seconds, secondsLeft: left / 1000 } : undefined)
}

function tooShort({ path, size }: FileToSend, context: TransferContext): UploadError {
  const pace = Math.round((context.bytesPerSecond ?? 0) * context.partsAtOnce)
  return new UploadError('address-expired', { facts: { path, size, pace, restarts: MAX_RESTARTS } })
}

/** Returns whether the URL was refused (403 for an expired or invalid signature) or its blocks are gone. */
function isGone(thrown: unknown): boolean {
  if (!(thrown instanceof ResponseError) || thrown.side !== 'storage') return false
  return ruleFor(thrown).action === 'sign' || isIncomplete(thrown)
}

/** Returns whether Azure does not have all blocks of a list, or not yet. */
function isIncomplete(thrown: unknown): boolean {
  return thrown instanceof ResponseError && thrown.xmlCode === 'InvalidBlockList'
}

/** Returns the id of a block. Before base64, all ids of a blob must have the same length. */
function idOf(block: number): string {
  return btoa(String(block - 1).padStart(5, '0'))
}

function withQuery(url: string, query: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${query}`
}
