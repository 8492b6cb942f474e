import type { Stored } from '../../file/resume-point.ts'
import type { StagingLocation } from '../../lakefs/wire.ts'
import { ResponseError, ruleFor } from '../../request/response-error.ts'
import { type Checked, checkWhole, ownChecksum } from '../verify.ts'
import type { Strategy } from './strategy.ts'

/**
 * One PUT of the whole file to a presigned URL (docs/lakefs-contract.md, "Presigned addresses"), with the headers of
 * its store.
 * @throws UploadError `etag-hidden`; ResponseError for what the table does not repeat.
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
  const sending = await context.ahead()
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
  for (let signedAgain = false; ; signedAgain = true) {
    const stop = new AbortController()
    const digest = context.digest(file, AbortSignal.any([context.signal, stop.signal]))
    // Failing to hash must not fail the upload on its own; it is read below, where it is awaited.
    digest?.catch(() => {})
    let tried = 0
    try {
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
          headers: { 'Content-Type': toSend.contentType, ...traits.headers },
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
      if (signedAgain || !(thrown instanceof ResponseError) || ruleFor(thrown).action !== 'sign') throw thrown
      location = await newAddress()
    }
  }
}

/**
 * Azure's 409 to a repeated PUT where blobs may not be written over: the answer that was lost had been a yes. Only our
 * own earlier try can have put something at an address that lakeFS gave to nobody else.
 */
export function alreadyThere(thrown: unknown, tries: number): boolean {
  return tries > 0 && thrown instanceof ResponseError && thrown.status === 409 && thrown.xmlCode === 'BlobAlreadyExists'
}

/** What lakeFS itself says where it cannot presign, for an answer that lacks the URL. */
export function notPresigned(): ResponseError {
  return new ResponseError({ side: 'lakefs', status: 500, message: 'operation not supported: no presigned URL' })
}
