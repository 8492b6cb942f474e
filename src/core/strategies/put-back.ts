import { isForbidden } from '../forbidden.ts'
import { Refusal } from '../refusal.ts'
import type { ObjectStats } from '../state.ts'
import { link } from './finish.ts'
import type { Means, Parcel } from './strategy.ts'

/**
 * Puts an object whose bytes are stored back on its branch: by link, or by its address alone (PUT …/objects) where that
 * link has run out or was never given, as for bytes that went through lakeFS.
 * @param ifAbsent only where nothing is at the path.
 * @throws Refusal where lakeFS does not take it; 410 where the store no longer has the bytes, and the entry is taken back.
 */
export async function putBack(
  parcel: Parcel,
  means: Means,
  object: ObjectStats,
  ifAbsent: boolean,
): Promise<ObjectStats> {
  const { at, path } = parcel
  const { lakefs } = means
  const source = { location: { physical_address: object.physical_address }, checksum: object.checksum }
  const stats = await link(parcel, means, source, ifAbsent).catch((thrown: unknown) => {
    if (!(thrown instanceof Refusal) || thrown.status !== 400) throw thrown
    return means.api(() => lakefs.stageObject(at, path, object))
  })
  if (await isStored(parcel, means)) return stats
  await means.api(() => lakefs.resetObject(at, path))
  throw new Refusal({ side: 'storage', status: 410, message: 'the store no longer has the bytes' })
}

/** Who may write and not read cannot look: then lakeFS has taken the object, and that is all that is known. */
async function isStored({ at, path }: Parcel, { lakefs, api }: Means): Promise<boolean> {
  try {
    return await api(() => lakefs.isStored(at, path))
  } catch (thrown) {
    if (isForbidden(thrown)) return true
    throw thrown
  }
}
