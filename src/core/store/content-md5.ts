import { base64Of } from '../checksum/etag.ts'
import { ResponseError } from '../request/response-error.ts'

/**
 * Returns whether a store refuses a body because it has no Content-MD5. Buckets with Object Lock want one
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html), and answer 400 InvalidRequest "Content-MD5 OR
 * x-amz-checksum- HTTP header is required"; other S3 stores say MissingContentMD5.
 */
export function asksForMd5(answer: unknown): boolean {
  if (!(answer instanceof ResponseError) || answer.side !== 'storage' || answer.status !== 400) return false
  const { xmlCode = '', detail } = answer
  if (xmlCode === 'MissingContentMD5') return true
  return /content-md5|x-amz-checksum/i.test(detail) && /requir|missing|must/i.test(detail)
}

/** Returns the header with the MD5 (hex) of a body. It is not signed, so every presigned URL accepts it. */
export function md5Header(hex: string): Record<string, string> {
  return { 'Content-MD5': base64Of(hex) }
}
