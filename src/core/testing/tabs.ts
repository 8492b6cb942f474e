import { abortError } from '../request/clock.ts'
import type { Tabs } from '../transfer/tabs/tabs.ts'

/** Locks and messages that the tabs of one browser share. */
export class TestTabs {
  /** Locks that are held now. */
  readonly held = new Set<string>()
  /** Maximum number of locks that were held at once. */
  most = 0
  /** Names of the messages, in order. */
  readonly told: string[] = []
  #waiting: { name: string; go: () => void }[] = []
  readonly #listeners = new Map<object, (name: string) => void>()

  /** Opens another tab. */
  open(): Tabs {
    const own = {}
    return {
      claim: async (name) => {
        if (this.held.has(name)) return undefined
        this.held.add(name)
        this.most = Math.max(this.most, this.held.size)
        return () => this.#fall(name)
      },
      freed: (name, signal) =>
        new Promise((resolve, reject) => {
          if (signal.aborted) return reject(abortError())
          if (!this.held.has(name)) return resolve()
          const one = { name, go: resolve }
          this.#waiting.push(one)
          signal.addEventListener('abort', () => {
            this.#waiting = this.#waiting.filter((other) => other !== one)
            reject(abortError())
          })
        }),
      send: (name) => {
        this.told.push(name)
        for (const [tab, listener] of this.#listeners) if (tab !== own) listener(name)
      },
      onMessage: (callback) => {
        this.#listeners.set(own, callback)
        return () => this.#listeners.delete(own)
      },
    }
  }

  /** Number of files that wait for another tab. */
  get waiting(): number {
    return this.#waiting.length
  }

  #fall(name: string): void {
    this.held.delete(name)
    const free = this.#waiting.filter((one) => one.name === name)
    this.#waiting = this.#waiting.filter((one) => one.name !== name)
    for (const { go } of free) go()
  }
}
