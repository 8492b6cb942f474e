interface Place {
  id: string
  left: boolean
}

/** First in, first out; leaving costs the same wherever one stands. */
class Line {
  readonly #places = new Map<string, Place>()
  #row: Place[] = []
  #head = 0

  has(id: string): boolean {
    return this.#places.has(id)
  }

  push(id: string): void {
    if (this.#places.has(id)) return
    const place = { id, left: false }
    this.#places.set(id, place)
    this.#row.push(place)
  }

  delete(id: string): void {
    const place = this.#places.get(id)
    if (place) place.left = true
    this.#places.delete(id)
  }

  shift(): string | undefined {
    for (let place = this.#row[this.#head]; place; place = this.#row[this.#head]) {
      this.#head += 1
      if (this.#head > 1000 && this.#head * 2 > this.#row.length) {
        this.#row = this.#row.slice(this.#head)
        this.#head = 0
      }
      if (place.left) continue
      this.#places.delete(place.id)
      return place.id
    }
    return undefined
  }
}

/**
 * Ids in the order in which they start: files that were begun before new ones, and large ones in a line of their own, so
 * that they start early and never stand in the way of small ones. Every call costs the same however many there are.
 */
export class Queue {
  #large = [new Line(), new Line()] as const
  #small = [new Line(), new Line()] as const

  /** At the end; an id that is in already keeps its place. */
  add(id: string, large: boolean): void {
    const [begun, fresh] = large ? this.#large : this.#small
    if (!begun.has(id)) fresh.push(id)
  }

  /** Before all others of its size: a file that was begun goes on before a new one is. */
  addFirst(id: string, large: boolean): void {
    const [begun, fresh] = large ? this.#large : this.#small
    fresh.delete(id)
    begun.push(id)
  }

  delete(id: string): void {
    for (const line of [...this.#large, ...this.#small]) line.delete(id)
  }

  clear(): void {
    this.#large = [new Line(), new Line()]
    this.#small = [new Line(), new Line()]
  }

  /** @param largeToo whether a large one may start now; it then goes first. */
  take(largeToo: boolean): string | undefined {
    const [begunLarge, freshLarge] = this.#large
    const [begun, fresh] = this.#small
    const large = largeToo ? (begunLarge.shift() ?? freshLarge.shift()) : undefined
    return large ?? begun.shift() ?? fresh.shift()
  }
}
