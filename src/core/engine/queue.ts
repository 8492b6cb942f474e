interface Entry {
  id: string
  removed: boolean
}

/** First-in, first-out queue that removes any id in constant time. */
class FifoQueue {
  readonly #entries = new Map<string, Entry>()
  #order: Entry[] = []
  #head = 0

  has(id: string): boolean {
    return this.#entries.has(id)
  }

  push(id: string): void {
    if (this.#entries.has(id)) return
    const entry = { id, removed: false }
    this.#entries.set(id, entry)
    this.#order.push(entry)
  }

  delete(id: string): void {
    const entry = this.#entries.get(id)
    if (entry) entry.removed = true
    this.#entries.delete(id)
  }

  shift(): string | undefined {
    for (let entry = this.#order[this.#head]; entry; entry = this.#order[this.#head]) {
      this.#head += 1
      if (this.#head > 1000 && this.#head * 2 > this.#order.length) {
        this.#order = this.#order.slice(this.#head)
        this.#head = 0
      }
      if (entry.removed) continue
      this.#entries.delete(entry.id)
      return entry.id
    }
    return undefined
  }
}

/**
 * Ids in the order in which they start: files that were begun before new ones. Large files have queues of their own, so
 * that they start early and never hold up small ones. The cost of a call does not depend on the number of ids.
 */
export class Queue {
  #large = [new FifoQueue(), new FifoQueue()] as const
  #small = [new FifoQueue(), new FifoQueue()] as const

  /** Adds an id at the end; an id that is already queued keeps its entry. */
  add(id: string, large: boolean): void {
    const [begun, fresh] = large ? this.#large : this.#small
    if (!begun.has(id)) fresh.push(id)
  }

  /** Adds an id behind the other files that were begun, before all new files of its size. */
  addFirst(id: string, large: boolean): void {
    const [begun, fresh] = large ? this.#large : this.#small
    fresh.delete(id)
    begun.push(id)
  }

  delete(id: string): void {
    for (const line of [...this.#large, ...this.#small]) line.delete(id)
  }

  clear(): void {
    this.#large = [new FifoQueue(), new FifoQueue()]
    this.#small = [new FifoQueue(), new FifoQueue()]
  }

  /** Removes and returns the next id. @param largeToo whether a large file may start now; it then goes first. */
  take(largeToo: boolean): string | undefined {
    const [begunLarge, freshLarge] = this.#large
    const [begun, fresh] = this.#small
    const large = largeToo ? (begunLarge.shift() ?? freshLarge.shift()) : undefined
    return large ?? begun.shift() ?? fresh.shift()
  }
}
