/**
 * What a file becomes when its transfer has stopped. `resume`: it was paused and goes on at once. `end`: it is paused
 * because its uploader was stopped, and not because a user paused it.
 */
export type StopReason = 'pause' | 'resume' | 'cancel' | 'end'

/** Stops the transfer of one file, and knows what the file becomes then. */
export class StopControl {
  #controller: AbortController | undefined
  #reason: StopReason | undefined

  /** Why the transfer was stopped; stays until the file is queued or started again. */
  get reason(): StopReason | undefined {
    return this.#reason
  }

  /** True from {@link begin} to {@link end}. */
  get isRunning(): boolean {
    return this.#controller !== undefined
  }

  /** Begins a transfer; returns the signal that stops it. */
  begin(): AbortSignal {
    this.#reason = undefined
    this.#controller = new AbortController()
    return this.#controller.signal
  }

  /** Ends the transfer; the reason stays for whoever decides what becomes of the file. */
  end(): void {
    this.#controller = undefined
  }

  /**
   * Stops the transfer that is under way, and returns whether there is one. With `atOnce` false the request under way
   * is answered first: a link cannot be called back.
   */
  stop(reason: StopReason, atOnce: boolean): boolean {
    if (!this.#controller) return false
    this.#reason = reason
    if (atOnce) this.#controller.abort()
    return true
  }

  /** Aborts a cancelled transfer that was let go on for the answer of one request. */
  abortIfCancelled(): void {
    if (this.#reason === 'cancel') this.#controller?.abort()
  }

  /** Takes a pause back before the transfer has stopped: it goes on at once. */
  resume(): void {
    if (this.#reason === 'pause' || this.#reason === 'end') this.#reason = 'resume'
  }

  /** Marks a file that has not begun as stopped with its uploader. */
  endBeforeBegin(): void {
    this.#reason = 'end'
  }

  /** Forgets why the file was stopped: it is queued again. */
  clear(): void {
    this.#reason = undefined
  }
}
