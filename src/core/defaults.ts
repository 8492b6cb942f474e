/** What holds where an option is not given. The comments of the options name the same figures; docs/docs.test.ts compares. */
export const DEFAULTS = {
  onConflict: 'ask',
  /**
   * Browsers keep six connections to a host over HTTP/1.1, and more requests only wait inside the browser; files are twice
   * what the connections to both servers hold. More of each where the server speaks HTTP/2 or 3: a connection carries many requests there.
   */
  concurrency: { files: 24, parts: 6, api: 6 },
  viaApiBelow: 0,
  verifyChecksums: true,
  retryTimeout: 600_000,
  stallTimeout: 60_000,
} as const
