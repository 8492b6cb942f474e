import type { ErrorFacts } from '../error-codes.ts'
import type { Job } from '../file/job.ts'
import { isAvoidedByLakeFS } from '../file/stopped-by-store.ts'
import { ruleFor } from '../request/refusal-rules.ts'
import type { RetryOptions, WaitState } from '../request/retry.ts'
import { placeOf } from './file-to-send.ts'
import type { Progress } from './progress.ts'
import type { TransferServices } from './services.ts'

/** Requests to lakeFS without an answer after which it is tested. A single lost connection is no reason to. */
const TEST_LAKEFS_AFTER = 2

/**
 * Creates the retry options for the requests of one file. Its waits show in its row, its refusals slow the limiter of
 * the server that refused, and a server that gives no answer is tested; what is found stands in the row.
 * @param listing true for a listing that the file can do without.
 */
export function retryOptions(
  job: Job,
  { clock, session, online, apiLimiter, storeLimiter, health, lakefsHealth, server }: TransferServices,
  progress: Progress,
  waits: Pick<RetryOptions, 'retryTimeout' | 'waitForSession' | 'obeys' | 'signal'>,
  listing: boolean,
): RetryOptions {
  let current: WaitState | undefined
  let found: ErrorFacts | undefined
  let silences = 0
  const examine = async (look: Promise<ErrorFacts | undefined>) => {
    found = await look
    if (!current || found === undefined) return
    const told = { ...current, found }
    progress.replaceWaiting(current, told)
    current = told
  }
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
      const isSilent = waiting.reason === 'storage-unreachable' || waiting.reason === 'lakefs-unreachable'
      current = found && isSilent ? { ...waiting, found } : waiting
      progress.startWaiting(current)
    },
    onResume: () => {
      if (current) progress.stopWaiting(current)
      current = undefined
    },
    onRefusal: (refusal, { reason }, offline) => {
      const { side, status, retryAfter } = refusal
      if (!offline && reason !== 'token') (side === 'storage' ? storeLimiter : apiLimiter).slowDown(retryAfter)
      const { repository } = job.destination
      // The user has chosen the way through lakeFS since this request was made.
      const isAvoided = server(repository).throughLakeFS && isAvoidedByLakeFS(ruleFor(refusal).code)
      if (side === 'storage' && isAvoided) throw refusal
      if (status !== 0) found = undefined
      if (status !== 0 || offline || reason === 'token') {
        silences = 0
        return undefined
      }
      silences += 1
      const place = placeOf(job)
      if (side === 'storage') return examine(health(repository).examine(place, silences, job.size))
      // Work that belongs to no file has no place.
      if (silences < TEST_LAKEFS_AFTER || place.at.repository === '') return undefined
      return examine(lakefsHealth.examine(place.at, place.path, listing))
    },
  }
}
