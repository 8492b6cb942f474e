import type { LakeFS } from '../lakefs/client.ts'
import type { BranchRef } from '../lakefs/wire.ts'
import { ResponseError } from '../request/response-error.ts'

interface TakeBackContext {
  readonly lakefs: Pick<LakeFS, 'resetObject'>
  api<T>(call: () => Promise<T>): Promise<T>
}

/**
 * Takes an object that is not the file off its branch again. Returns the fact `left` where lakeFS refuses that, as to a
 * user without `fs:RevertBranch`: the file then fails by what is wrong with the object, and the sentence says that it is
 * there still.
 */
export async function takeBack(context: TakeBackContext, at: BranchRef, path: string): Promise<{ left?: 1 }> {
  try {
    await context.api(() => context.lakefs.resetObject(at, path))
    return {}
  } catch (thrown) {
    if (thrown instanceof ResponseError) return { left: 1 }
    throw thrown
  }
}
