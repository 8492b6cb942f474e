import type { Kind } from './compare.ts'
import type { Plan } from './plan.ts'

/** One file of a saved plan. */
export interface PlanFileRow {
  /** On the branch. */
  path: string
  size: number
  /** The file's own time of change, ISO. */
  mtime: string
  /** MD5 of the bytes where the comparing has computed it, else empty. */
  md5: string
  /** What lakeFS had at the path, as its checksum; empty: nothing. */
  checksum: string
  physical_address: string
  verdict: Kind
  /** Code of what keeps a refused file from landing. */
  reason: string
}

/** A plan to keep: what {@link planFile} writes and `readSaved` reads. */
export interface PlanFile {
  format: 'lakefs-uploader plan'
  version: 1
  repository: string
  branch: string
  prefix: string
  /** ISO. */
  when: string
  /** Why nothing could land there; empty: it could. */
  verdict: string
  totals: Plan['shares']
  files: readonly PlanFileRow[]
}

/**
 * A plan as JSON text: destination, totals and verdict, and of each file path, size, time of change, MD5 where it is known,
 * and verdict. Without metadata and without anything that opens a door.
 * @param when ms since 1970. Default: now.
 */
export function planFile(plan: Plan, when: number = Date.now()): string {
  const { repository, branch, prefix } = plan.destination
  const file: PlanFile = {
    format: 'lakefs-uploader plan',
    version: 1,
    repository,
    branch,
    prefix,
    when: new Date(when).toISOString(),
    verdict: plan.verdict?.code ?? '',
    totals: plan.shares,
    files: plan.entries.map(({ path, size, kind, input, md5 = '', existing, error }) => ({
      path: prefix + path,
      size,
      mtime: new Date(input.file.lastModified).toISOString(),
      md5,
      checksum: existing?.checksum ?? '',
      physical_address: existing?.physical_address ?? '',
      verdict: kind,
      reason: error?.code ?? '',
    })),
  }
  return `${JSON.stringify(file, null, 2)}\n`
}
