import { ResponseError, toUploadError } from '../request/response-error.ts'
import type { LakeFSClient } from './retrying-client.ts'
import { type BranchRef, branchPath } from './wire.ts'

/**
 * Whether this person may put an object there, as far as lakeFS tells: protection and read-only repositories are not
 * asked about (contract §1). GET …/objects/stage_allowed; servers that do not know the question say nothing against it.
 */
export async function canWrite(
  lakefs: LakeFSClient,
  at: BranchRef,
  path: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const ask = { path: `${branchPath(at)}/objects/stage_allowed`, query: { path }, signal }
  try {
    await lakefs.repeat((once) => once.call(ask), signal)
    return true
  } catch (thrown) {
    if (!(thrown instanceof ResponseError)) throw thrown
    return toUploadError(thrown).code !== 'forbidden'
  }
}
