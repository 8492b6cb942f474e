/** Matches a checksum that can be the MD5 of the bytes; those of multipart uploads and versions do not match. */
export const MD5 = /^[0-9a-f]{32}$/

/** Removes the quotes and the weak mark of an ETag. */
export function bareEtag(etag: string): string {
  return etag.replace(/^W\//, '').replace(/^"|"$/g, '')
}

/** Converts an MD5 from base64 (Content-MD5, x-goog-hash) to hexadecimal; undefined for any other value. */
export function hexOf(base64: string | undefined): string | undefined {
  if (!base64 || !/^[A-Za-z0-9+/]{22}==$/.test(base64)) return undefined
  return Array.from(atob(base64), (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('')
}

/** Converts an MD5 from hexadecimal to base64. */
export function base64Of(hex: string): string {
  return btoa(String.fromCharCode(...(hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16))))
}

/**
 * Returns the ETag of a completed multipart upload as S3 computes it: the MD5 of the MD5s of the parts, and their
 * number.
 */
export async function compositeEtag(etags: readonly string[]): Promise<string> {
  const { createMD5 } = await import('./hashing.ts')
  const md5 = (await createMD5()).init()
  for (const etag of etags) {
    const hex = bareEtag(etag).match(/../g) ?? []
    md5.update(Uint8Array.from(hex, (byte) => Number.parseInt(byte, 16)))
  }
  return `${md5.digest('hex')}-${etags.length}`
}
