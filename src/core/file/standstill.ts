/** Ms without a transferred byte after which the idle time is shown. */
const IDLE_AFTER_MS = 10_000
/** Ms after the last byte before the missing answer is shown: most answers arrive sooner. */
const ANSWER_AFTER_MS = 2000

/** Figures that a view shows while nothing moves. */
export interface Standstill {
  /** Whole seconds since the last transferred byte. Present from 10 on. */
  readonly idleSeconds?: number | undefined
  /** True when every byte has left and the server has not answered for 2 seconds. */
  readonly awaitsAnswer?: true | undefined
}

/**
 * Returns what to show after this time without movement.
 * @param ms since the last byte.
 * @param sent whether every byte has left and the answer is due.
 */
export function standstillOf(ms: number, sent: boolean): Standstill {
  return {
    idleSeconds: ms >= IDLE_AFTER_MS ? Math.floor(ms / 1000) : undefined,
    awaitsAnswer: sent && ms >= ANSWER_AFTER_MS ? true : undefined,
  }
}
