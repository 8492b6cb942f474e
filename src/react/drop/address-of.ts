import type { Destination } from '../../core/index.ts'

/** Returns the lakeFS URI of a destination. */
export function addressOf({ repository, branch, prefix }: Destination): string {
  return `lakefs://${repository}/${branch}/${prefix}`
}
