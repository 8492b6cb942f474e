/** A checksum that is the MD5 of the bytes: not one of parts, not a version. */
export const MD5 = /^[0-9a-f]{32}$/

/** An ETag without quotes or the weak mark. */
export function bareEtag(etag: string): string {
  return etag.replace(/^W\//, '').replace(/^"|"$/g, '')
}

/** An MD5 in base64 (Content-MD5, x-goog-hash) in hex; undefined for anything else. */
export function hexOf(base64: string | undefined): string | undefined {
  if (!base64 || !/^[A-Za-z0-9+/]{22}==$/.test(base64)) return undefined
  return Array.from(atob(base64), (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('')
}

/** The other way round. */
export function base64Of(hex: string): string {
  return btoa(String.fromCharCode(...(hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16))))
}

/** The ETag of a completed multipart upload as S3 computes it: the MD5 of the parts' MD5s, and their number. */
export async function compositeEtag(etags: readonly string[]): Promise<string> {
  const { createMD5 } = await import('./hashing.ts')
  const md5 = (await createMD5()).init()
  for (const etag of etags) {
    const hex = bareEtag(etag).match(/../g) ?? []
    md5.update(Uint8Array.from(hex, (byte) => Number.parseInt(byte, 16)))
  }
  return `${md5.digest('hex')}-${etags.length}`
}
