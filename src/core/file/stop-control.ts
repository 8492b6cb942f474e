/**
 * What a file becomes when its transfer has stopped. `resume`: it was paused and continues at once. `end`: it is paused
 * because the uploader was stopped, not because the user paused it.
 */
export type StopReason = 'pause' | 'resume' | 'cancel' | 'end'

/** Stops the transfer of one file and remembers why. */
export class StopControl {
  #controller: AbortController | undefined
  #reason: StopReason | undefined

  /** Reason for which the transfer was stopped. It stays until the file is queued or started again. */
  get reason(): StopReason | undefined {
    return this.#reason
  }

  /** True from {@link begin} to {@link end}. */
  get isRunning(): boolean {
    return this.#controller !== undefined
  }

  /** Begins a transfer and returns the signal that stops it. */
  begin(): AbortSignal {
    this.#reason = undefined
    this.#controller = new AbortController()
    return this.#controller.signal
  }

  /** Ends the transfer. The reason stays, because {@link FileLifecycle} reads it afterwards. */
  end(): void {
    this.#controller = undefined
  }

  /**
   * Stops the running transfer; returns whether there is one. With `atOnce` false, the running request is answered
   * first: a link that was sent cannot be revoked.
   */
  stop(reason: StopReason, atOnce: boolean): boolean {
    if (!this.#controller) return false
    this.#reason = reason
    if (atOnce) this.#controller.abort()
    return true
  }

  /** Aborts a cancelled transfer that was allowed to finish its running request. */
  abortIfCancelled(): void {
    if (this.#reason === 'cancel') this.#controller?.abort()
  }

  /** Revokes a pause before the transfer has stopped; the file then continues at once. */
  resume(): void {
    if (this.#reason === 'pause' || this.#reason === 'end') this.#reason = 'resume'
  }

  /** Marks a file that has not begun as stopped together with its uploader. */
  endBeforeBegin(): void {
    this.#reason = 'end'
  }

  /** Clears the reason, because the file is queued again. */
  clear(): void {
    this.#reason = undefined
  }
}
