import { isSameAddress, type ObjectStats } from '../lakefs/wire.ts'
import { isForbidden } from '../request/refusal-rules.ts'
import { hasStatus, ResponseError } from '../request/response-error.ts'
import type { TransferContext } from './context.ts'
import type { FileToSend } from './file-to-send.ts'
import { link } from './link.ts'

/**
 * Puts an object whose bytes are stored back at an empty path: by link, or by its address alone (PUT …/objects) when
 * the link has expired or was never issued, as for bytes that were sent through lakeFS. Repeats it when a commit at the
 * same time loses the object again, until the retry timeout of the context.
 * @throws ResponseError when lakeFS refuses it; 412 when the path has another object by now; 410 when the store no
 *   longer has the bytes, after the entry was removed again.
 */
export async function putBack(toSend: FileToSend, context: TransferContext, object: ObjectStats): Promise<ObjectStats> {
  const { at, path } = toSend
  const since = context.now()
  for (let tries = 1; ; tries += 1) {
    const stats = await put(toSend, context, object).catch(async (thrown: unknown) => {
      if (!hasStatus(thrown, 412) || (await compareAtPath(toSend, context, object)) === 'other') throw thrown
      return undefined
    })
    if (stats && (await isStored(toSend, context))) return stats
    const there = await compareAtPath(toSend, context, object)
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
    // This call takes no condition. Looking just before it makes the race less likely.
    if ((await compareAtPath(toSend, context, object)) === 'other') {
      throw new ResponseError({ side: 'lakefs', status: 412, message: 'the path is taken' })
    }
    return await context.api(() => context.lakefs.stageObject(at, path, object))
  }
}

/** Compares the object at the path with this one. */
async function compareAtPath(
  { at, path }: FileToSend,
  context: TransferContext,
  { physical_address }: ObjectStats,
): Promise<'own' | 'other' | 'nothing'> {
  const there = await context.api(() => context.lakefs.stat(at, path))
  if (!there) return 'nothing'
  return isSameAddress(there.physical_address, physical_address) ? 'own' : 'other'
}

/**
 * Returns whether the store has the bytes of the object at the path. A user who may write but not read cannot ask; then
 * the answer of lakeFS to the link has to do.
 */
async function isStored({ at, path }: FileToSend, context: TransferContext): Promise<boolean> {
  try {
    return await context.api(() => context.lakefs.isStored(at, path))
  } catch (thrown) {
    if (isForbidden(thrown)) return true
    throw thrown
  }
}
