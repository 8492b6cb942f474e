import { compositeEtag, MD5 } from '../checksum/etag.ts'
import type { Md5 } from '../checksum/md5.ts'

const MIB = 2 ** 20
const COMPOSITE = /^[0-9a-f]{32}-(\d+)$/

/** Part sizes that clients use: 8 MiB and its doubles, then the usual S3 tools' own. */
const USUAL = [8, 16, 32, 64, 5, 10, 15, 20, 25, 50, 100, 128, 256, 512].map((size) => size * MIB)
/** A file is read once for each part size that is tried. */
const MAX_TRIES = 3

export type Comparison =
  | 'same'
  | 'different'
  /** The checksum is of a kind that cannot be computed here. */
  | 'unknown'

/** Part sizes that give this many parts for this many bytes, the likeliest first. */
export function partSizesFor(size: number, parts: number): number[] {
  const fits = (part: number) => Math.ceil(size / part) === parts
  const usual = USUAL.filter(fits)
  // Clients that spread a file evenly over its parts round up: ours to 64 KiB, others to whole MiB.
  const even = [65_536, MIB].map((step) => Math.ceil(size / parts / step) * step).filter(fits)
  return [...new Set([...even.slice(0, 1), ...usual, ...even])].slice(0, MAX_TRIES)
}

/**
 * Whether these bytes are what the branch has, by checksum and never by size alone: MD5 in the Worker, or the MD5 of the
 * parts' MD5s with the part size that `-N` implies.
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
  const parts = Number(COMPOSITE.exec(checksum)?.[1] ?? 0)
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
  // Another part size would have given another checksum for the same bytes.
  return 'unknown'
}
