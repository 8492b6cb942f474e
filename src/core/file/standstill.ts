/** Ms without a byte from which on that is told. */
const IDLE_AFTER = 10_000
/** Ms after the last byte from which on the missing answer is told: most come at once. */
const ANSWER_AFTER = 2000

/** What is told where nothing moves. */
export interface Standstill {
  /** Whole seconds since the last byte moved, from 10 on. */
  readonly idleSeconds?: number | undefined
  /** True once every byte has left and no answer has come for 2 seconds. */
  readonly awaitsAnswer?: true | undefined
}

/** @param ms since the last byte. @param sent whether it was the last one there is, and an answer to it is due. */
export function standstillOf(ms: number, sent: boolean): Standstill {
  return {
    idleSeconds: ms >= IDLE_AFTER ? Math.floor(ms / 1000) : undefined,
    awaitsAnswer: sent && ms >= ANSWER_AFTER ? true : undefined,
  }
}
