import type { Summary } from './api.ts'
import type { Job } from './job.ts'

/** The end of a run, counted from the files themselves. */
export function summarize(jobs: Iterable<Job>, duration: number): Summary {
  const summary = { files: 0, uploaded: 0, skipped: 0, failed: 0, cancelled: 0, bytes: 0, duration }
  const objects: Summary['objects'][number][] = []
  const errors: Summary['errors'][number][] = []
  for (const { state, path } of jobs) {
    summary.files += 1
    switch (state.status) {
      case 'uploaded':
        summary.uploaded += 1
        summary.bytes += state.object.size_bytes
        objects.push(state.object)
        break
      case 'failed':
        summary.failed += 1
        errors.push({ path, error: state.error })
        break
      case 'skipped':
      case 'cancelled':
        summary[state.status] += 1
        break
    }
  }
  return { ...summary, objects, errors }
}
