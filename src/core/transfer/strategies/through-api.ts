import { MD5 } from '../../checksum/etag.ts'
import { UploadError } from '../../errors.ts'
import { tokenExpiry } from '../../lakefs/token.ts'
import { branchPath, type ObjectStats } from '../../lakefs/wire.ts'
import { hasStatus, isAbort, ResponseError } from '../../request/response-error.ts'
import { absolute } from '../../store/storage.ts'
import { compareAnswer } from '../compare-answer.ts'
import type { TransferContext } from '../context.ts'
import type { FileToSend } from '../file-to-send.ts'
import { findSameObject, leavesOpen, unlessOnBranch } from '../look-at-branch.ts'
import { takeBack } from '../take-back.ts'
import type { Strategy } from './strategy.ts'

/**
 * Sends the file in one POST through lakeFS (docs/lakefs-contract.md, "Through lakeFS"), for stores that cannot presign
 * and for files below `viaApiBelow`: POST …/branches/{b}/objects?path= with the raw body. No link follows. `ifAbsent`
 * adds If-None-Match: *, and lakeFS answers 412 when the path is taken.
 */
export const sendThroughApi: Strategy = async (toSend, context, { ifAbsent, resumePoint }) => {
  const { lakefs, signal } = context
  const { at, path, file } = toSend
  const digest = context.digest(file, signal)
  digest?.catch(() => {})
  // Without a comparison of checksums the MD5 is needed only to know the object again after a lost answer.
  let needed: Promise<string | undefined> | undefined
  const md5OfFile = () => {
    needed ??= (digest ?? context.md5(file, signal)).catch(() => undefined)
    return needed
  }
  const look = async () => await findSameObject(toSend, context, await md5OfFile())
  let object: ObjectStats | undefined
  let tried = 0
  const sending = async () => {
    await context.put(
      async (tries) => {
        tried = tries
        const own = tries > 0 ? await look() : undefined
        if (own) throw new AlreadyThere(own)
        const auth = await lakefs.headers(signal)
        const warn = sessionWarning(toSend, context, tokenExpiry(auth.Authorization))
        return {
          method: 'POST',
          url: absolute(lakefs.url(`${branchPath(at)}/objects`, { path })),
          body: file,
          headers: {
            ...auth,
            'Content-Type': mediaType(toSend.contentType),
            ...(ifAbsent ? { 'If-None-Match': '*' } : {}),
            ...metadataHeaders(toSend.metadata),
          },
          onProgress: (sent) => {
            context.progress(sent)
            warn(sent)
          },
          check: async (answer) => {
            object = await compareAnswer(statsOf(answer.text, answer.status), toSend, context)
            const md5 = await digest
            if (md5 === undefined || !MD5.test(object.checksum) || object.checksum === md5) return
            // The damaged object is already on the branch: it is removed, and the file is sent again.
            await takeBack(context, at, path)
            throw new ResponseError({ side: 'storage', status: answer.status, xmlCode: 'BadDigest' })
          },
        }
      },
      signal,
      'lakefs',
    )
    return object
  }
  try {
    object = await unlessOnBranch(context, sending, look)
  } catch (thrown) {
    if (thrown instanceof AlreadyThere) object = thrown.object
    else {
      // A lost answer may have been a success, and then the object at the path is ours. A 412 may answer a copy of the
      // request that the browser has repeated.
      const unsure = tried > 0 || isAbort(thrown) || leavesOpen(thrown) || hasStatus(thrown, 412)
      if (unsure) resumePoint.posted = await md5OfFile()
      throw thrown
    }
  }
  if (!object) throw new UploadError('protocol', { detail: 'upload through lakeFS ended without an object' })
  const md5 = await digest
  return { kind: 'done', object, verified: md5 !== undefined && object.checksum === md5 }
}

/**
 * Returns a function that shows a notice when the session will end before the whole body is sent: lakeFS then refuses
 * it, and all of it is sent again.
 * @param expiry end of the session in seconds since 1970; undefined where it is not known.
 */
function sessionWarning({ size }: FileToSend, context: TransferContext, expiry: number | undefined) {
  const began = context.now()
  return (sent: number) => {
    const left = context.timeLeft(expiry)
    if (left === undefined || sent === 0) return
    const seconds = ((size - sent) / sent) * ((context.now() - began) / 1000)
    const isShort = seconds * 1000 > left
    context.notice(isShort ? { type: 'session-too-short', seconds, secondsLeft: left / 1000 } : undefined)
  }
}

/** Thrown instead of sending the body again, when an earlier try has put it on the branch. */
class AlreadyThere extends Error {
  readonly object: ObjectStats
  constructor(object: ObjectStats) {
    super('already on the branch')
    this.object = object
  }
}

function statsOf(text: string, status: number): ObjectStats {
  try {
    const body = JSON.parse(text) as Partial<ObjectStats> | null
    if (typeof body?.checksum === 'string' && typeof body.path === 'string') return body as ObjectStats
  } catch {
    // Invalid JSON is refused like JSON of another shape.
  }
  throw new ResponseError({ side: 'lakefs', status, message: 'unexpected answer to an upload' })
}

/**
 * Returns the type, or `application/octet-stream` in its place. lakeFS answers 500 to a Content-Type that is no media
 * type, and to form-data without a boundary (docs/lakefs-contract.md, "Through lakeFS").
 */
function mediaType(type: string): string {
  const plain = /^[\w.+-]+\/[\w.+-]+(\s*;\s*[\w-]+=("[^"]*"|[\w.+-]+))*$/.test(type)
  return plain && !type.startsWith('multipart/') ? type : 'application/octet-stream'
}

/** Returns the X-Lakefs-Meta-* headers. A header carries bytes, so each value is sent as its UTF-8 bytes. */
function metadataHeaders(metadata: Readonly<Record<string, string>>): Record<string, string> {
  const asBytes = (text: string) => String.fromCharCode(...new TextEncoder().encode(text))
  return Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => [`X-Lakefs-Meta-${asBytes(key)}`, asBytes(value)]),
  )
}
