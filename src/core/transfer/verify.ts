import { bareEtag } from '../checksum/etag.ts'
import { UploadError } from '../errors.ts'
import { ResponseError } from '../request/response-error.ts'
import type { StoreTraits } from '../store/limits.ts'
import type { StoreAnswer } from '../store/storage.ts'
import type { TransferContext } from './context.ts'

/** A checksum as lakeFS keeps it, and whether it was compared with the file's own. */
export interface Checked {
  checksum: string
  verified: boolean
}

/** Up to this many bytes are read at once where nothing but SHA-256 is left. */
const SMALL = 64 * 2 ** 20

/**
 * The checksum to link after the PUT of a whole file: the store's MD5, compared with ours where there is one; else
 * ours; else an ETag without meaning; else SHA-256. Sending Content-MD5 would come first, but a store's CORS rule may
 * refuse that header, and a refusal cannot be told from a lost network (docs/lakefs-contract.md, "CORS rules").
 * @throws UploadError `etag-hidden` where there is nothing to link; ResponseError `BadDigest` where the two differ.
 */
export async function checkWhole(
  answer: StoreAnswer,
  traits: StoreTraits,
  body: Blob,
  context: TransferContext,
  digest: Promise<string | undefined> | undefined,
): Promise<Checked> {
  const told = traits.md5(answer)
  const mine = await digest
  if (told !== undefined) {
    if (mine === undefined || mine === told) return { checksum: told, verified: mine === told }
    if (await context.trustsChecksums(told, mine)) throw differs(answer)
    return { checksum: told, verified: false }
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

/** The client's MD5, whatever `verify` says; else the ETag; else SHA-256 of what is small enough to be read at once. */
export async function ownChecksum(body: Blob, etag: string, context: TransferContext): Promise<string | undefined> {
  const md5 = await context.md5(body, context.signal)
  if (md5 ?? etag) return md5 ?? etag
  if (body.size > SMALL || !globalThis.crypto?.subtle) return undefined
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await body.arrayBuffer()))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * The ETag of a part, compared with the digest where both are MD5s.
 * @throws UploadError `etag-hidden` where the store lets the page see none; ResponseError `BadDigest` where they
 *   differ, which the table repeats once before it is `checksum-mismatch`.
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
