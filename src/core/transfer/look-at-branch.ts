import type { ObjectStats } from '../lakefs/wire.ts'
import { ruleFor } from '../request/refusal-rules.ts'
import { ResponseError } from '../request/response-error.ts'
import type { TransferContext } from './context.ts'
import type { FileToSend } from './file-to-send.ts'

/**
 * True for a failure that leaves open what lakeFS has done: no answer, the error of a server in between or of lakeFS in
 * the midst of its work, or a good status whose body got lost.
 */
export function leavesOpen(thrown: unknown): thrown is ResponseError {
  if (!(thrown instanceof ResponseError) || thrown.side !== 'lakefs') return false
  const { status } = thrown
  return status === 0 || status === 408 || status >= 500 || (status >= 200 && status < 300)
}

/**
 * Runs requests that put an object on the branch. When they fail, and any of them has left open whether it has, it looks
 * there before the file fails.
 * @param requests receives a function that each refusal has to be given to; returns it.
 * @param look returns the object at the path if it is this file's own. Called at most once.
 */
export async function unlessOnBranch<T>(
  context: Pick<TransferContext, 'lastLook'>,
  requests: (note: (thrown: unknown) => unknown) => Promise<T>,
  look: () => Promise<T | undefined>,
): Promise<T> {
  let open = false
  const note = (thrown: unknown) => {
    open ||= leavesOpen(thrown)
    return thrown
  }
  try {
    return await requests(note)
  } catch (thrown) {
    note(thrown)
    if (!open || !(thrown instanceof ResponseError)) throw thrown
    const own = await context.lastLook(look).catch((unseen: unknown) => {
      // What nobody can see stays open, and the file fails by what is known.
      if (unseen instanceof ResponseError) return undefined
      throw unseen
    })
    if (own === undefined) throw thrown
    return own
  }
}

/**
 * Returns the object at the path, if it has the bytes and the metadata of this file: then the lost answer to an upload
 * through lakeFS was a success. One request, outside the limits of lakeFS, because the upload itself holds its place.
 * @param md5 of the file.
 * @throws ResponseError when another try may tell more.
 */
export async function findSameObject(
  toSend: FileToSend,
  context: Pick<TransferContext, 'lakefs' | 'signal'>,
  md5: string | undefined,
): Promise<ObjectStats | undefined> {
  if (md5 === undefined) return undefined
  const { at, path, size } = toSend
  try {
    const there = await context.lakefs.stat(at, path, context.signal)
    const same = there?.checksum === md5 && there.size_bytes === size && hasMetadata(there, toSend)
    return same ? there : undefined
  } catch (thrown) {
    if (!(thrown instanceof ResponseError) || ['wait', 'session'].includes(ruleFor(thrown).action)) throw thrown
    return undefined
  }
}

/** Compares metadata if the answer has them. Names come back in lower case, because they were headers. */
function hasMetadata({ metadata }: ObjectStats, toSend: FileToSend): boolean {
  if (metadata === undefined) return true
  const there = new Map(Object.entries(metadata).map(([key, value]) => [key.toLowerCase(), value]))
  return Object.entries(toSend.metadata).every(([key, value]) => there.get(key.toLowerCase()) === value)
}
