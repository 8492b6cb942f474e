import { isSameAddress, type ObjectStats } from '../lakefs/wire.ts'
import { hasStatus, isForbidden, ResponseError } from '../request/response-error.ts'
import { link } from './link.ts'
import type { FileToSend, Means } from './strategy.ts'

/**
 * Puts an object whose bytes are stored back at a path that has nothing: by link, or by its address alone (PUT …/objects)
 * where that link has run out or was never given, as for bytes that went through lakeFS. Repeats what a commit beside it
 * loses again, as long as the means are patient.
 * @throws ResponseError where lakeFS does not take it; 412 where something else is at the path by now; 410 where the store no
 *   longer has the bytes, and the entry is taken back.
 */
export async function putBack(parcel: FileToSend, means: Means, object: ObjectStats): Promise<ObjectStats> {
  const { at, path } = parcel
  const since = means.now()
  for (let tries = 1; ; tries += 1) {
    const stats = await put(parcel, means, object).catch(async (thrown: unknown) => {
      if (!hasStatus(thrown, 412) || (await look(parcel, means, object)) === 'other') throw thrown
      return undefined
    })
    if (stats && (await isStored(parcel, means))) return stats
    const there = await look(parcel, means, object)
    if (there === 'other') throw new ResponseError({ side: 'lakefs', status: 412, message: 'the path is taken' })
    if (there === 'own' && stats) {
      await means.api(() => means.lakefs.resetObject(at, path))
      throw new ResponseError({ side: 'storage', status: 410, message: 'the store no longer has the bytes' })
    }
    if (means.now() - since > means.patience) {
      throw new ResponseError({
        side: 'lakefs',
        status: 503,
        message: 'commits beside it lose the object again and again',
      })
    }
    await means.pause(tries)
  }
}

async function put(parcel: FileToSend, means: Means, object: ObjectStats): Promise<ObjectStats> {
  const { at, path } = parcel
  const source = { location: { physical_address: object.physical_address }, checksum: object.checksum }
  try {
    return await link(parcel, means, source, true)
  } catch (thrown) {
    if (!hasStatus(thrown, 400)) throw thrown
    // This call knows no condition: looking just before narrows the gap.
    if ((await look(parcel, means, object)) === 'other') {
      throw new ResponseError({ side: 'lakefs', status: 412, message: 'the path is taken' })
    }
    return await means.api(() => means.lakefs.stageObject(at, path, object))
  }
}

/** What the branch has at the path. */
async function look(
  { at, path }: FileToSend,
  { lakefs, api }: Means,
  { physical_address }: ObjectStats,
): Promise<'own' | 'other' | 'nothing'> {
  const there = await api(() => lakefs.stat(at, path))
  if (!there) return 'nothing'
  return isSameAddress(there.physical_address, physical_address) ? 'own' : 'other'
}

/** Who may write and not read cannot look: then lakeFS has taken the object, and that is all that is known. */
async function isStored({ at, path }: FileToSend, { lakefs, api }: Means): Promise<boolean> {
  try {
    return await api(() => lakefs.isStored(at, path))
  } catch (thrown) {
    if (isForbidden(thrown)) return true
    throw thrown
  }
}
