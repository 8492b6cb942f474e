import { type Clock, systemClock } from './clock.ts'

/** Ms of work before the page gets a turn. */
const SLICE_MS = 8

/** Splits long work into slices of a few ms, so that no frame is delayed by it. */
export class Slices {
  readonly #clock: Clock
  readonly #breathe: () => Promise<void>
  #end: number

  constructor(clock: Clock = systemClock, breathe: () => Promise<void> = nextTurn) {
    this.#clock = clock
    this.#breathe = breathe
    this.#end = clock.now() + SLICE_MS
  }

  /** True when it is time to {@link rest}. */
  get isOver(): boolean {
    return this.#clock.now() >= this.#end
  }

  /** Gives the page a turn and starts the next slice. */
  async rest(): Promise<void> {
    await this.#breathe()
    this.#end = this.#clock.now() + SLICE_MS
  }
}

/**
 * Resolves in the next turn of the event loop. A timer would not do: browsers stretch it to 4 ms, and to a second in a
 * hidden tab. Nor would `scheduler.yield`: its continuation runs before frames, so that many short slices delay them
 * like a long one.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
