/**
 * True when a path comes before another in listings of lakeFS, which sort by UTF-8 bytes. The operator `<` sorts by
 * UTF-16 units, where characters beyond U+FFFF come before U+E000 to U+FFFF.
 */
export function isBefore(a: string, b: string): boolean {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index += 1) {
    const x = a.charCodeAt(index)
    const y = b.charCodeAt(index)
    if (x !== y) return isSurrogate(x) === isSurrogate(y) ? x < y : isSurrogate(y)
  }
  return a.length < b.length
}

const isSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdfff

/** Map whose keys can be iterated in order from any position: one binary search, then one step per key. */
export class SortedMap<V> {
  readonly #keys: string[]
  readonly #values: Map<string, V>

  constructor(from?: SortedMap<V>) {
    this.#keys = from ? from.#keys.slice() : []
    this.#values = from ? new Map(from.#values) : new Map()
  }

  get size(): number {
    return this.#keys.length
  }

  get(key: string): V | undefined {
    return this.#values.get(key)
  }

  has(key: string): boolean {
    return this.#values.has(key)
  }

  set(key: string, value: V): void {
    if (!this.#values.has(key)) this.#keys.splice(this.lowerBound(key), 0, key)
    this.#values.set(key, value)
  }

  delete(key: string): void {
    if (this.#values.delete(key)) this.#keys.splice(this.lowerBound(key), 1)
  }

  clear(): void {
    this.#keys.length = 0
    this.#values.clear()
  }

  /** Returns the index of the first key that is not less than `key`. */
  lowerBound(key: string): number {
    let low = 0
    let high = this.#keys.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isBefore(this.#keys[middle] as string, key)) low = middle + 1
      else high = middle
    }
    return low
  }

  keyAt(index: number): string | undefined {
    return this.#keys[index]
  }

  *entries(): IterableIterator<[string, V]> {
    for (const key of this.#keys) yield [key, this.#values.get(key) as V]
  }
}
