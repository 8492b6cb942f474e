import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import { ResponseError } from '../request/response-error.ts'

const MAX_NAMES = 50

/** `upload-0614`, then `upload-0614-2` and so on: letters, digits, `-` and `_` are all a branch name may have. */
export function uploadBranchName(day: Date, number = 1, stem = 'upload'): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const date = `${two(day.getMonth() + 1)}${two(day.getDate())}`
  return `${stem}-${date}${number > 1 ? `-${number}` : ''}`
}

export interface UploadBranch {
  name: string
  /** The commit it starts from. */
  commit: string
  /** Whether it is left out of branch lists. */
  hidden: boolean
}

export interface UploadBranchOptions {
  repository: string
  /** Branch that it is made from. */
  source: string
  /** Left out of branch lists where the server can do that. Default false. */
  hidden?: boolean
  stem?: string
  signal?: AbortSignal | undefined
}

/**
 * Makes a branch for uploads under the first free name. POST /repositories/{r}/branches; 409 takes the next name.
 * @throws ResponseError 403 where this person may not make branches, 404 where the source is missing.
 */
export async function createUploadBranch(lakefs: LakeFSClient, options: UploadBranchOptions): Promise<UploadBranch> {
  const { repository, source, stem, signal } = options
  const day = new Date(lakefs.clock.now())
  let hidden = options.hidden ?? false
  for (let number = 1; number <= MAX_NAMES; number += 1) {
    const name = uploadBranchName(day, number, stem)
    const body = { name, source, ...(hidden ? { hidden } : {}) }
    try {
      const commit = await lakefs.repeat((once) => once.createBranch(repository, body), signal)
      return { name, commit: String(commit).trim(), hidden }
    } catch (thrown) {
      if (!(thrown instanceof ResponseError)) throw thrown
      // Servers that do not know the field refuse the body; the branch then shows in lists, and that is all.
      if (hidden && (thrown.status === 400 || thrown.status === 422)) {
        hidden = false
        number -= 1
      } else if (thrown.status !== 409) throw thrown
    }
  }
  throw new ResponseError({
    side: 'lakefs',
    status: 409,
    message: `no free name after ${uploadBranchName(day, MAX_NAMES, stem)}`,
  })
}
