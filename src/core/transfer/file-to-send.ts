import { fullPath, type Job } from '../file/job.ts'
import type { BranchRef } from '../lakefs/wire.ts'

/** Facts of a file that its requests carry. */
export interface FileToSend {
  readonly id: string
  readonly file: Blob
  readonly size: number
  readonly at: BranchRef
  /** Full path on the branch. */
  readonly path: string
  readonly contentType: string
  readonly metadata: Readonly<Record<string, string>>
}

/** Returns the branch and the full path of a file. */
export function placeOf(job: Job): { at: BranchRef; path: string } {
  const { repository, branch } = job.destination
  return { at: { repository, branch }, path: fullPath(job) }
}
