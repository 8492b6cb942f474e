import { UploadError } from '../errors.ts'
import { Refusal } from '../refusal.ts'
import type { StoreAnswer } from '../storage.ts'

const MD5 = /^[0-9a-f]{32}$/

/** An ETag without quotes or the weak mark. */
export function bareEtag(etag: string): string {
  return etag.replace(/^W\//, '').replace(/^"|"$/g, '')
}

/**
 * The ETag of a store's answer, compared with the digest where both are MD5s.
 * @returns the bare ETag and whether it was compared.
 * @throws UploadError `etag-hidden` where the store lets the page see none; Refusal `BadDigest` where they differ, which
 *   the table repeats once before it is `checksum-mismatch`.
 */
export function checkEtag(answer: StoreAnswer, digest: string | undefined): { etag: string; verified: boolean } {
  const raw = answer.header('etag')
  if (!raw) throw new UploadError('etag-hidden', { status: answer.status })
  const etag = bareEtag(raw)
  // Stores that encrypt with their own keys answer an ETag that is no MD5: nothing to compare.
  if (digest === undefined || !MD5.test(etag)) return { etag, verified: false }
  if (etag === digest) return { etag, verified: true }
  throw new Refusal({
    side: 'storage',
    status: answer.status,
    xmlCode: 'BadDigest',
    message: 'the stored copy has another checksum than the file',
    requestId: answer.header('x-amz-request-id'),
  })
}

/** The ETag of a completed multipart upload as S3 computes it: the MD5 of the parts' MD5s, and their number. */
export async function compositeEtag(etags: readonly string[]): Promise<string> {
  const { createMD5 } = await import('../hashing.ts')
  const md5 = (await createMD5()).init()
  for (const etag of etags) {
    const hex = bareEtag(etag).match(/../g) ?? []
    md5.update(Uint8Array.from(hex, (byte) => Number.parseInt(byte, 16)))
  }
  return `${md5.digest('hex')}-${etags.length}`
}
