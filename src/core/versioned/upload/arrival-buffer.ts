import type { UploadFile } from '../../file/upload-file.ts'
import type { ObjectStats } from '../../lakefs/wire.ts'
import type { Arrival } from './session-state.ts'

/** What an arrival tells of its file. */
export type ArrivedFile = Pick<UploadFile, 'destination' | 'upload'> & {
  readonly lastModified?: number | undefined
  readonly verified?: boolean | undefined
}

/** Collects uploaded objects until they are taken, each object once. */
export class ArrivalBuffer {
  /** Objects that were noted before, including those that are committed or undone since. */
  readonly #noted = new WeakSet<ObjectStats>()
  #arrivals: Arrival[] = []

  get isEmpty(): boolean {
    return this.#arrivals.length === 0
  }

  /** Adds an object; returns false if it was noted before. */
  note(object: ObjectStats, { destination, upload, lastModified, verified }: ArrivedFile): boolean {
    if (this.#noted.has(object)) return false
    this.#noted.add(object)
    this.#arrivals.push({ object: { ...object, lastModified, verified }, destination, upload })
    return true
  }

  /** Returns the objects since the last call. */
  take(): readonly Arrival[] {
    const arrivals = this.#arrivals
    this.#arrivals = []
    return arrivals
  }
}
