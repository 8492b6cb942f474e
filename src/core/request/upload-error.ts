import type { ErrorFacts } from '../error-codes.ts'
import { isUploadError, plainCause, UploadError } from '../errors.ts'
import { answerOf, type Rule, ruleFor, sideOf } from './refusal-rules.ts'
import { isAbort, ResponseError, wordsOf } from './response-error.ts'

/** Permission that lakeFS names when a user lacks it, such as `fs:WriteObject`. */
const PERMISSION = /not allowed to ([a-z]+:\w+)/i

function factsOf(refusal: ResponseError, rule: Rule): ErrorFacts | undefined {
  if (rule.code === 'forbidden') {
    const permission = PERMISSION.exec(refusal.detail)?.[1]
    return permission === undefined ? undefined : { permission }
  }
  if (rule.code === 'throttled') {
    const seconds = Math.round((refusal.waitedMs ?? 0) / 1000)
    return {
      side: sideOf(refusal, rule),
      ...(refusal.status > 0 ? { by: answerOf(refusal, rule).by } : {}),
      ...(seconds > 0 ? { seconds } : {}),
      ...(refusal.retryAt === undefined ? {} : { until: refusal.retryAt }),
    }
  }
  const hasAnswer = ['storage-error', 'lakefs-error', 'proxy-refused'].includes(rule.code)
  return hasAnswer ? answerOf(refusal, rule) : undefined
}

/**
 * Converts any thrown value to the error that a user may see.
 * @param place facts that an answer does not have, such as the branch that a sentence names.
 */
export function toUploadError(thrown: unknown, place?: ErrorFacts): UploadError {
  if (isUploadError(thrown)) return thrown
  if (thrown instanceof ResponseError) {
    const rule = ruleFor(thrown)
    return new UploadError(rule.code, {
      status: thrown.status || undefined,
      facts: { ...place, ...factsOf(thrown, rule) },
      detail: wordsOf(thrown),
      requestId: thrown.requestId,
      // The cause leaves out the error itself: the body of a 409 has a presigned URL in it.
      cause: plainCause(thrown),
    })
  }
  if (isAbort(thrown)) return new UploadError('aborted', { cause: thrown })
  return new UploadError('protocol', {
    detail: thrown instanceof Error ? thrown.message : String(thrown),
    cause: plainCause(thrown),
  })
}
