import { Refusal, ruleFor } from './refusal.ts'

/** Whether lakeFS refuses this person, and not this session. */
export function isForbidden(thrown: unknown): thrown is Refusal {
  return thrown instanceof Refusal && ruleFor(thrown).code === 'forbidden'
}
