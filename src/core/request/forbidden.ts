import { ResponseError, ruleFor } from './response-error.ts'

/**
 * Whether lakeFS refuses this person, and not this session. Apart from refusal.ts, which is in the component's first load:
 * only the engine asks this.
 */
export function isForbidden(thrown: unknown): thrown is ResponseError {
  return thrown instanceof ResponseError && ruleFor(thrown).code === 'forbidden'
}
