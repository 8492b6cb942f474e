import { MD5 } from '../../checksum/etag.ts'
import { UploadError } from '../../errors.ts'
import { branchPath, type ObjectStats } from '../../lakefs/wire.ts'
import { isAbort, ResponseError } from '../../request/response-error.ts'
import { absolute } from '../../store/storage.ts'
import { compareAnswer } from '../compare-answer.ts'
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
  let object: ObjectStats | undefined
  let tried = 0
  try {
    await context.put(
      async (tries) => {
        tried = tries
        return {
          method: 'POST',
          url: absolute(lakefs.url(`${branchPath(at)}/objects`, { path })),
          body: file,
          headers: {
            ...(await lakefs.headers(signal)),
            'Content-Type': mediaType(toSend.contentType),
            ...(ifAbsent ? { 'If-None-Match': '*' } : {}),
            ...metadataHeaders(toSend.metadata),
          },
          onProgress: (sent) => context.progress(sent),
          check: async (answer) => {
            object = await compareAnswer(statsOf(answer.text, answer.status), toSend, context)
            const md5 = await digest
            if (md5 === undefined || !MD5.test(object.checksum) || object.checksum === md5) return
            // The damaged object is already on the branch: it is removed, and the file is sent again.
            await context.api(() => lakefs.resetObject(at, path, signal))
            throw new ResponseError({ side: 'storage', status: answer.status, xmlCode: 'BadDigest' })
          },
        }
      },
      signal,
      'lakefs',
    )
  } catch (thrown) {
    // A lost answer may have been a success, and then the object at the path is ours. A 412 may answer a copy of the
    // request that the browser has repeated.
    const unsure = tried > 0 || isAbort(thrown) || (thrown instanceof ResponseError && [0, 412].includes(thrown.status))
    if (unsure) resumePoint.posted = await digest?.catch(() => undefined)
    throw thrown
  }
  if (!object) throw new UploadError('protocol', { detail: 'upload through lakeFS ended without an object' })
  const md5 = await digest
  return { kind: 'done', object, verified: md5 !== undefined && object.checksum === md5 }
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
