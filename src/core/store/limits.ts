import { bareEtag, hexOf, MD5 } from '../checksum/etag.ts'
import type { StorageConfig } from '../lakefs/wire.ts'
import type { StoreAnswer } from './storage.ts'

const MIB = 2 ** 20
const GIB = 2 ** 30
const TIB = 2 ** 40

/** Limits of the pieces of a file. */
export interface PieceLimits {
  /** Maximum number of pieces. */
  count: number
  /** Minimum bytes of a piece except the last one. */
  least: number
  most: number
}

/** Limits of one kind of store, and how its answer tells the checksum. */
export interface StoreTraits {
  /** Maximum bytes of one PUT. */
  whole: number
  /** Maximum bytes of one object. */
  object: number
  /** Absent when the store only accepts whole files. */
  pieces?: PieceLimits
  /** Headers of a PUT of a whole file besides Content-Type. */
  headers: Readonly<Record<string, string>>
  /** Returns the MD5 in hexadecimal from the answer to a PUT of a whole file; undefined when it has none. */
  md5(answer: StoreAnswer): string | undefined
  /** Where the answer has no MD5, the computed one is linked, so that equal bytes have equal checksums in lakeFS. */
  linksOwnMd5: boolean
}

/**
 * Limits of all stores, which are checked before the first byte is sent (docs/lakefs-contract.md, "Limits"). `local`
 * and `mem` cannot presign: their files are sent through lakeFS, which has no limit.
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
    // The ETag is a version: it changes with every PUT and does not depend on the content.
    md5: (answer) => hexOf(answer.header('content-md5')),
    linksOwnMd5: true,
  },
  gs: {
    whole: 5 * TIB,
    object: 5 * TIB,
    // Only `host` is signed, and Google refuses unsigned x-goog-* headers.
    headers: {},
    md5: (answer) =>
      md5InEtag(answer) ?? hexOf(/(?:^|[,\s])md5=([^,\s]+)/.exec(answer.header('x-goog-hash') ?? '')?.[1]),
    linksOwnMd5: true,
  },
}

/** Returns the traits of the store that lakeFS names. The format of an address does not decide. */
export function traitsOf({ blockstore_type: type }: Pick<StorageConfig, 'blockstore_type'>): StoreTraits {
  return type === 'azure' || type === 'gs' ? STORES[type] : STORES.s3
}

function md5InEtag(answer: StoreAnswer): string | undefined {
  // With SSE-KMS the ETag looks like an MD5 and is none.
  if (/kms/i.test(answer.header('x-amz-server-side-encryption') ?? '')) return undefined
  // Some S3 stores return the MD5 in capitals; lakeFS compares checksums as text.
  const etag = bareEtag(answer.header('etag') ?? '').toLowerCase()
  return MD5.test(etag) ? etag : undefined
}
