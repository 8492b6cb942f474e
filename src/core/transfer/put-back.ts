import { isSameAddress, type ObjectStats } from '../lakefs/wire.ts'
import { hasStatus, isForbidden, ResponseError } from '../request/response-error.ts'
import type { TransferContext } from './context.ts'
import type { FileToSend } from './file-to-send.ts'
import { link } from './link.ts'

/**
 * Puts an object whose bytes are stored back at a path that has nothing: by link, or by its address alone (PUT …/objects)
 * where that link has run out or was never given, as for bytes that went through lakeFS. Repeats what a commit beside it
 * loses again, as long as the patience of the context lasts.
 * @throws ResponseError where lakeFS does not take it; 412 where something else is at the path by now; 410 where the store no
 *   longer has the bytes, and the entry is taken back.
 */
export async function putBack(toSend: FileToSend, context: TransferContext, object: ObjectStats): Promise<ObjectStats> {
  const { at, path } = toSend
  const since = context.now()
  for (let tries = 1; ; tries += 1) {
    const stats = await put(toSend, context, object).catch(async (thrown: unknown) => {
      if (!hasStatus(thrown, 412) || (await look(toSend, context, object)) === 'other') throw thrown
      return undefined
    })
    if (stats && (await isStored(toSend, context))) return stats
    const there = await look(toSend, context, object)
    if (there === 'other') throw new ResponseError({ side: 'lakefs', status: 412, message: 'the path is taken' })
    if (there === 'own' && stats) {
      await context.api(() => context.lakefs.resetObject(at, path))
      throw new ResponseError({ side: 'storage', status: 410, message: 'the store no longer has the bytes' })
    }
    if (context.now() - since > context.retryTimeout) {
      throw new ResponseError({
        side: 'lakefs',
        status: 503,
        message: 'commits beside it lose the object again and again',
      })
    }
    await context.pause(tries)
  }
}

async function put(toSend: FileToSend, context: TransferContext, object: ObjectStats): Promise<ObjectStats> {
  const { at, path } = toSend
  const source = { location: { physical_address: object.physical_address }, checksum: object.checksum }
  try {
    return await link(toSend, context, source, true)
  } catch (thrown) {
    if (!hasStatus(thrown, 400)) throw thrown
    // This call knows no condition: looking just before narrows the gap.
    if ((await look(toSend, context, object)) === 'other') {
      throw new ResponseError({ side: 'lakefs', status: 412, message: 'the path is taken' })
    }
    return await context.api(() => context.lakefs.stageObject(at, path, object))
  }
}

/** What the branch has at the path. */
async function look(
  { at, path }: FileToSend,
  context: TransferContext,
  { physical_address }: ObjectStats,
): Promise<'own' | 'other' | 'nothing'> {
  const there = await context.api(() => context.lakefs.stat(at, path))
  if (!there) return 'nothing'
  return isSameAddress(there.physical_address, physical_address) ? 'own' : 'other'
}

/** Who may write and not read cannot look: then lakeFS has taken the object, and that is all that is known. */
async function isStored({ at, path }: FileToSend, context: TransferContext): Promise<boolean> {
  try {
    return await context.api(() => context.lakefs.isStored(at, path))
  } catch (thrown) {
    if (isForbidden(thrown)) return true
    throw thrown
  }
}
