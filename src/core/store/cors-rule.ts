/**
 * CORS rule that a store needs for a page, as facts and as text for its tools (docs/lakefs-contract.md, "CORS rules").
 */
export interface CorsRule {
  store: 's3' | 'azure' | 'gs'
  /** Origin of the page. */
  origin: string
  methods: readonly string[]
  /** Request headers. */
  headers: readonly string[]
  /** Response headers that the page must see. */
  expose: readonly string[]
  /** Rule in the format of the store's tools. */
  text: string
}

const AGE = 3600

/**
 * Returns the minimal rule for a kind of store.
 * @param contentMd5 whether bodies have to carry Content-MD5, as for a bucket with Object Lock.
 */
export function corsRuleFor(blockstore: string, origin: string, contentMd5 = false): CorsRule {
  const store = blockstore === 'azure' || blockstore === 'gs' ? blockstore : 's3'
  const methods = ['PUT']
  if (store === 'azure') {
    const [headers, expose] = [
      ['content-type', 'content-md5', 'x-ms-*'],
      ['ETag', 'Content-MD5', 'Retry-After', 'x-ms-request-id'],
    ]
    const text = [
      'az storage cors add --services b --account-name ACCOUNT',
      `--origins '${origin}' --methods PUT`,
      `--allowed-headers '${headers}' --exposed-headers '${expose}' --max-age ${AGE}`,
    ].join(' ')
    return { store, origin, methods, headers, expose, text }
  }
  if (store === 'gs') {
    const headers = ['Content-Type', ...(contentMd5 ? ['Content-MD5'] : [])]
    const expose = ['ETag', 'Retry-After', 'x-goog-hash']
    const rule = [{ origin: [origin], method: methods, responseHeader: [...headers, ...expose], maxAgeSeconds: AGE }]
    return { store, origin, methods, headers, expose, text: JSON.stringify(rule, null, 2) }
  }
  const headers = ['content-type', ...(contentMd5 ? ['content-md5'] : [])]
  const expose = ['ETag', 'Retry-After', 'x-amz-request-id', 'x-amz-server-side-encryption']
  const rule = {
    AllowedOrigins: [origin],
    AllowedMethods: methods,
    AllowedHeaders: headers,
    ExposeHeaders: expose,
    MaxAgeSeconds: AGE,
  }
  return { store, origin, methods, headers, expose, text: JSON.stringify([rule], null, 2) }
}
