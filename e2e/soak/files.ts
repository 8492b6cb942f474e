import { chance } from './chance.ts'

const MIB = 2 ** 20

export interface Plan {
  path: string
  size: number
  seed: number
}

/** The files of a trial: mostly small, some empty, one in a hundred by parts. The page and the check make the same. */
export function planOf(seed: number, count: number): Plan[] {
  const random = chance(seed)
  return Array.from({ length: count }, (_, index) => {
    const kind = index % 100
    const size =
      kind === 0
        ? 11 * MIB + Math.floor(random() * 5 * MIB)
        : kind === 1
          ? 0
          : Math.floor(kind < 20 ? random() * 200_000 : random() * 20_000)
    return { path: `d${index % 23}/file ${index}.bin`, size, seed: seed * 100_000 + index }
  })
}

/** Bytes that no other file has. */
export function bytesOf({ size, seed }: Plan): Uint8Array<ArrayBuffer> {
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
