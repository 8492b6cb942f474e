import { chance } from './chance.ts'

const MIB = 2 ** 20

export interface Plan {
  /** Under the prefix. */
  path: string
  size: number
  seed: number
}

/** Files from this size on go in parts, with parts of {@link PART}. */
export const PARTS_FROM = 10 * MIB
export const PART = 5 * MIB

/**
 * The files of a trial: mostly small, some empty, one in so many by parts.
 * @param every how many files there are to each one by parts.
 */
export function planOf(seed: number, count: number, every = 100): Plan[] {
  const random = chance(seed)
  return Array.from({ length: count }, (_, index) => {
    const kind = index % every
    const size =
      kind === 0
        ? 11 * MIB + Math.floor(random() * 5 * MIB)
        : kind === 1
          ? 0
          : Math.floor(kind < every / 5 ? random() * 200_000 : random() * 20_000)
    return { path: `d${index % 23}/file ${index}.bin`, size, seed: seed * 100_000 + index }
  })
}

/** Bytes that no other file has. */
export function bytesOf({ size, seed }: Pick<Plan, 'size' | 'seed'>): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(size / 4))
  let state = seed | 1
  for (let index = 0; index < words.length; index += 1) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[index] = state
  }
  return new Uint8Array(words.buffer, 0, size)
}
