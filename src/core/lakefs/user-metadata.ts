/**
 * Joins user metadata of an object; later sources win. Keys are lower case, and values have no blanks around them: a
 * link keeps both as they are, but through the API they are headers, which lakeFS reads without case and browsers trim
 * (docs/lakefs-contract.md, "Through lakeFS"). Which way a file goes depends on its size and its store, so the two would
 * differ within one upload. S3 keeps keys in lower case too
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html).
 */
export function joinMetadata(
  ...sources: readonly (Readonly<Record<string, string>> | undefined)[]
): Record<string, string> {
  const joined = new Map<string, string>()
  for (const source of sources) {
    for (const [key, value] of Object.entries(source ?? {})) {
      // A host without TypeScript may give numbers, and entries without a value.
      if (value !== undefined && value !== null) joined.set(key.toLowerCase(), trimmed(String(value)))
    }
  }
  return Object.fromEntries(joined)
}

/** Trims as header values are (https://fetch.spec.whatwg.org/#concept-header-value-normalize). */
function trimmed(value: string): string {
  return value.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '')
}
