import { compositeEtag, MD5 } from '../checksum/etag.ts'
import type { Md5 } from '../checksum/md5.ts'

const MIB = 2 ** 20
const COMPOSITE_ETAG = /^[0-9a-f]{32}-(\d+)$/

/** Usual part sizes of clients in bytes: 8 MiB and its doubles, then those of common S3 tools. */
const USUAL_PART_SIZES = [8, 16, 32, 64, 5, 10, 15, 20, 25, 50, 100, 128, 256, 512].map((size) => size * MIB)
/** Maximum number of part sizes to try: the file is read once for each. */
const MAX_PART_SIZES = 3

export type Comparison =
  | 'same'
  | 'different'
  /** The checksum cannot be computed here. */
  | 'unknown'

/** Bytes up to which reading a file costs little compared with the request to the Worker. */
export const SMALL_BYTES = 2 ** 18
/** Number of files that are read at once: enough small ones to hide the latency of the Worker, and few large ones. */
export const READ_AT_ONCE = { small: 16, large: 4 }

/** Returns whether a checksum says anything about the bytes: it has the form of an MD5, or of that of parts. */
export function isReadable(checksum: string): boolean {
  const lower = checksum.toLowerCase()
  return MD5.test(lower) || COMPOSITE_ETAG.test(lower)
}

/** Returns part sizes that give this number of parts for this size, the likeliest first. */
export function partSizesFor(size: number, parts: number): number[] {
  const fits = (part: number) => Math.ceil(size / part) === parts
  const usual = USUAL_PART_SIZES.filter(fits)
  // Clients that cut a file into equal parts round the part size up: this package to 64 KiB, others to whole MiB.
  const even = [65_536, MIB].map((step) => Math.ceil(size / parts / step) * step).filter(fits)
  return [...new Set([...even.slice(0, 1), ...usual, ...even])].slice(0, MAX_PART_SIZES)
}

/**
 * Compares a file with an object by checksum and never by size alone: MD5, or the MD5 of the parts' MD5s with each part
 * size that fits the `-N` of the checksum.
 */
export async function compareBytes(
  file: Blob,
  existing: { size_bytes: number; checksum: string },
  md5: Md5,
  signal: AbortSignal,
): Promise<Comparison> {
  if (existing.size_bytes !== file.size) return 'different'
  const checksum = existing.checksum.toLowerCase()
  if (MD5.test(checksum)) {
    const own = await md5(file, signal)
    return own === undefined ? 'unknown' : own === checksum ? 'same' : 'different'
  }
  const parts = Number(COMPOSITE_ETAG.exec(checksum)?.[1] ?? 0)
  if (parts === 0) return 'unknown'
  for (const partSize of partSizesFor(file.size, parts)) {
    const digests: string[] = []
    for (let from = 0; from < file.size; from += partSize) {
      const digest = await md5(file.slice(from, from + partSize), signal)
      if (digest === undefined) return 'unknown'
      digests.push(digest)
    }
    if ((await compositeEtag(digests)) === checksum) return 'same'
  }
  // The same bytes in parts of another size have another checksum, so the difference proves nothing.
  return 'unknown'
}
