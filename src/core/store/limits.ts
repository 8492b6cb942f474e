import { bareEtag, hexOf, MD5 } from '../checksum/etag.ts'
import type { StorageConfig } from '../lakefs/wire.ts'
import type { StoreAnswer } from './storage.ts'

const MIB = 2 ** 20
const GIB = 2 ** 30
const TIB = 2 ** 40

/** How a file may be cut. */
export interface PieceLimits {
  /** Most pieces of one file. */
  count: number
  /** Fewest bytes of a piece, the last one left aside. */
  least: number
  most: number
}

/** What one kind of store takes, and where its answer tells the checksum. */
export interface StoreTraits {
  /** Most bytes of one PUT. */
  whole: number
  /** Most bytes of one object. */
  object: number
  /** Absent: a file goes whole or not at all. */
  pieces?: PieceLimits
  /** Headers that a PUT of a whole file needs besides its Content-Type. */
  headers: Readonly<Record<string, string>>
  /** MD5 in hex as the answer to the PUT of a whole file tells it; undefined where it does not. */
  md5(answer: StoreAnswer): string | undefined
  /** Where the answer tells no MD5 the client's own is linked, so that equal bytes have equal checksums in lakeFS. */
  linksOwnMd5: boolean
}

/**
 * Every limit in one place, known before the first byte (docs/lakefs-contract.md, "Limits"). `local` and `mem` cannot
 * presign: their files go through lakeFS, which has no limit of its own.
 */
export const STORES: Readonly<Record<'s3' | 'azure' | 'gs', StoreTraits>> = {
  s3: {
    whole: 5 * GIB,
    object: 5 * TIB,
    pieces: { count: 10_000, least: 5 * MIB, most: 5 * GIB },
    headers: {},
    md5: md5InEtag,
    linksOwnMd5: false,
  },
  azure: {
    whole: 5000 * MIB,
    object: 50_000 * 4000 * MIB,
    pieces: { count: 50_000, least: 1, most: 4000 * MIB },
    headers: { 'x-ms-blob-type': 'BlockBlob' },
    // The ETag is a version, new at every PUT and unrelated to the content.
    md5: (answer) => hexOf(answer.header('content-md5')),
    linksOwnMd5: true,
  },
  gs: {
    whole: 5 * TIB,
    object: 5 * TIB,
    // Only `host` is signed, and an x-goog-* header that is not signed is refused.
    headers: {},
    md5: (answer) =>
      md5InEtag(answer) ?? hexOf(/(?:^|[,\s])md5=([^,\s]+)/.exec(answer.header('x-goog-hash') ?? '')?.[1]),
    linksOwnMd5: true,
  },
}

/** By what lakeFS says of its store; never by the look of an address. */
export function traitsOf({ blockstore_type: type }: Pick<StorageConfig, 'blockstore_type'>): StoreTraits {
  return type === 'azure' || type === 'gs' ? STORES[type] : STORES.s3
}

function md5InEtag(answer: StoreAnswer): string | undefined {
  // Keys of one's own (SSE-KMS, SSE-C) give an ETag that looks like an MD5 and is none.
  if (/kms/i.test(answer.header('x-amz-server-side-encryption') ?? '')) return undefined
  // Hex in capitals, as some stores that speak S3 write it, is the same MD5: lakeFS compares checksums as text.
  const etag = bareEtag(answer.header('etag') ?? '').toLowerCase()
  return MD5.test(etag) ? etag : undefined
}
