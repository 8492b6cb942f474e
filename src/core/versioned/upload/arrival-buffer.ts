import type { UploadFile } from '../../file/upload-file.ts'
import type { ObjectStats } from '../../lakefs/wire.ts'
import type { Arrival } from './session-state.ts'

/** Collects the objects that have arrived until somebody takes them, each object once. */
export class ArrivalBuffer {
  /** Also those that are committed or taken back since. */
  readonly #noted = new WeakSet<ObjectStats>()
  #arrivals: Arrival[] = []

  get isEmpty(): boolean {
    return this.#arrivals.length === 0
  }

  /** Notes an object; false where it was noted before. */
  note(object: ObjectStats, { destination, upload }: Pick<UploadFile, 'destination' | 'upload'>): boolean {
    if (this.#noted.has(object)) return false
    this.#noted.add(object)
    this.#arrivals.push({ object, destination, upload })
    return true
  }

  /** Gives what has arrived since the last call. */
  take(): readonly Arrival[] {
    const arrivals = this.#arrivals
    this.#arrivals = []
    return arrivals
  }
}
