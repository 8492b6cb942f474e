import { UploadError } from '../../errors.ts'
import type { Multipart } from '../../file/resume-point.ts'
import type { MultipartUpload } from '../../lakefs/wire.ts'
import { abortError } from '../../request/clock.ts'
import { ruleFor } from '../../request/refusal-rules.ts'
import { ResponseError } from '../../request/response-error.ts'
import { type PieceLimits, STORES } from '../../store/limits.ts'
import type { TransferContext } from '../context.ts'
import type { FileToSend } from '../file-to-send.ts'
import { checkPart } from '../verify.ts'
import { pieceSizeFor, sendPieces } from './pieces.ts'
import { asksAnew, requiredMd5 } from './required-md5.ts'
import type { Strategy } from './strategy.ts'

const LIMITS = STORES.s3.pieces as PieceLimits
const MIB = 2 ** 20

/**
 * Returns whether a file is sent in parts. Below two parts, the additional calls take longer than parallel parts save.
 */
export function isWorthParts(size: number, wished = 8 * MIB): boolean {
  return size > 2 * Math.max(LIMITS.least, wished)
}

/**
 * Sends a file in parallel parts, each with a URL that is signed shortly before it is sent (docs/lakefs-contract.md,
 * "Multipart uploads"). `resumePoint` keeps the stored parts, so a second call sends only the rest.
 */
export const sendParts: Strategy = async (toSend, context, { resumePoint }) => {
  let restarted = false
  for (;;) {
    resumePoint.multipart ??= await create(toSend, context)
    context.saveResumePoint()
    if (context.signal.aborted) throw abortError()
    try {
      const verified = await sendMissing(toSend, context, resumePoint.multipart)
      return { kind: 'complete', multipart: resumePoint.multipart, verified }
    } catch (thrown) {
      const signless = thrown instanceof SignlessServer
      const stale = thrown instanceof StaleUrls
      const gone = thrown instanceof ResponseError && thrown.xmlCode === 'NoSuchUpload'
      if (!signless && !stale && (!gone || restarted)) throw thrown
      // The upload starts over with all URLs if the server cannot sign single parts. It starts over once if the store
      // has deleted it, or if URLs that cannot be renewed have expired.
      context.abortUpload(resumePoint.multipart)
      resumePoint.multipart = undefined
      if (stale && restarted) throw thrown.reason(toSend)
      restarted ||= !signless
    }
  }
}

/** Thrown when the server cannot sign single parts. */
class SignlessServer extends Error {}

/** Thrown when a part URL has expired on a server that issues all URLs at create and no others. */
class StaleUrls extends Error {
  readonly #refusal: ResponseError | undefined

  /** @param refusal answer of the store; undefined when the URL itself shows that it has expired. */
  constructor(refusal?: ResponseError) {
    super()
    this.#refusal = refusal
  }

  /** Returns the error of the file when new URLs did not help. */
  reason({ path, size }: FileToSend): Error {
    return this.#refusal ?? new UploadError('address-expired', { facts: { path, size, restarts: 1 } })
  }
}

async function create({ at, path, size }: FileToSend, context: TransferContext): Promise<Multipart> {
  const partSize = pieceSizeFor(size, LIMITS, {
    wished: context.partSize,
    atOnce: context.partsAtOnce,
    bytesPerSecond: context.bytesPerSecond,
  })
  const count = context.server.signsParts ? 0 : Math.ceil(size / partSize)
  // Not abortable: an upload whose id was lost would stay at the store for ever. When the user cancels, it is aborted
  // afterwards.
  const upload: MultipartUpload = await context.api(() => context.lakefs.createMultipart(at, path, count))
  return {
    upload_id: upload.upload_id,
    physical_address: upload.physical_address,
    partSize,
    etags: new Map(),
    verified: true,
    since: context.now(),
    ...(upload.presigned_urls?.length ? { urls: upload.presigned_urls } : {}),
  }
}

/** Sends the missing parts. Returns whether every part was compared with its MD5. */
async function sendMissing(toSend: FileToSend, context: TransferContext, multipart: Multipart): Promise<boolean> {
  const { partSize, etags } = multipart
  const pieces = { size: toSend.size, pieceSize: partSize, has: (part: number) => etags.has(part) }
  await sendPieces(pieces, context, async (part, from, to, signal, onProgress) => {
    const sent = await sendPart(toSend, context, multipart, part, toSend.file.slice(from, to), signal, onProgress)
    multipart.verified &&= sent.verified
    etags.set(part, sent.etag)
    context.saveResumePoint(part)
  })
  return multipart.verified
}

async function sendPart(
  toSend: FileToSend,
  context: TransferContext,
  multipart: Multipart,
  part: number,
  body: Blob,
  signal: AbortSignal,
  onProgress: (sent: number, repeating?: number) => void,
): Promise<{ etag: string; verified: boolean }> {
  const digest = context.digest(body, signal)
  digest?.catch(() => {})
  for (let signedAgain = false; ; ) {
    let url = await sign(toSend, context, multipart, part, signal)
    let md5: Readonly<Record<string, string>> | undefined
    try {
      let checked = { etag: '', verified: false }
      if (context.needsMd5) md5 = await requiredMd5(body, context, signal, digest)
      await context.put(async (tries) => {
        // The URL may have expired while the part waited for its turn or for a retry.
        if (tries > 0 || !context.isFresh(expiryOf(url))) url = await sign(toSend, context, multipart, part, signal)
        return {
          method: 'PUT',
          url,
          body,
          headers: { ...md5 },
          onProgress: (sent) => onProgress(sent, tries > 0 ? part : undefined),
          check: async (answer) => {
            checked = await checkPart(answer, STORES.s3, context, await digest)
          },
        }
      }, signal)
      return checked
    } catch (thrown) {
      if (asksAnew(thrown, context, md5)) continue
      if (!(thrown instanceof ResponseError) || ruleFor(thrown).action !== 'sign') throw thrown
      if (multipart.urls) throw new StaleUrls(thrown)
      if (signedAgain) throw thrown
      signedAgain = true
    }
  }
}

async function sign(
  { at, path }: FileToSend,
  context: TransferContext,
  multipart: Multipart,
  part: number,
  signal: AbortSignal,
): Promise<string> {
  const given = multipart.urls?.[part - 1]
  if (given) {
    if (!context.isFresh(expiryOf(given))) throw new StaleUrls()
    return given
  }
  try {
    return await context.api(() => context.lakefs.signPart(at, path, multipart, part, signal), signal)
  } catch (thrown) {
    // Older servers lack this route: 404 "invalid API endpoint", 405 or 501 (docs/lakefs-contract.md, "Multipart
    // uploads").
    const missing =
      thrown instanceof ResponseError && thrown.side === 'lakefs' && [404, 405, 501].includes(thrown.status)
    if (!missing || /repository|branch/i.test(thrown.detail)) throw thrown
    context.server.signsParts = false
    throw new SignlessServer()
  }
}

/** Returns when a SigV4 URL expires, in Unix seconds, read from its query; undefined when the query lacks it. */
export function expiryOf(url: string): number | undefined {
  const query = new URL(url).searchParams
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? '') ?? []
  const life = Number(query.get('X-Amz-Expires') ?? Number.NaN)
  const signed = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(signed + life) ? undefined : signed / 1000 + life
}
