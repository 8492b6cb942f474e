/** Ids in the order in which they start. Taking, adding and leaving out cost the same however many there are. */
export class Queue {
  readonly #ids = new Set<string>()
  #urgent: string[] = []

  /** At the end; an id that is in already keeps its place. */
  add(id: string): void {
    this.#ids.add(id)
  }

  /** Before all others: a file that was begun goes on before a new one is. */
  addFirst(id: string): void {
    this.#ids.delete(id)
    if (!this.#urgent.includes(id)) this.#urgent.push(id)
  }

  delete(id: string): void {
    this.#ids.delete(id)
    this.#urgent = this.#urgent.filter((one) => one !== id)
  }

  clear(): void {
    this.#ids.clear()
    this.#urgent = []
  }

  take(): string | undefined {
    const urgent = this.#urgent.shift()
    if (urgent !== undefined) return urgent
    const [id] = this.#ids
    if (id !== undefined) this.#ids.delete(id)
    return id
  }
}
