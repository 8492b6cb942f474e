import { UploadError } from '../errors.ts'
import type { ObjectStats } from '../lakefs/wire.ts'
import type { TransferContext } from './context.ts'
import type { FileToSend } from './file-to-send.ts'
import { takeBack } from './take-back.ts'

/**
 * Compares what lakeFS says that it has put on the branch with what it was asked to: the path byte by byte, and the
 * size. Servers in between decode addresses or cut bodies, and lakeFS then takes what reaches it. Returns the object. An
 * object that differs is taken back.
 * @throws UploadError `path-mismatch` or `size-mismatch`, with both values as facts, and `left` where the object could
 *   not be taken back.
 */
export async function compareAnswer(
  object: ObjectStats,
  { at, path, size }: Pick<FileToSend, 'at' | 'path' | 'size'>,
  context: Pick<TransferContext, 'api' | 'lakefs'>,
): Promise<ObjectStats> {
  const differs = differenceOf(object, path, size)
  if (!differs) return object
  const left = await takeBack(context, at, object.path)
  throw new UploadError(differs.code, { facts: { path, ...differs.facts, ...left } })
}

function differenceOf(object: ObjectStats, path: string, size: number) {
  if (object.path !== path) return { code: 'path-mismatch', facts: { got: object.path } } as const
  // Older servers leave the size out of some answers.
  if (object.size_bytes !== undefined && object.size_bytes !== size) {
    return { code: 'size-mismatch', facts: { size, arrived: object.size_bytes } } as const
  }
  return undefined
}
