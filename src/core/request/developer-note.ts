/** Page of the package that explains what servers, browsers and pages put in the way of an upload. */
const DOCS = 'lakefs-uploader/docs/when-something-is-in-the-way.md'

const told = new Set<string>()

/**
 * Writes one line on the console for the developer of the page: a fault of its set-up, which no user can mend. The same
 * line is written once per page load.
 * @param heading part of the documentation that explains it.
 */
export function tellDeveloper(text: string, heading: string): void {
  if (told.has(text)) return
  told.add(text)
  console.error(`lakefs-uploader: ${text} (${DOCS}, "${heading}")`)
}
