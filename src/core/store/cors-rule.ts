/**
 * What a store must allow for a page, as facts and as the text its tools take (docs/lakefs-contract.md, "CORS rules").
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
  /** The rule as this store's tools take it. */
  text: string
}

const AGE = 3600

/** The smallest rule that works for this kind of store. */
export function corsRuleFor(blockstore: string, origin: string): CorsRule {
  const store = blockstore === 'azure' || blockstore === 'gs' ? blockstore : 's3'
  const methods = ['PUT']
  if (store === 'azure') {
    const [headers, expose] = [
      ['content-type', 'content-md5', 'x-ms-*'],
      ['ETag', 'Content-MD5', 'x-ms-request-id'],
    ]
    const text = [
      'az storage cors add --services b --account-name ACCOUNT',
      `--origins '${origin}' --methods PUT`,
      `--allowed-headers '${headers}' --exposed-headers '${expose}' --max-age ${AGE}`,
    ].join(' ')
    return { store, origin, methods, headers, expose, text }
  }
  if (store === 'gs') {
    const [headers, expose] = [['Content-Type'], ['ETag', 'x-goog-hash']]
    const rule = [{ origin: [origin], method: methods, responseHeader: [...headers, ...expose], maxAgeSeconds: AGE }]
    return { store, origin, methods, headers, expose, text: JSON.stringify(rule, null, 2) }
  }
  const [headers, expose] = [['content-type'], ['ETag', 'x-amz-request-id', 'x-amz-server-side-encryption']]
  const rule = {
    AllowedOrigins: [origin],
    AllowedMethods: methods,
    AllowedHeaders: headers,
    ExposeHeaders: expose,
    MaxAgeSeconds: AGE,
  }
  return { store, origin, methods, headers, expose, text: JSON.stringify([rule], null, 2) }
}
