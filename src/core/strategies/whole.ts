import type { StagingLocation } from '../lakefs.ts'
import { Refusal, ruleFor } from '../refusal.ts'
import { checkEtag } from './checksum.ts'
import type { Means, Parcel, Stored } from './strategy.ts'

/**
 * One PUT of the whole file to a presigned URL (contract §1).
 * @param hint where a 409 said to send it; without one an address is asked for.
 * @throws UploadError `etag-hidden`; Refusal for what the table does not repeat.
 */
export async function sendWhole(parcel: Parcel, means: Means, hint?: StagingLocation): Promise<Stored> {
  const { file, path, at } = parcel
  let since = means.now()
  const newAddress = async () => {
    const given = await means.api(() => means.lakefs.address(at, path, means.signal))
    since = means.now()
    return given
  }
  let location = hint?.presigned_url ? hint : await newAddress()
  for (let signedAgain = false; ; signedAgain = true) {
    const stop = new AbortController()
    const digest = means.digest(file, AbortSignal.any([means.signal, stop.signal]))
    // Failing to hash must not fail the upload on its own; it is read below, where it is awaited.
    digest?.catch(() => {})
    try {
      let checked = { etag: '', verified: false }
      await means.put(async () => {
        if (!means.isFresh(location.presigned_url_expiry)) location = await newAddress()
        if (!location.presigned_url) throw notPresigned()
        return {
          method: 'PUT',
          url: location.presigned_url,
          body: file,
          headers: { 'Content-Type': parcel.contentType },
          onProgress: means.progress,
          check: async (answer) => {
            checked = checkEtag(answer, await digest)
          },
        }
      })
      return { kind: 'link', location, checksum: checked.etag, verified: checked.verified, since }
    } catch (thrown) {
      stop.abort()
      if (signedAgain || !(thrown instanceof Refusal) || ruleFor(thrown).verdict !== 'sign') throw thrown
      location = await newAddress()
    }
  }
}

/** What lakeFS itself says where it cannot presign, for an answer that lacks the URL. */
function notPresigned(): Refusal {
  return new Refusal({ side: 'lakefs', status: 500, message: 'operation not supported: no presigned URL' })
}
