/** Defaults of the options. docs/docs.test.ts compares them with the doc comments of the options. */
export const DEFAULTS = {
  onConflict: 'ask',
  /**
   * Browsers keep six connections to a host over HTTP/1.1 and queue further requests themselves. The number of files is
   * twice the connections to both servers. HTTP/2 and 3 carry many requests over one connection, so the limits are
   * higher there.
   */
  concurrency: { files: 24, parts: 6, api: 6 },
  viaApiBelow: 0,
  presign: 'auto',
  verifyChecksums: true,
  retryTimeout: 600_000,
  stallTimeout: 60_000,
} as const
