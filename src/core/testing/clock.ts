import type { Clock } from '../request/clock.ts'

/** Clock whose time only a test moves. */
export class TestClock implements Clock {
  #now = 1_000_000_000_000
  #timers: { at: number; callback: () => void }[] = []
  /** Result of random(); 1 gives the longest delay of a full jitter. */
  chance = 1

  now = () => this.#now
  random = () => this.chance

  after = (ms: number, callback: () => void) => {
    const timer = { at: this.#now + ms, callback }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer)
    }
  }

  /** Number of timers that are set. */
  get scheduled(): number {
    return this.#timers.length
  }

  /** Moves the time without running timers, as a suspended machine does. */
  jump(ms: number): void {
    this.#now += ms
  }

  /** Runs the timers that are due within the next `ms`. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      await idle()
      const next = this.#next(end)
      if (!next) break
      this.#fire(next)
    }
    this.#now = end
    await idle()
  }

  /** Runs timers one by one until the promise settles. */
  async run<T>(promise: Promise<T>, longest = 3_600_000): Promise<T> {
    let open = true
    const done = promise.finally(() => {
      open = false
    })
    done.catch(() => {})
    const end = this.#now + longest
    for (;;) {
      await idle()
      if (!open) return await done
      const next = this.#next(end)
      if (!next) throw new Error('nothing is scheduled and the promise is still open')
      this.#fire(next)
    }
  }

  #next(end: number) {
    return this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
  }

  #fire(timer: { at: number; callback: () => void }): void {
    this.#timers = this.#timers.filter((one) => one !== timer)
    this.#now = Math.max(this.#now, timer.at)
    timer.callback()
  }
}

let under = 0

/** Marks work of the platform, which may take any number of turns: the time of the test stands still meanwhile. */
export function underWay<T>(work: Promise<T>): Promise<T> {
  under += 1
  return work.finally(() => {
    under -= 1
  })
}

/** Resolves when all work that needs no time is done. */
export async function idle(): Promise<void> {
  for (let turn = 0; turn < 6; turn = under > 0 ? 0 : turn + 1) {
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}
