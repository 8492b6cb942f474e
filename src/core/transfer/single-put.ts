import type { Stored } from '../file/resume-point.ts'
import type { StagingLocation } from '../lakefs/wire.ts'
import { ResponseError, ruleFor } from '../request/response-error.ts'
import type { Strategy } from './strategy.ts'
import { type Checked, checkWhole, ownChecksum } from './verify.ts'

/**
 * One PUT of the whole file to a presigned URL (contract §1), with the headers of its store.
 * @throws UploadError `etag-hidden`; ResponseError for what the table does not repeat.
 */
export const sendWhole: Strategy = async (parcel, means, delivery) => {
  try {
    return await put(parcel, means, delivery)
  } finally {
    delivery.resumePoint.whole = undefined
  }
}

const put: Strategy = async (parcel, means, { resumePoint, traits, hint }) => {
  const { file, path, at } = parcel
  const whole = { since: means.now() }
  resumePoint.whole = whole
  const newAddress = async () => {
    const given = await means.api(() => means.lakefs.address(at, path, means.signal))
    whole.since = means.now()
    return given
  }
  const sending = await means.ahead()
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
    const digest = means.digest(file, AbortSignal.any([means.signal, stop.signal]))
    // Failing to hash must not fail the upload on its own; it is read below, where it is awaited.
    digest?.catch(() => {})
    let tried = 0
    try {
      let checked: Checked = { checksum: '', verified: false }
      await means.put(async (tries) => {
        sending()
        if (!means.isFresh(location.presigned_url_expiry)) {
          location = await newAddress()
          tried = 0
        } else tried = tries
        if (!location.presigned_url) throw notPresigned()
        return {
          method: 'PUT',
          url: location.presigned_url,
          body: file,
          headers: { 'Content-Type': parcel.contentType, ...traits.headers },
          onProgress: means.progress,
          check: async (answer) => {
            checked = await checkWhole(answer, traits, file, means, digest)
          },
        }
      })
      return linkable(checked)
    } catch (thrown) {
      sending()
      if (alreadyThere(thrown, tried)) {
        const checksum = (await digest) ?? (await ownChecksum(file, '', means))
        if (checksum) return linkable({ checksum, verified: false })
      }
      stop.abort()
      if (signedAgain || !(thrown instanceof ResponseError) || ruleFor(thrown).verdict !== 'sign') throw thrown
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
