import { type Clock, systemClock } from './clock.ts'

/** Ms of work before the page gets a turn. */
const SLICE = 8

/** Long work in slices of a few ms, so that no frame waits for it however much there is. */
export class Slices {
  readonly #clock: Clock
  readonly #breathe: () => Promise<void>
  #end: number

  constructor(clock: Clock = systemClock, breathe: () => Promise<void> = nextTurn) {
    this.#clock = clock
    this.#breathe = breathe
    this.#end = clock.now() + SLICE
  }

  /** Whether it is time to {@link rest}. */
  get isOver(): boolean {
    return this.#clock.now() >= this.#end
  }

  /** Gives the page its turn and begins the next slice. */
  async rest(): Promise<void> {
    await this.#breathe()
    this.#end = this.#clock.now() + SLICE
  }
}

/**
 * Not a timer: browsers stretch those to 4 ms, and to a second in a hidden tab. Not `scheduler.yield` either: what goes on
 * after it comes before frames, so that many short slices hold them up like a long one.
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
