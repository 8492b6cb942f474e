import { Alarm, type Clock } from './clock.ts'

/** How often a lost session is looked at again, in ms: the person may have signed in in another tab. */
const PROBE_EVERY = 10_000
const ANSWER_HOLDS = 1000

export interface SessionOptions {
  clock: Clock
  /** Whether lakeFS knows us again. Must not throw. */
  probe: () => Promise<boolean>
  /** Once per loss. */
  onLost: () => void
  /** After every change. */
  onChange: () => void
}

/** One gate for all requests: shut while lakeFS does not know who asks. */
export class Session {
  readonly #options: SessionOptions
  readonly #alarm = new Alarm()
  #lost = false
  #generation = 0
  #probed: { at: number; answer: Promise<boolean> } | undefined

  constructor(options: SessionOptions) {
    this.#options = options
  }

  get expired(): boolean {
    return this.#lost
  }

  /** Grows with every renewal; a refusal of an older generation is no news. */
  get generation(): number {
    return this.#generation
  }

  /**
   * Tells of a 401 and waits until somebody has signed in.
   * @param generation when the refused request was made.
   */
  async lost(generation: number, signal: AbortSignal): Promise<void> {
    if (generation !== this.#generation) return
    if (!this.#lost) {
      this.#lost = true
      this.#probed = undefined
      this.#options.onLost()
      this.#options.onChange()
    }
    while (this.#lost) {
      await this.#alarm.sleep(PROBE_EVERY, this.#options.clock, signal)
      if (this.#lost && (await this.#probe()) && this.#lost) this.renewed()
    }
  }

  /** One question for everybody who waits; an answer holds for a moment. */
  #probe(): Promise<boolean> {
    const now = this.#options.clock.now()
    if (!this.#probed || now - this.#probed.at >= ANSWER_HOLDS) {
      this.#probed = { at: now, answer: this.#options.probe() }
    }
    return this.#probed.answer
  }

  /** Opens the gate. */
  renewed(): void {
    this.#generation += 1
    if (!this.#lost) return
    this.#lost = false
    this.#options.onChange()
    this.#alarm.ring()
  }

  /** Looks at once, when somebody is likely to have signed in elsewhere (the page is shown again). */
  look(): void {
    if (this.#lost) this.#alarm.ring()
  }
}
