import type { LakeFSClient } from '../lakefs/retrying-client.ts'
import { ResponseError } from '../request/response-error.ts'

const MAX_NAMES = 50

/**
 * Returns `upload-0614`, then `upload-0614-2` and so on, from characters that branch names may have: letters, digits,
 * `-` and `_`.
 */
export function uploadBranchName(day: Date, number = 1, stem = 'upload'): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const date = `${two(day.getMonth() + 1)}${two(day.getDate())}`
  return `${stem}-${date}${number > 1 ? `-${number}` : ''}`
}

export interface UploadBranch {
  name: string
  /** Commit from which the branch was created. */
  commit: string
  /** True when branch lists omit it. */
  hidden: boolean
}

export interface UploadBranchOptions {
  repository: string
  /** Branch or commit from which it is created. */
  source: string
  /** Hides the branch from branch lists where the server supports it. Default false. */
  hidden?: boolean
  stem?: string
  signal?: AbortSignal | undefined
}

/**
 * Creates a branch for uploads with the first free name. Calls POST /repositories/{r}/branches; after a 409 it tries
 * the next name.
 * @throws ResponseError 403 when the user may not create branches, 404 when the source is missing.
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
      // Servers without this field refuse the body; the branch is then created visibly.
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
