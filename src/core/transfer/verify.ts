import { bareEtag } from '../checksum/etag.ts'
import { UploadError } from '../errors.ts'
import { ResponseError } from '../request/response-error.ts'
import type { StoreTraits } from '../store/limits.ts'
import type { StoreAnswer } from '../store/storage.ts'
import type { TransferContext } from './context.ts'

/** Checksum for lakeFS, and whether it was compared with that of the file. */
export interface Checked {
  checksum: string
  verified: boolean
}

/** Maximum size of a body that is read into memory for SHA-256, the last resort. */
const MAX_SHA256_BYTES = 64 * 2 ** 20

/**
 * Returns the checksum to link after the PUT of a whole file: the MD5 of the store, compared with ours if there is one;
 * else ours; else an ETag that is no MD5; else SHA-256. Content-MD5 would be checked earlier, but the CORS rule of a
 * store may lack that header, and such a refusal looks like a lost network (docs/lakefs-contract.md, "CORS rules").
 * @throws UploadError `etag-hidden` without any checksum; ResponseError `BadDigest` when the two differ.
 */
export async function checkWhole(
  answer: StoreAnswer,
  traits: StoreTraits,
  body: Blob,
  context: TransferContext,
  digest: Promise<string | undefined> | undefined,
): Promise<Checked> {
  const storeMd5 = traits.md5(answer)
  const mine = await digest
  if (storeMd5 !== undefined) {
    if (mine === undefined || mine === storeMd5) return { checksum: storeMd5, verified: mine === storeMd5 }
    if (await context.trustsChecksums(storeMd5, mine)) throw differs(answer)
    return { checksum: storeMd5, verified: false }
  }
  const etag = bareEtag(answer.header('etag') ?? '')
  if (!traits.linksOwnMd5) {
    if (!etag) throw new UploadError('etag-hidden', { status: answer.status })
    return { checksum: etag, verified: false }
  }
  const checksum = mine ?? (await ownChecksum(body, etag, context))
  if (!checksum) throw new UploadError('etag-hidden', { status: answer.status })
  return { checksum, verified: false }
}

/** Returns the MD5 of the body, whatever `verifyChecksums` says; else the ETag; else SHA-256 of a small body. */
export async function ownChecksum(body: Blob, etag: string, context: TransferContext): Promise<string | undefined> {
  const md5 = await context.md5(body, context.signal)
  if (md5 ?? etag) return md5 ?? etag
  if (body.size > MAX_SHA256_BYTES || !globalThis.crypto?.subtle) return undefined
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await body.arrayBuffer()))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * Returns the ETag of a part, compared with its digest if both are MD5s.
 * @throws UploadError `etag-hidden` when the page cannot read the ETag; ResponseError `BadDigest` when they differ,
 *   which is retried once before it becomes `checksum-mismatch`.
 */
export async function checkPart(
  answer: StoreAnswer,
  traits: StoreTraits,
  context: TransferContext,
  digest: string | undefined,
): Promise<{ etag: string; verified: boolean }> {
  const raw = answer.header('etag')
  if (!raw) throw new UploadError('etag-hidden', { status: answer.status })
  const told = traits.md5(answer)
  const etag = bareEtag(raw)
  if (told === undefined || digest === undefined) return { etag, verified: false }
  if (told === digest) return { etag, verified: true }
  if (await context.trustsChecksums(told, digest)) throw differs(answer)
  return { etag, verified: false }
}

function differs(answer: StoreAnswer): ResponseError {
  return new ResponseError({
    side: 'storage',
    status: answer.status,
    xmlCode: 'BadDigest',
    message: 'the stored copy has another checksum than the file',
    requestId: answer.header('x-amz-request-id') ?? answer.header('x-ms-request-id'),
  })
}
