/** Page of the package that explains what servers, browsers and pages put in the way of an upload. */
const DOCS = 'node_modules/lakefs-uploader/docs/when-something-is-in-the-way.md'

const told = new Set<string>()

/**
 * Writes one line on the console for the developer of the page: a fault of its set-up, which no user can mend. The same
 * line is written once per page load.
 */
function tellDeveloper(text: string): void {
  if (told.has(text)) return
  told.add(text)
  console.error(`lakefs-uploader: ${text} See ${DOCS}, "For developers of the host page".`)
}

/** Tells the developer that no session reaches lakeFS. */
export function tellNoSession(endpoint: string): void {
  tellDeveloper(
    `lakeFS at ${endpoint} does not know who is signed in: it has accepted no request of this visit. Pass getToken, or serve the page where the browser sends the session cookie of lakeFS.`,
  )
}

/** Tells the developer that another server answers in the place of lakeFS. */
export function tellNotLakeFS(endpoint: string): void {
  tellDeveloper(
    `a web page answers at ${endpoint}, not lakeFS. Pass this path on to lakeFS, by a proxy of the development server too, or set endpoint.`,
  )
}
