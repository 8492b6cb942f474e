import type { Kind } from './compare.ts'
import type { Plan } from './plan.ts'

/** File of a saved plan. */
export interface PlanFileRow {
  /** Full path on the branch. */
  path: string
  size: number
  /** Time of change of the file (ISO 8601). */
  mtime: string
  /** MD5 of the bytes if the comparison computed it, else empty. */
  md5: string
  /** Checksum of the object at the path; empty without an object. */
  checksum: string
  physical_address: string
  verdict: Kind
  /** Error code of a refused file. */
  reason: string
}

/** Saved plan, which {@link planFile} writes and `readSaved` reads. */
export interface PlanFile {
  format: 'lakefs-uploader plan'
  version: 1
  repository: string
  branch: string
  prefix: string
  /** ISO 8601. */
  when: string
  /** Error code when no file can be put there, else empty. */
  verdict: string
  totals: Plan['shares']
  files: readonly PlanFileRow[]
}

/**
 * Converts a plan to JSON text: destination, totals and verdict, and for each file path, size, time of change, MD5 if
 * known, and verdict. It has no metadata and no credentials.
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
