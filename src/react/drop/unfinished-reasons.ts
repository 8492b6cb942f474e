import type { ErrorCode, UnfinishedFile } from '../../core/index.ts'
import type { StoppedFiles } from '../i18n/messages.ts'

/** Counts of unfinished files by the reason why they stopped, failed ones by error code; the largest come first. */
export interface Stops {
  readonly stopped: readonly StoppedFiles[]
  readonly failed: readonly { code: ErrorCode; count: number }[]
}

/** Counts the files by reason. Files without a known reason are in neither list. */
export function stopsOf(files: readonly UnfinishedFile[]): Stops {
  const stopped = new Map<StoppedFiles['why'], number>()
  const failed = new Map<ErrorCode, number>()
  for (const { stopped: why } of files) {
    if (why?.type === 'failed') failed.set(why.code, (failed.get(why.code) ?? 0) + 1)
    else if (why) {
      const key = why.type === 'waiting' ? why.reason : why.type
      stopped.set(key, (stopped.get(key) ?? 0) + 1)
    }
  }
  return {
    stopped: [...stopped].map(([why, count]) => ({ why, count })).sort((a, b) => b.count - a.count),
    failed: [...failed].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count),
  }
}
