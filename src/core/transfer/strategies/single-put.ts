import type { Stored } from '../../file/resume-point.ts'
import type { StagingLocation } from '../../lakefs/wire.ts'
import { linkedAbort } from '../../request/linked-abort.ts'
import { ruleFor } from '../../request/refusal-rules.ts'
import { ResponseError } from '../../request/response-error.ts'
import { type Checked, checkWhole, ownChecksum } from '../verify.ts'
import { asksAnew, requiredMd5 } from './required-md5.ts'
import type { Strategy } from './strategy.ts'

/**
 * Sends the whole file in one PUT to a presigned URL, with the headers of its store (docs/lakefs-contract.md,
 * "Presigned addresses").
 * @throws UploadError `etag-hidden`; ResponseError when no retry is left.
 */
export const sendWhole: Strategy = async (toSend, context, delivery) => {
  try {
    return await put(toSend, context, delivery)
  } finally {
    delivery.resumePoint.whole = undefined
  }
}

const put: Strategy = async (toSend, context, { resumePoint, traits, hint }) => {
  const { file, path, at } = toSend
  const whole = { since: context.now() }
  resumePoint.whole = whole
  const newAddress = async () => {
    const given = await context.api(() => context.lakefs.address(at, path, context.signal))
    whole.since = context.now()
    return given
  }
  const sending = await context.waitForRoom()
  let location: StagingLocation
  try {
    location = hint?.presigned_url ? hint : await newAddress()
  } catch (thrown) {
    sending()
    throw thrown
  }
  const linkable = ({ checksum, verified }: Checked): Stored => ({
    kind: 'link',
    location,
    checksum,
    verified,
    since: whole.since,
  })
  for (let signedAgain = false; ; ) {
    const stop = linkedAbort(context.signal)
    const digest = context.digest(file, stop.signal)
    // A failure to hash must not fail the upload. It is handled where the digest is awaited.
    digest?.catch(() => {})
    let tried = 0
    let md5: Readonly<Record<string, string>> | undefined
    try {
      if (context.needsMd5) md5 = await requiredMd5(file, context, context.signal, digest)
      let checked: Checked = { checksum: '', verified: false }
      await context.put(async (tries) => {
        sending()
        if (!context.isFresh(location.presigned_url_expiry)) {
          location = await newAddress()
          tried = 0
        } else tried = tries
        if (!location.presigned_url) throw notPresigned()
        return {
          method: 'PUT',
          url: location.presigned_url,
          body: file,
          headers: { 'Content-Type': toSend.contentType, ...traits.headers, ...md5 },
          onProgress: (sent) => context.progress(sent),
          check: async (answer) => {
            checked = await checkWhole(answer, traits, file, context, digest)
          },
        }
      })
      return linkable(checked)
    } catch (thrown) {
      sending()
      if (alreadyThere(thrown, tried)) {
        const checksum = (await digest) ?? (await ownChecksum(file, '', context))
        if (checksum) return linkable({ checksum, verified: false })
      }
      stop.abort()
      if (asksAnew(thrown, context, md5)) continue
      if (signedAgain || !(thrown instanceof ResponseError) || ruleFor(thrown).action !== 'sign') throw thrown
      location = await newAddress()
      signedAgain = true
    } finally {
      stop.release()
    }
  }
}

/**
 * Returns whether an earlier try of ours has stored the blob: Azure answers a repeated PUT with 409 where blobs are
 * immutable. Only our own try can have written to an address that lakeFS issued to this file alone.
 */
export function alreadyThere(thrown: unknown, tries: number): boolean {
  return tries > 0 && thrown instanceof ResponseError && thrown.status === 409 && thrown.xmlCode === 'BlobAlreadyExists'
}

/** Creates the error of lakeFS for a server that cannot presign, when an answer lacks the URL. */
export function notPresigned(): ResponseError {
  return new ResponseError({ side: 'lakefs', status: 500, message: 'operation not supported: no presigned URL' })
}
