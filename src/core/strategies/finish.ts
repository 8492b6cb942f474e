import { Refusal } from '../refusal.ts'
import type { ObjectStats } from '../state.ts'
import { compositeEtag } from './checksum.ts'
import type { Means, Multipart, Parcel, Stored } from './strategy.ts'

/**
 * Puts stored bytes on the branch: link, or complete. Repeats nothing that has happened: after a lost or busy answer it
 * first looks whether the path has our physical address already (contract §7). Rejects with the Refusal that is left:
 * 409 with the hint, 412, 400 "link address expired", …
 */
export async function settle(parcel: Parcel, means: Means, stored: Stored, ifAbsent: boolean): Promise<ObjectStats> {
  if (stored.kind === 'done') return stored.object
  if (stored.kind === 'link') return await link(parcel, means, stored, ifAbsent)
  return await complete(parcel, means, stored.multipart, ifAbsent)
}

type LinkSource = Pick<Extract<Stored, { kind: 'link' }>, 'location' | 'checksum'>

function link(parcel: Parcel, means: Means, { location, checksum }: LinkSource, ifAbsent: boolean) {
  const { at, path } = parcel
  const body = { staging: location, checksum, size_bytes: parcel.size, ...described(parcel) }
  return means.api(async (tries) => {
    const done = tries > 0 ? await landed(parcel, means, location.physical_address) : undefined
    return done ?? (await means.lakefs.link(at, path, body, ifAbsent, means.signal))
  })
}

async function complete(parcel: Parcel, means: Means, multipart: Multipart, ifAbsent: boolean): Promise<ObjectStats> {
  const { at, path } = parcel
  const address = multipart.physical_address
  if (ifAbsent) {
    // Complete knows no condition: looking just before narrows the gap, it does not close it (contract §2).
    const there = await means.api(() => means.lakefs.stat(at, path, means.signal))
    if (there && isAt(there, address)) return there
    if (there) throw new Refusal({ side: 'lakefs', status: 412, message: 'path exists before completing' })
  }
  const parts = [...multipart.etags].sort(([a], [b]) => a - b).map(([part_number, etag]) => ({ part_number, etag }))
  try {
    return await means.api(async (tries) => {
      const done = tries > 0 ? await landed(parcel, means, address) : undefined
      return (
        done ??
        (await means.lakefs.completeMultipart(at, path, multipart, { parts, ...described(parcel) }, means.signal))
      )
    })
  } catch (thrown) {
    const gone = thrown instanceof Refusal && /NoSuchUpload/.test(thrown.detail)
    if (!gone) throw thrown
    // Complete is two steps: the store has put the parts together before, only the entry is missing (contract §2).
    const done = await landed(parcel, means, address)
    if (done) return done
    const checksum = await compositeEtag(parts.map(({ etag }) => etag))
    return await link(parcel, means, { location: { physical_address: address }, checksum }, ifAbsent)
  }
}

function described({ contentType, metadata }: Parcel) {
  const entries = Object.keys(metadata).length > 0
  return { content_type: contentType, ...(entries ? { user_metadata: { ...metadata } } : {}) }
}

/** The object at the path, if it is the one at our address: an answer that was lost had been a yes. */
async function landed({ at, path }: Parcel, means: Means, address: string): Promise<ObjectStats | undefined> {
  const there = await means.lakefs.stat(at, path, means.signal)
  return there && isAt(there, address) ? there : undefined
}

/** Complete answers an address relative to the repository, everything else the full one (recorded). */
function isAt({ physical_address: there }: ObjectStats, address: string): boolean {
  return there === address || address.endsWith(`/${there}`) || there.endsWith(`/${address}`)
}
