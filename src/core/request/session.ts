import { Alarm, type Clock } from './clock.ts'

/** Ms between checks of a lost session: the user may have signed in in another tab. */
const PROBE_INTERVAL_MS = 10_000
/** Ms for which the answer of a check is valid. */
const PROBE_VALID_MS = 1000

export interface SessionOptions {
  clock: Clock
  /** Returns whether lakeFS accepts the session again. Must not throw. */
  probe: () => Promise<boolean>
  /** Called once per loss. */
  onLost: () => void
  /** Called after every change. */
  onChange: () => void
}

/** Gate for all requests: closed while lakeFS does not accept the session. */
export class Session {
  readonly #options: SessionOptions
  readonly #alarm = new Alarm()
  #lost = false
  #accepted = false
  #generation = 0
  #probed: { at: number; answer: Promise<boolean> } | undefined

  constructor(options: SessionOptions) {
    this.#options = options
  }

  get expired(): boolean {
    return this.#lost
  }

  /** True once lakeFS has answered a request of this visit: what is lost then is a session, which was there before. */
  get wasAccepted(): boolean {
    return this.#accepted
  }

  /** Notes that lakeFS has answered a request. */
  accepted(): void {
    this.#accepted = true
  }

  /** Number of renewals. A refusal of an older generation is outdated. */
  get generation(): number {
    return this.#generation
  }

  /**
   * Reports a 401 and waits until the user has signed in.
   * @param generation value when the refused request was made.
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
      await this.#alarm.sleep(PROBE_INTERVAL_MS, this.#options.clock, signal)
      if (this.#lost && (await this.#probe()) && this.#lost) this.renewed()
    }
  }

  /** Checks the session once for all that wait. An answer is valid for a moment. */
  #probe(): Promise<boolean> {
    const now = this.#options.clock.now()
    if (!this.#probed || now - this.#probed.at >= PROBE_VALID_MS) {
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

  /** Checks at once when the user is likely to have signed in elsewhere (the page is shown again). */
  look(): void {
    if (this.#lost) this.#alarm.ring()
  }
}
