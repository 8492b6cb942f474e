import { Refusal, ruleFor } from './refusal.ts'

/**
 * Whether lakeFS refuses this person, and not this session. Apart from refusal.ts, which is in the component's first load:
 * only the engine asks this.
 */
export function isForbidden(thrown: unknown): thrown is Refusal {
  return thrown instanceof Refusal && ruleFor(thrown).code === 'forbidden'
}
