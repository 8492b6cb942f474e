import type { Job } from '../file/job.ts'
import { isAvoidedByLakeFS } from '../file/way.ts'
import { ruleFor } from '../request/response-error.ts'
import type { RetryOptions, WaitState } from '../request/retry.ts'
import { placeOf } from './file-to-send.ts'
import type { Progress } from './progress.ts'
import type { TransferServices } from './services.ts'

/** Number of requests without an answer after which the store is tested. */
const TEST_AFTER = 2

/**
 * Creates the retry options for the requests of one file. Its waits show in its row, its refusals slow the limiter of
 * the server that refused, and after two requests without an answer the store is tested.
 */
export function retryOptions(
  job: Job,
  { clock, session, online, apiLimiter, storeLimiter, health, server }: TransferServices,
  progress: Progress,
  waits: Pick<RetryOptions, 'retryTimeout' | 'waitForSession' | 'signal'>,
): RetryOptions {
  let current: WaitState | undefined
  let silences = 0
  return {
    ...waits,
    clock,
    session,
    alarm: job.alarm,
    online,
    progress: () => job.movement.sentNow,
    onWait: (waiting) => {
      // A link that was running when the user cancelled was not aborted; its retry is.
      job.stop.abortIfCancelled()
      current = waiting
      progress.startWaiting(waiting)
    },
    onResume: () => {
      if (current) progress.stopWaiting(current)
    },
    onRefusal: async (refusal, { reason }, offline) => {
      const limiter = refusal.side === 'storage' ? storeLimiter : apiLimiter
      if (!offline && reason !== 'token') limiter.slowDown(refusal.retryAfter)
      const { repository } = job.destination
      // The user has chosen the way through lakeFS since this request was made.
      const isAvoided = server(repository).throughLakeFS && isAvoidedByLakeFS(ruleFor(refusal).code)
      if (refusal.side === 'storage' && isAvoided) throw refusal
      if (refusal.side !== 'storage' || refusal.status !== 0 || offline) return
      silences += 1
      if (silences >= TEST_AFTER) await health(repository).examine(placeOf(job))
    },
  }
}
